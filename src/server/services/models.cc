// The models service: what tasks made, where its weights are, and what is known of it.
#include <array>

#include "base/ids.h"
#include "server/domain/entity_lists.h"
#include "server/domain/task_document.h"
#include "server/domain/task_fields.h"
#include "server/endpoint.h"
#include "server/services.h"
#include "server/services/tasks_steps.h"
#include "server/store/documents.h"

namespace jarvis::server {
namespace {

using store::filter::all;
using store::filter::equals;

ApiResult<json::object> load_model(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(auto model, store::get(tx, store::Kind::model, id));
  const std::string company = model ? get_string_or(*model, "company", "") : "-";
  if (!model || (!company.empty() && company != call.identity.company.str()))
    return ApiError(api::invalid_model_id, "id=" + std::string(id));
  return std::move(*model);
}

ApiResult<json::object> load_own_model(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(json::object model, load_model(tx, call, id));
  if (get_string_or(model, "company", "").empty()) return ApiError(api::invalid_model_id, "the model is public");
  return model;
}

ApiResult<json::object> asked_model(store::Transaction& tx, const Call& call) {
  return load_own_model(tx, call, get_string_or(call.body, "model", ""));
}

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

/// A list of {key, type, value} as the object that is stored.
json::object metadata_object(const json::value& given) {
  if (given.is_object()) return given.get_object();
  json::object out;
  if (const json::array* list = given.if_array()) {
    for (const json::value& item : *list) {
      if (item.is_object()) out[get_string_or(item.get_object(), "key", "")] = item;
    }
  }
  return out;
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

ApiResult<void> save(store::Transaction& tx, json::object& model, WallTime now) {
  model["last_update"] = model["last_change"] = to_iso(now);
  CHECK_OK(store::put(tx, store::Kind::model, model));
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

ApiResult<Reply> create(Services& services, store::Transaction& tx, const Call& call) {
  json::object model = new_model(call, services.clock.wall());
  json::object fields;
  CHECK_OK(set_model_fields(tx, call, call.body, model, fields));
  if (!call.body.contains("ready")) model["ready"] = true;
  CHECK_OK(save(tx, model, services.clock.wall()));
  CHECK_OK(raise_iteration(tx, call, get_string_or(call.body, "task", ""), services.clock.wall()));
  return json::object{{"id", model.at("id")}, {"created", true}};
}

ApiResult<Reply> edit(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object model, asked_model(tx, call));
  json::object fields;
  CHECK_OK(set_model_fields(tx, call, call.body, model, fields));
  CHECK_OK(save(tx, model, services.clock.wall()));
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
    TRY(model, load_own_model(tx, call, override_id));
  } else {
    TRY(auto found,
        store::find(
            tx, store::Kind::model,
            {.where = all({equals({"task"}, json::value(task_id)), equals({"uri"}, json::value(uri))}), .limit = 1}));
    is_new = found.empty();
    model = is_new ? new_model(call, now) : std::move(found.front());
    model["task"] = task_id;
    if (is_new) {
      model["name"] = get_string_or(task.doc(), "name", "");
      model["project"] = task.doc().at("project");
      model["ready"] = false;
    }
  }
  json::object fields;
  json::object body = call.body;
  body.erase("task");
  CHECK_OK(set_model_fields(tx, call, body, model, fields));
  CHECK_OK(save(tx, model, now));
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

ApiResult<Reply> get_by_id(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object model, load_model(tx, call, get_string_or(call.body, "model", "")));
  return json::object{{"model", std::move(model)}};
}

ApiResult<Reply> get_by_task_id(Services&, store::Transaction& tx, const Call& call) {
  const std::string task = get_string_or(call.body, "task", "");
  TRY(auto found, store::find(tx, store::Kind::model,
                              {.where = all({equals({"task"}, json::value(task)),
                                             equals({"company"}, json::value(call.identity.company.str()))}),
                               .order = {{.field = {"created"}, .descending = true}},
                               .limit = 1}));
  if (found.empty()) return ApiError(api::invalid_model_id, "no model was made by task " + task);
  return json::object{{"model", std::move(found.front())}};
}

template <domain::References References>
ApiResult<Reply> list(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object reply, domain::list_reply(tx, call, domain::kModelLists, store::Kind::model, "models", References));
  return reply;
}

ApiResult<Reply> set_ready(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object model, asked_model(tx, call));
  if (get_bool_or(model, "ready", false)) return ApiError(api::model_is_ready, get_string_or(model, "id", ""));
  model["ready"] = true;
  CHECK_OK(save(tx, model, services.clock.wall()));
  json::object reply{{"updated", 1}};
  const std::string task_id = get_string_or(model, "task", "");
  if (task_id.empty() || !get_bool_or(call.body, "publish_task", true)) return reply;
  TRY(auto task, domain::TaskDraft::open(tx, call, task_id, services.clock.wall()));
  if (task.state() == domain::TaskState::published) return reply;
  const auto force = get_bool_or(call.body, "force_publish_task", false) ? domain::Force::yes : domain::Force::no;
  CHECK_OK(tasks::change_status(tx, task, domain::TaskState::published, force, {}));
  reply["published_task"] = {{"id", task_id}, {"data", tasks::updated(task)}};
  return reply;
}

