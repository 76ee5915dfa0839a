-- name: words_of :many
SELECT field, value FROM words WHERE kind = $1 AND id = $2 ORDER BY field, value;

-- name: word_add :exec
INSERT INTO words (kind, id, field, value) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: word_remove :exec
DELETE FROM words WHERE kind = $1 AND id = $2 AND field = $3 AND value = $4;

-- name: words_remove :exec
DELETE FROM words WHERE kind = $1 AND id = $2;

-- name: words_counted :one
-- How many documents have the word, counted no further than $4.
SELECT count(*) FROM (
  SELECT 1 FROM words WHERE kind = $1 AND field = $2 AND value = $3 LIMIT $4) AS counted;
