-- Text orders by bytes in every column (COLLATE "C"), as in SQLite and whatever the database was made with.

-- The document as jsonb. No text of PostgreSQL holds U+0000: in the tree it is U+FFFD, in the document it stays.
CREATE FUNCTION jv_tree(doc text) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN position('\u0000' in doc) = 0 THEN doc::jsonb
    ELSE regexp_replace(doc, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')::jsonb END $$;

-- A number, or text that is wholly one; otherwise NULL. What a double cannot hold is none.
CREATE FUNCTION jv_number(t text) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE
    WHEN length(t) > 400 THEN NULL
    WHEN lower(t) IN ('inf', 'infinity', '-inf', '-infinity') THEN t::float8
    WHEN t !~ '^-?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,4})?$' THEN NULL
    WHEN t::numeric = 0 OR abs(t::numeric) BETWEEN 1e-307 AND 1.79e308 THEN t::float8 END $$;

-- What SQLite's JSON knows as a number: true and false too.
CREATE FUNCTION jv_plain_number(value jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE jsonb_typeof(value) WHEN 'number' THEN value::numeric
    WHEN 'boolean' THEN CASE WHEN value = 'true' THEN 1 ELSE 0 END END $$;

-- Documents: the wire's JSON beside the columns that lists filter and order by (documents.cc fills both), and the
-- tree that any other filter walks. An index holds no key of more than 2,700 bytes: names may be longer.
CREATE TABLE tasks (
  id text COLLATE "C" PRIMARY KEY, company text COLLATE "C", name text COLLATE "C", status text COLLATE "C",
  type text COLLATE "C", project text COLLATE "C", parent text COLLATE "C", "user" text COLLATE "C",
  created text COLLATE "C", started text COLLATE "C", completed text COLLATE "C", last_update text COLLATE "C",
  last_change text COLLATE "C", status_changed text COLLATE "C", last_worker text COLLATE "C", last_iteration bigint,
  doc text COLLATE "C" NOT NULL, tree jsonb GENERATED ALWAYS AS (jv_tree(doc)) STORED
);
CREATE INDEX tasks_by_project ON tasks (project, last_update DESC NULLS LAST, id);
CREATE INDEX tasks_by_status ON tasks (status, last_update DESC NULLS LAST, id);
CREATE INDEX tasks_by_parent ON tasks (parent) WHERE parent IS NOT NULL;
CREATE INDEX tasks_by_last_update ON tasks (last_update DESC NULLS LAST, id);
CREATE INDEX tasks_by_created ON tasks (created DESC NULLS LAST, id);
CREATE INDEX tasks_by_name ON tasks (left(name, 256));
CREATE INDEX tasks_by_name_exactly ON tasks USING hash (name);
CREATE INDEX tasks_by_last_worker ON tasks (last_worker) WHERE status = 'in_progress';

CREATE TABLE projects (
  id text COLLATE "C" PRIMARY KEY, company text COLLATE "C", name text COLLATE "C", parent text COLLATE "C",
  "user" text COLLATE "C", created text COLLATE "C", last_update text COLLATE "C", doc text COLLATE "C" NOT NULL,
  tree jsonb GENERATED ALWAYS AS (jv_tree(doc)) STORED
);
CREATE UNIQUE INDEX projects_by_name ON projects (company, md5(name));
CREATE INDEX projects_by_name_exactly ON projects USING hash (name);
CREATE INDEX projects_by_parent ON projects (parent);

CREATE TABLE models (
  id text COLLATE "C" PRIMARY KEY, company text COLLATE "C", name text COLLATE "C", project text COLLATE "C",
  task text COLLATE "C", "user" text COLLATE "C", ready bigint, uri text COLLATE "C", created text COLLATE "C",
  last_update text COLLATE "C", doc text COLLATE "C" NOT NULL, tree jsonb GENERATED ALWAYS AS (jv_tree(doc)) STORED
);
CREATE INDEX models_by_project ON models (project, last_update DESC NULLS LAST, id);
CREATE INDEX models_by_task ON models (task) WHERE task IS NOT NULL;
CREATE INDEX models_by_uri ON models USING hash (uri);

CREATE TABLE queues (
  id text COLLATE "C" PRIMARY KEY, company text COLLATE "C", name text COLLATE "C", created text COLLATE "C",
  last_update text COLLATE "C", doc text COLLATE "C" NOT NULL, tree jsonb GENERATED ALWAYS AS (jv_tree(doc)) STORED
);
CREATE UNIQUE INDEX queues_by_name ON queues (company, md5(name));

CREATE TABLE users (
  id text COLLATE "C" PRIMARY KEY, company text COLLATE "C", name text COLLATE "C", created text COLLATE "C",
  doc text COLLATE "C" NOT NULL, tree jsonb GENERATED ALWAYS AS (jv_tree(doc)) STORED
);
CREATE TABLE companies (
  id text COLLATE "C" PRIMARY KEY, name text COLLATE "C", created text COLLATE "C", doc text COLLATE "C" NOT NULL,
  tree jsonb GENERATED ALWAYS AS (jv_tree(doc)) STORED
);

-- A waiting task has one row in exactly one of these two: the primary keys see to the first half of it.
CREATE SEQUENCE queue_positions;
CREATE TABLE queue_entries (
  task text COLLATE "C" PRIMARY KEY, queue text COLLATE "C" NOT NULL, added bigint NOT NULL, position float8 NOT NULL
);
CREATE INDEX queue_entries_in_order ON queue_entries (queue, position, task);
CREATE TABLE leases (
  task text COLLATE "C" PRIMARY KEY, queue text COLLATE "C" NOT NULL, worker text COLLATE "C" NOT NULL,
  epoch bigint NOT NULL, added bigint NOT NULL, position float8 NOT NULL, deadline bigint NOT NULL
);
CREATE INDEX leases_by_deadline ON leases (deadline);
CREATE INDEX leases_by_queue ON leases (queue);
CREATE TABLE task_epochs (task text COLLATE "C" PRIMARY KEY, epoch bigint NOT NULL);

-- Every server on this database hears of an entry when it is committed. With the task's name in it: PostgreSQL makes
-- one of two notices that say the same.
CREATE FUNCTION jv_entry_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('jarvis', 'entry ' || NEW.queue || ' ' || NEW.task);
  RETURN NULL;
END $$;
CREATE TRIGGER entry_added AFTER INSERT ON queue_entries FOR EACH ROW EXECUTE FUNCTION jv_entry_added();
