-- API key pairs (the secret only as a keyed hash) and the sessions that were logged out before their token ended.
CREATE TABLE api_keys (
  access_key text COLLATE "C" PRIMARY KEY, "user" text COLLATE "C" NOT NULL, secret_hash bytea NOT NULL,
  label text COLLATE "C", created bigint NOT NULL, last_used bigint, last_used_from text COLLATE "C"
);
CREATE INDEX api_keys_by_user ON api_keys ("user");
CREATE TABLE revoked_sessions (session text COLLATE "C" PRIMARY KEY, expires bigint NOT NULL);

-- What every server on this database must know alike: the key that signs tokens and hashes secrets.
CREATE TABLE server_secrets (name text COLLATE "C" PRIMARY KEY, value bytea NOT NULL);

-- Servers remember who a key belongs to and which sessions ended. These events make them read it again.
CREATE FUNCTION jv_identities_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('jarvis', 'identities');
  RETURN NULL;
END $$;
CREATE TRIGGER identities_changed AFTER DELETE ON api_keys EXECUTE FUNCTION jv_identities_changed();
CREATE TRIGGER identities_changed AFTER INSERT ON revoked_sessions EXECUTE FUNCTION jv_identities_changed();
CREATE TRIGGER identities_changed AFTER UPDATE OR DELETE ON users EXECUTE FUNCTION jv_identities_changed();
CREATE TRIGGER identities_changed AFTER UPDATE OR DELETE ON companies EXECUTE FUNCTION jv_identities_changed();
