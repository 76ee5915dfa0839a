// A scroll id says where the next page of a list begins: the place of the last row in the list's order. It is all that
// a scroll is, so it outlives the server, works on every one of several, and costs nothing while nobody asks. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "server/store/filter.h"

namespace jarvis::server::domain {

struct Scroll {
  std::size_t received = 0;         // rows that were sent so far
  std::optional<json::array> last;  // the place of the last one; nothing before the first

  /// Text for the wire. `order` is remembered, so that an id is not taken to a list in another one.
  std::string id(const std::vector<store::Order>& order) const;
  /// Nothing when the id is none of ours, or of a list in another order: such a scroll begins anew.
  static std::optional<Scroll> from_id(std::string_view id, const std::vector<store::Order>& order);
};

}  // namespace jarvis::server::domain
