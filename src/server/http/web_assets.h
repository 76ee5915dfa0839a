// The built web UI, held in the program. Empty when it was not built before the program was.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace jarvis::server::http {

struct WebAsset {
  std::string_view path;  // "/index.html"
  std::string_view content_type;
  std::string_view plain, gzip;
};

std::span<const WebAsset> web_assets();

}  // namespace jarvis::server::http
