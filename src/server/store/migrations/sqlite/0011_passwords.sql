-- Passwords (argon2id), and users whose earlier tokens are void: their role changed, they were disabled...
CREATE TABLE passwords (
  login TEXT PRIMARY KEY, user TEXT NOT NULL, hash TEXT NOT NULL, is_configured INTEGER NOT NULL, changed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX passwords_by_user ON passwords (user);
CREATE TABLE ended_sessions (user TEXT PRIMARY KEY, ended INTEGER NOT NULL) WITHOUT ROWID;

-- A server remembers who a key belongs to and which sessions ended. `jarvis-server user` changes both from another
-- process: the number tells the server to read them again. (PostgreSQL notifies.)
CREATE TABLE identity_changes (place INTEGER PRIMARY KEY, number INTEGER NOT NULL);
CREATE TRIGGER identities_changed_key AFTER DELETE ON api_keys
BEGIN
  INSERT INTO identity_changes (place, number) VALUES (1, 1) ON CONFLICT (place) DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER identities_changed_user AFTER UPDATE ON users
BEGIN
  INSERT INTO identity_changes (place, number) VALUES (1, 1) ON CONFLICT (place) DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER identities_changed_user_gone AFTER DELETE ON users
BEGIN
  INSERT INTO identity_changes (place, number) VALUES (1, 1) ON CONFLICT (place) DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER identities_changed_session AFTER INSERT ON ended_sessions
BEGIN
  INSERT INTO identity_changes (place, number) VALUES (1, 1) ON CONFLICT (place) DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER identities_changed_session_again AFTER UPDATE ON ended_sessions
BEGIN
  INSERT INTO identity_changes (place, number) VALUES (1, 1) ON CONFLICT (place) DO UPDATE SET number = number + 1;
END;
