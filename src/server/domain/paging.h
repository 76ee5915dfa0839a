// Which part of a list a request asks for. Pure.
#pragma once

#include <initializer_list>
#include <string_view>

#include "server/call.h"

namespace jarvis::server::domain {

/// Errors: 400/12 naming the first of these numbers that is below zero.
ApiResult<void> check_not_negative(const json::object& body, std::initializer_list<std::string_view> names);

}  // namespace jarvis::server::domain
