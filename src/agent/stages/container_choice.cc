#include "agent/stages/container_choice.h"

#include <algorithm>
#include <charconv>

#include "agent/stages/container_rules.h"
#include "base/words.h"

namespace jarvis::agent {
namespace {

/// What the task says of its container, or the older field in which image and arguments are one text.
struct TaskContainer {
  std::string image, setup_script;
  std::vector<std::string> arguments;
};

Result<TaskContainer> task_container(const json::object& task) {
  TaskContainer out;
  if (const json::object* container = get_object(task, "container")) {
    out.image = trimmed(get_string_or(*container, "image", ""));
    out.setup_script = get_string_or(*container, "setup_shell_script", "");
    TRY(out.arguments, split_words(get_string_or(*container, "arguments", "")));
  }
  const json::object* execution = get_object(task, "execution");
  if (!out.image.empty() || execution == nullptr) return out;
  TRY(std::vector<std::string> words, split_words(get_string_or(*execution, "docker_cmd", "")));
  if (words.empty()) return out;
  out.image = words.front();
  if (out.arguments.empty()) out.arguments.assign(words.begin() + 1, words.end());
  return out;
}

/// For tasks that name no image: the flag's, a rule's, the settings'. An image may be followed by its arguments.
Result<ContainerChoice> default_container(const AgentSettings& settings, const ContainerRequest& request,
                                          const std::optional<ContainerRule>& rule) {
  ContainerChoice out;
  if (!request.image.empty()) {
    out.image = request.image;
    out.owner_words = request.arguments;
    out.origin = "the command line";
  } else if (rule && !rule->image.empty()) {
    out.image = rule->image;
    out.origin = "a rule of the settings";
  } else {
    TRY(out.owner_words, split_words(settings.values.get("agent.default_docker.image")));
    if (out.owner_words.empty()) return invalid_argument("agent.default_docker.image is empty");
    out.image = out.owner_words.front();
    out.owner_words.erase(out.owner_words.begin());
    out.origin = "the settings' default";
  }
  if (rule) {
    TRY(const auto words, split_words(rule->arguments));
    out.owner_words.insert(out.owner_words.end(), words.begin(), words.end());
    out.setup_script = rule->setup_script;
  }
  if (out.owner_words.empty() && !(rule && !rule->image.empty())) {
    TRY(out.owner_words, settings.words("agent.default_docker.arguments"));
  }
  return out;
}

json::object as_recorded(const ContainerChoice& choice) {
  std::vector<std::string> words = choice.owner_words;
  words.insert(words.end(), choice.task_words.begin(), choice.task_words.end());
  return {{"image", choice.image}, {"arguments", quote_words(words)}, {"setup_shell_script", choice.setup_script}};
}

/// In lines for `str.format`, as these were made for: "{{" is a brace, {python_single_digit} Python's name.
std::string formatted(std::string line) {
  const auto replace = [&](std::string_view from, std::string_view to) {
    for (auto at = line.find(from); at != std::string::npos; at = line.find(from, at + to.size()))
      line.replace(at, from.size(), to);
  };
  replace("{python_single_digit}", "python3");
  if (line.find("{{") == std::string::npos) return line;
  replace("{{", "{");
  replace("}}", "}");
  return line;
}

constexpr std::string_view kInstall =
    "[ -z \"$CLEARML_APT_INSTALL\" ] || { export DEBIAN_FRONTEND=noninteractive; { apt-get update -y; "
    "apt-get install -y $CLEARML_APT_INSTALL; } || dnf install -y $CLEARML_APT_INSTALL; }\n";

bool is_name_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
}

std::string of_name_letters(std::string text) {
  std::ranges::replace_if(text, [](char c) { return !is_name_letter(c); }, '-');
  return text;
}

/// "hyperparams.Args.seed.value": digits name an item of a list.
std::string field_of(const json::value& value, std::string_view path) {
  if (path.empty()) return value.is_string() ? std::string(value.get_string()) : to_text(value);
  const auto dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  const std::string_view rest = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  if (value.is_object()) {
    const json::value* next = find(value.get_object(), key);
    return next == nullptr ? "" : field_of(*next, rest);
  }
  std::size_t index = 0;
  const auto read = std::from_chars(key.data(), key.data() + key.size(), index);
  if (!value.is_array() || read.ec != std::errc() || index >= value.get_array().size()) return {};
  return field_of(value.get_array()[index], rest);
}

}  // namespace

