#include "server/domain/task_versions.h"

#include <algorithm>
#include <array>

namespace jarvis::server::domain {
namespace {

constexpr std::string_view kLegacy = "legacy";
constexpr std::string_view kDefaultSection = "Args";
constexpr std::string_view kTensorFlow = "TF_DEFINE";

/// "TF_DEFINE/x" is x of section TF_DEFINE; anything else belongs to Args.
std::pair<std::string, std::string> section_and_name(std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash != std::string_view::npos && key.substr(0, slash) == kTensorFlow) {
    return {std::string(kTensorFlow), std::string(key.substr(slash + 1))};
  }
  return {std::string(kDefaultSection), std::string(key)};
}

json::value as_text(const json::value& value) {
  return value.is_string() || value.is_null() ? value : json::value(to_text(value));
}

json::object hyperparams_from(const json::object& parameters) {
  json::object out;
  for (const auto& [key, value] : parameters) {
    const auto [section, name] = section_and_name(key);
    ensure_object(out, section)[name] =
        json::object{{"section", section}, {"name", name}, {"value", as_text(value)}, {"type", kLegacy}};
  }
  return out;
}

json::object configuration_from(const json::object& model_desc) {
  json::object out;
  for (const auto& [name, value] : model_desc)
    out[name] = json::object{{"name", name}, {"value", as_text(value)}, {"type", kLegacy}};
  return out;
}

void add_model(json::object& body, std::string_view direction, const json::value& id) {
  if (!id.is_string() || id.get_string().empty()) return;
  json::object& models = ensure_object(body, "models");
  models[direction] = json::array{json::object{{"name", direction}, {"model", id}}};
}

void split_tags(json::object& body) {
  if (find(body, "tags") == nullptr || find(body, "system_tags") != nullptr) return;
  json::array own, of_system;
  for (const std::string& tag : get_strings(body, "tags"))
    (is_system_tag_of_old_task(tag) ? of_system : own).emplace_back(tag);
  body["tags"] = std::move(own);
  body["system_tags"] = std::move(of_system);
}

/// Legacy parameters and models inside an `execution`, moved to where they live now.
void lift_execution(json::object& body, std::string_view key, std::string_view hyperparams,
                    std::string_view configuration, ApiVersion version) {
  json::value* value = body.if_contains(key);
  if (value == nullptr || !value->is_object()) return;
  json::object execution = value->get_object();
  if (version < kHyperparamsApart) {
    if (const json::object* parameters = get_object(execution, "parameters")) {
      body[hyperparams] = hyperparams_from(*parameters);
      execution.stable_erase("parameters");
    }
    if (const json::object* model_desc = get_object(execution, "model_desc")) {
      body[configuration] = configuration_from(*model_desc);
      execution.stable_erase("model_desc");
    }
  }
  if (version < kModelsApart) {
    if (const json::value* model = find(execution, "model")) {
      add_model(body, "input", *model);
      execution.stable_erase("model");
    }
  }
  body[key] = std::move(execution);
}

void mirror_parameters(json::object& task) {
  json::object parameters, model_desc;
  if (const json::object* sections = get_object(task, "hyperparams")) {
    for (const auto& [section, params] : *sections) {
      if (!params.is_object()) continue;
      for (const auto& [name, item] : params.get_object()) {
        if (!item.is_object() || get_string_or(item.get_object(), "type", "") != kLegacy) continue;
        const std::string key =
            section == kTensorFlow ? std::string(kTensorFlow) + "/" + std::string(name) : std::string(name);
        const json::value* value = find(item.get_object(), "value");
        parameters[key] = value == nullptr ? json::value() : *value;
      }
    }
    ensure_object(task, "execution")["parameters"] = std::move(parameters);
  }
  if (const json::object* items = get_object(task, "configuration")) {
    for (const auto& [name, item] : *items) {
      if (!item.is_object() || get_string_or(item.get_object(), "type", "") != kLegacy) continue;
      const json::value* value = find(item.get_object(), "value");
      model_desc[name] = value == nullptr ? json::value() : *value;
    }
    ensure_object(task, "execution")["model_desc"] = std::move(model_desc);
  }
}

void mirror_models(json::object& task) {
  const json::object* models = get_object(task, "models");
  if (models == nullptr) return;
  const auto model_of = [](const json::value& item) {
    const json::value* id = item.is_object() ? find(item.get_object(), "model") : nullptr;
    return id == nullptr ? json::value() : *id;
  };
  json::value first, last;
  if (const json::array* inputs = get_array(*models, "input"); inputs && !inputs->empty())
    first = model_of(inputs->front());
  if (const json::array* outputs = get_array(*models, "output"); outputs && !outputs->empty())
    last = model_of(outputs->back());
  if (!first.is_null()) ensure_object(task, "execution")["model"] = std::move(first);
  if (!last.is_null()) ensure_object(task, "output")["model"] = std::move(last);
}

}  // namespace

bool is_system_tag_of_old_task(std::string_view tag) {
  if (tag.starts_with('-')) tag.remove_prefix(1);
  return tag == "active" || tag == "archived" || tag == "development" || tag.starts_with("annotat");
}

void to_newest_request(json::object& body, ApiVersion version) {
  if (is_newest_shape(version)) return;
  if (version < kSystemTagsApart) split_tags(body);
  lift_execution(body, "execution", "hyperparams", "configuration", version);
  if (const json::object* output = get_object(body, "output")) {
    if (const json::value* model = find(*output, "model")) add_model(body, "output", *model);
    if (const auto destination = get_string(*output, "destination")) body["output_dest"] = *destination;
  }
}

void to_newest_clone_request(json::object& body, ApiVersion version) {
  if (is_newest_shape(version)) return;
  lift_execution(body, "execution_overrides", "new_task_hyperparams", "new_task_configuration", version);
  const json::object* models = get_object(body, "models");
  const json::array* inputs = models == nullptr ? nullptr : get_array(*models, "input");
  if (inputs != nullptr) body["new_task_input_models"] = json::array(*inputs);
  body.stable_erase("models");
}

void to_old_task(json::object& task, ApiVersion version) {
  if (is_newest_shape(version)) return;
  if (version < kSystemTagsApart && find(task, "tags") != nullptr) {
    std::vector<std::string> merged = get_strings(task, "tags");
    for (std::string& tag : get_strings(task, "system_tags"))
      merged.push_back(std::move(tag));
    std::sort(merged.begin(), merged.end());
    task["tags"] = json::array(merged.begin(), merged.end());
    task.stable_erase("system_tags");
  }
  if (version < kHyperparamsApart) mirror_parameters(task);
  mirror_models(task);
}

void to_old_metadata(json::object& entity, ApiVersion version) {
  if (version >= kMetadataByKey) return;
  json::object* by_key = nullptr;
  if (json::value* metadata = entity.if_contains("metadata")) by_key = metadata->if_object();
  if (by_key == nullptr) return;
  json::array items;
  for (auto& [key, item] : *by_key) {
    if (item.is_object()) item.get_object()["key"] = key;
    items.push_back(std::move(item));
  }
  entity["metadata"] = std::move(items);
}

}  // namespace jarvis::server::domain
