-- How much of the disk each task uses, as it was measured last (storage_sizes.h). A row of a task for each `place`: the
-- id of the server that holds files of it, or '' for what is in the database. Task '': the files of no task, and when
-- the place was measured.
CREATE TABLE storage_sizes (
  task TEXT NOT NULL, place TEXT NOT NULL, artifacts INTEGER NOT NULL, models INTEGER NOT NULL, images INTEGER NOT NULL,
  others INTEGER NOT NULL, files INTEGER NOT NULL, logs INTEGER NOT NULL, scalars INTEGER NOT NULL, plots INTEGER NOT NULL,
  measured_us INTEGER NOT NULL, PRIMARY KEY (task, place)
) WITHOUT ROWID;
