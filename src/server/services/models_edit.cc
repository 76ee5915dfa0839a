// What is known of a model, as people and runs say it.
#include "base/ids.h"
#include "server/domain/entities.h"
#include "server/domain/task_document.h"
#include "server/domain/task_fields.h"
#include "server/domain/task_project.h"
#include "server/services/models.h"

namespace jarvis::server::models {
namespace {

using store::Kind;
using store::filter::all;
using store::filter::equals;

json::object new_model(const Call& call, WallTime now) {
  const std::string time = to_iso(now);
  return {{"id", random_id()},
          {"company", call.identity.company.str()},
          {"user", call.identity.user.str()},
          {"name", ""},
          {"uri", ""},
          {"framework", nullptr},
          {"project", nullptr},
          {"task", nullptr},
          {"parent", nullptr},
          {"comment", ""},
          {"tags", json::array()},
          {"system_tags", json::array()},
          {"design", json::object()},
          {"labels", json::object()},
          {"metadata", json::object()},
          {"ui_cache", json::object()},
          {"ready", false},
          {"created", time},
          {"last_update", time},
          {"last_change", time}};
}

ApiResult<void> set_model_fields(store::Transaction& tx, const Call& call, const json::object& body,
                                 json::object& model, json::object& fields) {
  if (const auto name = get_string(body, "name")) {
    TRY(const std::string checked, domain::checked_task_name(*name));
    fields["name"] = model["name"] = checked;
  }
  for (const char* key : {"uri", "comment", "framework", "parent"}) {
    if (const auto value = get_string(body, key)) fields[key] = model[key] = *value;
  }
  if (const auto project = get_string(body, "project"); project && !project->empty()) {
    CHECK_OK(domain::check_project(tx, call, *project));
    fields["project"] = model["project"] = *project;
  }
  if (const auto task = get_string(body, "task"); task && !task->empty()) {
    CHECK_OK(domain::load_task(tx, call, *task));
    fields["task"] = model["task"] = *task;
  }
  for (const char* key : {"design", "labels", "ui_cache"}) {
    if (const json::object* value = get_object(body, key)) fields[key] = model[key] = *value;
  }
  for (const char* key : {"tags", "system_tags"}) {
    if (!body.contains(key) || body.at(key).is_null()) continue;
    TRY(json::array tags, domain::checked_tags(body, key));
    fields[key] = model[key] = std::move(tags);
  }
  if (const json::value* metadata = find(body, "metadata"); metadata != nullptr && !metadata->is_null())
    model["metadata"] = metadata_object(*metadata);
  if (const auto ready = get_bool(body, "ready")) fields["ready"] = model["ready"] = *ready;
  return {};
}

/// The task that names the model raises its iteration, never lowers it.
ApiResult<void> raise_iteration(store::Transaction& tx, const Call& call, std::string_view task_id, WallTime now) {
  const auto iteration = get_int(call.body, "iteration");
  if (task_id.empty() || !iteration) return {};
  TRY(auto task, domain::TaskDraft::open(tx, call, task_id, now));
  if (*iteration <= get_int(task.doc(), "last_iteration").value_or(0)) return {};
  task.doc()["last_iteration"] = *iteration;
  task.touch();
  return task.save(tx);
}

/// Puts the model behind the task's other output models: the last is the one that clients of before 2.13 see.
ApiResult<void> make_output(store::Transaction& tx, domain::TaskDraft& task, const json::object& model) {
  json::array outputs;
  json::object& models = ensure_object(task.doc(), "models");
  if (const json::array* before = get_array(models, "output")) {
    for (const json::value& item : *before) {
      const bool is_this =
          item.is_object() && item.get_object().contains("model") && item.at("model") == model.at("id");
      if (!is_this) outputs.push_back(item);
    }
  }
  outputs.push_back({{"name", model.at("name")}, {"model", model.at("id")}});
  models["output"] = std::move(outputs);
  task.touch();
  return task.save(tx);
}

}  // namespace

ApiResult<Reply> create(Services& services, store::Transaction& tx, const Call& call) {
  json::object model = new_model(call, services.clock.wall());
  json::object fields;
  CHECK_OK(set_model_fields(tx, call, call.body, model, fields));
  // The schema's words say false; released servers make it final.
  if (!call.body.contains("ready")) model["ready"] = true;
  if (get_bool_or(call.body, "public", false)) {
    model["company_origin"] = model.at("company");
    model["company"] = "";
  }
  CHECK_OK(domain::save_changed(tx, call, Kind::model, model, services.clock.wall()));
  CHECK_OK(raise_iteration(tx, call, get_string_or(call.body, "task", ""), services.clock.wall()));
  return json::object{{"id", model.at("id")}, {"created", true}};
}

ApiResult<Reply> edit(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object model, domain::load_own(tx, call, Kind::model, get_string_or(call.body, "model", "")));
  json::object fields;
  CHECK_OK(set_model_fields(tx, call, call.body, model, fields));
  CHECK_OK(domain::save_changed(tx, call, Kind::model, model, services.clock.wall()));
  CHECK_OK(raise_iteration(tx, call, get_string_or(call.body, "task", get_string_or(model, "task", "")),
                           services.clock.wall()));
  return json::object{{"updated", 1}, {"fields", std::move(fields)}};
}

