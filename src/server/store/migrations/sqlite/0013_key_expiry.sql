-- Keys that end by themselves: when, or NULL.
ALTER TABLE api_keys ADD COLUMN expires INTEGER;
