-- name: scalar_pack_next :one
INSERT INTO scalar_pack_seq (task, seq) VALUES ($1, 1) ON CONFLICT (task) DO UPDATE SET seq = scalar_pack_seq.seq + 1 RETURNING seq;

-- name: scalar_pack_insert :exec
INSERT INTO scalar_packs (task, seq, is_sealed, pack) VALUES ($1, $2, $3, $4);

-- name: scalar_packs :many
SELECT pack FROM scalar_packs WHERE task = $1 ORDER BY seq;

-- name: scalar_packs_known :many
-- Of each pack its summary, or what it holds when there is none.
SELECT scalar_packs.seq, summary, CASE WHEN summary IS NULL THEN pack END FROM scalar_packs
LEFT JOIN scalar_summaries ON scalar_summaries.task = scalar_packs.task AND scalar_summaries.seq = scalar_packs.seq
WHERE scalar_packs.task = $1 ORDER BY scalar_packs.seq;

-- name: scalar_pack_at :one
SELECT pack FROM scalar_packs WHERE task = $1 AND seq = $2;

-- name: scalar_packs_without_summary :many
SELECT seq, pack FROM scalar_packs WHERE task = $1 AND octet_length(pack) >= $2
  AND NOT EXISTS (SELECT 1 FROM scalar_summaries WHERE scalar_summaries.task = scalar_packs.task AND scalar_summaries.seq = scalar_packs.seq)
ORDER BY seq LIMIT 1;

-- name: scalar_summary_put :exec
-- Of the pack that was summed up: not of one that it has been merged into meanwhile, under the same number.
INSERT INTO scalar_summaries (task, seq, summary) SELECT task, seq, $4::bytea FROM scalar_packs
WHERE task = $1 AND seq = $2 AND octet_length(pack) = $3 ON CONFLICT (task, seq) DO NOTHING;

-- name: scalar_summaries_remove_fresh :exec
DELETE FROM scalar_summaries WHERE task = $1 AND seq <= $2
  AND seq IN (SELECT seq FROM scalar_packs WHERE task = $1 AND is_sealed = 0);

-- name: scalar_summaries_delete :exec
DELETE FROM scalar_summaries WHERE task = $1;

-- name: scalar_packs_fresh :many
SELECT seq, pack FROM scalar_packs WHERE task = $1 AND is_sealed = 0 ORDER BY seq;

-- name: scalar_packs_remove_fresh :exec
DELETE FROM scalar_packs WHERE task = $1 AND is_sealed = 0 AND seq <= $2;

-- name: scalar_packs_delete :exec
DELETE FROM scalar_packs WHERE task = $1;

-- name: log_insert :exec
INSERT INTO logs (task, time_ms, level, message, worker, first_line) VALUES ($1, $2, $3, $4, $5, $6);

-- name: log_stream_last :one
SELECT last_seq FROM log_streams WHERE task = $1 AND stream = $2;

-- name: log_stream_set :exec
INSERT INTO log_streams (task, stream, last_seq) VALUES ($1, $2, $3) ON CONFLICT (task, stream) DO UPDATE SET last_seq = excluded.last_seq;

-- name: logs_from_line :many
SELECT id, time_ms, level, message, worker, first_line FROM logs WHERE task = $1 AND first_line >= $2 ORDER BY first_line LIMIT $3;

-- The events that hold the lines from one to another (exclusive): an event may begin before the first of them.
-- name: logs_of_lines :many
SELECT id, time_ms, level, message, worker, first_line FROM logs WHERE task = $1 AND first_line < $3 AND first_line >= coalesce(
  (SELECT max(first_line) FROM logs WHERE task = $1 AND first_line <= $2), 0) ORDER BY first_line;

