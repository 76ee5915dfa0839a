-- Tasks and models in two tables each: narrow rows that lists walk over, and the documents, which are read one by one.
-- No table is WITHOUT ROWID that holds documents: their b-trees would keep whole documents in their inner pages.
-- What is made of documents beside their fields (marks: words.h; shapes, facts: facts.h) is NULL until the server has
-- filled it in, which it does before anything else (documents.h).
CREATE TABLE task_docs (id TEXT PRIMARY KEY NOT NULL, doc TEXT NOT NULL);
INSERT INTO task_docs SELECT id, doc FROM tasks;

CREATE TABLE narrow_tasks (
  id TEXT PRIMARY KEY NOT NULL, company TEXT, name TEXT, status TEXT, type TEXT, project TEXT, parent TEXT, user TEXT,
  created TEXT, started TEXT, completed TEXT, last_update TEXT, last_change TEXT, status_changed TEXT, last_worker TEXT,
  last_iteration INTEGER, active_duration INTEGER, marks INTEGER, hyperparams_shape INTEGER, metrics_shape INTEGER,
  comment TEXT, facts TEXT
);
INSERT INTO narrow_tasks (id, company, name, status, type, project, parent, user, created, started, completed, last_update,
  last_change, status_changed, last_worker, last_iteration, active_duration)
SELECT id, company, name, status, type, project, parent, user, created, started, completed, last_update,
  last_change, status_changed, last_worker, last_iteration, active_duration FROM tasks;
DROP TABLE tasks;
ALTER TABLE narrow_tasks RENAME TO tasks;
CREATE INDEX tasks_unfinished ON tasks (id) WHERE marks IS NULL;

-- Found by what few tasks have; the columns behind let most lists be filtered without looking at the rows.
-- query_plan.cc chooses among these by name, documents.cc knows their columns.
CREATE INDEX tasks_by_project ON tasks (project, status, type, user, marks, company, active_duration, started, completed);
CREATE INDEX tasks_by_user ON tasks (user, status, type, marks, company);
CREATE INDEX tasks_by_status ON tasks (status, type, user, marks, company);
CREATE INDEX tasks_by_type ON tasks (type, status, user, marks, company);
CREATE INDEX tasks_by_parent ON tasks (parent) WHERE parent IS NOT NULL;
CREATE INDEX tasks_by_last_worker ON tasks (last_worker) WHERE status = 'in_progress';
-- In order, ties by id. Where many rows have one value, there is an index a direction.
CREATE INDEX tasks_by_last_update ON tasks (last_update DESC, id, status, type, user, project, marks, company, name);
CREATE INDEX tasks_by_project_and_last_update ON tasks (project, last_update DESC, id);
CREATE INDEX tasks_by_created ON tasks (created DESC, id);
CREATE INDEX tasks_by_started ON tasks (started DESC, id);
CREATE INDEX tasks_by_completed ON tasks (completed DESC, id);
CREATE INDEX tasks_by_name ON tasks (name, id);
CREATE INDEX tasks_by_last_iteration ON tasks (last_iteration DESC, id);
CREATE INDEX tasks_by_active_duration ON tasks (active_duration DESC, id);
CREATE INDEX tasks_by_active_duration_up ON tasks (active_duration, id);
CREATE INDEX tasks_by_status_up ON tasks (status, id);
CREATE INDEX tasks_by_status_down ON tasks (status DESC, id);
CREATE INDEX tasks_by_type_up ON tasks (type, id);
CREATE INDEX tasks_by_type_down ON tasks (type DESC, id);

CREATE TABLE model_docs (id TEXT PRIMARY KEY NOT NULL, doc TEXT NOT NULL);
INSERT INTO model_docs SELECT id, doc FROM models;
CREATE TABLE narrow_models (
  id TEXT PRIMARY KEY NOT NULL, company TEXT, name TEXT, project TEXT, task TEXT, user TEXT, ready INTEGER, uri TEXT,
  created TEXT, last_update TEXT, marks INTEGER
);
INSERT INTO narrow_models (id, company, name, project, task, user, ready, uri, created, last_update)
SELECT id, company, name, project, task, user, ready, uri, created, last_update FROM models;
DROP TABLE models;
ALTER TABLE narrow_models RENAME TO models;
CREATE INDEX models_unfinished ON models (id) WHERE marks IS NULL;
CREATE INDEX models_by_project ON models (project, last_update DESC, id);
CREATE INDEX models_by_task ON models (task) WHERE task IS NOT NULL;
CREATE INDEX models_by_uri ON models (uri) WHERE uri IS NOT NULL;
CREATE INDEX models_by_last_update ON models (last_update DESC, id, project, user, ready, marks, company, name);
CREATE INDEX models_by_created ON models (created DESC, id);
CREATE INDEX models_by_name ON models (name, id);
