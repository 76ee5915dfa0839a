// The grammar of HOCON, without resolving. Used by hocon.cc alone.
#pragma once

#include "config/hocon.h"

namespace jarvis::config {

inline constexpr std::size_t kHoconBytesMax = 4U << 20;

/// The root object, with substitutions and concatenations as they stand.
Result<NodePtr> parse_hocon(std::string_view text, const std::string& file, const ParseOptions& options,
                            int include_depth);

/// Sets or, where both are objects, merges.
void set_field(Node& object, const std::string& key, const NodePtr& value);

}  // namespace jarvis::config
