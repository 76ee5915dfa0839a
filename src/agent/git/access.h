// How git (and what calls git: uv, pip, LFS) reaches servers: as a value of the environment, so that no secret is in an
// argument list, a file or a repository's configuration.
#pragma once

#include <string>
#include <vector>

#include "agent/git/address.h"
#include "agent/settings.h"

namespace jarvis::agent {

struct GitCredential {
  std::string user, password;
  std::string host;  // "github.com", "github.com/our-team": the only one that gets them; "" for all
};

struct GitAccess {
  std::vector<GitCredential> credentials;  // the first whose host fits, those for all hosts last
  bool forces_ssh = false;                 // agent.force_git_ssh_protocol
  bool translates_ssh = true;              // with a password for it, an ssh address is fetched by https
  std::string ssh_user, ssh_port;
  std::string password_scheme = "https";  // what ssh addresses become
  // How a password is shown: when git asks for it, or in a header of each request (Azure's ways).
  enum class Way : std::uint8_t { asked, bearer_token, basic_header } way = Way::asked;
};

GitAccess git_access(const AgentSettings& settings);

/// With the credentials that `repository`'s address holds taken out of it and put before the others.
struct GitRoute {
  std::string address;            // to be given to git
  proc::Environment environment;  // to run it with
};
GitRoute route_to(const std::string& repository, const GitAccess& access, const proc::Environment& environment);

}  // namespace jarvis::agent
