#include "server/domain/scroll.h"

#include "base/digest.h"

namespace jarvis::server::domain {
namespace {

std::string name_of(const std::vector<store::Order>& order) {
  json::array terms;
  for (const store::Order& term : order)
    terms.push_back(json::array{json::array(term.field.begin(), term.field.end()), term.descending, term.numeric});
  return sha256_hex(to_text(terms)).substr(0, 12);
}

constexpr std::string_view kDigits = "0123456789abcdef";

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::optional<std::string> bytes_of(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const std::size_t high = kDigits.find(hex[i]), low = kDigits.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

}  // namespace

std::string Scroll::id(const std::vector<store::Order>& order) const {
  json::array state{name_of(order), received, last ? json::value(*last) : json::value()};
  return hex(to_text(state));
}

std::optional<Scroll> Scroll::from_id(std::string_view id, const std::vector<store::Order>& order) {
  const auto text = bytes_of(id);
  if (!text || text->empty()) return std::nullopt;
  const auto state = parse_json(*text);
  if (!state || !state->is_array() || state->get_array().size() != 3) return std::nullopt;
  const json::array& parts = state->get_array();
  if (parts[0] != json::value(name_of(order)) || !parts[1].is_number()) return std::nullopt;
  Scroll out{.received = parts[1].to_number<std::size_t>(), .last = {}};
  if (const json::array* last = parts[2].if_array()) out.last = *last;
  return out;
}

}  // namespace jarvis::server::domain
