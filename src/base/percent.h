// Percent-encoding of URLs, backwards. Pure.
#pragma once

#include <string>
#include <string_view>

namespace jarvis {

/// "a%20b" as "a b"; what is no whole escape stays as it is.
std::string percent_decode(std::string_view text);

}  // namespace jarvis
