#include "agent/runtime/arguments.h"

#include <algorithm>
#include <array>
#include <optional>

#include "agent/runtime/pattern.h"

namespace jarvis::agent {
namespace {

// Each takes a value and reaches nothing outside of the container.
constexpr std::array<std::string_view, 27> kAllowed{
    "--env",          "--shm-size",    "--memory",       "--memory-swap", "--memory-reservation", "--memory-swappiness",
    "--cpus",         "--cpu-shares",  "--cpu-period",   "--cpu-quota",   "--cpuset-cpus",        "--cpuset-mems",
    "--pids-limit",   "--ulimit",      "--tmpfs",        "--hostname",    "--add-host",           "--dns",
    "--dns-search",   "--dns-option",  "--stop-timeout", "--label",       "--platform",           "--cap-drop",
    "--blkio-weight", "--storage-opt", "--workdir"};
constexpr std::array<std::string_view, 15> kWithoutValue{"--privileged",
                                                         "--init",
                                                         "--read-only",
                                                         "--rm",
                                                         "--detach",
                                                         "--interactive",
                                                         "--tty",
                                                         "--publish-all",
                                                         "--sig-proxy",
                                                         "--no-healthcheck",
                                                         "--help",
                                                         "--quiet",
                                                         "--oom-kill-disable",
                                                         "--disable-content-trust",
                                                         "--no-hosts"};

/// "-e" → "--env"; a long name as it is; "" for a short one that is not known.
std::string_view long_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kShort{{{"-e", "--env"},
                                                                                  {"-m", "--memory"},
                                                                                  {"-h", "--hostname"},
                                                                                  {"-l", "--label"},
                                                                                  {"-c", "--cpu-shares"},
                                                                                  {"-v", "--volume"},
                                                                                  {"-p", "--publish"},
                                                                                  {"-u", "--user"},
                                                                                  {"-w", "--workdir"},
                                                                                  {"-P", "--publish-all"},
                                                                                  {"-d", "--detach"},
                                                                                  {"-i", "--interactive"},
                                                                                  {"-t", "--tty"},
                                                                                  {"-a", "--attach"},
                                                                                  {"-q", "--quiet"}}};
  if (name.starts_with("--")) return name;
  for (const auto& [brief, full] : kShort)
    if (name == brief) return full;
  return {};
}

/// One switch as it stands in the words.
struct Switch {
  std::string name;  // long
  std::optional<std::string> value;
};

Result<Switch> next_switch(const std::vector<std::string>& words, std::size_t& at) {
  const std::string& word = words[at++];
  if (word.size() < 2 || word[0] != '-' || word == "--")
    return invalid_argument("'" + word + "' in the container's arguments is no switch");
  Switch out;
  if (word.starts_with("--")) {
    const auto equals = word.find('=');
    out.name = word.substr(0, equals);
    if (equals != std::string::npos) out.value = word.substr(equals + 1);
  } else {
    out.name = long_name(std::string_view(word).substr(0, 2));
    if (out.name.empty()) return invalid_argument("'" + word + "' in the container's arguments is not known");
    if (word.size() > 2) out.value = word.substr(word[2] == '=' ? 3 : 2);
  }
  const bool takes_value = std::find(kWithoutValue.begin(), kWithoutValue.end(), out.name) == kWithoutValue.end();
  // "-it" and the like: several switches in one word.
  if (!takes_value && out.value && !word.starts_with("--"))
    return invalid_argument("write each switch of the container's arguments by itself, not '" + word + "'");
  if (takes_value && !out.value) {
    if (at == words.size()) return invalid_argument("'" + word + "' in the container's arguments lacks its value");
    out.value = words[at++];
  }
  return out;
}

/// By its long name or by its short one, as owners write it.
bool is_allowed(const Switch& item, const ArgumentPolicy& policy) {
  if (std::find(kAllowed.begin(), kAllowed.end(), item.name) != kAllowed.end()) return true;
  // A network of its own, or none; not the host's, not another container's.
  if (item.name == "--network" || item.name == "--net") {
    if (item.value == "none" || item.value == "bridge") return true;
  }
  if (item.name == "--publish" && policy.may_publish) return true;
  if (item.name == "--ipc" && (item.value == "private" || item.value == "shareable" || item.value == "none"))
    return true;
  return std::any_of(policy.allowed.begin(), policy.allowed.end(), [&](const std::string& pattern) {
    if (matches(pattern, item.name)) return true;
    for (const char brief : std::string_view("emhlcvpuwPdita")) {
      const std::string name{'-', brief};
      if (long_name(name) == item.name && matches(pattern, name)) return true;
    }
    return false;
  });
}

/// As owners write it in lists: "network", "v", "--ipc".
std::string switch_name(std::string name) {
  if (!name.starts_with("-")) name.insert(0, name.size() == 1 ? "-" : "--");
  return std::string(long_name(name));
}

/// "--network=host" is of "--network".
bool is_of(std::string_view word, std::string_view name) {
  return !name.empty() && word.substr(0, word.find('=')) == name;
}

bool is_forbidden(const Switch& item, const ArgumentPolicy& policy) {
  return std::any_of(policy.forbidden.begin(), policy.forbidden.end(),
                     [&](const std::string& name) { return item.name == switch_name(name); });
}

/// "$NAME" and "${NAME}" of the host's variables.
std::string filled_in(std::string_view text, const proc::Environment& host) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      out += text[i];
      continue;
    }
    const bool has_braces = text.substr(i + 1).starts_with('{');
    std::size_t end = i + 1 + (has_braces ? 1 : 0);
    const std::size_t start = end;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_'))
      ++end;
    if (end == start || (has_braces && !text.substr(end).starts_with('}'))) {
      out += '$';
      continue;
    }
    out += host.get(text.substr(start, end - start)).value_or("");
    i = has_braces ? end : end - 1;
  }
  return out;
}

