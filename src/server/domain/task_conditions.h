// The small languages in which a list request filters one field. Pure.
#pragma once

#include "base/json.h"
#include "server/api_error.h"
#include "server/store/filter.h"

namespace jarvis::server::domain {

enum class Holds : std::uint8_t { one_value, list };

/// A value or a list of them, any of which fits: "-x" excludes, null means "none", and __$all, __$any, __$not apply to
/// what follows them. `item`: the list is one of objects, and the words stand under that key.
store::Filter choice_condition(const store::Path& field, const json::value& wanted, Holds holds,
                               const std::string& item = {});
/// {any|all: {include: [], exclude: []}}. 400/12 for an unknown key.
ApiResult<store::Filter> set_condition(const store::Path& field, const json::value& wanted, Holds holds,
                                       const std::string& item = {});
/// ISO date, with >=, <=, > or < before it, a list of such, or [from, to] with null for an open end. 400/12.
ApiResult<store::Filter> date_condition(const store::Path& field, const json::value& wanted);
/// A number, [from, to] with null for an open end, or text with a sign before a number (">=5") or a list of such; any
/// other list means "one of", any other text the text. 400/12 for a sign without a number.
ApiResult<store::Filter> number_condition(const store::Path& field, const json::value& wanted);

}  // namespace jarvis::server::domain
