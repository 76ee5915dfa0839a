-- name: storage_put :exec
-- What has not changed is not written.
INSERT INTO storage_sizes (task, place, artifacts, models, images, others, files, logs, scalars, plots, measured_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (task, place) DO UPDATE SET artifacts = excluded.artifacts, models = excluded.models, images = excluded.images, others = excluded.others, files = excluded.files, logs = excluded.logs, scalars = excluded.scalars, plots = excluded.plots, measured_us = excluded.measured_us
WHERE excluded.artifacts <> storage_sizes.artifacts OR excluded.models <> storage_sizes.models OR excluded.images <> storage_sizes.images OR excluded.others <> storage_sizes.others OR excluded.files <> storage_sizes.files OR excluded.logs <> storage_sizes.logs OR excluded.scalars <> storage_sizes.scalars OR excluded.plots <> storage_sizes.plots OR storage_sizes.measured_us = 0 OR excluded.task = '';

-- name: storage_tasks_of_place :many
SELECT task FROM storage_sizes WHERE place = ?1 AND task > ?2 ORDER BY task LIMIT ?3;

-- name: storage_forget :exec
DELETE FROM storage_sizes WHERE place = ?1 AND task = ?2;

-- name: storage_forget_gone :exec
DELETE FROM storage_sizes WHERE place = '' AND task <> '' AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.id = storage_sizes.task);

-- name: storage_stale :exec
UPDATE storage_sizes SET measured_us = 0 WHERE task = ?1 AND place = '';

-- name: storage_measured :many
SELECT place, measured_us, others, files FROM storage_sizes WHERE task = '';

-- name: storage_measure :many
-- The next tasks behind ?2 that have changed since the date ?1, and what the database holds of each.
SELECT id,
  coalesce((SELECT sum(length(CAST(message AS BLOB))) FROM logs WHERE logs.task = changed.id), 0),
  coalesce((SELECT sum(length(pack)) FROM scalar_packs WHERE scalar_packs.task = changed.id), 0),
  coalesce((SELECT sum(length(CAST(plot AS BLOB))) FROM plots WHERE plots.task = changed.id), 0)
    + coalesce((SELECT sum(length(CAST(content AS BLOB))) FROM vectors WHERE vectors.task = changed.id), 0)
FROM (
  SELECT id FROM tasks WHERE id > ?2 AND (last_update >= ?1 OR last_update IS NULL
    OR EXISTS (SELECT 1 FROM storage_sizes WHERE storage_sizes.task = tasks.id AND place = '' AND measured_us = 0))
  ORDER BY id LIMIT ?3) AS changed
ORDER BY id;

-- name: storage_of_projects :many
-- Of the company's tasks, by the project that they are in.
SELECT project, sum(artifacts), sum(models), sum(images), sum(others), sum(files), sum(logs), sum(scalars), sum(plots) FROM storage_sizes JOIN tasks ON tasks.id = storage_sizes.task
WHERE (company = ?1 OR (company IS NULL AND ?3)) AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
GROUP BY project;

-- name: storage_of_tasks :many
-- The ?4 largest of them.
SELECT tasks.id, sum(artifacts), sum(models), sum(images), sum(others), sum(files), sum(logs), sum(scalars), sum(plots) FROM storage_sizes JOIN tasks ON tasks.id = storage_sizes.task
WHERE (company = ?1 OR (company IS NULL AND ?3)) AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
GROUP BY tasks.id HAVING sum(artifacts + models + images + others + logs + scalars + plots) > 0 ORDER BY sum(artifacts + models + images + others + logs + scalars + plots) DESC, tasks.id LIMIT ?4;
