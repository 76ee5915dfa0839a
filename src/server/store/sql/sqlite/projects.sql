-- name: tasks_by_status :many
SELECT status, count(*) FROM tasks WHERE project = ?1 GROUP BY status ORDER BY status;

-- name: project_task_tags :many
-- Of the projects in the JSON list ?2, or of all when it is empty.
SELECT DISTINCT tag.value FROM tasks, json_each(tasks.doc, '$.tags') AS tag
WHERE tasks.company = ?1 AND (json_array_length(?2) = 0 OR tasks.project IN (SELECT value FROM json_each(?2))) ORDER BY 1;
