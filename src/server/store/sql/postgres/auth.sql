-- name: api_key_insert :exec
INSERT INTO api_keys (access_key, "user", secret_hash, label, created) VALUES ($1, $2, $3, $4, $5);

-- name: api_key_get :one
SELECT access_key, "user", secret_hash FROM api_keys WHERE access_key = $1;

-- name: api_keys_of_user :many
SELECT access_key, label, last_used, last_used_from, created FROM api_keys WHERE "user" = $1 ORDER BY created, access_key;

-- name: api_key_set_label :exec
UPDATE api_keys SET label = $3 WHERE access_key = $1 AND "user" = $2;

-- name: api_key_used :exec
UPDATE api_keys SET last_used = $2, last_used_from = $3 WHERE access_key = $1;

-- name: api_key_delete :exec
DELETE FROM api_keys WHERE access_key = $1 AND "user" = $2;

-- name: session_revoke :exec
INSERT INTO revoked_sessions (session, expires) VALUES ($1, $2) ON CONFLICT (session) DO NOTHING;

-- name: sessions_revoked :many
SELECT session, expires FROM revoked_sessions WHERE expires > $1;
