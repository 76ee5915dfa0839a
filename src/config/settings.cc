#include "config/settings.h"

#include <algorithm>
#include <charconv>

#include "base/assert.h"

namespace jarvis::config {
namespace {

Setting lookup(const SettingSpec& spec, const Tree& file, const proc::Environment& environment) {
  for (const std::string& variable : spec.variables) {
    if (auto value = environment.get(variable); value && !value->empty())
      return {std::move(*value), "environment " + variable};
  }
  std::vector<std::string> keys{spec.key};
  keys.insert(keys.end(), spec.older_keys.begin(), spec.older_keys.end());
  for (const std::string& key : keys) {
    const NodePtr node = file.find(key);
    if (!node || node->kind == Node::Kind::null) continue;
    if (node->kind == Node::Kind::scalar) return {node->text, node->origin.text()};
    return {json::serialize(to_json(*node)), node->origin.text()};
  }
  return {spec.fallback, "default"};
}

}  // namespace

std::string without_password(std::string_view url) {
  std::string out(url);
  // user:password@ before the first slash of the path; a password may itself hold an @.
  if (const std::size_t start = out.find("://"); start != std::string::npos) {
    const std::size_t end = out.find_first_of("/?", start + 3);
    const std::size_t at = out.rfind('@', end);
    const std::size_t colon = out.find(':', start + 3);
    if (at != std::string::npos && at > start && colon < at) out.replace(colon + 1, at - colon - 1, "****");
  }
  if (const std::size_t option = out.find("password="); option != std::string::npos) {
    const std::size_t value = option + std::string_view("password=").size();
    out.replace(value, out.find_first_of("& ", value) - value, "****");
  }
  return out;
}

Settings::Settings(std::vector<SettingSpec> specs, Tree file, const proc::Environment& environment,
                   std::map<std::string, Setting> flags)
    : specs_(std::move(specs)), file_(std::move(file)) {
  for (const SettingSpec& spec : specs_) {
    const auto flag = flags.find(spec.key);
    values_[spec.key] = flag == flags.end() ? lookup(spec, file_, environment) : flag->second;
  }
}

const Setting& Settings::at(std::string_view key) const {
  const auto found = values_.find(key);
  JV_ASSERT(found != values_.end());
  return found->second;
}

bool Settings::get_bool(std::string_view key) const {
  const std::string& value = get(key);
  return value == "true" || value == "True" || value == "yes" || value == "on" || value == "1";
}

Result<std::int64_t> Settings::get_int(std::string_view key) const {
  const Setting& setting = at(key);
  std::int64_t number = 0;
  const auto [end, failure] =
      std::from_chars(setting.value.data(), setting.value.data() + setting.value.size(), number);
  if (failure != std::errc() || end != setting.value.data() + setting.value.size()) {
    return invalid_argument(std::string(key) + " (" + setting.origin + "): '" + setting.value +
                            "' is not a whole number");
  }
  return number;
}

std::string Settings::describe() const {
  std::size_t width = 0;
  for (const SettingSpec& spec : specs_)
    width = std::max(width, spec.key.size());
  std::string out;
  for (const SettingSpec& spec : specs_) {
    const Setting& setting = at(spec.key);
    const bool is_hidden = spec.is_secret && !setting.value.empty();
    const std::string shown = spec.is_address ? without_password(setting.value) : setting.value;
    out += spec.key + std::string(width - spec.key.size(), ' ') + " = " + (is_hidden ? "****" : shown) + "  # " +
           setting.origin + "\n";
  }
  return out;
}

}  // namespace jarvis::config
