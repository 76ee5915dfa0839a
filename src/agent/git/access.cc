#include "agent/git/access.h"

#include <cctype>

#include "base/digest.h"

namespace jarvis::agent {
namespace {

/// Configuration by environment: no file is written, nothing is in an argument list.
class GitConfig {
 public:
  explicit GitConfig(proc::Environment& environment) : environment_(environment) {}
  void add(const std::string& key, const std::string& value) {
    const std::string index = std::to_string(count_++);
    environment_.set("GIT_CONFIG_KEY_" + index, key)
        .set("GIT_CONFIG_VALUE_" + index, value)
        .set("GIT_CONFIG_COUNT", std::to_string(count_));
  }

 private:
  proc::Environment& environment_;
  int count_ = 0;
};

/// git asks the helpers of the matching sections in their order; an empty one drops those before it.
void add_credential(GitConfig& config, proc::Environment& environment, const GitCredential& credential, int index) {
  const std::string user = "JARVIS_GIT_USER_" + std::to_string(index);
  const std::string password = "JARVIS_GIT_PASSWORD_" + std::to_string(index);
  // A token alone is a password; servers want any name beside it.
  environment.set(user, credential.user.empty() ? "git" : credential.user).set(password, credential.password);
  std::vector<std::string> sections{"credential"};
  if (!credential.host.empty())
    sections = {"credential.https://" + credential.host, "credential.http://" + credential.host};
  for (const std::string& section : sections) {
    config.add(section + ".helper", "");
    config.add(section + ".helper", "!f() { test \"$1\" = get && echo \"username=$" + user + "\" && echo \"password=$" +
                                        password + "\"; }; f");
  }
}

/// Azure's servers want an Entra token as a bearer's, and a personal access token without a name beside it.
void add_header(GitConfig& config, const GitCredential& credential, GitAccess::Way way) {
  const std::string value = way == GitAccess::Way::bearer_token ? "Bearer " + credential.password
                                                                : "Basic " + base64_encode(":" + credential.password);
  const std::string place = credential.host.empty() ? "" : "https://" + credential.host + ".";
  config.add("http." + place + "extraHeader", "Authorization: " + value);
}

/// "https://github.com/our-team" and "github.com:our-team" name the same host.
std::string host_of(std::string text) {
  if (const auto scheme = text.find("://"); scheme != std::string::npos) text.erase(0, scheme + 3);
  if (const auto colon = text.find(':'); colon + 1 < text.size() && colon != std::string::npos &&
                                         std::isdigit(static_cast<unsigned char>(text[colon + 1])) == 0)
    text[colon] = '/';
  while (text.ends_with('/'))
    text.pop_back();
  return text;
}

std::string either(const json::object& object, std::string_view name, std::string_view other) {
  return get_string_or(object, name, get_string_or(object, other, ""));
}

}  // namespace

GitAccess git_access(const AgentSettings& settings) {
  const config::Settings& values = settings.values;
  GitAccess out{.credentials = {},
                .forces_ssh = values.get_bool("agent.force_git_ssh_protocol"),
                .translates_ssh = values.get_bool("agent.translate_ssh"),
                .ssh_user = values.get("agent.force_git_ssh_user"),
                .ssh_port = values.get("agent.force_git_ssh_port")};
  if (out.ssh_port == "0") out.ssh_port.clear();
  if (const std::string& scheme = values.get("agent.translate_ssl_replacement_scheme"); !scheme.empty())
    out.password_scheme = scheme;
  if (values.get_bool("agent.git_use_azure_pat")) out.way = GitAccess::Way::basic_header;
  if (values.get_bool("agent.git_use_ms_entra_token")) out.way = GitAccess::Way::bearer_token;
  for (const json::object& more : settings.objects("agent.git.extra_credentials"))
    out.credentials.push_back(
        {either(more, "user", "username"), either(more, "pass", "password"), host_of(get_string_or(more, "host", ""))});
  const std::string& password = values.get("agent.git_pass");
  if (!password.empty())
    out.credentials.push_back({values.get("agent.git_user"), password, host_of(values.get("agent.git_host"))});
  return out;
}

GitRoute route_to(const std::string& repository, const GitAccess& access, const proc::Environment& environment) {
  const Address recorded = split_address(repository);
  std::vector<GitCredential> credentials = access.credentials;
  // A bare user name asks for the password that the settings hold.
  if (!recorded.password.empty())
    credentials.insert(credentials.begin(), {recorded.user, recorded.password, recorded.host});
  AddressRules rules{.forces_ssh = access.forces_ssh,
                     .ssh_user = access.ssh_user,
                     .ssh_port = access.ssh_port,
                     .password_hosts = {},
                     .password_scheme = access.password_scheme};
  if (access.translates_ssh) {
    for (const GitCredential& credential : access.credentials)
      rules.password_hosts.push_back(credential.host);
  }
  GitRoute out{.address = preferred_address(recorded.url, rules), .environment = environment};
  proc::Environment& set = out.environment;
  set.set("GIT_TERMINAL_PROMPT", "0").set("GIT_LFS_SKIP_SMUDGE", "0").set("LC_ALL", "C").unset("GIT_ASKPASS");
  GitConfig config(set);
  // The mirror may belong to another user of the machine; whoever may write there decides what it holds, and that is
  // checked by the commit's own hash.
  config.add("safe.directory", "*");
  config.add("advice.detachedHead", "false");
  // Submodules beside a repository on this machine, as its owner sees them; one from the network must not name a path.
  if (is_local(out.address)) config.add("protocol.file.allow", "always");
  for (const auto& [to, from] : submodule_rewrites(out.address, rules))
    config.add("url." + to + ".insteadOf", from);
  // Later ones win: those for all hosts first, the first of the list last.
  for (const bool is_for_all : {true, false}) {
    for (auto i = credentials.size(); i-- > 0;) {
      if (credentials[i].host.empty() != is_for_all) continue;
      if (access.way == GitAccess::Way::asked) {
        add_credential(config, set, credentials[i], static_cast<int>(i));
      } else {
        add_header(config, credentials[i], access.way);
      }
    }
  }
  return out;
}

}  // namespace jarvis::agent
