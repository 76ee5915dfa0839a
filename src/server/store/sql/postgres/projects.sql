-- What stands inside the documents of projects. $1 is the company, $2 the
-- projects as a JSON list (all when it is empty), $3 whether public documents count.

-- name: model_frameworks :many
-- The frameworks in use, of all projects when the list $2 (JSON) is empty.
SELECT DISTINCT (tree ->> 'framework') COLLATE "C" AS framework FROM models JOIN model_docs USING (id)
WHERE (company = $1 OR company IS NULL) AND coalesce(tree ->> 'framework', '') <> '' AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text(jv_tree($2::text))))
ORDER BY framework;

-- name: metric_variants :many
-- Of tasks with the same ones (facts.h) one is read.
SELECT DISTINCT metric.key COLLATE "C", variant.key COLLATE "C", (variant.value ->> 'metric') COLLATE "C" AS metric_name, (variant.value ->> 'variant') COLLATE "C" AS variant_name
FROM (
  SELECT min(id) AS id FROM tasks WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0))
    AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text(jv_tree($2::text))))
  GROUP BY metrics_shape) AS each_shape
  JOIN task_docs USING (id), jsonb_each(CASE WHEN jsonb_typeof(tree -> 'last_metrics') = 'object' THEN tree -> 'last_metrics' ELSE '{}' END) AS metric(key, value),
  jsonb_each(CASE WHEN jsonb_typeof(metric.value) = 'object' THEN metric.value ELSE '{}' END) AS variant(key, value)
WHERE jsonb_typeof(variant.value) = 'object'
ORDER BY metric_name, variant_name;

-- name: model_metric_variants :many
SELECT DISTINCT metric.key COLLATE "C", variant.key COLLATE "C", (variant.value ->> 'metric') COLLATE "C" AS metric_name, (variant.value ->> 'variant') COLLATE "C" AS variant_name
FROM models JOIN model_docs USING (id), jsonb_each(CASE WHEN jsonb_typeof(tree -> 'last_metrics') = 'object' THEN tree -> 'last_metrics' ELSE '{}' END) AS metric(key, value),
  jsonb_each(CASE WHEN jsonb_typeof(metric.value) = 'object' THEN metric.value ELSE '{}' END) AS variant(key, value)
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0)) AND jsonb_typeof(variant.value) = 'object' AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text(jv_tree($2::text))))
ORDER BY metric_name, variant_name;

-- name: hyperparam_names :many
SELECT DISTINCT section.key COLLATE "C", parameter.key COLLATE "C"
FROM (
  SELECT min(id) AS id FROM tasks WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0))
    AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text(jv_tree($2::text))))
  GROUP BY hyperparams_shape) AS each_shape
  JOIN task_docs USING (id), jsonb_each(CASE WHEN jsonb_typeof(tree -> 'hyperparams') = 'object' THEN tree -> 'hyperparams' ELSE '{}' END) AS section(key, value),
  jsonb_each(CASE WHEN jsonb_typeof(section.value) = 'object' THEN section.value ELSE '{}' END) AS parameter(key, value)
ORDER BY 1, 2;

-- name: fact_values :many
-- The values under the key $4 of facts.
SELECT DISTINCT (facts ->> $4::text) COLLATE "C" AS value FROM tasks
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0))
  AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text(jv_tree($2::text))))
  AND facts ->> $4::text IS NOT NULL
ORDER BY value;

-- name: metadata_keys :many
SELECT DISTINCT item.key COLLATE "C" FROM models JOIN model_docs USING (id), jsonb_each(CASE WHEN jsonb_typeof(tree -> 'metadata') = 'object' THEN tree -> 'metadata' ELSE '{}' END) AS item(key, value)
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0)) AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text(jv_tree($2::text))))
ORDER BY 1;

-- name: metadata_values :many
SELECT DISTINCT (tree -> 'metadata' -> $4::text ->> 'value') COLLATE "C" FROM models JOIN model_docs USING (id)
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0)) AND jsonb_typeof(tree -> 'metadata' -> $4::text) = 'object' AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text(jv_tree($2::text))))
ORDER BY 1;