Result<ContainerChoice> choose_container(const AgentSettings& settings, const ContainerRequest& request,
                                         const json::object& task, const std::string& project) {
  const config::Settings& values = settings.values;
  TRY(TaskContainer asked, task_container(task));
  if (values.get_bool("agent.disable_task_docker_override"))
    asked = {.image = {}, .setup_script = asked.setup_script, .arguments = {}};
  std::optional<ContainerRule> rule;
  // Who names an image by hand means that one.
  if (request.image.empty()) rule = matching_rule(settings.objects("agent.default_docker.match_rules"), task, project);
  TRY(ContainerChoice out, default_container(settings, request, rule));
  // What was recorded of an earlier choice is the owner's still.
  const bool is_recorded = asked.image == out.image && asked.arguments.size() >= out.owner_words.size() &&
                           std::equal(out.owner_words.begin(), out.owner_words.end(), asked.arguments.begin());
  if (is_recorded)
    asked.arguments.erase(asked.arguments.begin(), asked.arguments.begin() + std::ssize(out.owner_words));
  const bool is_own = !asked.image.empty() && !is_recorded;
  if (is_own && !(rule && rule->is_forced)) {
    out = {.image = asked.image,
           .task_words = std::move(asked.arguments),
           .owner_words = {},
           .setup_script = asked.setup_script,
           .origin = "the task",
           .to_record = std::nullopt};
  } else {
    if (!(rule && rule->is_forced)) out.task_words = std::move(asked.arguments);
    const bool is_rules = rule && rule->is_forced && !out.setup_script.empty();
    if (!asked.setup_script.empty() && !is_rules) out.setup_script = asked.setup_script;
    const bool is_wanted =
        rule && rule->updates_task ? *rule->updates_task : values.get_bool("agent.default_docker.update_back_task");
    if (is_wanted) out.to_record = as_recorded(out);
  }
  if (out.image.empty() || out.image.starts_with('-'))
    return invalid_argument("'" + out.image + "' is no name of an image");
  return out;
}

std::string owner_setup(const AgentSettings& settings, const proc::Environment& variables) {
  std::string out;
  for (const char* key : {"agent.docker_preprocess_bash_script", "agent.docker_init_bash_script"})
    for (const std::string& line : settings.strings(key))
      out += formatted(line) + "\n";
  std::string packages;
  for (const char* name : {"CLEARML_APT_INSTALL", "TRAINS_APT_INSTALL", "JARVIS_APT_INSTALL"})
    if (packages.empty()) packages = variables.get(name).value_or("");
  if (settings.values.get_bool("agent.docker_install_opencv_libs"))
    packages += " libsm6 libxext6 libxrender-dev libglib2.0-0";
  if (!packages.empty()) out += "CLEARML_APT_INSTALL=" + quote_words({packages}) + "\n" + std::string(kInstall);
  for (const std::string& line : settings.strings("agent.extra_docker_shell_script"))
    out += line + "\n";
  // The last command's end counts: what the owner's lines end with does not.
  return out.empty() ? out : out + ":\n";
}

Result<std::string> container_name(const AgentSettings& settings, const json::object& task, const std::string& worker,
                                   const std::string& random) {
  const std::string& format = settings.values.get("agent.docker_container_name_format");
  const auto value_of = [&](const std::string& name) -> std::optional<std::string> {
    if (name == "task_id") return of_name_letters(get_string_or(task, "id", ""));
    if (name == "worker_id") return of_name_letters(worker);
    if (name == "rand_string") return random;
    const config::NodePtr field = settings.values.file().find("agent.docker_container_name_format_fields." + name);
    if (field == nullptr) return std::nullopt;
    return field_of(task, field->text);
  };
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '{') {
      out += format[i];
      continue;
    }
    const auto close = format.find('}', i);
    const std::string inside = format.substr(i + 1, close == std::string::npos ? close : close - i - 1);
    const auto colon = inside.find(":.");
    auto value = value_of(inside.substr(0, colon));
    if (close == std::string::npos || !value)
      return invalid_argument("agent.docker_container_name_format: '{" + inside + "}' is not known");
    if (colon != std::string::npos)
      value->resize(std::min<std::size_t>(value->size(), std::strtoul(inside.c_str() + colon + 2, nullptr, 10)));
    out += *value;
    i = close;
  }
  const bool is_name = out.empty() || (out.size() > 1 && std::isalnum(static_cast<unsigned char>(out[0])) != 0 &&
                                       std::ranges::all_of(out, is_name_letter));
  if (!is_name) return invalid_argument("agent.docker_container_name_format: '" + out + "' is no name of a container");
  return out;
}

}  // namespace jarvis::agent
