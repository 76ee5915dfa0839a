#include "agent/cli/usage.h"

#include <algorithm>
#include <numeric>

namespace jarvis::agent {
namespace {

// Of more, the words have nothing to do with each other.
constexpr std::size_t kTyposMax = 2;

/// How many letters are to be changed, added or left out.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

/// "; did you mean X?", or nothing.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const auto rank = [&](const std::string& other) {
    return other.starts_with(word) ? std::size_t{0} : distance(word, other);
  };
  const auto nearest =
      std::ranges::min_element(known, [&](const auto& one, const auto& other) { return rank(one) < rank(other); });
  if (nearest == known.end() || rank(*nearest) > kTyposMax) return {};
  return "; did you mean " + *nearest + "?";
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::App* command : app.get_subcommands(nullptr))
    out.push_back(command->get_name());
  return out;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> out;
  for (const CLI::Option* option : command.get_options())
    if (!option->get_group().empty())  // others are for the agent's own processes
      for (const std::string& name : option->get_lnames())
        out.push_back("--" + name);
  return out;
}

/// The first that nobody takes; "" when all are taken.
std::string first_unknown(const CLI::App& app, const std::vector<std::string>& words) {
  const std::vector<std::string> unknown = app.remaining(true);
  const auto found =
      std::ranges::find_if(words, [&](const std::string& word) { return std::ranges::count(unknown, word) > 0; });
  return found == words.end() ? "" : found->substr(0, found->find('='));
}

std::string wrong(const CLI::App& app, const CLI::App* command, const CLI::ParseError& error,
                  const std::vector<std::string>& words) {
  const std::string unknown = first_unknown(app, words);
  if (command == nullptr && unknown.empty()) return "name a command";
  if (command == nullptr && !unknown.starts_with('-'))
    return "there is no command '" + unknown + "'" + suggestion(unknown, commands_of(app));
  if (unknown.starts_with('-')) {
    const CLI::App& asked = command == nullptr ? app : *command;
    return "there is no flag " + unknown + suggestion(unknown, flags_of(asked));
  }
  const auto kind = static_cast<CLI::ExitCodes>(error.get_exit_code());
  if (!unknown.empty() && kind == CLI::ExitCodes::ExtrasError) return "'" + unknown + "' is one word too many";
  const std::string text = error.what();
  if (kind == CLI::ExitCodes::ArgumentMismatch && text.ends_with(" missing"))
    return text.substr(0, text.find(':')) + " needs a value";
  return text;
}

}  // namespace

std::string usage_text(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words) {
  const auto parsed = app.get_subcommands();
  const CLI::App* command = parsed.empty() ? nullptr : parsed.front();
  const std::string name = app.get_name() + (command == nullptr ? "" : " " + command->get_name());
  return name + ": " + wrong(app, command, error, words) + "\n`" + name + " --help` says more.\n";
}

}  // namespace jarvis::agent
