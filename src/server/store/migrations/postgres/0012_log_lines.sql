-- The lines of a log are numbered as they come, and counted: any part of it is read at once, however long it is.
ALTER TABLE logs ADD COLUMN first_line bigint NOT NULL DEFAULT 0;
CREATE TABLE log_lines (task text COLLATE "C" PRIMARY KEY, lines bigint NOT NULL, events bigint NOT NULL);
UPDATE logs SET first_line = numbered.first_line FROM (
  SELECT id, sum(lines) OVER (PARTITION BY task ORDER BY id) - lines AS first_line FROM (
    SELECT id, task, 1 + length(trimmed) - length(replace(trimmed, chr(10), '')) AS lines FROM (
      SELECT id, task, rtrim(coalesce(message, ''), chr(10)) AS trimmed FROM logs) AS texts) AS counted) AS numbered
WHERE logs.id = numbered.id;
INSERT INTO log_lines (task, lines, events)
  SELECT task, sum(1 + length(trimmed) - length(replace(trimmed, chr(10), ''))), count(*) FROM (
    SELECT task, rtrim(coalesce(message, ''), chr(10)) AS trimmed FROM logs) AS texts GROUP BY task;
DROP INDEX logs_by_task;
CREATE INDEX logs_by_line ON logs (task, first_line);
