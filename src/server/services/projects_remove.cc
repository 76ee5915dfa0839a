// Deleting projects, and saying before what stands in the way.
#include "server/domain/entities.h"
#include "server/domain/model_removal.h"
#include "server/domain/project_tree.h"
#include "server/events/event_store.h"
#include "server/services/projects.h"
#include "server/services/task_removal.h"

namespace jarvis::server::projects {
namespace {

using store::Kind;
namespace filter = store::filter;

struct Count {
  std::int64_t all = 0, active = 0;
};
struct Contents {
  Count tasks, models, datasets, pipelines, reports;
};

ApiResult<Count> count_of(store::Transaction& tx, Kind kind, std::vector<store::Filter> which) {
  Count out;
  TRY(out.all, store::count(tx, kind, filter::all(which)));
  which.push_back(domain::in_state("active"));
  TRY(out.active, store::count(tx, kind, filter::all(std::move(which))));
  return out;
}

ApiResult<Contents> contents_of(store::Transaction& tx, const std::vector<json::object>& tree) {
  std::vector<json::value> ids;
  for (const json::object& project : tree)
    ids.push_back(project.at("id"));
  const store::Filter here = filter::one_of({"project"}, std::move(ids));
  const auto with_tag = [](const char* tag) { return filter::list_has({"system_tags"}, {json::value(tag)}); };
  Contents out;
  TRY(out.tasks, count_of(tx, Kind::task, {here}));
  TRY(out.models, count_of(tx, Kind::model, {here}));
  TRY(out.datasets, count_of(tx, Kind::task, {here, with_tag("dataset")}));
  TRY(out.pipelines, count_of(tx, Kind::task, {here, with_tag("pipeline"), filter::equals({"type"}, "controller")}));
  TRY(out.reports, count_of(tx, Kind::task, {here, filter::equals({"type"}, "report")}));
  return out;
}

ApiResult<void> check_deletable(const Contents& contents) {
  const auto refuse = [](const ApiCode& code, const Count& count) {
    return ApiError(code, std::to_string(count.active) + " that are not archived; force=true deletes the project");
  };
  if (contents.datasets.active > 0) return refuse(api::project_has_datasets, contents.datasets);
  if (contents.pipelines.active > 0) return refuse(api::project_has_pipelines, contents.pipelines);
  if (contents.tasks.active > 0) return refuse(api::project_has_tasks, contents.tasks);
  if (contents.models.active > 0) return refuse(api::project_has_models, contents.models);
  return {};
}

struct Deleted {
  std::int64_t tasks = 0, models = 0, disassociated = 0;
  tasks::Removed files;
};

/// Tasks and models stay behind without a project.
ApiResult<void> let_go(Services& services, store::Transaction& tx, const Call& call, const json::value& project,
                       Deleted& out) {
  for (const Kind kind : {Kind::task, Kind::model}) {
    TRY(auto inside, store::find(tx, kind, {.where = filter::equals({"project"}, project)}));
    for (json::object& entity : inside) {
      entity["project"] = nullptr;
      CHECK_OK(domain::save_changed(tx, call, kind, entity, services.clock.wall()));
      if (kind == Kind::task) ++out.disassociated;
    }
  }
  return {};
}

ApiResult<void> delete_contents(Services& services, store::Transaction& tx, const Call& call,
                                const json::value& project, Deleted& out) {
  const tasks::RemovalWish wish{.is_forced = true, .with_urls = true};
  TRY(const auto ids, store::find_ids(tx, Kind::task, {.where = filter::equals({"project"}, project)}));
  for (const std::string& id : ids) {
    TRY(auto task, domain::TaskDraft::open(tx, call, id, services.clock.wall()));
    TRY(const tasks::Removed removed, tasks::remove_task(services, tx, call, task, wish));
    out.files.add(removed);
    ++out.tasks;
  }
  TRY(const auto models, store::find(tx, Kind::model, {.where = filter::equals({"project"}, project)}));
  for (const json::object& model : models) {
    if (const auto uri = get_string(model, "uri")) out.files.model_urls.push_back(*uri);
    CHECK_OK(domain::remove_model(tx, model, services.clock.wall()));
    CHECK_OK(services.events.delete_task_events(tx, TaskId(get_string_or(model, "id", ""))));
    ++out.models;
  }
  out.models += out.files.models;
  out.files.models = 0;
  return {};
}

}  // namespace

ApiResult<Reply> validate_delete(Services&, store::Transaction& tx, const Call& call) {
  TRY(const json::object project, domain::load_own(tx, call, Kind::project, get_string_or(call.body, "project", "")));
  TRY(const auto tree, domain::project_tree(tx, project));
  TRY(const Contents contents, contents_of(tx, tree));
  json::object reply{{"sub_projects", tree.size() - 1}};
  for (const auto& [name, count] : {std::pair{"tasks", contents.tasks},
                                    {"models", contents.models},
                                    {"datasets", contents.datasets},
                                    {"pipelines", contents.pipelines},
                                    {"reports", contents.reports}}) {
    reply[name] = count.all;
    reply["non_archived_" + std::string(name)] = count.active;
  }
  return reply;
}

ApiResult<Reply> remove(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::object project, domain::load_own(tx, call, Kind::project, get_string_or(call.body, "project", "")));
  TRY(const auto tree, domain::project_tree(tx, project));
  if (!get_bool_or(call.body, "force", false)) {
    TRY(const Contents contents, contents_of(tx, tree));
    CHECK_OK(check_deletable(contents));
  }
  const bool with_contents = get_bool_or(call.body, "delete_contents", false);
  Deleted deleted;
  for (const json::object& each : tree) {
    if (with_contents) {
      CHECK_OK(delete_contents(services, tx, call, each.at("id"), deleted));
    } else {
      CHECK_OK(let_go(services, tx, call, each.at("id"), deleted));
    }
    CHECK_OK(store::erase(tx, Kind::project, each.at("id").get_string()));
  }
  json::object reply{{"deleted", tree.size()},
                     {"disassociated_tasks", deleted.disassociated},
                     {"deleted_models", deleted.models},
                     {"deleted_tasks", deleted.tasks}};
  deleted.files.describe({.with_urls = with_contents}, reply);
  return reply;
}

}  // namespace jarvis::server::projects
