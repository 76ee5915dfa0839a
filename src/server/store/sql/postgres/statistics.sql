-- What workers and queues were like over time: the points of charts.

-- name: worker_sample_put :exec
INSERT INTO worker_samples (company, worker, time_ms, is_busy, is_merged, stats) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (company, worker, time_ms) DO UPDATE SET is_busy = excluded.is_busy, is_merged = excluded.is_merged, stats = excluded.stats;

-- name: worker_samples_of :many
SELECT time_ms, stats FROM worker_samples WHERE company = $1 AND worker = $2 AND time_ms >= $3 AND time_ms < $4 ORDER BY time_ms;

-- name: worker_samples_counted :one
SELECT count(*) FROM worker_samples WHERE company = $1 AND time_ms >= $2 AND time_ms < $3;

-- name: workers_sampled :many
SELECT DISTINCT worker FROM worker_samples WHERE company = $1 AND time_ms >= $2 AND time_ms < $3 ORDER BY worker;

-- name: worker_sample_last :one
-- What a worker has said of its machine lately; a report without numbers does not count.
SELECT stats FROM worker_samples WHERE company = $1 AND worker = $2 AND stats <> '{}' ORDER BY time_ms DESC LIMIT 1;

-- name: workers_active :many
-- For each interval of $4 ms from $2 on: how many workers reported in it, and how many of them worked on a task.
SELECT (time_ms - $2) / $4 AS place, count(DISTINCT worker), count(DISTINCT CASE WHEN is_busy = 1 THEN worker END)
FROM worker_samples WHERE company = $1 AND time_ms >= $2 AND time_ms < $3 GROUP BY place ORDER BY place;

-- name: worker_samples_oldest_fresh :one
-- Whose reports are to be merged next.
SELECT company, worker, time_ms FROM worker_samples WHERE is_merged = 0 AND time_ms < $1 ORDER BY time_ms LIMIT 1;

-- name: worker_samples_take :many
DELETE FROM worker_samples WHERE company = $1 AND worker = $2 AND time_ms >= $3 AND time_ms < $4 RETURNING is_busy, stats;

-- name: worker_samples_expire :exec
DELETE FROM worker_samples WHERE time_ms < $1;

-- name: queues_now :many
-- Each queue as it is and as it was sampled last.
SELECT queues.id, coalesce(waiting.length, 0), coalesce(waiting.added, 0), coalesce(last.length, 0), coalesce(last.added_us, 0), coalesce(last.time_ms, 0)
FROM queues
LEFT JOIN (SELECT queue, count(*) AS length, CAST(avg(added) AS BIGINT) AS added FROM queue_entries GROUP BY queue) AS waiting ON waiting.queue = queues.id
LEFT JOIN queue_samples AS last ON last.queue = queues.id
  AND last.time_ms = (SELECT max(time_ms) FROM queue_samples AS other WHERE other.queue = queues.id);

-- name: queue_sample_put :exec
INSERT INTO queue_samples (queue, time_ms, length, added_us) VALUES ($1, $2, $3, $4)
ON CONFLICT (queue, time_ms) DO UPDATE SET length = excluded.length, added_us = excluded.added_us;

-- name: queue_samples_of :many
SELECT time_ms, length, added_us FROM queue_samples WHERE queue = $1 AND time_ms >= $2 AND time_ms < $3 ORDER BY time_ms;

-- name: queue_samples_thin :exec
-- Between $1 and $2, each interval of $3 ms keeps its last sample.
DELETE FROM queue_samples WHERE time_ms >= $1 AND time_ms < $2 AND EXISTS (
  SELECT 1 FROM queue_samples AS later WHERE later.queue = queue_samples.queue AND later.time_ms > queue_samples.time_ms
    AND later.time_ms < (queue_samples.time_ms / $3 + 1) * $3);

-- name: queue_samples_expire :exec
DELETE FROM queue_samples WHERE time_ms < $1;

-- name: queue_wait_put :exec
INSERT INTO queue_waits (queue, started_us, task, wait_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: queue_waits_of :many
-- The newest first.
SELECT started_us, wait_us FROM queue_waits WHERE queue = $1 AND started_us >= $2 ORDER BY started_us DESC LIMIT $3;

-- name: queue_waits_expire :exec
DELETE FROM queue_waits WHERE started_us < $1;

-- name: metrics_queues :many
SELECT queues.id, queues.name, count(queue_entries.task), coalesce(min(queue_entries.added), 0)
FROM queues LEFT JOIN queue_entries ON queue_entries.queue = queues.id GROUP BY queues.id, queues.name ORDER BY queues.id;

-- name: metrics_leases :one
SELECT count(*) FROM leases;

-- name: metrics_workers :one
SELECT count(*) FROM workers WHERE expires_ms > $1;

-- name: database_bytes :one
SELECT pg_database_size(current_database());
