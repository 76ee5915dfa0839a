-- How much of the disk each task uses, as it was measured last (storage_sizes.h). A row of a task for each `place`: the
-- id of the server that holds files of it, or '' for what is in the database. Task '': the files of no task, and when
-- the place was measured.
CREATE TABLE storage_sizes (
  task text COLLATE "C" NOT NULL, place text COLLATE "C" NOT NULL, artifacts bigint NOT NULL, models bigint NOT NULL, images bigint NOT NULL,
  others bigint NOT NULL, files bigint NOT NULL, logs bigint NOT NULL, scalars bigint NOT NULL, plots bigint NOT NULL,
  measured_us bigint NOT NULL, PRIMARY KEY (task, place)
);
