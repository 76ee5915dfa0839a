// What the agent can be told, and by which names.
#include "agent/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;

TEST(Settings, are_set_by_the_stock_agent_s_variables_and_by_ours_before_those) {
  struct Name {
    const char *variable, *setting;
  };
  const Name names[] = {
      {"AGENT_GIT_USER", "agent.git_user"},
      {"AGENT_GIT_PASS", "agent.git_pass"},
      {"AGENT_GIT_HOST", "agent.git_host"},
      {"AGENT_GIT_CLONE_VERBOSE", "agent.git_clone_verbose"},
      {"AGENT_SSH_URL_REPLACEMENT_SCHEME", "agent.translate_ssl_replacement_scheme"},
      {"AGENT_GIT_USE_AZURE_PAT", "agent.git_use_azure_pat"},
      {"AGENT_GIT_USE_MS_ENTRA_TOKEN", "agent.git_use_ms_entra_token"},
      {"AGENT_VENV_CACHE_PATH", "agent.venvs_cache.path"},
      {"AGENT_FORCE_SYSTEM_SITE_PACKAGES", "agent.package_manager.system_site_packages"},
      {"AGENT_PACKAGE_PYTORCH_RESOLVE", "agent.package_manager.pytorch_resolve"},
      {"EXTRA_PIP_INSTALL_FLAGS", "agent.package_manager.extra_pip_install_flags"},
      {"CONDA_ENV_PACKAGE", "agent.package_manager.conda_env_package"},
      {"USE_CONDA_BASE_ENV", "agent.package_manager.use_conda_base_env"},
      {"AGENT_FORCE_CODE_DIR", "agent.force_code_dir"},
      {"AGENT_FORCE_EXEC_SCRIPT", "agent.force_exec_script"},
      {"AGENT_FORCE_TASK_INIT", "agent.force_task_init"},
      {"AGENT_EXTRA_PYTHON_PATH", "agent.extra_python_path"},
      {"DOCKER_IMAGE", "agent.default_docker.image"},
      {"DOCKER_SKIP_GPUS_FLAG", "agent.docker_skip_gpus"},
      {"AGENT_DOCKER_ARGS_FILTERS", "agent.docker_args_filters"},
      {"AGENT_DOCKER_HOST_MOUNT", "agent.docker_host_mount"},
      {"AGENT_K8S_HOST_MOUNT", "agent.docker_host_mount"},
      {"AGENT_EXTRA_DOCKER_ARGS", "agent.extra_docker_arguments"},
      {"AGENT_EXTRA_DOCKER_LABELS", "agent.extra_docker_labels"},
      {"AGENT_DISABLE_SSH_MOUNT", "agent.disable_ssh_mount"},
      {"AGENT_FORCE_HOST_MACHINE_IP", "agent.host_machine_ip"},
      {"AGENT_EXEC_USER", "agent.container_user"},
      {"AGENT_EXEC_USER", "agent.exec_user"},
      {"AGENT_QUEUE_POLL_FREQ_SEC", "agent.polling_interval_sec"},
      {"AGENT_STATUS_REPORT_FREQ_SEC", "agent.status_report_sec"},
  };
  for (const auto& [variable, setting] : names) {
    const std::string theirs = "CLEARML_" + std::string(variable), ours = "JARVIS_" + std::string(variable);
    auto environment = proc::Environment().set("HOME", "/nonexistent").set(theirs, "one");
    EXPECT_EQ(load_settings(environment)->values.get(setting), "one") << theirs;
    environment.set(ours, "two");
    EXPECT_EQ(load_settings(environment)->values.get(setting), "two") << ours;
  }
}

TEST(Settings, that_are_lists_may_be_words_in_a_variable) {
  const auto settings = load_settings(proc::Environment()
                                          .set("HOME", "/nonexistent")
                                          .set("CLEARML_AGENT_EXTRA_DOCKER_ARGS", "--ipc=host -e 'A=b c'")
                                          .set("CLEARML_AGENT_DOCKER_ARGS_FILTERS", "^-v$ ^--ipc$")
                                          .set("CLEARML_EXTRA_PIP_INSTALL_FLAGS", "--no-deps --pre"));

  EXPECT_THAT(*settings->words("agent.extra_docker_arguments"), ElementsAre("--ipc=host", "-e", "A=b c"));
  EXPECT_THAT(*settings->words("agent.docker_args_filters"), ElementsAre("^-v$", "^--ipc$"));
  EXPECT_THAT(*settings->words("agent.package_manager.extra_pip_install_flags"), ElementsAre("--no-deps", "--pre"));
}

}  // namespace
}  // namespace jarvis::agent
