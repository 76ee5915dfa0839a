-- What stands inside the documents of projects: each reads every task or model of them. $1 is the company, $2 the
-- projects as a JSON list (all when it is empty), $3 whether public documents count.

-- name: model_frameworks :many
-- The frameworks in use, of all projects when the list $2 (JSON) is empty.
SELECT DISTINCT (tree ->> 'framework') COLLATE "C" AS framework FROM models
WHERE (company = $1 OR company IS NULL) AND coalesce(tree ->> 'framework', '') <> '' AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text($2::text::jsonb)))
ORDER BY framework;

-- name: metric_variants :many
SELECT DISTINCT metric.key COLLATE "C", variant.key COLLATE "C", (variant.value ->> 'metric') COLLATE "C" AS metric_name, (variant.value ->> 'variant') COLLATE "C" AS variant_name
FROM tasks, jsonb_each(CASE WHEN jsonb_typeof(tasks.tree -> 'last_metrics') = 'object' THEN tasks.tree -> 'last_metrics' ELSE '{}' END) AS metric(key, value),
  jsonb_each(CASE WHEN jsonb_typeof(metric.value) = 'object' THEN metric.value ELSE '{}' END) AS variant(key, value)
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0)) AND jsonb_typeof(variant.value) = 'object' AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text($2::text::jsonb)))
ORDER BY metric_name, variant_name;

-- name: model_metric_variants :many
SELECT DISTINCT metric.key COLLATE "C", variant.key COLLATE "C", (variant.value ->> 'metric') COLLATE "C" AS metric_name, (variant.value ->> 'variant') COLLATE "C" AS variant_name
FROM models, jsonb_each(CASE WHEN jsonb_typeof(models.tree -> 'last_metrics') = 'object' THEN models.tree -> 'last_metrics' ELSE '{}' END) AS metric(key, value),
  jsonb_each(CASE WHEN jsonb_typeof(metric.value) = 'object' THEN metric.value ELSE '{}' END) AS variant(key, value)
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0)) AND jsonb_typeof(variant.value) = 'object' AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text($2::text::jsonb)))
ORDER BY metric_name, variant_name;

-- name: hyperparam_names :many
SELECT DISTINCT section.key COLLATE "C", parameter.key COLLATE "C"
FROM tasks, jsonb_each(CASE WHEN jsonb_typeof(tasks.tree -> 'hyperparams') = 'object' THEN tasks.tree -> 'hyperparams' ELSE '{}' END) AS section(key, value),
  jsonb_each(CASE WHEN jsonb_typeof(section.value) = 'object' THEN section.value ELSE '{}' END) AS parameter(key, value)
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0)) AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text($2::text::jsonb)))
ORDER BY 1, 2;

-- name: hyperparam_values :many
SELECT DISTINCT (tree -> 'hyperparams' -> $4::text -> $5::text ->> 'value') COLLATE "C"
FROM tasks
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0)) AND jsonb_typeof(tree -> 'hyperparams' -> $4::text -> $5::text) = 'object' AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text($2::text::jsonb)))
ORDER BY 1;

-- name: metadata_keys :many
SELECT DISTINCT item.key COLLATE "C" FROM models, jsonb_each(CASE WHEN jsonb_typeof(models.tree -> 'metadata') = 'object' THEN models.tree -> 'metadata' ELSE '{}' END) AS item(key, value)
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0)) AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text($2::text::jsonb)))
ORDER BY 1;

-- name: metadata_values :many
SELECT DISTINCT (tree -> 'metadata' -> $4::text ->> 'value') COLLATE "C" FROM models
WHERE (company = $1 OR (company IS NULL AND $3::bigint <> 0)) AND jsonb_typeof(tree -> 'metadata' -> $4::text) = 'object' AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text($2::text::jsonb)))
ORDER BY 1;
