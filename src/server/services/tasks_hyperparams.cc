// Hyperparameters: {section: {name: {section, name, value, type, description}}}.
#include "server/domain/task_fields.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::tasks {
namespace {

using domain::TaskDraft;

// Properties describe a task without taking part in its run: they may change in any state.
constexpr std::string_view kProperties = "properties";
constexpr std::string_view kDefaultSection = "Args";

std::string section_of(const json::object& item) {
  const std::string section = get_string_or(item, "section", "");
  return section.empty() ? std::string(kDefaultSection) : section;
}

ApiResult<void> check_sections(const TaskDraft& task, const json::object& body) {
  if (const json::array* items = get_array(body, "hyperparams")) {
    for (const json::value& item : *items) {
      if (item.is_object() && section_of(item.get_object()) == kProperties) continue;
      return domain::check_editable(task.state(), force_of(body));
    }
  }
  return {};
}

ApiResult<void> merge_items(const json::object& body, TaskDraft& task) {
  json::object sections = ensure_object(task.doc(), "hyperparams");
  const std::string replace = get_string_or(body, "replace_hyperparams", "none");
  if (replace == "all") sections.clear();
  json::object given;
  if (const json::array* items = get_array(body, "hyperparams")) {
    for (const json::value& value : *items) {
      if (!value.is_object()) continue;
      const json::object& item = value.get_object();
      const std::string name = get_string_or(item, "name", "");
      if (name.empty()) return ApiError(api::validation_error, "hyperparams: an item has no name");
      ensure_object(given, section_of(item))[name] = item;
    }
  }
  for (auto& [section, params] : domain::normalized_hyperparams(given)) {
    json::object& target = ensure_object(sections, section);
    if (replace == "section") target.clear();
    for (const auto& [name, item] : params.get_object())
      target[name] = item;
  }
  task.set("hyperparams", std::move(sections));
  return {};
}

}  // namespace

ApiResult<Reply> get_hyper_params(Services&, store::Transaction& tx, const Call& call) {
  json::array out;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(const json::object task, domain::load_task(tx, call, id));
    json::array items;
    if (const json::object* sections = get_object(task, "hyperparams")) {
      for (const auto& [section, params] : *sections) {
        if (!params.is_object()) continue;
        for (const auto& [name, item] : params.get_object())
          items.push_back(item);
      }
    }
    out.emplace_back(json::object{{"task", id}, {"hyperparams", std::move(items)}});
  }
  return Reply(json::object{{"params", std::move(out)}});
}

ApiResult<Reply> edit_hyper_params(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(check_sections(task, call.body));
  CHECK_OK(merge_items(call.body, task));
  task.touch();
  CHECK_OK(task.save(tx));
  return Reply(json::object{{"updated", 1}});
}

ApiResult<Reply> delete_hyper_params(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(check_sections(task, call.body));
  json::object& sections = ensure_object(task.doc(), "hyperparams");
  if (const json::array* items = get_array(call.body, "hyperparams")) {
    for (const json::value& value : *items) {
      if (!value.is_object()) continue;
      const std::string section = section_of(value.get_object());
      const std::string name = get_string_or(value.get_object(), "name", "");
      if (name.empty()) {
        sections.stable_erase(section);
      } else if (json::value* params = sections.if_contains(section); params != nullptr && params->is_object()) {
        params->get_object().stable_erase(name);
        if (params->get_object().empty()) sections.stable_erase(section);
      }
    }
  }
  task.touch();
  CHECK_OK(task.save(tx));
  return Reply(json::object{{"deleted", 1}});
}

}  // namespace jarvis::server::tasks
