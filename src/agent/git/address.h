// What the address of a repository holds, and which way to it the settings want. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace jarvis::agent {

struct Address {
  std::string url;             // without user and password, when it is an http(s) one; else as it was
  std::string user, password;  // of http(s), decoded
  std::string host;            // with the port of an http(s) address; "" for a path
};
Address split_address(const std::string& url);

/// "git@host:x/y.git" and "ssh://git@host/x/y.git" are; a path with a colon in a folder's name is not.
bool is_ssh(const std::string& url);
/// A path or file://: what only this machine can reach.
bool is_local(const std::string& url);

/// agent.force_git_ssh_*, agent.translate_ssh.
struct AddressRules {
  bool forces_ssh = false;
  std::string ssh_user, ssh_port;  // "" for as the address says, or "git" where it says nothing
  // What is recorded for ssh is fetched by https there: "github.com", "github.com/our-team", "" for any host.
  std::vector<std::string> password_hosts;
  std::string password_scheme = "https";
};
std::string preferred_address(const std::string& url, const AddressRules& rules);
/// The same for the submodules, as git's own `url.<first>.insteadOf = <second>`.
std::vector<std::pair<std::string, std::string>> submodule_rewrites(const std::string& url, const AddressRules& rules);

}  // namespace jarvis::agent
