-- The words of documents by which they are found: tags, system tags, the models of a task, whether a project is hidden.
-- store/words.cc keeps them in step with the documents.
CREATE TABLE words (
  kind text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, field text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL, PRIMARY KEY (kind, id, field, value)
);
CREATE INDEX words_by_value ON words (kind, field, value, id);

-- The texts of a list, or those under a key of its objects.
CREATE FUNCTION jv_words(list jsonb, key text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN key = '' THEN item #>> '{}' ELSE item ->> key END
  FROM jsonb_array_elements(CASE WHEN jsonb_typeof(list) = 'array' THEN list ELSE '[]' END) AS item
  WHERE jsonb_typeof(CASE WHEN key = '' THEN item ELSE item -> key END) = 'string' $$;

INSERT INTO words SELECT 'task', id, 'tags', word FROM tasks, jv_words(tree -> 'tags', '') AS word ON CONFLICT DO NOTHING;
INSERT INTO words SELECT 'task', id, 'system_tags', word FROM tasks, jv_words(tree -> 'system_tags', '') AS word ON CONFLICT DO NOTHING;
INSERT INTO words SELECT 'task', id, 'models.input', word FROM tasks, jv_words(tree -> 'models' -> 'input', 'model') AS word
WHERE word <> '' ON CONFLICT DO NOTHING;
INSERT INTO words SELECT 'task', id, 'models.output', word FROM tasks, jv_words(tree -> 'models' -> 'output', 'model') AS word
WHERE word <> '' ON CONFLICT DO NOTHING;
INSERT INTO words SELECT 'model', id, 'tags', word FROM models, jv_words(tree -> 'tags', '') AS word ON CONFLICT DO NOTHING;
INSERT INTO words SELECT 'model', id, 'system_tags', word FROM models, jv_words(tree -> 'system_tags', '') AS word ON CONFLICT DO NOTHING;
INSERT INTO words SELECT 'project', id, 'tags', word FROM projects, jv_words(tree -> 'tags', '') AS word ON CONFLICT DO NOTHING;
INSERT INTO words SELECT 'project', id, 'system_tags', word FROM projects, jv_words(tree -> 'system_tags', '') AS word ON CONFLICT DO NOTHING;
INSERT INTO words SELECT 'project', id, 'hidden', 'yes' FROM projects
WHERE '/' || name || '/' LIKE '%/.datasets/%' OR '/' || name || '/' LIKE '%/.pipelines/%' OR '/' || name || '/' LIKE '%/.reports/%'
   OR id IN (SELECT id FROM words WHERE kind = 'project' AND field = 'system_tags' AND value = 'hidden')
ON CONFLICT DO NOTHING;

-- Run times of projects are summed without reading documents.
ALTER TABLE tasks ADD COLUMN active_duration bigint;
UPDATE tasks SET active_duration = (tree ->> 'active_duration')::numeric::bigint WHERE jsonb_typeof(tree -> 'active_duration') = 'number';
CREATE INDEX tasks_for_stats ON tasks (project, status) INCLUDE (active_duration, started, completed);
