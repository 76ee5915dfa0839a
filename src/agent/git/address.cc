#include "agent/git/address.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace jarvis::agent {
namespace {

/// "a%40b" → "a@b". What is no escape stays.
std::string url_decoded(std::string_view text) {
  const auto digit = [](char c) { return std::string_view("0123456789abcdef").find(static_cast<char>(c | 32)); };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_coded = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) != std::string_view::npos &&
                          digit(text[i + 2]) != std::string_view::npos;
    out += is_coded ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (is_coded) i += 2;
  }
  return out;
}

bool is_http(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

struct SshAddress {
  std::string user, host, port, path;  // the path without its first slash
  std::string text() const { return "ssh://" + user + "@" + host + (port.empty() ? "" : ":" + port) + "/" + path; }
};

std::optional<SshAddress> read_ssh(const std::string& url) {
  const bool has_scheme = url.starts_with("ssh://");
  if (!has_scheme && url.find("://") != std::string::npos) return std::nullopt;
  const std::string rest = has_scheme ? url.substr(6) : url;
  const auto cut = rest.find(has_scheme ? '/' : ':');
  if (cut == std::string::npos || rest.find('/') < cut) return std::nullopt;
  SshAddress out{.user = "git", .host = rest.substr(0, cut), .port = {}, .path = rest.substr(cut + 1)};
  if (const auto at = out.host.rfind('@'); at != std::string::npos) {
    out.user = out.host.substr(0, at);
    out.host.erase(0, at + 1);
  }
  if (const auto colon = out.host.rfind(':'); has_scheme && colon != std::string::npos && !out.host.ends_with(']')) {
    out.port = out.host.substr(colon + 1);
    out.host.resize(colon);
  }
  return out;
}

std::string without_port(const std::string& host) {
  const auto colon = host.rfind(':');
  return colon == std::string::npos || host.ends_with(']') ? host : host.substr(0, colon);
}

/// The rule's host that this address is of; a host may be followed by a path: "github.com/our-team".
std::optional<std::string> password_host(const AddressRules& rules, const std::string& host, const std::string& path) {
  const std::string whole = host + "/" + path;
  const auto found = std::ranges::find_if(rules.password_hosts, [&](const std::string& known) {
    if (known.empty() || known == host) return true;
    // The standard port of https says nothing about the one of ssh.
    if (known.find('/') == std::string::npos) return without_port(known) == host;
    return whole.starts_with(known) &&
           (known.ends_with('/') || whole.size() == known.size() || whole[known.size()] == '/');
  });
  return found == rules.password_hosts.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Address split_address(const std::string& url) {
  if (const auto ssh = read_ssh(url)) return {.url = url, .user = {}, .password = {}, .host = ssh->host};
  if (!is_http(url)) return {.url = url, .user = {}, .password = {}, .host = {}};
  const auto begin = url.find("://") + 3;
  const std::string_view authority = std::string_view(url).substr(begin, url.find('/', begin) - begin);
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return {.url = url, .user = {}, .password = {}, .host = std::string(authority)};
  const std::string_view pair = authority.substr(0, at);
  const auto colon = pair.find(':');
  return {.url = url.substr(0, begin) + url.substr(begin + at + 1),
          .user = url_decoded(pair.substr(0, colon)),
          .password = colon == std::string_view::npos ? "" : url_decoded(pair.substr(colon + 1)),
          .host = std::string(authority.substr(at + 1))};
}

bool is_ssh(const std::string& url) {
  return read_ssh(url).has_value();
}

bool is_local(const std::string& url) {
  return url.starts_with("file://") || (url.find("://") == std::string::npos && !is_ssh(url));
}

std::string preferred_address(const std::string& url, const AddressRules& rules) {
  if (auto ssh = read_ssh(url)) {
    if (!rules.forces_ssh && password_host(rules, ssh->host, ssh->path))
      return rules.password_scheme + "://" + ssh->host + "/" + ssh->path;
    if (rules.ssh_user.empty() && rules.ssh_port.empty()) return url;
    if (!rules.ssh_user.empty()) ssh->user = rules.ssh_user;
    if (!rules.ssh_port.empty()) ssh->port = rules.ssh_port;
    return ssh->text();
  }
  if (!rules.forces_ssh || !is_http(url)) return url;
  const auto begin = url.find("://") + 3;
  const auto path = url.find('/', begin);
  if (path == std::string::npos) return url;
  // The port of https says nothing about the one of ssh.
  return SshAddress{.user = rules.ssh_user.empty() ? "git" : rules.ssh_user,
                    .host = without_port(url.substr(begin, path - begin)),
                    .port = rules.ssh_port,
                    .path = url.substr(path + 1)}
      .text();
}

std::vector<std::pair<std::string, std::string>> submodule_rewrites(const std::string& url, const AddressRules& rules) {
  const std::string address = split_address(url).host;
  const std::string host = without_port(address);
  if (host.empty()) return {};
  if (rules.forces_ssh) {
    const std::string user = rules.ssh_user.empty() ? "git" : rules.ssh_user;
    const std::string base = "ssh://" + user + "@" + host + (rules.ssh_port.empty() ? "" : ":" + rules.ssh_port) + "/";
    return {{base, "https://" + host + "/"}, {base, "http://" + host + "/"}, {"ssh://" + user + "@", "https://"}};
  }
  const auto begin = url.find(address) + address.size() + 1;
  const auto known = password_host(rules, host, begin < url.size() ? url.substr(begin) : "");
  if (!known) return {};
  // Of the same team, where the password is for a team.
  const auto slash = known->find('/');
  std::string team = slash == std::string::npos ? "" : known->substr(slash + 1);
  if (!team.empty() && !team.ends_with('/')) team += '/';
  const std::string base = rules.password_scheme + "://" + host + "/" + team;
  return {{base, "git@" + host + ":" + team}, {base, "ssh://git@" + host + "/" + team}};
}

}  // namespace jarvis::agent
