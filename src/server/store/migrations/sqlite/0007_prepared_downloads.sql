-- List requests that a link fetches as a file, for a while.
CREATE TABLE prepared_downloads (
  id TEXT PRIMARY KEY, company TEXT NOT NULL, expires_ms INTEGER NOT NULL, request TEXT NOT NULL
) WITHOUT ROWID;