// One output model of a task and a name (or address): made the first time, changed afterwards.
ApiResult<Reply> update_for_task(Services& services, store::Transaction& tx, const Call& call) {
  const std::string task_id = get_string_or(call.body, "task", "");
  const WallTime now = services.clock.wall();
  TRY(auto task, domain::TaskDraft::open(tx, call, task_id, now));
  const std::string uri = get_string_or(call.body, "uri", "");
  const std::string override_id = get_string_or(call.body, "override_model_id", "");
  if (uri.empty() && override_id.empty())
    return ApiError(api::validation_error, "uri or override_model_id: one of them is required");
  json::object model;
  bool is_new = false;
  if (!override_id.empty()) {
    TRY(model, domain::load_own(tx, call, Kind::model, override_id));
  } else {
    TRY(auto found,
        store::find(
            tx, Kind::model,
            {.where = all({equals({"task"}, json::value(task_id)), equals({"uri"}, json::value(uri))}), .limit = 1}));
    is_new = found.empty();
    model = is_new ? new_model(call, now) : std::move(found.front());
    model["task"] = task_id;
    if (is_new) {
      model["name"] = get_string_or(task.doc(), "name", "");
      const json::value* project = find(task.doc(), "project");
      model["project"] = project == nullptr ? json::value() : *project;
      model["ready"] = false;
    }
  }
  json::object fields;
  json::object body = call.body;
  body.erase("task");
  CHECK_OK(set_model_fields(tx, call, body, model, fields));
  CHECK_OK(domain::save_changed(tx, call, Kind::model, model, now));
  CHECK_OK(make_output(tx, task, model));
  CHECK_OK(raise_iteration(tx, call, task_id, now));
  json::object reply{{"id", model.at("id")}};
  if (is_new) {
    reply["created"] = true;
  } else {
    reply["updated"] = 1;
    reply["fields"] = std::move(fields);
  }
  return reply;
}

ApiResult<Reply> move(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::value target, domain::target_project(tx, call, services.clock.wall()));
  std::int64_t updated = 0;
  for (const std::string& id : get_strings(call.body, "ids")) {
    TRY(json::object model, domain::load_own(tx, call, Kind::model, id));
    // Who watches the project that it leaves is told, too.
    tx.note({.kind = store::Change::Kind::model,
             .id = id,
             .company = call.identity.company.str(),
             .project = get_string_or(model, "project", "")});
    model["project"] = target;
    CHECK_OK(domain::save_changed(tx, call, Kind::model, model, services.clock.wall()));
    ++updated;
  }
  return json::object{{"project_id", target}, {"updated", updated}};
}

}  // namespace jarvis::server::models
