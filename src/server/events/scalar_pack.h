// Many series in one blob: names, then columns (iterations and times as deltas, values as xor with the one before),
// compressed when large. Pure.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/events/event_batch.h"

namespace jarvis::server::events {

using SeriesMap = std::map<SeriesName, std::vector<Point>>;

std::string pack(const SeriesMap& series);
/// Which series are wanted; empty: all.
using SeriesFilter = std::function<bool(const SeriesName&)>;

/// What is not wanted is skipped, at a small part of the cost. Errors: corrupt.
Result<SeriesMap> unpack(std::string_view blob, const SeriesFilter& is_wanted = {});
/// Errors: corrupt.
Result<std::set<SeriesName>> names_in(std::string_view blob);
/// Lays `newer` over `older`: by iteration, the newer point wins. Points end up ordered by iteration.
void merge_into(SeriesMap& older, SeriesMap newer);

}  // namespace jarvis::server::events
