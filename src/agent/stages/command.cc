#include "agent/stages/command.h"

namespace jarvis::agent {

Result<std::vector<std::string>> script_command(const json::object& script, const std::string& python) {
  TRY(std::vector<std::string> words, split_words(get_string_or(script, "entry_point", "")));
  if (words.empty()) return invalid_argument("the task names no script to run (script.entry_point)");
  const std::string binary = get_string_or(script, "binary", "");
  const std::string program = binary.substr(binary.rfind('/') + 1);
  const bool is_shell = program.starts_with("bash") || program == "sh" || program == "zsh" || words[0].ends_with(".sh");
  std::vector<std::string> argv;
  if (is_shell) {
    TRY(argv, split_words(binary.empty() || program.starts_with("python") ? "/bin/bash" : binary));
  } else {
    argv = {python, "-u"};
  }
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

json::object forced_script(json::object script, const std::string& forced) {
  if (forced.empty()) return script;
  const auto colon = forced.find(':');
  script["working_dir"] = colon == std::string::npos ? "." : forced.substr(0, colon);
  script["entry_point"] = colon == std::string::npos ? forced : forced.substr(colon + 1);
  return script;
}

std::string with_task_init(const std::string& text) {
  constexpr std::string_view kCall = "from clearml import Task\n(__name__ != \"__main__\") or Task.init()\n";
  constexpr std::string_view kFuture = "from __future__ import";
  std::size_t place = 0;
  for (auto at = text.find(kFuture); at != std::string::npos; at = text.find(kFuture, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    auto end = text.find('\n', at);
    if (const auto open = text.find('(', at); open < end) end = text.find('\n', text.find(')', open));
    place = end == std::string::npos ? text.size() : end + 1;
  }
  if (std::string_view(text).substr(place).starts_with(kCall)) return text;
  std::string before = text.substr(0, place);
  if (!before.empty() && !before.ends_with('\n')) before += '\n';
  return before + std::string(kCall) + text.substr(place);
}

}  // namespace jarvis::agent
