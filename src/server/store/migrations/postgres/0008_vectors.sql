-- Vectors a task reports: a row an identity, like plots; the values as JSON.
CREATE TABLE vectors (
  task text COLLATE "C" NOT NULL, metric text COLLATE "C" NOT NULL, variant text COLLATE "C" NOT NULL,
  iter bigint NOT NULL, time_ms bigint NOT NULL, worker text COLLATE "C", content text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX vectors_by_identity ON vectors (task, md5(metric), md5(variant), iter);
