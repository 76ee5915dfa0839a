#include "server/store/facts.h"

#include <array>
#include <set>

#include "base/digest.h"

namespace jarvis::server::store {
namespace {

constexpr std::array<std::string_view, 3> kMetricItems{"value", "min_value", "max_value"};

// What a machine reports of itself is many curves that nobody orders tasks by.
constexpr std::array<std::string_view, 2> kMachineMetrics{":monitor:gpu", ":monitor:machine"};

bool is_of_machine(std::string_view metric_key) {
  static const std::array keys{md5_hex(kMachineMetrics[0]), md5_hex(kMachineMetrics[1])};
  return metric_key == keys[0] || metric_key == keys[1];
}

std::string key_of(std::string_view field, std::string_view first, std::string_view second) {
  std::string path(field);
  for (const std::string_view part : {first, second}) {
    path += '\0';
    path += part;
  }
  const std::uint64_t hash = quick_hash(path);
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>(hash >> shift & 0xFF);
  return base64url_encode(bytes);
}

/// Scalars only, text of a bounded length that does not end within a character.
json::value shortened(const json::value& value) {
  if (value.is_object() || value.is_array()) return nullptr;
  if (!value.is_string() || value.get_string().size() <= kFactTextMax) return value;
  std::string_view text = std::string_view(value.get_string()).substr(0, kFactTextMax);
  while (!text.empty() && (static_cast<unsigned char>(value.get_string()[text.size()]) & 0xC0) == 0x80)
    text.remove_suffix(1);
  return json::value(std::string(text) + "…");
}

/// Calls `each(outer key, inner key, inner object)` for the objects that stand two keys deep.
template <typename Each>
void for_each_inner(const json::object& document, std::string_view field, Each each) {
  const json::object* outer = get_object(document, field);
  if (outer == nullptr) return;
  for (const auto& [name, group] : *outer) {
    if (!group.is_object()) continue;
    for (const auto& [inner_name, inner] : group.get_object()) {
      if (inner.is_object()) each(std::string_view(name), std::string_view(inner_name), inner.get_object());
    }
  }
}

std::int64_t shape_of(const json::object& document, std::string_view field) {
  std::set<std::string> names;
  for_each_inner(document, field, [&](std::string_view first, std::string_view second, const json::object&) {
    names.insert(std::string(first) + '\0' + std::string(second));
  });
  if (names.empty()) return 0;
  std::string all;
  for (const std::string& name : names)
    all += name + '\n';
  return static_cast<std::int64_t>(quick_hash(all));
}

}  // namespace

std::string facts_of(const json::object& document) {
  json::object out;
  for_each_inner(document, "hyperparams",
                 [&](std::string_view section, std::string_view name, const json::object& parameter) {
                   if (const json::value* value = parameter.if_contains("value"))
                     out[key_of("hyperparams", section, name)] = shortened(*value);
                 });
  for_each_inner(document, "last_metrics",
                 [&](std::string_view metric, std::string_view variant, const json::object& entry) {
                   if (is_of_machine(metric)) return;
                   json::array items;
                   for (const std::string_view item : kMetricItems) {
                     const json::value* value = entry.if_contains(item);
                     items.push_back(value == nullptr ? json::value() : shortened(*value));
                   }
                   out[key_of("last_metrics", metric, variant)] = std::move(items);
                 });
  return to_text(out);
}

std::optional<FactPlace> fact_at(const Path& path) {
  if (path.size() != 4) return std::nullopt;
  if (path[0] == "hyperparams" && path[3] == "value") return FactPlace{key_of(path[0], path[1], path[2]), std::nullopt};
  if (path[0] != "last_metrics" || is_of_machine(path[1])) return std::nullopt;
  for (std::size_t i = 0; i < kMetricItems.size(); ++i) {
    if (path[3] == kMetricItems[i]) return FactPlace{key_of(path[0], path[1], path[2]), i};
  }
  return std::nullopt;
}

std::int64_t hyperparams_shape(const json::object& document) {
  return shape_of(document, "hyperparams");
}

std::int64_t metrics_shape(const json::object& document) {
  return shape_of(document, "last_metrics");
}

}  // namespace jarvis::server::store
