-- The lines of a log are numbered as they come, and counted: any part of it is read at once, however long it is.
ALTER TABLE logs ADD COLUMN first_line INTEGER NOT NULL DEFAULT 0;
CREATE TABLE log_lines (task TEXT PRIMARY KEY, lines INTEGER NOT NULL, events INTEGER NOT NULL) WITHOUT ROWID;
UPDATE logs SET first_line = numbered.first_line FROM (
  SELECT id, sum(lines) OVER (PARTITION BY task ORDER BY id) - lines AS first_line FROM (
    SELECT id, task, 1 + length(text) - length(replace(text, char(10), '')) AS lines FROM (
      SELECT id, task, rtrim(coalesce(message, ''), char(10)) AS text FROM logs))) AS numbered
WHERE logs.id = numbered.id;
INSERT INTO log_lines (task, lines, events)
  SELECT task, sum(1 + length(text) - length(replace(text, char(10), ''))), count(*) FROM (
    SELECT task, rtrim(coalesce(message, ''), char(10)) AS text FROM logs) GROUP BY task;
DROP INDEX logs_by_task;
CREATE INDEX logs_by_line ON logs (task, first_line);
