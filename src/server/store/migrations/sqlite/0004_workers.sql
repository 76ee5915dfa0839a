-- Workers as the wire shows them; they go when `expires_ms` is over and nobody asked.
CREATE TABLE workers (key TEXT PRIMARY KEY, company TEXT NOT NULL, expires_ms INTEGER NOT NULL, doc TEXT NOT NULL) WITHOUT ROWID;
