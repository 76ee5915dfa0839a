-- API key pairs (the secret only as a keyed hash) and the sessions that were logged out before their token ended.
CREATE TABLE api_keys (
  access_key TEXT PRIMARY KEY, user TEXT NOT NULL, secret_hash BLOB NOT NULL, label TEXT,
  created INTEGER NOT NULL, last_used INTEGER, last_used_from TEXT
) WITHOUT ROWID;
CREATE INDEX api_keys_by_user ON api_keys (user);
CREATE TABLE revoked_sessions (session TEXT PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
