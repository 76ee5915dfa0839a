// A call's arguments: JSON body, then query string, then the fields of a form (either kind), merged in that order into
// one object. Pure.
#pragma once

#include <string_view>

#include "base/json.h"

namespace jarvis::server::http {

/// Percent-decoding, with '+' as space. Broken escapes stay as they are.
std::string url_decode(std::string_view text);

/// Lays "a=1&b.c=x&d[]=1&d[]=2" over `into`: digits become int, one dot float, true/True/TRUE and false bool;
/// `k[]` and repeated keys make lists; dots nest. Bounded by limits::json_depth_max.
void merge_urlencoded(std::string_view text, json::object& into);

/// The body by its content type, then the query, merged. Errors: invalid_argument for what is not JSON, and for a form
/// that is none or brings files.
Result<json::object> read_arguments(std::string_view content_type, std::string_view body, std::string_view query);

}  // namespace jarvis::server::http
