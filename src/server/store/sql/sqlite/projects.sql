-- What stands inside the documents of projects. ?1 is the company, ?2 the
-- projects as a JSON list (all when it is empty), ?3 whether public documents count.

-- name: model_frameworks :many
-- The frameworks in use, of all projects when the list ?2 (JSON) is empty.
SELECT DISTINCT doc ->> '$.framework' AS framework FROM models CROSS JOIN model_docs USING (id)
WHERE (company = ?1 OR company IS NULL) AND coalesce(doc ->> '$.framework', '') <> ''
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY framework;

-- name: metric_variants :many
-- Of tasks with the same ones (facts.h) one is read.
SELECT DISTINCT metric.key, variant.key, variant.value ->> '$.metric' AS metric_name, variant.value ->> '$.variant' AS variant_name
FROM (
  SELECT min(id) AS id FROM tasks WHERE (company = ?1 OR (company IS NULL AND ?3))
    AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
  GROUP BY metrics_shape) AS each_shape
  CROSS JOIN task_docs USING (id), json_each(task_docs.doc, '$.last_metrics') AS metric, json_each(metric.value) AS variant
WHERE metric.type = 'object' AND variant.type = 'object'
ORDER BY metric_name, variant_name;

-- name: model_metric_variants :many
SELECT DISTINCT metric.key, variant.key, variant.value ->> '$.metric' AS metric_name, variant.value ->> '$.variant' AS variant_name
FROM models CROSS JOIN model_docs USING (id), json_each(model_docs.doc, '$.last_metrics') AS metric, json_each(metric.value) AS variant
WHERE (company = ?1 OR (company IS NULL AND ?3)) AND metric.type = 'object' AND variant.type = 'object'
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY metric_name, variant_name;

-- name: hyperparam_names :many
SELECT DISTINCT section.key, parameter.key
FROM (
  SELECT min(id) AS id FROM tasks WHERE (company = ?1 OR (company IS NULL AND ?3))
    AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
  GROUP BY hyperparams_shape) AS each_shape
  CROSS JOIN task_docs USING (id), json_each(task_docs.doc, '$.hyperparams') AS section, json_each(section.value) AS parameter
WHERE section.type = 'object'
ORDER BY 1, 2;

-- name: fact_values :many
-- The values under the key ?4 of facts.
SELECT DISTINCT CAST(jv_fact(facts, ?4) AS TEXT) AS value FROM tasks
WHERE (company = ?1 OR (company IS NULL AND ?3))
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
  AND jv_fact(facts, ?4) IS NOT NULL
ORDER BY value;

-- name: metadata_keys :many
SELECT DISTINCT item.key FROM models CROSS JOIN model_docs USING (id), json_each(model_docs.doc, '$.metadata') AS item
WHERE (company = ?1 OR (company IS NULL AND ?3))
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY 1;

-- name: metadata_values :many
SELECT DISTINCT item.value ->> '$.value' FROM models CROSS JOIN model_docs USING (id), json_each(model_docs.doc, '$.metadata') AS item
WHERE (company = ?1 OR (company IS NULL AND ?3)) AND item.type = 'object' AND item.key = ?4
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY 1;
