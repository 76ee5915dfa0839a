#include "agent/cli/init_answers.h"

#include <algorithm>

#include "config/hocon.h"

namespace jarvis::agent {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

/// Where the host and port of an address end and begin: after "http://", before a path.
std::string_view host_and_port(std::string_view address) {
  const auto scheme = address.find("://");
  if (scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  return address.substr(0, address.find('/'));
}

bool has_port(std::string_view host) {
  // The colons of an IPv6 address stand in brackets.
  const auto colon = host.rfind(':');
  return colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
}

std::string text_at(const config::Tree& tree, std::string_view path) {
  const config::NodePtr node = tree.find(path);
  return node && node->kind == config::Node::Kind::scalar ? node->text : "";
}

}  // namespace

Result<std::string> address_from(std::string_view answer, int usual_port) {
  std::string_view text = trimmed(answer);
  while (text.ends_with('/'))
    text.remove_suffix(1);
  const bool names_scheme = text.starts_with("http://") || text.starts_with("https://");
  const std::string_view host = host_and_port(text);
  const bool is_odd = host.empty() || host.find_first_of(" \t\"'@{}=") != std::string_view::npos ||
                      (!names_scheme && text.find("://") != std::string_view::npos);
  if (is_odd) return invalid_argument("'" + std::string(text) + "' is no address such as http://gpu-server:8008");
  if (names_scheme) return std::string(text);
  if (has_port(host)) return "http://" + std::string(text);
  return "http://" + std::string(host) + ":" + std::to_string(usual_port) + std::string(text.substr(host.size()));
}

std::string neighbour_of(const std::string& api, int port) {
  std::string_view host = host_and_port(api);
  if (has_port(host)) host = host.substr(0, host.rfind(':'));
  return std::string(api.starts_with("https://") ? "https://" : "http://") + std::string(host) + ":" +
         std::to_string(port);
}

bool begins_configuration(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.starts_with("api") || text.starts_with('{') || text.starts_with('#');
}

bool is_whole_configuration(std::string_view text) {
  const auto opened = std::ranges::count(text, '{');
  return opened > 0 && opened <= std::ranges::count(text, '}');
}

Result<config::ClientConf> client_from(std::string_view pasted) {
  TRY(const config::Tree tree, config::Tree::parse(pasted, "what was pasted"));
  config::ClientConf out{.web = text_at(tree, "api.web_server"),
                         .api = text_at(tree, "api.api_server"),
                         .files = text_at(tree, "api.files_server"),
                         .access_key = text_at(tree, "api.credentials.access_key"),
                         .secret_key = text_at(tree, "api.credentials.secret_key")};
  if (out.api.empty()) return invalid_argument("what was pasted names no api.api_server");
  if (out.access_key.empty() || out.secret_key.empty())
    return invalid_argument("what was pasted has no api.credentials with access_key and secret_key");
  return out;
}

}  // namespace jarvis::agent
