// Changes as JSON: what watchers read, and what servers on one PostgreSQL tell each other.
#pragma once

#include <string_view>

#include "base/json.h"
#include "server/store/change.h"

namespace jarvis::server::live {

std::string_view to_string(store::Change::Kind kind);
std::optional<store::Change::Kind> kind_from(std::string_view name);

/// As a watcher reads it: fields that there are, without the company and the projects above.
json::object to_json(const store::Change& change);
/// As another server reads it: everything.
json::object to_json_for_servers(const store::Change& change);
/// Errors: invalid_argument.
Result<store::Change> change_from(const json::object& object);

}  // namespace jarvis::server::live
