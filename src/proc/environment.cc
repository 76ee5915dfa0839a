#include "proc/environment.h"

#include <sys/stat.h>
#include <unistd.h>

namespace jarvis::proc {

Environment Environment::inherited() {
  Environment out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos)
      out.set(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
  }
  return out;
}

std::optional<std::string> Environment::get(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

Environment& Environment::unset(std::string_view name) {
  if (const auto found = values_.find(name); found != values_.end()) values_.erase(found);
  return *this;
}

Environment& Environment::prepend_path(const std::string& name, const std::string& directory) {
  std::string& value = values_[name];
  value = value.empty() ? directory : directory + ":" + value;
  return *this;
}

std::vector<std::string> Environment::to_list() const {
  std::vector<std::string> out;
  out.reserve(values_.size());
  for (const auto& [name, value] : values_)
    out.push_back(name + "=" + value);
  return out;
}

namespace {

bool is_executable_file(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::string> find_executable(const Environment& environment, std::string_view name) {
  if (name.empty()) return std::nullopt;
  if (name.find('/') != std::string_view::npos) {
    std::string path(name);
    return is_executable_file(path) ? std::optional(std::move(path)) : std::nullopt;
  }
  const std::string list = environment.get("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  std::string_view rest = list;
  while (true) {
    const auto colon = rest.find(':');
    const std::string_view directory = rest.substr(0, colon);
    std::string path = std::string(directory.empty() ? "." : directory) + "/" + std::string(name);
    if (is_executable_file(path)) return path;
    if (colon == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(colon + 1);
  }
}

}  // namespace jarvis::proc
