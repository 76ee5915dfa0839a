-- What the rules of tasks and queues ask across tables.

-- name: leased_of_queue :many
SELECT task FROM leases WHERE queue = ?1;

-- name: model_is_used :one
-- Is the model an input or output of a task other than ?2?
SELECT EXISTS (
  SELECT 1 FROM words WHERE kind = 'task' AND field IN ('models.input', 'models.output') AND value = ?1 AND id <> ?2);

-- name: task_types :many
-- The types in use, of all projects when the list ?2 (JSON) is empty.
SELECT DISTINCT type FROM tasks
WHERE (company = ?1 OR company IS NULL) AND type IS NOT NULL
  AND (json_array_length(?2) = 0 OR project IN (SELECT value FROM json_each(?2)))
ORDER BY type;

-- name: queue_is_watched :one
-- Does a worker that is alive take tasks from the queue?
SELECT EXISTS (
  SELECT 1 FROM workers, json_each(workers.doc, '$.queues') AS listened
  WHERE workers.company = ?1 AND workers.expires_ms > ?2 AND listened.value = ?3);
