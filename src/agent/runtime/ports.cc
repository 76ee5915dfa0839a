#include "agent/runtime/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>
#include <optional>
#include <sstream>

#include "proc/unique_fd.h"

namespace jarvis::agent {
namespace {

constexpr std::string_view kPublish = "--publish=";
constexpr int kPortMax = 65535;

std::optional<int> port_of(std::string_view text) {
  int out = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failure != std::errc() || end != text.data() + text.size() || out < 1 || out > kPortMax) return std::nullopt;
  return out;
}

/// "[ADDRESS:][HOST:]CONTAINER[/tcp]", each port perhaps a range "80-90".
struct Published {
  std::string address, host, container;
};

Published split(std::string_view text) {
  Published out;
  text = text.substr(0, text.find('/'));
  const auto last = text.rfind(':');
  out.container = text.substr(last == std::string_view::npos ? 0 : last + 1);
  if (last == std::string_view::npos) return out;
  text = text.substr(0, last);
  const auto before = text.ends_with(']') ? std::string_view::npos : text.rfind(':');
  out.host = text.substr(before == std::string_view::npos ? 0 : before + 1);
  if (before != std::string_view::npos) out.address = text.substr(0, before);
  return out;
}

Result<std::pair<int, int>> ports_of(const std::string& text) {
  const auto dash = text.find('-');
  const auto first = port_of(std::string_view(text).substr(0, dash));
  const auto last = dash == std::string::npos ? first : port_of(std::string_view(text).substr(dash + 1));
  if (!first || !last || *last < *first)
    return invalid_argument("'" + text + "' in the container's arguments is no port");
  return std::pair(*first, *last);
}

bool is_free(int first, int last, const std::set<int>& taken, const PortRange& range) {
  if (range.is_bound && (first < range.first || last > range.last)) return false;
  const auto next = taken.lower_bound(first);
  return next == taken.end() || *next > last;
}

std::optional<int> find_free(int count, const std::set<int>& taken, const PortRange& range) {
  for (int first = range.first; first + count - 1 <= range.last; ++first)
    if (is_free(first, first + count - 1, taken, range)) return first;
  return std::nullopt;
}

/// Of a line of /proc/net/tcp: "  0: 0100007F:1F90 ...".
std::optional<int> local_port(const std::string& line) {
  std::istringstream words(line);
  std::string number, local;
  if (!(words >> number >> local)) return std::nullopt;
  const auto colon = local.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  int out = 0;
  const char* const end = local.data() + local.size();
  if (std::from_chars(local.data() + colon + 1, end, out, 16).ec != std::errc()) return std::nullopt;
  return out;
}

}  // namespace

Result<PortRange> port_range(const std::vector<std::string>& items) {
  PortRange out;
  if (items.empty()) return out;
  const auto first = port_of(items.front());
  const auto last = port_of(items.back());
  if (items.size() != 2 || !first || !last || *last < *first)
    return invalid_argument("agent.docker_args_allowed_port_range: two ports are wanted, as in [9000, 10000]");
  return PortRange{.first = *first, .last = *last, .is_bound = true};
}

Result<PublishedPorts> publish_ports(const std::vector<std::string>& words, std::set<int> taken,
                                     const PortRange& range) {
  PublishedPorts out;
  for (const std::string& word : words) {
    const bool is_tcp = word.starts_with(kPublish) && !word.ends_with("/udp") && !word.ends_with("/sctp");
    const Published asked = is_tcp ? split(std::string_view(word).substr(kPublish.size())) : Published();
    // Without a port of the machine the engine chooses one, but for where there is a range to choose from.
    if (!is_tcp || (asked.host.empty() && !range.is_bound)) {
      out.words.push_back(word);
      continue;
    }
    CHECK_OK(ports_of(asked.container));
    TRY(auto host, ports_of(asked.host.empty() ? asked.container : asked.host));
    const int count = host.second - host.first + 1;
    if (asked.host.empty() || !is_free(host.first, host.second, taken, range)) {
      const auto found = find_free(count, taken, range);
      if (!found)
        return Error(ErrorCode::exhausted, "no port between " + std::to_string(range.first) + " and " +
                                               std::to_string(range.last) + " is free for '" + word + "'");
      host = {*found, *found + count - 1};
    }
    for (int port = host.first; port <= host.second; ++port) {
      taken.insert(port);
      out.of_machine.push_back(port);
    }
    const std::string ports =
        std::to_string(host.first) + (count > 1 ? "-" + std::to_string(host.second) : std::string());
    out.words.push_back(std::string(kPublish) + (asked.address.empty() ? "" : asked.address + ":") + ports + ":" +
                        asked.container);
    out.mapping += (out.mapping.empty() ? "" : ",") + ports + ":" + asked.container;
  }
  return out;
}

Result<ReservedPorts> reserve_ports(const std::filesystem::path& folder, const std::vector<std::string>& words,
                                    const std::set<int>& refused, const PortRange& range, const std::stop_token& stop) {
  CHECK_OK(proc::make_directories(folder, 0700));
  // One chooses at a time; each port that was given is a file that its job's process holds for as long as it lives.
  TRY(const proc::LockFile choosing, proc::LockFile::acquire(folder / "lock", stop));
  std::set<int> taken = taken_ports();
  taken.insert(refused.begin(), refused.end());
  std::error_code failure;
  for (const auto& file : std::filesystem::directory_iterator(folder, failure)) {
    const auto port = port_of(file.path().filename().string());
    if (!port) continue;
    TRY(const auto left, proc::LockFile::try_acquire(file.path()));
    if (left) {
      std::filesystem::remove(file.path(), failure);
    } else {
      taken.insert(*port);
    }
  }
  ReservedPorts out;
  TRY(out.ports, publish_ports(words, std::move(taken), range));
  for (const int port : out.ports.of_machine) {
    TRY(auto held, proc::LockFile::try_acquire(folder / std::to_string(port)));
    if (held) out.held.push_back(std::move(*held));
  }
  return out;
}

std::optional<int> refused_port(const std::string& text) {
  for (const char* words : {" failed: port is already allocated", ": bind: address already in use"}) {
    const auto end = text.find(words);
    const auto colon = end == std::string::npos ? end : text.rfind(':', end - 1);
    if (colon == std::string::npos) continue;
    if (const auto port = port_of(std::string_view(text).substr(colon + 1, end - colon - 1))) return port;
  }
  return std::nullopt;
}

std::set<int> taken_ports() {
  std::set<int> out;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    const auto text = proc::read_file(table);
    std::istringstream lines(text ? *text : "");
    for (std::string line; std::getline(lines, line);)
      if (const auto port = local_port(line)) out.insert(*port);
  }
  return out;
}

std::string own_address() {
  const proc::UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  // Nothing is sent: the kernel says which of its addresses it would send from.
  sockaddr_in anywhere{.sin_family = AF_INET, .sin_port = htons(1), .sin_addr = {}, .sin_zero = {}};
  ::inet_pton(AF_INET, "10.255.255.255", &anywhere.sin_addr);
  sockaddr_in own{};
  socklen_t size = sizeof own;
  if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&anywhere), sizeof anywhere) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0)
    return {};
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &own.sin_addr, text, sizeof text);
  return text;
}

}  // namespace jarvis::agent
