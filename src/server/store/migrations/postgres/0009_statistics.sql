-- What workers report of their machines: a row a report, later a row for several minutes (`is_merged`). `stats` holds
-- the numbers as JSON, see domain/worker_stats.h.
CREATE TABLE worker_samples (
  company text COLLATE "C" NOT NULL, worker text COLLATE "C" NOT NULL, time_ms bigint NOT NULL, is_busy bigint NOT NULL,
  is_merged bigint NOT NULL, stats text COLLATE "C" NOT NULL, PRIMARY KEY (company, worker, time_ms)
);
CREATE INDEX worker_samples_by_time ON worker_samples (company, time_ms, worker, is_busy);
CREATE INDEX worker_samples_fresh ON worker_samples (time_ms) WHERE is_merged = 0;
CREATE INDEX worker_samples_by_age ON worker_samples (time_ms);

-- How long queues were and since when their tasks waited on average (`added_us`), whenever that changed.
CREATE TABLE queue_samples (
  queue text COLLATE "C" NOT NULL, time_ms bigint NOT NULL, length bigint NOT NULL, added_us bigint NOT NULL,
  PRIMARY KEY (queue, time_ms)
);
CREATE INDEX queue_samples_by_age ON queue_samples (time_ms);

-- How long each task had waited when it was started.
CREATE TABLE queue_waits (
  queue text COLLATE "C" NOT NULL, started_us bigint NOT NULL, task text COLLATE "C" NOT NULL, wait_us bigint NOT NULL,
  PRIMARY KEY (queue, started_us, task)
);
CREATE INDEX queue_waits_by_age ON queue_waits (started_us);

-- Containers that serve models, as they said last; they go when `expires_ms` is over.
CREATE TABLE serving_containers (
  company text COLLATE "C" NOT NULL, container text COLLATE "C" NOT NULL, url text COLLATE "C" NOT NULL, expires_ms bigint NOT NULL,
  doc text COLLATE "C" NOT NULL, PRIMARY KEY (company, container)
);
-- What they reported over time; `stats` is {metric: number}.
CREATE TABLE serving_samples (
  company text COLLATE "C" NOT NULL, url text COLLATE "C" NOT NULL, container text COLLATE "C" NOT NULL, time_ms bigint NOT NULL,
  stats text COLLATE "C" NOT NULL, PRIMARY KEY (company, url, container, time_ms)
);
CREATE INDEX serving_samples_by_age ON serving_samples (time_ms);
