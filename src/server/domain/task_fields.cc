#include "server/domain/task_fields.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "server/store/documents.h"

namespace jarvis::server::domain {
namespace {

constexpr std::array<std::string_view, 16> kTypes{
    "training",  "testing", "inference", "data_processing", "application",    "monitor",    "controller",
    "optimizer", "service", "qc",        "custom",          "dataset_import", "annotation", "annotation_manual",
    "report",    "project",
};

bool is_visible(const json::object& document, const Call& call) {
  const std::string company = get_string_or(document, "company", "");
  return company.empty() || company == call.identity.company.str();
}

json::object text_item(const json::value& item) {
  if (item.is_object()) return item.get_object();
  // Older clients send the bare value.
  return {{"value", item.is_string() ? item : json::value(to_text(item))}};
}

ApiResult<void> set_name_and_type(const json::object& body, TaskDraft& draft) {
  if (const auto name = get_string(body, "name")) {
    TRY(const std::string stripped, checked_task_name(*name));
    draft.set("name", stripped);
  }
  if (const auto type = get_string(body, "type")) {
    CHECK_OK(check_task_type(*type));
    draft.set("type", *type);
  }
  if (const auto comment = get_string(body, "comment")) draft.set("comment", *comment);
  for (const std::string_view key : {"tags", "system_tags"}) {
    if (find(body, key) == nullptr) continue;
    TRY(json::array tags, checked_tags(body, key));
    draft.set(key, std::move(tags));
  }
  return {};
}

ApiResult<void> set_references(store::Transaction& tx, const Call& call, const json::object& body, TaskDraft& draft) {
  if (const auto project = get_string(body, "project"); project && !project->empty()) {
    if (*project != get_string_or(draft.doc(), "project", "")) CHECK_OK(check_project(tx, call, *project));
    draft.set("project", *project);
  }
  if (const auto parent = get_string(body, "parent"); parent && !parent->empty()) {
    if (*parent != get_string_or(draft.doc(), "parent", "")) CHECK_OK(load_task_text(tx, call, *parent));
    draft.set("parent", *parent);
  }
  return {};
}

void set_execution(const json::object& given, TaskDraft& draft) {
  json::object execution = given;
  const json::object& old = ensure_object(draft.doc(), "execution");
  const json::value* queue = find(old, "queue");
  execution["queue"] = queue == nullptr ? json::value() : *queue;
  if (get_array(given, "artifacts") == nullptr) {
    const json::value* artifacts = find(old, "artifacts");
    execution["artifacts"] = artifacts == nullptr ? json::value(json::array()) : *artifacts;
  }
  draft.set("execution", std::move(execution));
}

void set_models(const json::object& given, TaskDraft& draft) {
  json::object models = ensure_object(draft.doc(), "models");
  for (const std::string_view key : {"input", "output"}) {
    if (const json::array* list = get_array(given, key)) models[key] = *list;
  }
  draft.set("models", std::move(models));
}

}  // namespace

ApiResult<std::string> checked_task_name(std::string_view name) {
  constexpr std::string_view space = " \t\r\n\v\f";
  const std::size_t from = name.find_first_not_of(space);
  const std::size_t to = name.find_last_not_of(space);
  std::string stripped(from == std::string_view::npos ? std::string_view() : name.substr(from, to - from + 1));
  if (stripped.size() < 3) {
    return ApiError(api::name_too_short, "a name has at least three characters, got \"" + stripped + "\"");
  }
  if (stripped.size() > limits::name_bytes_max) {
    return ApiError(api::validation_error, "name: longer than " + std::to_string(limits::name_bytes_max) + " bytes");
  }
  return stripped;
}

ApiResult<void> check_task_type(std::string_view type) {
  if (std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end()) return {};
  return ApiError(api::validation_error, "type: unknown task type \"" + std::string(type) + "\"");
}

ApiResult<void> check_project(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(const auto project, store::get(tx, store::Kind::project, id));
  if (project && is_visible(*project, call)) return {};
  return ApiError(api::invalid_project_id, "id=" + std::string(id));
}

ApiResult<void> check_model(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(const auto model, store::get(tx, store::Kind::model, id));
  if (model && is_visible(*model, call)) return {};
  return ApiError(api::invalid_model_id, "id=" + std::string(id));
}

ApiResult<void> set_fields(store::Transaction& tx, const Call& call, const json::object& body, TaskDraft& draft) {
  CHECK_OK(set_name_and_type(body, draft));
  CHECK_OK(set_references(tx, call, body, draft));
  for (const std::string_view key : {"script", "container", "runtime", "input"}) {
    if (const json::object* part = get_object(body, key)) draft.set(key, *part);
  }
  if (const json::object* sections = get_object(body, "hyperparams")) {
    draft.set("hyperparams", normalized_hyperparams(*sections));
  }
  if (const json::object* items = get_object(body, "configuration")) {
    draft.set("configuration", normalized_configuration(*items));
  }
  if (const json::object* execution = get_object(body, "execution")) set_execution(*execution, draft);
  if (const json::object* models = get_object(body, "models")) set_models(*models, draft);
  if (const auto destination = get_string(body, "output_dest")) {
    json::object output = ensure_object(draft.doc(), "output");
    output["destination"] = *destination;
    draft.set("output", std::move(output));
  }
  return {};
}

json::object normalized_hyperparams(const json::object& sections) {
  json::object out;
  for (const auto& [section, params] : sections) {
    json::object& target = ensure_object(out, section);
    if (!params.is_object()) continue;
    for (const auto& [name, value] : params.get_object()) {
      json::object item = text_item(value);
      item["section"] = section;
      item["name"] = name;
      target[name] = std::move(item);
    }
  }
  return out;
}

json::object normalized_configuration(const json::object& items) {
  json::object out;
  for (const auto& [name, value] : items) {
    json::object item = text_item(value);
    item["name"] = name;
    out[name] = std::move(item);
  }
  return out;
}

}  // namespace jarvis::server::domain
