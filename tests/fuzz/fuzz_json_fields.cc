// Some fields of an object, read without the others: the same values as of the whole.
#include <cstdlib>

#include "base/json.h"

namespace {

// What stands escaped in the text is not found by its name; no document has such a field (base/json.h).
bool is_plain(std::string_view key) {
  for (const char c : key) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jarvis;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> some{"a", "id"};
  (void)parse_json_fields(text, some);

  const auto whole = parse_json_object(text);
  if (!whole) return 0;
  std::vector<std::string> names;
  json::object wanted;
  std::size_t seen = 0;
  for (const auto& [key, value] : *whole) {
    if (!is_plain(key) || ++seen % 3 == 0) continue;
    names.emplace_back(key);
    wanted[key] = value;
  }
  const auto read = parse_json_fields(to_text(*whole), names);
  if (!read || to_text(*read) != to_text(wanted)) std::abort();
  return 0;
}
