-- name: tasks_by_status :many
SELECT status, count(*) FROM tasks WHERE project = $1 GROUP BY status ORDER BY status;

-- name: project_task_tags :many
-- Of the projects in the JSON list $2, or of all when it is empty.
SELECT DISTINCT tag.value COLLATE "C"
FROM tasks, jsonb_array_elements_text(CASE WHEN jsonb_typeof(tree -> 'tags') = 'array' THEN tree -> 'tags' ELSE '[]' END) AS tag(value)
WHERE tasks.company = $1 AND ($2::text = '[]' OR tasks.project IN (SELECT jsonb_array_elements_text($2::text::jsonb))) ORDER BY 1;
