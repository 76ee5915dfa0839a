-- The words of documents by which they are found: tags, system tags, the models of a task, whether a project is hidden.
-- store/words.cc keeps them in step with the documents.
CREATE TABLE words (
  kind TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id, field, value)
) WITHOUT ROWID;
CREATE INDEX words_by_value ON words (kind, field, value, id);

INSERT OR IGNORE INTO words
SELECT 'task', tasks.id, 'tags', tag.value FROM tasks, json_each(tasks.doc, '$.tags') AS tag WHERE tag.type = 'text';
INSERT OR IGNORE INTO words
SELECT 'task', tasks.id, 'system_tags', tag.value FROM tasks, json_each(tasks.doc, '$.system_tags') AS tag WHERE tag.type = 'text';
INSERT OR IGNORE INTO words
SELECT 'task', tasks.id, 'models.input', item.value ->> '$.model' FROM tasks, json_each(tasks.doc, '$.models.input') AS item
WHERE item.type = 'object' AND item.value ->> '$.model' <> '';
INSERT OR IGNORE INTO words
SELECT 'task', tasks.id, 'models.output', item.value ->> '$.model' FROM tasks, json_each(tasks.doc, '$.models.output') AS item
WHERE item.type = 'object' AND item.value ->> '$.model' <> '';
INSERT OR IGNORE INTO words
SELECT 'model', models.id, 'tags', tag.value FROM models, json_each(models.doc, '$.tags') AS tag WHERE tag.type = 'text';
INSERT OR IGNORE INTO words
SELECT 'model', models.id, 'system_tags', tag.value FROM models, json_each(models.doc, '$.system_tags') AS tag WHERE tag.type = 'text';
INSERT OR IGNORE INTO words
SELECT 'project', projects.id, 'tags', tag.value FROM projects, json_each(projects.doc, '$.tags') AS tag WHERE tag.type = 'text';
INSERT OR IGNORE INTO words
SELECT 'project', projects.id, 'system_tags', tag.value FROM projects, json_each(projects.doc, '$.system_tags') AS tag WHERE tag.type = 'text';
INSERT OR IGNORE INTO words
SELECT 'project', id, 'hidden', 'yes' FROM projects
WHERE '/' || name || '/' LIKE '%/.datasets/%' OR '/' || name || '/' LIKE '%/.pipelines/%' OR '/' || name || '/' LIKE '%/.reports/%'
   OR id IN (SELECT id FROM words WHERE kind = 'project' AND field = 'system_tags' AND value = 'hidden');

-- Run times of projects are summed without reading documents.
ALTER TABLE tasks ADD COLUMN active_duration INTEGER;
UPDATE tasks SET active_duration = doc ->> '$.active_duration' WHERE json_type(doc, '$.active_duration') = 'integer';
CREATE INDEX tasks_for_stats ON tasks (project, status, active_duration, started, completed);
