-- Vectors a task reports: a row an identity, like plots; the values as JSON.
CREATE TABLE vectors (
  task TEXT NOT NULL, metric TEXT NOT NULL, variant TEXT NOT NULL, iter INTEGER NOT NULL, time_ms INTEGER NOT NULL, worker TEXT,
  content TEXT NOT NULL, PRIMARY KEY (task, metric, variant, iter)
);
