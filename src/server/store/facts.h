// What lists ask of documents without reading them: the values of a task's hyperparameters and metrics, in one short
// JSON text beside the row's columns, and a number that is the same for tasks which have the same names. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/store/filter.h"

namespace jarvis::server::store {

/// {"<key>": "0.1", "<key>": [value, min_value, max_value]}: hyperparams.<section>.<name>.value and
/// last_metrics.<metric>.<variant>.{value,min_value,max_value}, but not the metrics that machines report of themselves.
std::string facts_of(const json::object& document);

/// Longer text is cut off there, with "…" behind it.
inline constexpr std::size_t kFactTextMax = 1000;

/// Where the value of a path stands in that text.
struct FactPlace {
  std::string key;
  std::optional<std::size_t> item;  // of the list that stands there
};
/// Nothing for a path whose value only the document knows.
std::optional<FactPlace> fact_at(const Path& path);

/// Of the sections and names of its hyperparameters, or of the metrics and variants that it reported; 0 when there are
/// none. Tasks with one number have the same ones.
std::int64_t hyperparams_shape(const json::object& document);
std::int64_t metrics_shape(const json::object& document);

}  // namespace jarvis::server::store
