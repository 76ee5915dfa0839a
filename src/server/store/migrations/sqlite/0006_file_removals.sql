-- Uploaded files of deleted tasks, until they are gone from the disk. `attempts` and `error` tell of those that will not.
CREATE TABLE file_removals (
  path TEXT PRIMARY KEY, company TEXT NOT NULL, task TEXT NOT NULL, url TEXT NOT NULL, added INTEGER NOT NULL,
  next_try INTEGER NOT NULL, attempts INTEGER NOT NULL, error TEXT
) WITHOUT ROWID;
CREATE INDEX file_removals_due ON file_removals (next_try);
