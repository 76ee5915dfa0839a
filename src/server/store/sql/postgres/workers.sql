-- name: worker_get :one
SELECT doc FROM workers WHERE key = $1;

-- name: worker_put :exec
INSERT INTO workers (key, company, expires_ms, doc) VALUES ($1, $2, $3, $4)
ON CONFLICT (key) DO UPDATE SET expires_ms = excluded.expires_ms, doc = excluded.doc;

-- name: worker_delete :exec
DELETE FROM workers WHERE key = $1;

-- name: workers_alive :many
SELECT doc FROM workers WHERE company = $1 AND expires_ms > $2 ORDER BY key;
