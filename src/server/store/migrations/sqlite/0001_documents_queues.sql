-- Documents: the wire's JSON beside the columns that lists filter and order by (documents.cc fills both).
CREATE TABLE tasks (
  id TEXT PRIMARY KEY, company TEXT, name TEXT, status TEXT, type TEXT, project TEXT, parent TEXT, user TEXT,
  created TEXT, started TEXT, completed TEXT, last_update TEXT, last_change TEXT, status_changed TEXT,
  last_worker TEXT, last_iteration INTEGER, doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX tasks_by_project ON tasks (project, last_update);
CREATE INDEX tasks_by_status ON tasks (status, last_update);
CREATE INDEX tasks_by_parent ON tasks (parent) WHERE parent IS NOT NULL;
CREATE INDEX tasks_by_last_update ON tasks (last_update);
CREATE INDEX tasks_by_created ON tasks (created);
CREATE INDEX tasks_by_name ON tasks (name);
CREATE INDEX tasks_by_last_worker ON tasks (last_worker) WHERE status = 'in_progress';

CREATE TABLE projects (
  id TEXT PRIMARY KEY, company TEXT, name TEXT, parent TEXT, user TEXT, created TEXT, last_update TEXT, doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX projects_by_name ON projects (company, name);
CREATE INDEX projects_by_parent ON projects (parent);

CREATE TABLE models (
  id TEXT PRIMARY KEY, company TEXT, name TEXT, project TEXT, task TEXT, user TEXT, ready INTEGER, uri TEXT,
  created TEXT, last_update TEXT, doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX models_by_project ON models (project, last_update);
CREATE INDEX models_by_task ON models (task) WHERE task IS NOT NULL;
CREATE INDEX models_by_uri ON models (uri) WHERE uri IS NOT NULL;

CREATE TABLE queues (
  id TEXT PRIMARY KEY, company TEXT, name TEXT, created TEXT, last_update TEXT, doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX queues_by_name ON queues (company, name);

CREATE TABLE users (id TEXT PRIMARY KEY, company TEXT, name TEXT, created TEXT, doc TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE companies (id TEXT PRIMARY KEY, name TEXT, created TEXT, doc TEXT NOT NULL) WITHOUT ROWID;

-- A waiting task has one row in exactly one of these two: the primary keys see to the first half of it.
CREATE TABLE queue_entries (
  task TEXT PRIMARY KEY, queue TEXT NOT NULL, added INTEGER NOT NULL, position REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX queue_entries_in_order ON queue_entries (queue, position, task);
CREATE TABLE leases (
  task TEXT PRIMARY KEY, queue TEXT NOT NULL, worker TEXT NOT NULL, epoch INTEGER NOT NULL,
  added INTEGER NOT NULL, position REAL NOT NULL, deadline INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX leases_by_deadline ON leases (deadline);
CREATE TABLE task_epochs (task TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID;
