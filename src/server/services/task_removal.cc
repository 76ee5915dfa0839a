#include "server/services/task_removal.h"

#include <algorithm>

#include "server/domain/file_removal.h"
#include "server/domain/model_removal.h"
#include "server/events/event_store.h"
#include "server/store/documents.h"

namespace jarvis::server::tasks {
namespace {

using domain::TaskDraft;
using domain::TaskState;
using store::Kind;

std::vector<std::string> urls_of_output_artifacts(const json::object& task) {
  std::vector<std::string> urls;
  const json::value* artifacts = find_path(task, {"execution", "artifacts"});
  if (artifacts == nullptr || !artifacts->is_array()) return urls;
  for (const json::value& artifact : artifacts->get_array()) {
    if (!artifact.is_object() || get_string_or(artifact.get_object(), "mode", "output") == "input") continue;
    if (const auto uri = get_string(artifact.get_object(), "uri")) urls.push_back(*uri);
  }
  return urls;
}

Result<std::vector<json::object>> models_made_by(store::Transaction& tx, const std::string& task) {
  return store::find(tx, Kind::model, {.where = store::filter::equals({"task"}, json::value(task))});
}

/// Deletes the models that the task made. One that is published or that another task uses stays.
ApiResult<void> remove_output_models(Services& services, store::Transaction& tx, const TaskDraft& task,
                                     Removed& removed) {
  TRY(auto models, models_made_by(tx, task.id()));
  for (const json::object& model : models) {
    const std::string id = get_string_or(model, "id", "");
    TRY(const auto used, tx.run("model_is_used", {std::string_view(id), std::string_view(task.id())}));
    if (get_bool_or(model, "ready", false) || used.front().integer(0) != 0) continue;
    if (const auto uri = get_string(model, "uri")) removed.model_urls.push_back(*uri);
    CHECK_OK(store::erase(tx, Kind::model, id));
    CHECK_OK(services.events.delete_task_events(tx, TaskId(id)));
    ++removed.models;
  }
  return {};
}

/// The addresses of the images that a plot lays behind its curves: the SDK uploads those of matplotlib figures.
void add_images_of_plot(const std::string& plot, std::vector<std::string>& urls) {
  if (plot.find("\"source\"") == std::string::npos) return;
  const auto parsed = parse_json_object(plot);
  const json::object* layout = parsed ? get_object(*parsed, "layout") : nullptr;
  const json::array* images = layout == nullptr ? nullptr : get_array(*layout, "images");
  for (const json::value& image : images == nullptr ? json::array() : *images) {
    const auto source = image.is_object() ? get_string(image.get_object(), "source") : std::nullopt;
    if (source && !source->starts_with("data:")) urls.push_back(*source);
  }
}

ApiResult<void> remove_files(Services& services, store::Transaction& tx, const Call& call, const TaskDraft& task,
                             Removed& removed) {
  std::vector<std::string> urls = removed.artifact_urls;
  urls.insert(urls.end(), removed.model_urls.begin(), removed.model_urls.end());
  for (const std::string& asset : get_strings(task.doc(), "report_assets"))
    urls.push_back(asset);
  TRY(const auto images, services.events.drawings(tx, events::DrawingKind::image, TaskId(task.id()), 0));
  for (const events::Drawing& image : images)
    urls.push_back(image.content);
  TRY(const auto plots, services.events.drawings(tx, events::DrawingKind::plot, TaskId(task.id()), 0));
  for (const events::Drawing& plot : plots)
    add_images_of_plot(plot.content, urls);
  TRY(domain::Removal removal, domain::schedule_removal(tx, call, task.id(), urls, task.now()));
  removed.files = removal.scheduled;
  removed.not_deleted = std::move(removal.not_ours);
  return {};
}

Result<std::vector<json::object>> children_of(store::Transaction& tx, const std::string& task) {
  return store::find(tx, Kind::task, {.where = store::filter::equals({"parent"}, json::value(task))});
}

ApiError not_deletable(const TaskDraft& task, std::string why) {
  return ApiError(api::task_not_deletable, "task " + task.id() + " " + std::move(why) + "; force deletes it")
      .with("current_status", json::value(domain::to_string(task.state())));
}

}  // namespace

ApiResult<void> check_deletable(store::Transaction& tx, const TaskDraft& task) {
  TRY(const auto children, children_of(tx, task.id()));
  if (task.state() == TaskState::published) return not_deletable(task, "is published");
  if (task.state() == TaskState::in_progress) return not_deletable(task, "is in progress");
  const auto is_published = [](const json::object& child) { return domain::state_of(child) == TaskState::published; };
  if (std::ranges::any_of(children, is_published)) return not_deletable(task, "has published children");
  TRY(const auto models, models_made_by(tx, task.id()));
  const auto is_ready = [](const json::object& model) { return get_bool_or(model, "ready", false); };
  if (std::ranges::any_of(models, is_ready)) return not_deletable(task, "has published models");
  return {};
}

RemovalWish RemovalWish::from(const json::object& body) {
  return {.is_forced = get_bool_or(body, "force", false),
          .with_models = get_bool_or(body, "delete_output_models", true),
          .with_files = get_bool_or(body, "delete_external_artifacts", true),
          .with_urls = get_bool_or(body, "return_file_urls", false)};
}

void Removed::add(const Removed& other) {
  models += other.models;
  kept_models += other.kept_models;
  children += other.children;
  files += other.files;
  for (const auto& [from, to] : {std::pair{&other.model_urls, &model_urls},
                                 {&other.artifact_urls, &artifact_urls},
                                 {&other.not_deleted, &not_deleted}})
    to->insert(to->end(), from->begin(), from->end());
}

void Removed::describe(const RemovalWish& wish, json::object& reply) const {
  json::object urls;
  if (wish.with_urls) {
    urls["event_urls"] = json::array();
    urls["model_urls"] = json::array(model_urls.begin(), model_urls.end());
    urls["artifact_urls"] = json::array(artifact_urls.begin(), artifact_urls.end());
  }
  reply["urls"] = std::move(urls);
  reply["files"] = {{"scheduled", files}, {"not_deleted", json::array(not_deleted.begin(), not_deleted.end())}};
}

ApiResult<Removed> remove_results(Services& services, store::Transaction& tx, const Call& call, const TaskDraft& task,
                                  const RemovalWish& wish) {
  Removed removed;
  removed.artifact_urls = urls_of_output_artifacts(task.doc());
  if (wish.with_models) CHECK_OK(remove_output_models(services, tx, task, removed));
  if (wish.with_files) CHECK_OK(remove_files(services, tx, call, task, removed));
  CHECK_OK(services.events.delete_task_events(tx, TaskId(task.id())));
  return removed;
}

ApiResult<Removed> remove_task(Services& services, store::Transaction& tx, const Call& call, TaskDraft& task,
                               const RemovalWish& wish) {
  if (!wish.is_forced) CHECK_OK(check_deletable(tx, task));
  TRY(auto children, children_of(tx, task.id()));
  TRY(Removed removed, remove_results(services, tx, call, task, wish));
  TRY(auto models_left, models_made_by(tx, task.id()));
  for (json::object& model : models_left) {
    model["task"] = nullptr;
    CHECK_OK(store::put(tx, Kind::model, model));
  }
  removed.kept_models = static_cast<std::int64_t>(models_left.size());
  for (json::object& child : children) {
    child["parent"] = nullptr;
    CHECK_OK(store::put(tx, Kind::task, child));
  }
  removed.children = static_cast<std::int64_t>(children.size());
  // Off its queue first: what is deleted must not be handed out, nor come back from a lease.
  if (task.state() == TaskState::queued) {
    task.become(TaskState::created, {});
    CHECK_OK(task.save(tx));
  }
  CHECK_OK(store::erase(tx, Kind::task, task.id()));
  return removed;
}

}  // namespace jarvis::server::tasks
