-- Passwords (argon2id), and users whose earlier tokens are void: their role changed, they were disabled...
CREATE TABLE passwords (
  login text COLLATE "C" PRIMARY KEY, "user" text COLLATE "C" NOT NULL, hash text NOT NULL, is_configured bigint NOT NULL,
  changed bigint NOT NULL
);
CREATE INDEX passwords_by_user ON passwords ("user");
CREATE TABLE ended_sessions ("user" text COLLATE "C" PRIMARY KEY, ended bigint NOT NULL);
CREATE TRIGGER identities_changed AFTER INSERT OR UPDATE ON ended_sessions EXECUTE FUNCTION jv_identities_changed();

-- SQLite's way to tell a server what another process changed: here only so that both have the same tables.
CREATE TABLE identity_changes (place bigint PRIMARY KEY, number bigint NOT NULL);
