-- What stands inside the documents of projects: each reads every task or model of them. ?1 is the company, ?2 the
-- projects as a JSON list (all when it is empty), ?3 whether public documents count.

-- name: model_frameworks :many
-- The frameworks in use, of all projects when the list ?2 (JSON) is empty.
SELECT DISTINCT doc ->> '$.framework' AS framework FROM models
WHERE (company = ?1 OR company IS NULL) AND coalesce(doc ->> '$.framework', '') <> ''
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY framework;

-- name: metric_variants :many
SELECT DISTINCT metric.key, variant.key, variant.value ->> '$.metric' AS metric_name, variant.value ->> '$.variant' AS variant_name
FROM tasks, json_each(tasks.doc, '$.last_metrics') AS metric, json_each(metric.value) AS variant
WHERE (company = ?1 OR (company IS NULL AND ?3)) AND metric.type = 'object' AND variant.type = 'object'
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY metric_name, variant_name;

-- name: model_metric_variants :many
SELECT DISTINCT metric.key, variant.key, variant.value ->> '$.metric' AS metric_name, variant.value ->> '$.variant' AS variant_name
FROM models, json_each(models.doc, '$.last_metrics') AS metric, json_each(metric.value) AS variant
WHERE (company = ?1 OR (company IS NULL AND ?3)) AND metric.type = 'object' AND variant.type = 'object'
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY metric_name, variant_name;

-- name: hyperparam_names :many
SELECT DISTINCT section.key, parameter.key
FROM tasks, json_each(tasks.doc, '$.hyperparams') AS section, json_each(section.value) AS parameter
WHERE (company = ?1 OR (company IS NULL AND ?3)) AND section.type = 'object'
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY 1, 2;

-- name: hyperparam_values :many
SELECT DISTINCT parameter.value ->> '$.value'
FROM tasks, json_each(tasks.doc, '$.hyperparams') AS section, json_each(section.value) AS parameter
WHERE (company = ?1 OR (company IS NULL AND ?3)) AND section.type = 'object' AND section.key = ?4
  AND parameter.type = 'object' AND parameter.key = ?5
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY 1;

-- name: metadata_keys :many
SELECT DISTINCT item.key FROM models, json_each(models.doc, '$.metadata') AS item
WHERE (company = ?1 OR (company IS NULL AND ?3))
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY 1;

-- name: metadata_values :many
SELECT DISTINCT item.value ->> '$.value' FROM models, json_each(models.doc, '$.metadata') AS item
WHERE (company = ?1 OR (company IS NULL AND ?3)) AND item.type = 'object' AND item.key = ?4
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY 1;
