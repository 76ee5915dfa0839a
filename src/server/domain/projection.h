// Which fields of a document go out. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "server/store/filter.h"

namespace jarvis::server::domain {

/// "sec%2Etion.name" is the path {"sec.tion", "name"}.
store::Path path_from(std::string_view dotted);

/// Paths go through lists ("models.input.model"); a key "*" stands for every key.
struct Projection {
  std::vector<store::Path> included, excluded;  // nothing included: everything but the excluded
  bool takes_all = false;                       // everything all the same; what is included says what references hold

  bool is_all() const { return (takes_all || included.empty()) && excluded.empty(); }
  /// The document's own fields that apply() looks at; empty for all.
  std::vector<std::string> fields() const;
  /// The document's id always goes out.
  json::object apply(const json::object& document) const;
};

}  // namespace jarvis::server::domain
