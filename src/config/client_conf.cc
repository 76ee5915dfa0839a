#include "config/client_conf.h"

#include "base/json.h"

namespace jarvis::config {
namespace {

// Strings of JSON are strings of HOCON, whatever is in them.
std::string quoted(const std::string& text) {
  return json::serialize(json::value(text));
}

}  // namespace

std::string client_conf(std::string_view about, const ClientConf& client) {
  std::string out(about);
  out += "api {\n  web_server: " + quoted(client.web);
  out += "\n  api_server: " + quoted(client.api);
  out += "\n  files_server: " + quoted(client.files);
  out += "\n  credentials {\n    access_key: " + quoted(client.access_key);
  out += "\n    secret_key: " + quoted(client.secret_key);
  out +=
      "\n  }\n}\n"
      "# The SDK looks at the repository before the script goes on. Beside it, in a thread, it can meet the fork of\n"
      "# its own reporting process and hang: the task is then recorded without its repository.\n"
      "sdk.development.vcs_repo_detect_async: false\n"
      "# Curves and logs are sent by a thread, not by a process of their own: quicker for each step of a training, "
      "and\n"
      "# no script waits ten seconds at its end.\n"
      "sdk.development.report_use_subprocess: false\n";
  return out;
}

}  // namespace jarvis::config
