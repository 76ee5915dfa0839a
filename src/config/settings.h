// Settings with their origin. Four layers, the later wins: default, file, environment, flag.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/hocon.h"
#include "proc/environment.h"

namespace jarvis::config {

/// One setting that a program knows.
struct SettingSpec {
  std::string key;                     // "api.listen": also the path in the file
  std::vector<std::string> variables;  // names in the environment, the first that is set wins
  std::string fallback;
  bool is_secret = false;                 // shown as ****
  bool is_address = false;                // shown with **** for the password in it
  std::vector<std::string> older_keys{};  // other paths in the file, for when `key` is not there
};

struct Setting {
  std::string value;
  std::string origin;  // "default", "jarvis.conf:12", "environment JARVIS_API_HOST", "flag --api-listen"
};

/// "postgresql://user:****@host/database": for people and logs.
std::string without_password(std::string_view url);

class Settings {
 public:
  Settings(std::vector<SettingSpec> specs, Tree file, const proc::Environment& environment,
           std::map<std::string, Setting> flags);

  const std::string& get(std::string_view key) const { return at(key).value; }
  /// The value with its origin; unknown keys are a bug.
  const Setting& at(std::string_view key) const;
  bool is_set(std::string_view key) const { return at(key).origin != "default"; }
  /// "true", "yes", "on", "1".
  bool get_bool(std::string_view key) const;
  Result<std::int64_t> get_int(std::string_view key) const;

  const Tree& file() const { return file_; }
  /// "key = value  # origin", one a line; secrets as ****.
  std::string describe() const;

 private:
  std::vector<SettingSpec> specs_;
  Tree file_;
  std::map<std::string, Setting, std::less<>> values_;
};

}  // namespace jarvis::config
