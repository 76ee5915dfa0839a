// Writes ~/jarvis.conf after having tried what is in it.
#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "agent/cli/commands.h"
#include "agent/job/job.h"
#include "config/client_conf.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

std::string ask(const std::string& question, const std::string& offered, bool assumes_yes) {
  if (assumes_yes) return offered;
  std::cout << question << (offered.empty() ? "" : " [" + offered + "]") << ": " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer) || answer.empty()) return offered;
  return answer;
}

/// Not shown while it is typed.
std::string ask_secret(const std::string& question, bool assumes_yes) {
  termios shown{};
  const bool is_terminal = ::tcgetattr(STDIN_FILENO, &shown) == 0;
  if (is_terminal && !assumes_yes) {
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
  }
  std::string answer = ask(question, "", assumes_yes);
  if (is_terminal && !assumes_yes) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &shown);
    std::cout << "\n";
  }
  return answer;
}

std::string or_setting(const std::string& flag, const AgentSettings& settings, std::string_view key) {
  return flag.empty() ? settings.values.get(key) : flag;
}

std::string conf_text(const InitFlags& answers) {
  return config::client_conf("# Written by `jarvis-agent init`.\n", {.web = answers.web,
                                                                     .api = answers.api,
                                                                     .files = answers.files,
                                                                     .access_key = answers.access_key,
                                                                     .secret_key = answers.secret_key});
}

}  // namespace

int run_init(const InitFlags& flags, const AgentSettings& settings) {
  const std::filesystem::path target =
      std::filesystem::path(settings.environment.get("HOME").value_or("/root")) / "jarvis.conf";
  std::error_code failure;
  if (std::filesystem::exists(target, failure) && !flags.overwrites) {
    std::cerr << "jarvis-agent: " << target.string() << " exists already; --overwrite replaces it\n";
    return kExitUnable;
  }
  InitFlags answers = flags;
  const bool yes = flags.assumes_yes;
  answers.api = ask("API server", or_setting(flags.api, settings, "api.api_server"), yes);
  answers.web = ask("Web server", or_setting(flags.web, settings, "api.web_server"), yes);
  answers.files = ask("File server", or_setting(flags.files, settings, "api.files_server"), yes);
  answers.access_key = ask("Access key", or_setting(flags.access_key, settings, "api.credentials.access_key"), yes);
  answers.secret_key = or_setting(flags.secret_key, settings, "api.credentials.secret_key");
  if (answers.secret_key.empty()) answers.secret_key = ask_secret("Secret key", yes);

  SessionOptions options = session_options(settings, "");
  options.api_server = answers.api;
  while (options.api_server.ends_with('/'))
    options.api_server.pop_back();
  options.access_key = answers.access_key;
  options.secret_key = answers.secret_key;
  const SystemClock clock;
  Session session(std::move(options), clock);
  if (const Status status = session.login(); !status) return report_error(status.error());
  if (const Status status = proc::write_file_durably(target, conf_text(answers), 0600); !status)
    return report_error(status.error());
  std::cout << "The credentials work. Wrote " << target.string() << "\nNext: jarvis-agent daemon --queue default\n";
  return kExitDone;
}

}  // namespace jarvis::agent
