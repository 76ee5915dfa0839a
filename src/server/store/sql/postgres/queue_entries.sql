-- name: entries_of_queue :many
SELECT task, queue, added, position FROM queue_entries WHERE queue = $1 ORDER BY position, task;

-- name: entries_first :many
SELECT task, queue, added, position FROM queue_entries WHERE queue = $1 ORDER BY position, task LIMIT $2;

-- name: entries_before :one
SELECT count(*) FROM queue_entries WHERE queue = $1 AND (position, task) < ($2, $3);

-- name: entry_count :one
SELECT count(*) FROM queue_entries WHERE queue = $1;

-- name: entry_of_task :one
SELECT task, queue, added, position FROM queue_entries WHERE task = $1;

-- name: entry_insert :exec
INSERT INTO queue_entries (task, queue, added, position) VALUES ($1, $2, $3, $4);

-- name: entry_bounds :one
-- Not the queue's own bounds, but numbers that lie beyond them: two writers that read the same bounds would have to
-- wait for each other. SQLite has one writer and asks the rows.
SELECT -nextval('queue_positions')::float8, currval('queue_positions')::float8 WHERE $1::text IS NOT NULL;

-- name: entry_move :exec
UPDATE queue_entries SET position = $2 WHERE task = $1;

-- name: entry_remove :one
DELETE FROM queue_entries WHERE task = $1 RETURNING task, queue, added, position;

-- name: claim_first :one
-- The first entry of one queue, taken. SKIP LOCKED: no agent waits for another one's claim.
DELETE FROM queue_entries WHERE task = (
  SELECT task FROM queue_entries WHERE queue = $1 ORDER BY position, task LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING task, queue, added, position;

-- name: epoch_next :one
INSERT INTO task_epochs (task, epoch) VALUES ($1, 1) ON CONFLICT (task) DO UPDATE SET epoch = task_epochs.epoch + 1 RETURNING epoch;

-- name: epoch_of :one
SELECT epoch FROM task_epochs WHERE task = $1;

-- name: lease_insert :exec
INSERT INTO leases (task, queue, worker, epoch, added, position, deadline) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (task) DO UPDATE SET queue = excluded.queue, worker = excluded.worker, epoch = excluded.epoch,
  added = excluded.added, position = excluded.position, deadline = excluded.deadline;

-- name: lease_of_task :one
SELECT task, queue, worker, epoch, added, position, deadline FROM leases WHERE task = $1;

-- name: lease_remove :exec
DELETE FROM leases WHERE task = $1;

-- name: leases_take_expired :many
DELETE FROM leases WHERE deadline <= $1 RETURNING task, queue, worker, epoch, added, position, deadline;

-- name: leases_extend :exec
UPDATE leases SET deadline = $1;

-- name: leases_due :one
SELECT count(*) FROM leases WHERE deadline <= $1;
