-- One group a kind. The parameters of *_put are the columns in the order of documents.cc, then the document; tasks and
-- models have theirs in a table of its own.

-- name: task_get :one
SELECT doc FROM task_docs WHERE id = $1;

-- name: task_put :exec
INSERT INTO tasks (id, company, name, comment, status, type, project, parent, "user", created, started, completed, last_update, last_change, status_changed, last_worker, last_iteration, active_duration, marks, hyperparams_shape, metrics_shape, facts)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, jv_tree($22::text))
ON CONFLICT (id) DO UPDATE SET company = excluded.company, name = excluded.name, comment = excluded.comment, status = excluded.status, type = excluded.type, project = excluded.project, parent = excluded.parent, "user" = excluded."user", created = excluded.created, started = excluded.started, completed = excluded.completed, last_update = excluded.last_update, last_change = excluded.last_change, status_changed = excluded.status_changed, last_worker = excluded.last_worker, last_iteration = excluded.last_iteration, active_duration = excluded.active_duration, marks = excluded.marks, hyperparams_shape = excluded.hyperparams_shape, metrics_shape = excluded.metrics_shape, facts = excluded.facts;

-- name: task_doc_put :exec
INSERT INTO task_docs (id, doc) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc;

-- name: task_docs :many
-- The documents with the ids of a JSON list, in any order.
SELECT id, doc FROM task_docs WHERE id = ANY (ARRAY(SELECT jsonb_array_elements_text(jv_tree($1::text))));

-- name: task_erase :exec
DELETE FROM tasks WHERE id = $1;

-- name: tasks_unfinished :many
-- Those whose columns are not all made from their document yet.
SELECT id FROM tasks WHERE marks IS NULL ORDER BY id LIMIT $1;

-- name: task_doc_erase :exec
DELETE FROM task_docs WHERE id = $1;

-- name: project_get :one
SELECT doc FROM projects WHERE id = $1;

-- name: project_put :exec
INSERT INTO projects (id, company, name, parent, "user", created, last_update, doc)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET company = excluded.company, name = excluded.name, parent = excluded.parent, "user" = excluded."user", created = excluded.created, last_update = excluded.last_update, doc = excluded.doc;

-- name: project_erase :exec
DELETE FROM projects WHERE id = $1;

-- name: model_get :one
SELECT doc FROM model_docs WHERE id = $1;

-- name: model_put :exec
INSERT INTO models (id, company, name, project, task, "user", ready, uri, created, last_update, marks)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO UPDATE SET company = excluded.company, name = excluded.name, project = excluded.project, task = excluded.task, "user" = excluded."user", ready = excluded.ready, uri = excluded.uri, created = excluded.created, last_update = excluded.last_update, marks = excluded.marks;

-- name: model_doc_put :exec
INSERT INTO model_docs (id, doc) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc;

-- name: model_docs :many
-- The documents with the ids of a JSON list, in any order.
SELECT id, doc FROM model_docs WHERE id = ANY (ARRAY(SELECT jsonb_array_elements_text(jv_tree($1::text))));

-- name: model_erase :exec
DELETE FROM models WHERE id = $1;

-- name: models_unfinished :many
-- Those whose columns are not all made from their document yet.
SELECT id FROM models WHERE marks IS NULL ORDER BY id LIMIT $1;

-- name: model_doc_erase :exec
DELETE FROM model_docs WHERE id = $1;

-- name: queue_get :one
SELECT doc FROM queues WHERE id = $1;

-- name: queue_put :exec
INSERT INTO queues (id, company, name, created, last_update, doc)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO UPDATE SET company = excluded.company, name = excluded.name, created = excluded.created, last_update = excluded.last_update, doc = excluded.doc;

-- name: queue_erase :exec
DELETE FROM queues WHERE id = $1;

-- name: user_get :one
SELECT doc FROM users WHERE id = $1;

-- name: user_put :exec
INSERT INTO users (id, company, name, created, doc)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET company = excluded.company, name = excluded.name, created = excluded.created, doc = excluded.doc;

-- name: user_erase :exec
DELETE FROM users WHERE id = $1;

-- name: company_get :one
SELECT doc FROM companies WHERE id = $1;

-- name: company_put :exec
INSERT INTO companies (id, name, created, doc)
VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, created = excluded.created, doc = excluded.doc;

-- name: company_erase :exec
DELETE FROM companies WHERE id = $1;
