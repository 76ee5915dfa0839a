-- What only several servers on one database need: there is no twin of these in SQLite.

-- name: secret_get :one
SELECT value FROM server_secrets WHERE name = $1;

-- name: secret_keep_first :exec
-- Of two servers that start at once, one makes the secret, and both use it.
INSERT INTO server_secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;

-- name: changes_tell :exec
-- To every server on this database, in the order of the commits; see live/feed.h and postgres_notices.cc.
SELECT pg_notify('jarvis', 'changes ' || $1::text);
