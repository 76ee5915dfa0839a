#include "server/domain/file_removal.h"

#include <algorithm>

#include "base/percent.h"

namespace jarvis::server::domain {

std::optional<std::string> own_path(std::string_view url, std::string_view task) {
  const std::size_t scheme = url.find("://");
  if (task.empty() || scheme == std::string_view::npos) return std::nullopt;
  if (url.substr(0, scheme) != "http" && url.substr(0, scheme) != "https") return std::nullopt;
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("?#"));
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::string path = percent_decode(rest.substr(slash + 1));
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
