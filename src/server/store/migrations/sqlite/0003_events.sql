-- Curves in packs (events/scalar_pack), many series each; logs a row an event; plots and images a row an identity.
CREATE TABLE scalar_packs (
  task TEXT NOT NULL, seq INTEGER NOT NULL, is_sealed INTEGER NOT NULL, pack BLOB NOT NULL, PRIMARY KEY (task, seq)
) WITHOUT ROWID;
CREATE TABLE scalar_pack_seq (task TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, time_ms INTEGER NOT NULL, level TEXT, message TEXT, worker TEXT
);
CREATE INDEX logs_by_task ON logs (task, id);
CREATE INDEX logs_by_time ON logs (task, time_ms, id);
CREATE TABLE log_streams (task TEXT NOT NULL, stream TEXT NOT NULL, last_seq INTEGER NOT NULL, PRIMARY KEY (task, stream)) WITHOUT ROWID;
CREATE TABLE plots (
  task TEXT NOT NULL, metric TEXT NOT NULL, variant TEXT NOT NULL, iter INTEGER NOT NULL, time_ms INTEGER NOT NULL, worker TEXT,
  plot TEXT NOT NULL, PRIMARY KEY (task, metric, variant, iter)
);
CREATE TABLE images (
  task TEXT NOT NULL, metric TEXT NOT NULL, variant TEXT NOT NULL, iter INTEGER NOT NULL, time_ms INTEGER NOT NULL, worker TEXT,
  url TEXT NOT NULL, key TEXT, PRIMARY KEY (task, metric, variant, iter)
);
