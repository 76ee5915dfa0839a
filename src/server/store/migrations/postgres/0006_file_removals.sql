-- Uploaded files of deleted tasks, until they are gone from the disk. `attempts` and `error` tell of those that will not.
CREATE TABLE file_removals (
  path text COLLATE "C" PRIMARY KEY, company text COLLATE "C" NOT NULL, task text COLLATE "C" NOT NULL, url text COLLATE "C" NOT NULL, added bigint NOT NULL,
  next_try bigint NOT NULL, attempts bigint NOT NULL, error text COLLATE "C"
);
CREATE INDEX file_removals_due ON file_removals (next_try);
