-- Tasks and models in two tables each: narrow rows that lists walk over, and the documents, which are read one by one.
-- What is made of documents beside their fields (marks: words.h; shapes, facts: facts.h) is NULL until the server has
-- filled it in, which it does before anything else (documents.h).
CREATE TABLE task_docs (
  id text COLLATE "C" PRIMARY KEY, doc text COLLATE "C" NOT NULL, tree jsonb GENERATED ALWAYS AS (jv_tree(doc)) STORED
);
INSERT INTO task_docs (id, doc) SELECT id, doc FROM tasks;
ALTER TABLE tasks DROP COLUMN tree;
ALTER TABLE tasks DROP COLUMN doc;
ALTER TABLE tasks ADD COLUMN marks bigint, ADD COLUMN hyperparams_shape bigint, ADD COLUMN metrics_shape bigint,
  ADD COLUMN comment text COLLATE "C", ADD COLUMN facts jsonb;
CREATE INDEX tasks_unfinished ON tasks (id) WHERE marks IS NULL;

DROP INDEX tasks_by_project, tasks_by_status, tasks_by_created, tasks_for_stats;
CREATE INDEX tasks_by_project ON tasks (project, status) INCLUDE (marks, company, active_duration, started, completed);
CREATE INDEX tasks_by_project_and_last_update ON tasks (project, last_update DESC NULLS LAST, id);
CREATE INDEX tasks_by_user ON tasks ("user", status);
-- In order, ties by id. Where many rows have one value, there is an index a direction.
CREATE INDEX tasks_by_created ON tasks (created DESC NULLS LAST, id);
CREATE INDEX tasks_by_started ON tasks (started DESC NULLS LAST, id);
CREATE INDEX tasks_by_completed ON tasks (completed DESC NULLS LAST, id);
CREATE INDEX tasks_by_last_iteration ON tasks (last_iteration DESC NULLS LAST, id);
CREATE INDEX tasks_by_active_duration ON tasks (active_duration DESC NULLS LAST, id);
CREATE INDEX tasks_by_active_duration_up ON tasks (active_duration, id);
CREATE INDEX tasks_by_status_up ON tasks (status, id);
CREATE INDEX tasks_by_status_down ON tasks (status DESC NULLS LAST, id);
CREATE INDEX tasks_by_type_up ON tasks (type, id);
CREATE INDEX tasks_by_type_down ON tasks (type DESC NULLS LAST, id);

CREATE TABLE model_docs (
  id text COLLATE "C" PRIMARY KEY, doc text COLLATE "C" NOT NULL, tree jsonb GENERATED ALWAYS AS (jv_tree(doc)) STORED
);
INSERT INTO model_docs (id, doc) SELECT id, doc FROM models;
ALTER TABLE models DROP COLUMN tree;
ALTER TABLE models DROP COLUMN doc;
ALTER TABLE models ADD COLUMN marks bigint;
CREATE INDEX models_unfinished ON models (id) WHERE marks IS NULL;
CREATE INDEX models_by_last_update ON models (last_update DESC NULLS LAST, id);
CREATE INDEX models_by_created ON models (created DESC NULLS LAST, id);
