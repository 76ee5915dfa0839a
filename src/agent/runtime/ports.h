// Which ports of this machine lead to those that a container publishes.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "proc/files.h"

namespace jarvis::agent {

/// agent.docker_args_allowed_port_range, both ends included.
struct PortRange {
  int first = 10000;  // where another one is looked for when nothing is said
  int last = 60000;
  bool is_bound = false;  // ports outside of it are moved into it
};
/// Of ["9000", "10000"]; nothing said: unbound. Errors: invalid_argument.
Result<PortRange> port_range(const std::vector<std::string>& items);

struct PublishedPorts {
  std::vector<std::string> words;  // the arguments with the ports that were found free
  std::string mapping;             // "9000:8888,9001:80", machine's before container's; "" when none is published
  std::vector<int> of_machine;
};
/// "--publish=8080:80" and the like among the words: what is taken, or outside of the range, becomes another port that
/// is free. Those of UDP stay as they are. Pure. Errors: invalid_argument (not a port), exhausted (none is free).
Result<PublishedPorts> publish_ports(const std::vector<std::string>& words, std::set<int> taken,
                                     const PortRange& range);

/// The same, and nobody else who reserves in this folder is given them while these are held: between the choice and the
/// container's start nobody listens at them yet.
struct ReservedPorts {
  PublishedPorts ports;
  std::vector<proc::LockFile> held;
};
/// `refused`: those that an engine did not give, whoever has them. Errors: those of publish_ports, cancelled, io.
Result<ReservedPorts> reserve_ports(const std::filesystem::path& folder, const std::vector<std::string>& words,
                                    const std::set<int>& refused, const PortRange& range, const std::stop_token& stop);

/// The port that an engine did not give to a container, by its words; nothing when they are about something else.
/// Where the agent is in a container itself, the machine's ports cannot be seen before.
std::optional<int> refused_port(const std::string& text);

/// TCP ports that somebody on this machine listens at, or talks through.
std::set<int> taken_ports();
/// The address under which others reach this machine, "" when it is in no network.
std::string own_address();

}  // namespace jarvis::agent
