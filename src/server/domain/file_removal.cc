#include "server/domain/file_removal.h"

#include <algorithm>

namespace jarvis::server::domain {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> own_path(std::string_view url, std::string_view task) {
  const std::size_t scheme = url.find("://");
  if (task.empty() || scheme == std::string_view::npos) return std::nullopt;
  if (url.substr(0, scheme) != "http" && url.substr(0, scheme) != "https") return std::nullopt;
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("?#"));
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::string path = percent_decoded(rest.substr(slash + 1));
  // Only below the task's own folder, whatever stands before and after it.
  const std::string folder = std::string(task) + "/";
  if (path.find("." + folder) == std::string::npos && ("/" + path).find("/" + folder) == std::string::npos)
    return std::nullopt;
  if (("/" + path + "/").find("/../") != std::string::npos) return std::nullopt;
  return path;
}

Result<Removal> schedule_removal(store::Transaction& tx, const Call& call, std::string_view task,
                                 const std::vector<std::string>& urls, WallTime now) {
  Removal out;
  for (const std::string& url : urls) {
    const auto path = own_path(url, task);
    if (!path) {
      if (!url.empty()) out.not_ours.push_back(url);
      continue;
    }
    CHECK_OK(tx.run("removal_add", {std::string_view(*path), std::string_view(call.identity.company.str()), task,
                                    std::string_view(url), now.us}));
    ++out.scheduled;
  }
  return out;
}

}  // namespace jarvis::server::domain
