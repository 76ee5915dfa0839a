#include "agent/stages/command.h"

namespace jarvis::agent {

Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool is_open = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      word += text[++i];
      is_open = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      is_open = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (is_open) words.push_back(std::move(word));
      word.clear();
      is_open = false;
    } else {
      word += c;
      is_open = true;
    }
  }
  if (quote != 0) return invalid_argument("an open quote in: " + std::string(text));
  if (is_open) words.push_back(std::move(word));
  return words;
}

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