-- The events that hold the lines from one to another (exclusive) and may show a pattern ($5: 0 when there is none of this
-- database's that means the same): a message of several lines, or of what a screen does not show, has to be looked at.
-- name: logs_showing :many
SELECT id, time_ms, level, message, worker, first_line FROM logs WHERE task = $1 AND first_line < $3 AND first_line >= coalesce(
  (SELECT max(first_line) FROM logs WHERE task = $1 AND first_line <= $2), 0) AND ($5::bigint = 0 OR message ~ $4::text
  OR strpos(message, chr(10)) > 0 OR strpos(message, chr(13)) > 0 OR strpos(message, chr(27)) > 0) ORDER BY first_line LIMIT $6;

-- name: logs_showing_backward :many
SELECT id, time_ms, level, message, worker, first_line FROM logs WHERE task = $1 AND first_line < $3 AND first_line >= coalesce(
  (SELECT max(first_line) FROM logs WHERE task = $1 AND first_line <= $2), 0) AND ($5::bigint = 0 OR message ~ $4::text
  OR strpos(message, chr(10)) > 0 OR strpos(message, chr(13)) > 0 OR strpos(message, chr(27)) > 0) ORDER BY first_line DESC LIMIT $6;

-- name: logs_after_time :many
SELECT id, time_ms, level, message, worker, first_line FROM logs WHERE task = $1 AND time_ms > $2 ORDER BY time_ms, id LIMIT $3;

-- name: logs_before_time :many
SELECT id, time_ms, level, message, worker, first_line FROM logs WHERE task = $1 AND time_ms < $2 ORDER BY time_ms DESC, id DESC LIMIT $3;

-- name: log_size :many
SELECT lines, events, coalesce((SELECT min(first_line) FROM logs WHERE task = $1), lines) FROM log_lines WHERE task = $1;

-- name: log_grow :one
INSERT INTO log_lines (task, lines, events) VALUES ($1, $2, $3) ON CONFLICT (task) DO UPDATE
SET lines = log_lines.lines + excluded.lines, events = log_lines.events + excluded.events RETURNING lines - $2;

-- Numbers that were given are not given again: what is left of the log keeps its own.
-- name: log_shrink :exec
UPDATE log_lines SET events = events - $2 WHERE task = $1;

-- name: log_lines_delete :exec
DELETE FROM log_lines WHERE task = $1;

-- name: logs_delete :exec
DELETE FROM logs WHERE task = $1;

-- name: logs_delete_before :exec
DELETE FROM logs WHERE task = $1 AND time_ms < $2;

-- name: log_streams_delete :exec
DELETE FROM log_streams WHERE task = $1;

-- name: plot_put :exec
INSERT INTO plots (task, metric, variant, iter, time_ms, worker, plot) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (task, md5(metric), md5(variant), iter) DO UPDATE SET time_ms = excluded.time_ms, worker = excluded.worker, plot = excluded.plot;

-- name: plots_of_task :many
SELECT metric, variant, iter, time_ms, worker, plot, '' FROM (
  SELECT *, row_number() OVER (PARTITION BY metric, variant ORDER BY iter DESC) AS place FROM plots WHERE task = $1) AS ranked
WHERE place <= $2 ORDER BY iter DESC, metric, variant;

-- name: plots_delete :exec
DELETE FROM plots WHERE task = $1;

-- name: image_put :exec
INSERT INTO images (task, metric, variant, iter, time_ms, worker, url, key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (task, md5(metric), md5(variant), iter) DO UPDATE SET time_ms = excluded.time_ms, worker = excluded.worker, url = excluded.url, key = excluded.key;

-- name: images_of_task :many
SELECT metric, variant, iter, time_ms, worker, url, key FROM (
  SELECT *, row_number() OVER (PARTITION BY metric, variant ORDER BY iter DESC) AS place FROM images WHERE task = $1) AS ranked
WHERE place <= $2 ORDER BY iter DESC, metric, variant;

-- name: images_delete :exec
DELETE FROM images WHERE task = $1;

-- The same URL again: an older iteration's file was overwritten by the newer one, as the SDK does after its history size.
-- name: image_forget_url :exec
DELETE FROM images WHERE task = $1 AND md5(metric) = md5($2) AND metric = $2 AND md5(variant) = md5($3) AND variant = $3 AND url = $4 AND iter <> $5;

-- name: vector_put :exec
INSERT INTO vectors (task, metric, variant, iter, time_ms, worker, content) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (task, md5(metric), md5(variant), iter) DO UPDATE SET time_ms = excluded.time_ms, worker = excluded.worker, content = excluded.content;

-- name: vectors_of_task :many
SELECT metric, variant, iter, time_ms, worker, content, '' FROM (
  SELECT *, row_number() OVER (PARTITION BY metric, variant ORDER BY iter DESC) AS place FROM vectors WHERE task = $1) AS ranked
WHERE place <= $2 ORDER BY iter DESC, metric, variant;

-- name: vectors_delete :exec
DELETE FROM vectors WHERE task = $1;

-- name: plot_places :many
SELECT metric, variant, iter FROM plots WHERE task = $1 ORDER BY iter, metric, variant;

-- name: plot_at :one
SELECT metric, variant, iter, time_ms, worker, plot, '' FROM plots
WHERE task = $1 AND md5(metric) = md5($2) AND metric = $2 AND md5(variant) = md5($3) AND variant = $3 AND iter = $4;

-- name: image_places :many
SELECT metric, variant, iter FROM images WHERE task = $1 ORDER BY iter, metric, variant;

-- name: image_at :one
SELECT metric, variant, iter, time_ms, worker, url, key FROM images
WHERE task = $1 AND md5(metric) = md5($2) AND metric = $2 AND md5(variant) = md5($3) AND variant = $3 AND iter = $4;

-- name: vector_places :many
SELECT metric, variant, iter FROM vectors WHERE task = $1 ORDER BY iter, metric, variant;

-- name: vector_at :one
SELECT metric, variant, iter, time_ms, worker, content, '' FROM vectors
WHERE task = $1 AND md5(metric) = md5($2) AND metric = $2 AND md5(variant) = md5($3) AND variant = $3 AND iter = $4;
