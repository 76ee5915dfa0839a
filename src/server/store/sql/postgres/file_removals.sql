-- name: removal_add :exec
INSERT INTO file_removals (path, company, task, url, added, next_try, attempts) VALUES ($1, $2, $3, $4, $5, $5, 0)
ON CONFLICT (path) DO UPDATE SET added = excluded.added;

-- name: removals_due :many
SELECT path, attempts, added FROM file_removals WHERE next_try <= $1 ORDER BY next_try, path LIMIT $2;

-- name: removal_done :exec
DELETE FROM file_removals WHERE path = $1;

-- name: removal_postpone :exec
UPDATE file_removals SET next_try = $2 WHERE path = $1;

-- name: removal_failed :exec
UPDATE file_removals SET attempts = attempts + 1, next_try = $2, error = $3 WHERE path = $1;

-- name: removals_of_company :many
-- Those that failed first, the oldest before the others.
SELECT url, task, attempts, error FROM file_removals WHERE company = $1
ORDER BY CASE WHEN attempts > 0 THEN 0 ELSE 1 END, added, path LIMIT $2;

-- name: removals_count :one
SELECT count(*), coalesce(sum(CASE WHEN attempts > 0 THEN 1 ELSE 0 END), 0) FROM file_removals WHERE company = $1;
