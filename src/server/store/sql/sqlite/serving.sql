-- name: serving_get :one
SELECT doc FROM serving_containers WHERE company = ?1 AND container = ?2;

-- name: serving_put :exec
INSERT INTO serving_containers (company, container, url, expires_ms, doc) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (company, container) DO UPDATE SET url = excluded.url, expires_ms = excluded.expires_ms, doc = excluded.doc;

-- name: serving_delete :exec
DELETE FROM serving_containers WHERE company = ?1 AND container = ?2;

-- name: serving_alive :many
SELECT doc FROM serving_containers WHERE company = ?1 AND expires_ms > ?2 ORDER BY url, container;

-- name: serving_of_url :many
SELECT doc FROM serving_containers WHERE company = ?1 AND expires_ms > ?2 AND url = ?3 ORDER BY container;

-- name: serving_expire :exec
DELETE FROM serving_containers WHERE expires_ms <= ?1;

-- name: serving_sample_put :exec
INSERT INTO serving_samples (company, url, container, time_ms, stats) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (company, url, container, time_ms) DO UPDATE SET stats = excluded.stats;

-- name: serving_samples_counted :one
SELECT count(*) FROM serving_samples WHERE company = ?1 AND url = ?2 AND time_ms >= ?3 AND time_ms < ?4;

-- name: serving_samples_of :many
SELECT container, time_ms, stats FROM serving_samples WHERE company = ?1 AND url = ?2 AND time_ms >= ?3 AND time_ms < ?4
ORDER BY container, time_ms;

-- name: serving_samples_expire :exec
DELETE FROM serving_samples WHERE time_ms < ?1;
