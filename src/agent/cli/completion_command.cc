#include "agent/cli/completion_command.h"

#include <vector>

namespace jarvis::agent {
namespace {

struct Flag {
  std::string name;  // "--queue"
  std::string text;
};

struct Command {
  std::string name;  // "": the program itself
  std::string text;
  std::vector<Flag> flags;
};

std::vector<Flag> flags_of(const CLI::App& app) {
  std::vector<Flag> out;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    for (const std::string& name : option->get_lnames())
      out.push_back({"--" + name, option->get_description()});
    for (const std::string& name : option->get_snames())
      out.push_back({"-" + name, option->get_description()});
  }
  return out;
}

std::vector<Command> commands_of(const CLI::App& app) {
  std::vector<Command> out{{"", app.get_description(), flags_of(app)}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    out.push_back({command->get_name(), command->get_description(), flags_of(*command)});
  return out;
}

std::string names_of(const std::vector<Command>& commands) {
  std::string out;
  for (const Command& command : commands)
    if (!command.name.empty()) out += (out.empty() ? "" : " ") + command.name;
  return out;
}

std::string words_of(const Command& command) {
  std::string out;
  for (const Flag& flag : command.flags)
    out += (out.empty() ? "" : " ") + flag.name;
  return out;
}

/// In single quotes, as all three shells read it.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// Bash and zsh: the words after the subcommand that was typed.
std::string cases_of(const std::vector<Command>& commands) {
  std::string out = "  case \"$command\" in\n";
  for (const Command& command : commands) {
    if (!command.name.empty()) out += "    " + command.name + ") words=" + quoted(words_of(command)) + " ;;\n";
  }
  return out + "    *) words=" + quoted(names_of(commands) + " " + words_of(commands.front())) + " ;;\n  esac\n";
}

std::string find_command(const std::vector<Command>& commands, const std::string& typed) {
  std::string pattern = names_of(commands);
  for (std::size_t at = 0; (at = pattern.find(' ', at)) != std::string::npos; ++at)
    pattern[at] = '|';
  return "  for word in " + typed + "; do\n    case \"$word\" in " + pattern +
         ") command=\"$word\"; break ;; esac\n  done\n";
}

std::string bash_script(const std::vector<Command>& commands) {
  return "_jarvis_agent() {\n  local word command= words= current=\"${COMP_WORDS[COMP_CWORD]}\"\n" +
         find_command(commands, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"") + cases_of(commands) +
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
         "complete -o default -F _jarvis_agent jarvis-agent\n";
}

std::string zsh_script(const std::vector<Command>& commands) {
  return "#compdef jarvis-agent\n_jarvis_agent() {\n  local word command= flags=\n" +
         find_command(commands, "\"${(@)words[2,CURRENT-1]}\"") +
         [&] {
           std::string cases = cases_of(commands);
           for (std::size_t at = 0; (at = cases.find(" words=", at)) != std::string::npos;)
             cases.replace(at, 7, " flags=");
           return cases;
         }() +
         "  compadd -- ${=flags}\n  _files\n}\ncompdef _jarvis_agent jarvis-agent\n";
}

std::string fish_script(const std::vector<Command>& commands) {
  std::string out;
  for (const Command& command : commands) {
    const bool is_top = command.name.empty();
    const std::string when = is_top ? "not __fish_seen_subcommand_from " + names_of(commands)
                                    : "__fish_seen_subcommand_from " + command.name;
    if (!is_top) {
      out += "complete -c jarvis-agent -n " + quoted("not __fish_seen_subcommand_from " + names_of(commands)) +
             " -f -a " + command.name + " -d " + quoted(command.text) + "\n";
    }
    for (const Flag& flag : command.flags) {
      const bool is_long = flag.name.starts_with("--");
      out += "complete -c jarvis-agent -n " + quoted(when) + (is_long ? " -l " : " -s ") +
             flag.name.substr(is_long ? 2 : 1) + " -d " + quoted(flag.text) + "\n";
    }
  }
  return out;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  const std::vector<Command> commands = commands_of(app);
  if (shell == "zsh") return zsh_script(commands);
  if (shell == "fish") return fish_script(commands);
  return bash_script(commands);
}

}  // namespace jarvis::agent
