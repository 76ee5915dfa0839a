-- What workers report of their machines: a row a report, later a row for several minutes (`is_merged`). `stats` holds
-- the numbers as JSON, see domain/worker_stats.h.
CREATE TABLE worker_samples (
  company TEXT NOT NULL, worker TEXT NOT NULL, time_ms INTEGER NOT NULL, is_busy INTEGER NOT NULL, is_merged INTEGER NOT NULL,
  stats TEXT NOT NULL, PRIMARY KEY (company, worker, time_ms)
) WITHOUT ROWID;
CREATE INDEX worker_samples_by_time ON worker_samples (company, time_ms, worker, is_busy);
CREATE INDEX worker_samples_fresh ON worker_samples (time_ms) WHERE is_merged = 0;
CREATE INDEX worker_samples_by_age ON worker_samples (time_ms);

-- How long queues were and since when their tasks waited on average (`added_us`), whenever that changed.
CREATE TABLE queue_samples (
  queue TEXT NOT NULL, time_ms INTEGER NOT NULL, length INTEGER NOT NULL, added_us INTEGER NOT NULL, PRIMARY KEY (queue, time_ms)
) WITHOUT ROWID;
CREATE INDEX queue_samples_by_age ON queue_samples (time_ms);

-- How long each task had waited when it was started.
CREATE TABLE queue_waits (
  queue TEXT NOT NULL, started_us INTEGER NOT NULL, task TEXT NOT NULL, wait_us INTEGER NOT NULL,
  PRIMARY KEY (queue, started_us, task)
) WITHOUT ROWID;
CREATE INDEX queue_waits_by_age ON queue_waits (started_us);

-- Containers that serve models, as they said last; they go when `expires_ms` is over.
CREATE TABLE serving_containers (
  company TEXT NOT NULL, container TEXT NOT NULL, url TEXT NOT NULL, expires_ms INTEGER NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (company, container)
) WITHOUT ROWID;
-- What they reported over time; `stats` is {metric: number}.
CREATE TABLE serving_samples (
  company TEXT NOT NULL, url TEXT NOT NULL, container TEXT NOT NULL, time_ms INTEGER NOT NULL, stats TEXT NOT NULL,
  PRIMARY KEY (company, url, container, time_ms)
) WITHOUT ROWID;
CREATE INDEX serving_samples_by_age ON serving_samples (time_ms);
