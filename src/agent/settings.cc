#include "agent/settings.h"

#include <charconv>

#include "base/words.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// Ours, theirs, and theirs by its older name.
std::vector<std::string> both(const std::string& name) {
  return {"JARVIS_" + name, "CLEARML_" + name, "TRAINS_" + name};
}

std::vector<std::string> and_more(std::vector<std::string> names, const std::vector<std::string>& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

std::vector<config::SettingSpec> known() {
  return {
      {"api.api_server", both("API_HOST"), "http://127.0.0.1:8008", false, false, {"api.host"}},
      {"api.auth_token", both("AUTH_TOKEN"), "", true},
      {"api.web_server", both("WEB_HOST"), "http://127.0.0.1:8080"},
      {"api.files_server", both("FILES_HOST"), "http://127.0.0.1:8081"},
      {"api.credentials.access_key", both("API_ACCESS_KEY"), ""},
      {"api.credentials.secret_key", both("API_SECRET_KEY"), "", true},
      {"api.verify_certificate", both("API_HOST_VERIFY_CERT"), "true"},
      {"agent.worker_name", both("WORKER_NAME"), ""},
      {"agent.worker_id", both("WORKER_ID"), ""},
      {"agent.git_user", both("AGENT_GIT_USER"), ""},
      {"agent.git_pass", both("AGENT_GIT_PASS"), "", true},
      {"agent.git_host", both("AGENT_GIT_HOST"), ""},
      {"agent.git.extra_credentials", {}, "", true},
      {"agent.force_git_ssh_protocol", both("AGENT_FORCE_GIT_SSH_PROTOCOL"), "false"},
      {"agent.force_git_ssh_user", both("AGENT_FORCE_GIT_SSH_USER"), ""},
      {"agent.force_git_ssh_port", both("AGENT_FORCE_GIT_SSH_PORT"), ""},
      {"agent.translate_ssh", {}, "true"},
      {"agent.translate_ssl_replacement_scheme", both("AGENT_SSH_URL_REPLACEMENT_SCHEME"), "https"},
      {"agent.git_fetch_args", {}, ""},
      {"agent.git_clone_verbose", both("AGENT_GIT_CLONE_VERBOSE"), "false"},
      {"agent.git_use_ms_entra_token", both("AGENT_GIT_USE_MS_ENTRA_TOKEN"), "false"},
      {"agent.git_use_azure_pat", both("AGENT_GIT_USE_AZURE_PAT"), "false"},
      {"agent.python_binary", {"JARVIS_AGENT_PYTHON_BINARY"}, ""},
      {"agent.default_python", {}, ""},
      {"agent.cuda_version", {"JARVIS_CUDA_VERSION", "CLEARML_CUDA_VERSION", "CUDA_VERSION"}, ""},
      {"agent.package_manager.extra_index_url", {}, ""},
      {"agent.package_manager.uv_unsafe_best_match", {}, "true"},
      {"agent.package_manager.extra_pip_install_flags", both("EXTRA_PIP_INSTALL_FLAGS"), ""},
      {"agent.package_manager.force_upgrade", {}, "false"},
      {"agent.package_manager.pip_version", {}, ""},
      {"agent.package_manager.priority_packages", {}, ""},
      {"agent.package_manager.priority_optional_packages", {}, ""},
      {"agent.package_manager.post_packages", {}, ""},
      {"agent.package_manager.post_optional_packages", {}, ""},
      {"agent.package_manager.force_repo_requirements_txt", {}, "false"},
      {"agent.package_manager.force_original_requirements", {}, "false"},
      {"agent.package_manager.poetry_version", {}, ""},
      {"agent.package_manager.poetry_install_extra_args", {}, ""},
      {"agent.package_manager.poetry_files_from_repo_working_dir", {}, "false"},
      {"agent.package_manager.uv_sync_extra_args", {}, ""},
      {"agent.package_manager.uv_sync_locked_if_lock_file", {}, "true"},
      {"agent.package_manager.uv_files_from_repo_working_dir", {}, "false"},
      {"agent.package_manager.pytorch_resolve", both("AGENT_PACKAGE_PYTORCH_RESOLVE"), "pip"},
      {"agent.package_manager.extra_index_url_template", {}, ""},
      {"agent.package_manager.rocm_extra_index_url_template", {}, ""},
      {"agent.package_manager.cpu_extra_index_url", {}, ""},
      {"agent.package_manager.force_uv", both("AGENT_FORCE_UV"), "false"},
      {"agent.package_manager.force_poetry", both("AGENT_FORCE_POETRY"), "false"},
      {"agent.package_manager.skip_install",
       {"JARVIS_AGENT_SKIP_PYTHON_ENV_INSTALL", "CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL",
        "CLEARML_AGENT_SKIP_PIP_VENV_INSTALL"},
       ""},
      {"agent.package_manager.conda_channels", {}, "conda-forge"},
      {"agent.package_manager.conda_full_env_update", {}, "false"},
      {"agent.package_manager.conda_env_as_base_docker", {}, "false"},
      {"agent.package_manager.conda_env_package", both("CONDA_ENV_PACKAGE"), ""},
      {"agent.package_manager.use_conda_base_env", both("USE_CONDA_BASE_ENV"), "false"},
      {"agent.force_code_dir", both("AGENT_FORCE_CODE_DIR"), ""},
      {"agent.force_exec_script", both("AGENT_FORCE_EXEC_SCRIPT"), ""},
      {"agent.force_task_init", both("AGENT_FORCE_TASK_INIT"), "false"},
      {"agent.extra_python_path", both("AGENT_EXTRA_PYTHON_PATH"), ""},
      {"agent.vcs_cache.path", {}, ""},
      {"agent.vcs_cache.enabled", {}, "true"},
      {"agent.vcs_cache.clone_on_pull_fail", {}, "false"},
      {"agent.venvs_cache.path", both("AGENT_VENV_CACHE_PATH"), ""},
      {"agent.ignore_requested_python_version", {}, "false"},
      {"agent.package_manager.type", both("AGENT_PACKAGE_MANAGER"), "uv"},
      {"agent.package_manager.system_site_packages", both("AGENT_FORCE_SYSTEM_SITE_PACKAGES"), "false"},
      {"agent.package_manager.update_back_requirements", {}, "true"},
      {"agent.venvs_cache.max_entries", {}, "20"},
      {"agent.venvs_cache.free_space_threshold_gb", {}, "2.0"},
      {"agent.vcs_cache.max_entries", {}, "100"},
      {"agent.default_docker.image", both("DOCKER_IMAGE"), "python:3.12-bookworm"},
      {"agent.default_docker.arguments", {}, ""},
      {"agent.default_docker.match_rules", {}, ""},
      {"agent.default_docker.update_back_task", {}, "false"},
      {"agent.extra_docker_arguments", both("AGENT_EXTRA_DOCKER_ARGS"), ""},
      {"agent.extra_docker_labels", both("AGENT_EXTRA_DOCKER_LABELS"), ""},
      {"agent.extra_docker_shell_script", {}, ""},
      {"agent.docker_preprocess_bash_script", {}, ""},
      {"agent.docker_init_bash_script", {}, ""},
      {"agent.docker_install_opencv_libs", {}, "false"},
      {"agent.docker_args_filters", both("AGENT_DOCKER_ARGS_FILTERS"), ""},
      {"agent.docker_args_extra_precedes_task", {}, "true"},
      {"agent.protected_docker_extra_args", {}, R"(["privileged","security-opt","network","ipc"])"},
      {"agent.docker_args_allowed_port_range", {}, ""},
      {"agent.forbidden_docker_args", {}, "entrypoint"},
      {"agent.docker_allow_host_environ", {}, "false"},
      {"agent.docker_force_pull", {}, "false"},
      {"agent.disable_task_docker_override", {}, "false"},
      {"agent.docker_container_name_format", {}, ""},
      {"agent.docker_container_name_format_fields", {}, ""},
      {"agent.docker_pip_cache", {}, ""},
      {"agent.docker_apt_cache", {}, ""},
      {"agent.docker_poetry_cache", {}, ""},
      {"agent.docker_use_activated_venv", {}, "true"},
      {"agent.disable_ssh_mount", both("AGENT_DISABLE_SSH_MOUNT"), ""},
      {"agent.bootstrap.map_external_ssl_cert", {}, ""},
      {"agent.host_machine_ip", both("AGENT_FORCE_HOST_MACHINE_IP"), ""},
      {"agent.container_user", and_more(both("AGENT_CONTAINER_USER"), both("AGENT_EXEC_USER")), ""},
      {"agent.exec_user", both("AGENT_EXEC_USER"), ""},
      {"agent.container_python", both("AGENT_CONTAINER_PYTHON"), "image"},
      {"agent.docker_host_mount", and_more(both("AGENT_DOCKER_HOST_MOUNT"), both("AGENT_K8S_HOST_MOUNT")), ""},
      {"agent.docker_skip_gpus", both("DOCKER_SKIP_GPUS_FLAG"), "false"},
      {"agent.max_run_sec", both("AGENT_MAX_RUN_SEC"), "0"},
      {"agent.network_retries", {}, "5"},
      {"agent.network_retry_sec", {}, "2"},
      {"agent.stop_grace_sec", both("AGENT_STOP_GRACE_SEC"), "30"},
      {"agent.spool_max_mb", both("AGENT_SPOOL_MAX_MB"), "4096"},
      {"agent.gpus_of_others", {"JARVIS_AGENT_GPUS_OF_OTHERS"}, "leave"},
      {"agent.exclusive_gpus", {"JARVIS_AGENT_EXCLUSIVE_GPUS"}, "true"},
      {"agent.cpu_only", {"JARVIS_CPU_ONLY", "CLEARML_CPU_ONLY", "TRAINS_CPU_ONLY", "CPU_ONLY"}, "false"},
      {"agent.uptime", {}, ""},
      {"agent.downtime", {}, ""},
      {"agent.worker_tags", both("WORKER_TAGS"), ""},
      {"agent.polling_interval_sec", both("AGENT_QUEUE_POLL_FREQ_SEC"), "5"},
      {"agent.status_report_sec", both("AGENT_STATUS_REPORT_FREQ_SEC"), "30"},
      {"agent.debug", {}, "false"},
      {"agent.services.restart",
       {"JARVIS_AGENT_SERVICES_RESTART", "CLEARML_AGENT_SERVICES_DOCKER_RESTART",
        "TRAINS_AGENT_SERVICES_DOCKER_RESTART"},
       "no"},
      {"agent.suppress_carriage_return", {}, "true"},
      {"agent.resource_monitoring.disk_use_path", {}, ""},
      {"agent.resource_monitoring.default_gpu_utilization", {}, ""},
      {"agent.abort_callback_max_timeout", {}, "1800"},
      {"agent.abort_callback_cmd", both("AGENT_ABORT_CALLBACK_CMD"), ""},
      {"agent.abort_callback_timeout", both("AGENT_ABORT_CALLBACK_TIMEOUT"), "180"},
      {"agent.custom_build_script", both("AGENT_CUSTOM_BUILD_SCRIPT"), ""},
      {"agent.standalone_mode", {"JARVIS_AGENT_STANDALONE_MODE"}, "false"},
      {"agent.apply_environment", both("AGENT_ENABLE_ENV_CONFIG_SECTION"), "true"},
      {"agent.apply_files", both("AGENT_ENABLE_FILES_CONFIG_SECTION"), "true"},
      {"agent.enable_task_env", {}, "false"},
      {"agent.hooks_dir", {"JARVIS_AGENT_HOOKS_DIR"}, ""},
      {"agent.repository_hooks", {"JARVIS_AGENT_REPOSITORY_HOOKS"}, "true"},
      {"agent.log_level", both("LOG_LEVEL"), ""},
      {"agent.python_optimize", {"JARVIS_AGENT_PYTHON_OPTIMIZE"}, "0"},
      {"agent.home", {"JARVIS_HOME"}, ""},
  };
}

/// Each setting has a name of its own in the environment, too: agent.worker_id is JARVIS_AGENT__AGENT__WORKER_ID.
std::vector<config::SettingSpec> specs() {
  std::vector<config::SettingSpec> out = known();
  for (config::SettingSpec& spec : out) {
    std::string name;
    for (const char c : spec.key)
      name +=
          c == '.' ? std::string("__") : std::string(1, static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    spec.variables.push_back("JARVIS_AGENT__" + name);
    spec.variables.push_back("CLEARML_AGENT__" + name);
  }
  return out;
}

fs::path home_of(const proc::Environment& environment) {
  return environment.get("HOME").value_or("/root");
}

Result<fs::path> find_config(const proc::Environment& environment, const std::string& asked) {
  std::string named = asked;
  for (const std::string& variable : both("CONFIG_FILE")) {
    if (named.empty()) named = environment.get(variable).value_or("");
  }
  std::error_code failure;
  if (!named.empty()) {
    if (!fs::exists(named, failure)) return not_found("there is no configuration file " + named);
    return fs::absolute(named, failure);
  }
  for (const char* name : {"jarvis.conf", "clearml.conf"}) {
    const fs::path path = home_of(environment) / name;
    if (fs::exists(path, failure)) return path;
  }
  return fs::path();
}

/// What a flag says counts for the processes that are started, too.
proc::Environment with_flags(proc::Environment environment, const std::map<std::string, config::Setting>& flags) {
  for (const config::SettingSpec& spec : specs()) {
    const auto flag = flags.find(spec.key);
    if (flag != flags.end() && !spec.variables.empty()) environment.set(spec.variables.front(), flag->second.value);
  }
  return environment;
}

}  // namespace

std::string AgentSettings::server(std::string_view key) const {
  std::string address = values.get(key);
  while (address.ends_with('/'))
    address.pop_back();
  return address;
}

fs::path AgentSettings::path(std::string_view key, const fs::path& fallback) const {
  const std::string& value = values.get(key);
  if (value.empty()) return fallback;
  if (value == "~") return home_of(environment);
  if (value.starts_with("~/")) return home_of(environment) / value.substr(2);
  return value;
}

Result<double> AgentSettings::number(std::string_view key) const {
  const config::Setting& setting = values.at(key);
  const char* const end = setting.value.data() + setting.value.size();
  double out = -1;
  const auto [stopped, failure] = std::from_chars(setting.value.data(), end, out);
  if (failure != std::errc() || stopped != end || out < 0)
    return invalid_argument(std::string(key) + " (" + setting.origin + "): '" + setting.value + "' is not a number");
  return out;
}

std::vector<std::string> AgentSettings::strings(std::string_view key) const {
  const std::string& value = values.get(key);
  if (!value.starts_with('[')) return value.empty() ? std::vector<std::string>() : std::vector{value};
  std::vector<std::string> out;
  if (const auto list = parse_json(value); list && list->is_array()) {
    for (const json::value& item : list->as_array()) {
      if (item.is_string()) out.emplace_back(item.as_string());
      if (item.is_number()) out.push_back(to_text(item));
    }
  }
  return out;
}

Result<std::vector<std::string>> AgentSettings::words(std::string_view key) const {
  if (values.get(key).starts_with('[')) return strings(key);
  return split_words(values.get(key));
}

std::vector<json::object> AgentSettings::objects(std::string_view path) const {
  std::vector<json::object> out;
  const config::NodePtr node = values.file().find(path);
  if (node == nullptr || node->kind != config::Node::Kind::list) return out;
  for (const config::NodePtr& item : node->items) {
    json::value value = config::to_json(*item);
    if (value.is_object()) out.push_back(std::move(value.get_object()));
  }
  return out;
}

std::map<std::string, std::string> AgentSettings::section_variables() const {
  std::map<std::string, std::string> out;
  const config::NodePtr section = values.file().find("environment");
  if (section == nullptr || !values.get_bool("agent.apply_environment")) return out;
  for (const auto& [name, node] : section->fields)
    out[name] = node->kind == config::Node::Kind::scalar ? node->text : "";
  return out;
}

std::vector<std::string> AgentSettings::secrets() const {
  std::vector<std::string> out{values.get("api.credentials.secret_key"), values.get("agent.git_pass"),
                               values.get("api.auth_token")};
  for (const json::object& credential : objects("agent.git.extra_credentials"))
    out.push_back(get_string_or(credential, "pass", ""));
  return out;
}

std::string AgentSettings::text_for_jobs() const {
  json::value file = config::to_json(values.file().root());
  if (!file.is_object()) return "{}\n";
  json::object& root = file.get_object();
  if (json::value* api = root.if_contains("api"); api != nullptr && api->is_object()) {
    for (const char* name : {"credentials", "auth_token"})
      api->get_object().erase(name);
  }
  // Their values are in the job's environment; files have been written.
  for (const char* name : {"environment", "files"})
    root.erase(name);
  if (json::value* agent = root.if_contains("agent"); agent != nullptr && agent->is_object()) {
    for (const char* name : {"git_pass", "git_user", "git"})
      agent->get_object().erase(name);
  }
  // The SDK's own default forks a process to report from, whose end a script waits ten seconds for. Who set it, has it.
  json::object* at = &root;
  for (const char* name : {"sdk", "development"}) {
    json::value& next = (*at)[name];
    if (!next.is_object()) next = json::object();
    at = &next.get_object();
  }
  if (!at->contains("report_use_subprocess")) (*at)["report_use_subprocess"] = false;
  return to_text(root) + "\n";
}

std::string AgentSettings::ca_bundle() const {
  for (const char* name : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (auto path = environment.get(name); path && !path->empty()) return *path;
  }
  return {};
}

Result<AgentSettings> load_settings(const proc::Environment& environment, const std::string& config_file,
                                    std::map<std::string, config::Setting> flags) {
  TRY(fs::path file, find_config(environment, config_file));
  config::Tree tree;
  if (!file.empty()) {
    config::ParseOptions options;
    options.environment = [&environment](std::string_view name) { return environment.get(name); };
    TRY(tree, config::Tree::load(file, options));
  }
  AgentSettings settings{.values = config::Settings(specs(), std::move(tree), environment, flags),
                         .environment = with_flags(environment, flags),
                         .config_file = std::move(file),
                         .home = {}};
  for (const auto& [name, value] : settings.section_variables())
    settings.environment.set(name, value);
  if (settings.values.get_bool("agent.standalone_mode")) {
    // Programs that would fetch something are told not to.
    settings.environment.set("UV_OFFLINE", "1").set("PIP_NO_INDEX", "1").set("GIT_ALLOW_PROTOCOL", "file");
  }
  for (const char* key : {"agent.venvs_cache.max_entries", "agent.vcs_cache.max_entries", "agent.max_run_sec",
                          "agent.stop_grace_sec", "agent.spool_max_mb", "agent.python_optimize"}) {
    TRY([[maybe_unused]] const std::int64_t number, settings.values.get_int(key));
  }
  for (const char* key : {"agent.abort_callback_max_timeout", "agent.abort_callback_timeout"}) {
    TRY([[maybe_unused]] const double number, settings.number(key));
  }
  settings.home = settings.path("agent.home", home_of(environment) / ".jarvis");
  return settings;
}

}  // namespace jarvis::agent
