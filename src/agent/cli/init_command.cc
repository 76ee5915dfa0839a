// Writes ~/jarvis.conf after having tried what is in it.
#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "agent/cli/commands.h"
#include "agent/cli/init_answers.h"
#include "agent/job/job.h"
#include "config/client_conf.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

// Where jarvis-server listens unless it is told otherwise.
constexpr int kApiPort = 8008, kWebPort = 8080, kFilesPort = 8081;
constexpr int kKeyTries = 3;

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

/// Asks until it is an address; what a program passes is taken once.
Result<std::string> ask_address(const std::string& question, const std::string& offered, int usual_port, bool yes) {
  while (true) {
    auto address = address_from(ask(question, offered, yes), usual_port);
    if (address || yes || !std::cin) return address;
    std::cout << address.error().message() << "\n";
  }
}

/// The rest of a configuration whose first line was read.
std::string read_pasted(const std::string& first) {
  std::string text = first + "\n", line;
  while (!is_whole_configuration(text) && std::getline(std::cin, line))
    text += line + "\n";
  return text;
}

Status ask_key_pair(InitFlags& answers, bool yes) {
  answers.access_key = ask("Access key", answers.access_key, yes);
  if (answers.secret_key.empty()) answers.secret_key = ask_secret("Secret key", yes);
  return answers.access_key.empty() || answers.secret_key.empty()
             ? Status(
                   invalid_argument("no key pair: the server's client.conf has one, and its web page makes new ones"))
             : Status();
}

/// All that the file needs, from flags and settings, from what is pasted, or asked one by one.
Status ask_all(InitFlags& answers, const AgentSettings& settings) {
  const bool yes = answers.assumes_yes;
  if (!yes && answers.api.empty()) {
    const std::string first =
        ask("Paste the configuration that the web page shows with new credentials, or type the API server's address",
            or_setting("", settings, "api.api_server"), yes);
    if (begins_configuration(first)) {
      TRY(const config::ClientConf client, client_from(read_pasted(first)));
      answers.api = client.api;
      answers.web = client.web.empty() ? neighbour_of(client.api, kWebPort) : client.web;
      answers.files = client.files.empty() ? neighbour_of(client.api, kFilesPort) : client.files;
      answers.access_key = client.access_key;
      answers.secret_key = client.secret_key;
      return {};
    }
    answers.api = first;
  }
  const std::string known = settings.values.get("api.api_server");
  auto api = address_from(answers.api.empty() ? known : answers.api, kApiPort);
  if (!api && yes) return api.error();
  if (!api) {
    std::cout << api.error().message() << "\n";
    TRY(api, ask_address("API server", known, kApiPort, yes));
  }
  answers.api = *api;
  // Who names another host than the settings do most likely means the whole server there.
  const bool is_elsewhere = answers.api != known;
  const auto offered = [&](const std::string& flag, std::string_view key, int port) {
    const bool is_known = !flag.empty() || settings.values.is_set(key);
    return is_elsewhere && !is_known ? neighbour_of(answers.api, port) : or_setting(flag, settings, key);
  };
  TRY(answers.web, ask_address("Web server", offered(answers.web, "api.web_server", kWebPort), kWebPort, yes));
  TRY(answers.files,
      ask_address("File server", offered(answers.files, "api.files_server", kFilesPort), kFilesPort, yes));
  answers.access_key = or_setting(answers.access_key, settings, "api.credentials.access_key");
  answers.secret_key = or_setting(answers.secret_key, settings, "api.credentials.secret_key");
  return ask_key_pair(answers, yes);
}

Status try_out(const InitFlags& answers, const AgentSettings& settings) {
  SessionOptions options = session_options(settings, "");
  options.api_server = answers.api;
  options.keys = {.access_key = answers.access_key, .secret_key = answers.secret_key, .token = {}};
  options.newest_keys = {};
  const SystemClock clock;
  Session session(std::move(options), clock);
  return session.login();
}

/// A mistyped key is typed again, when somebody sits there.
Status try_out_patiently(InitFlags& answers, const AgentSettings& settings) {
  const bool can_ask = !answers.assumes_yes && ::isatty(STDIN_FILENO) == 1;
  for (int left = can_ask ? kKeyTries : 1;; --left) {
    const Status status = try_out(answers, settings);
    if (status || status.error().code() != ErrorCode::unauthorized || left == 1) return status;
    std::cout << "The server at " << answers.api << " does not accept this key pair.\n";
    answers.access_key.clear();
    answers.secret_key.clear();
    CHECK_OK(ask_key_pair(answers, false));
  }
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
  if (const Status status = ask_all(answers, settings); !status) return report_error(status.error());
  if (const Status status = try_out_patiently(answers, settings); !status) return report_error(status.error());
  if (const Status status = proc::write_file_durably(target, conf_text(answers), 0600); !status)
    return report_error(status.error());
  std::cout << "The credentials work. Wrote " << target.string() << "\nNext: jarvis-agent daemon --queue default\n";
  return kExitDone;
}

}  // namespace jarvis::agent