ApiResult<Reply> remove(Services&, store::Transaction& tx, const Call& call) {
  TRY(const json::object model, asked_model(tx, call));
  const std::string id = get_string_or(model, "id", "");
  const std::string creator = get_string_or(model, "task", "");
  if (!get_bool_or(call.body, "force", false) && !creator.empty()) {
    TRY(const auto task, store::get(tx, store::Kind::task, creator));
    if (task && domain::state_of(*task) == domain::TaskState::published)
      return ApiError(api::model_creator_published, "task " + creator);
  }
  CHECK_OK(store::erase(tx, store::Kind::model, id));
  return json::object{{"deleted", true}, {"url", model.at("uri")}};
}

ApiResult<Reply> add_or_update_metadata(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object model, asked_model(tx, call));
  if (get_bool_or(call.body, "replace_metadata", false)) model["metadata"] = json::object();
  if (const json::value* given = find(call.body, "metadata")) {
    for (const auto& [key, value] : metadata_object(*given))
      ensure_object(model, "metadata")[key] = value;
  }
  CHECK_OK(save(tx, model, services.clock.wall()));
  return json::object{{"updated", 1}};
}

ApiResult<Reply> delete_metadata(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object model, asked_model(tx, call));
  for (const std::string& key : get_strings(call.body, "keys"))
    ensure_object(model, "metadata").erase(key);
  CHECK_OK(save(tx, model, services.clock.wall()));
  return json::object{{"updated", 1}};
}

enum class Archived : std::uint8_t { no, yes };

template <Archived To>
ApiResult<Reply> archive_many(Services& services, store::Transaction& tx, const Call& call) {
  return tasks::for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(json::object model, load_own_model(tx, call, id));
    if (To == Archived::yes) {
      domain::add_system_tag(model, "archived");
    } else {
      domain::remove_system_tag(model, "archived");
    }
    CHECK_OK(save(tx, model, services.clock.wall()));
    return json::object{{To == Archived::yes ? "archived" : "unarchived", true}};
  });
}

}  // namespace

std::span<const Endpoint> models_endpoints() {
  static const std::array rows{
      Endpoint{"models.create", {2, 1}, Access::signed_in, Write{create}},
      Endpoint{"models.edit", {2, 1}, Access::signed_in, Write{edit}},
      Endpoint{"models.update", {2, 1}, Access::signed_in, Write{edit}},
      Endpoint{"models.update_for_task", {2, 1}, Access::signed_in, Write{update_for_task}},
      Endpoint{"models.get_by_id", {2, 1}, Access::signed_in, Read{get_by_id}},
      Endpoint{"models.get_by_task_id", {2, 1}, Access::signed_in, Read{get_by_task_id}},
      Endpoint{"models.get_all", {2, 1}, Access::signed_in, Read{list<domain::References::ids>}},
      Endpoint{"models.get_all_ex", {2, 1}, Access::signed_in, Read{list<domain::References::objects>}},
      Endpoint{"models.set_ready", {2, 1}, Access::signed_in, Write{set_ready}},
      Endpoint{"models.delete", {2, 1}, Access::signed_in, Write{remove}},
      Endpoint{"models.add_or_update_metadata", {2, 13}, Access::signed_in, Write{add_or_update_metadata}},
      Endpoint{"models.delete_metadata", {2, 13}, Access::signed_in, Write{delete_metadata}},
      Endpoint{"models.archive_many", {2, 13}, Access::signed_in, Write{archive_many<Archived::yes>}},
      Endpoint{"models.unarchive_many", {2, 13}, Access::signed_in, Write{archive_many<Archived::no>}},
  };
  return rows;
}

}  // namespace jarvis::server
