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

}  // namespace jarvis::agent