enum class Whose : std::uint8_t { task, owner };

Status add_variable(ContainerArguments& out, const std::string& text, bool reads_host, const proc::Environment& host) {
  const auto equals = text.find('=');
  const std::string name = text.substr(0, equals);
  if (equals != std::string::npos) {
    const std::string value = text.substr(equals + 1);
    out.variables.set(name, reads_host ? filled_in(value, host) : value);
    return {};
  }
  if (!reads_host)
    return Error(ErrorCode::forbidden, "the container's argument '-e " + name +
                                           "' would take a variable of the agent; write -e " + name +
                                           "=VALUE, or let the machine's owner set agent.docker_allow_host_environ");
  if (const auto value = host.get(name)) out.variables.set(name, *value);
  return {};
}

Result<ContainerArguments> read(const std::vector<std::string>& words, const ArgumentPolicy& policy,
                                const proc::Environment& host, Whose whose) {
  ContainerArguments out;
  for (std::size_t at = 0; at < words.size();) {
    TRY(const Switch item, next_switch(words, at));
    if (is_forbidden(item, policy)) {
      if (whose == Whose::owner) continue;
      return Error(ErrorCode::forbidden, "the container's argument '" + item.name +
                                             "' is among agent.forbidden_docker_args of the machine's owner");
    }
    if (whose == Whose::task && !is_allowed(item, policy))
      return Error(ErrorCode::forbidden,
                   "the container's argument '" + item.name + (item.value ? " " + *item.value : "") +
                       "' reaches beyond the container and is refused; the machine's owner can allow it: "
                       "agent.docker_args_filters: [\"^" +
                       item.name + "$\"]");
    if (item.name == "--env") {
      CHECK_OK(add_variable(out, *item.value, whose == Whose::owner || policy.reads_host_variables, host));
    } else {
      out.words.push_back(item.value ? item.name + "=" + *item.value : item.name);
    }
  }
  return out;
}

}  // namespace

bool ContainerArguments::has(std::string_view name) const {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return is_of(word, name); });
}

void ContainerArguments::drop_of(const ContainerArguments& other, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::string full = switch_name(name);
    if (other.has(full)) std::erase_if(words, [&](const std::string& word) { return is_of(word, full); });
  }
}

void ContainerArguments::append(const ContainerArguments& other) {
  words.insert(words.end(), other.words.begin(), other.words.end());
  for (const auto& [name, value] : other.variables.values())
    variables.set(name, value);
}

ContainerArguments merged_arguments(ContainerArguments task, ContainerArguments owner,
                                    const std::vector<std::string>& protected_names, Precedence precedence) {
  // Of two the engine takes the later; some it takes both, or refuses: of those only one side's stay.
  if (precedence == Precedence::task) {
    owner.drop_of(task, protected_names);
    task.append(owner);
    return task;
  }
  task.drop_of(owner, protected_names);
  owner.append(task);
  return owner;
}

Result<ContainerArguments> task_arguments(const std::vector<std::string>& words, const ArgumentPolicy& policy,
                                          const proc::Environment& host) {
  return read(words, policy, host, Whose::task);
}

Result<ContainerArguments> owner_arguments(const std::vector<std::string>& words, const ArgumentPolicy& policy,
                                           const proc::Environment& host) {
  return read(words, policy, host, Whose::owner);
}

}  // namespace jarvis::agent
