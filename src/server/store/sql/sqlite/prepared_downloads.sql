-- name: prepared_download_put :exec
INSERT INTO prepared_downloads (id, company, expires_ms, request) VALUES (?1, ?2, ?3, ?4);

-- name: prepared_download_get :one
SELECT request FROM prepared_downloads WHERE id = ?1 AND company = ?2 AND expires_ms > ?3;

-- name: prepared_download_expire :exec
DELETE FROM prepared_downloads WHERE expires_ms <= ?1;
