-- What the rules of tasks and queues ask across tables.

-- name: leased_of_queue :many
SELECT task FROM leases WHERE queue = $1;

-- name: model_is_used :one
-- Is the model an input or output of a task other than $2?
SELECT EXISTS (
  SELECT 1 FROM words WHERE kind = 'task' AND field IN ('models.input', 'models.output') AND value = $1 AND id <> $2);

-- name: task_types :many
-- The types in use, of all projects when the list $2 (JSON) is empty.
SELECT DISTINCT type FROM tasks
WHERE (company = $1 OR company IS NULL) AND type IS NOT NULL
  AND ($2::text = '[]' OR project IN (SELECT jsonb_array_elements_text(jv_tree($2::text))))
ORDER BY type;

-- name: queue_is_watched :one
-- Does a worker that is alive take tasks from the queue?
SELECT EXISTS (
  SELECT 1 FROM workers
  WHERE company = $1 AND expires_ms > $2 AND tree -> 'queues' @> to_jsonb($3::text));
