-- name: api_key_insert :exec
INSERT INTO api_keys (access_key, user, secret_hash, label, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: api_key_get :one
SELECT access_key, user, secret_hash, expires FROM api_keys WHERE access_key = ?1;

-- name: api_keys_of_user :many
SELECT access_key, label, last_used, last_used_from, expires FROM api_keys WHERE user = ?1 ORDER BY created, access_key;

-- name: api_key_set_label :exec
UPDATE api_keys SET label = ?3 WHERE access_key = ?1 AND user = ?2;

-- name: api_key_used :exec
UPDATE api_keys SET last_used = ?2, last_used_from = ?3 WHERE access_key = ?1;

-- name: api_key_delete :exec
DELETE FROM api_keys WHERE access_key = ?1 AND user = ?2;

-- name: session_revoke :exec
INSERT INTO revoked_sessions (session, expires) VALUES (?1, ?2) ON CONFLICT (session) DO NOTHING;

-- name: sessions_revoked :many
SELECT session, expires FROM revoked_sessions WHERE expires > ?1;

-- name: api_keys_delete_of :exec
DELETE FROM api_keys WHERE user = ?1;

-- name: password_put :exec
INSERT INTO passwords (login, user, hash, is_configured, changed) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (login) DO UPDATE SET user = excluded.user, hash = excluded.hash, is_configured = excluded.is_configured, changed = excluded.changed;

-- name: password_get :one
SELECT user, hash, is_configured FROM passwords WHERE login = ?1;

-- name: password_login_of :one
SELECT login FROM passwords WHERE user = ?1 ORDER BY login LIMIT 1;

-- name: passwords_logins :many
SELECT user, login, is_configured FROM passwords ORDER BY login;

-- name: passwords_any :one
SELECT 1 FROM passwords LIMIT 1;

-- name: passwords_configured :many
SELECT login, user FROM passwords WHERE is_configured = 1 ORDER BY login;

-- name: passwords_delete_of :exec
DELETE FROM passwords WHERE user = ?1;

-- name: sessions_end :exec
INSERT INTO ended_sessions (user, ended) VALUES (?1, ?2) ON CONFLICT (user) DO UPDATE SET ended = max(ended, excluded.ended);

-- name: sessions_ended :many
SELECT user, ended FROM ended_sessions WHERE ended > ?1;

-- name: identity_changes_number :one
SELECT number FROM identity_changes WHERE place = 1;
