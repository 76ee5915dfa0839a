#include "server/store/pattern.h"

#include <re2/re2.h>

namespace jarvis::server::store {

Status check_pattern(std::string_view pattern) {
  const re2::RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), re2::RE2::Quiet);
  if (compiled.ok()) return {};
  return Error(ErrorCode::invalid_argument, "\"" + std::string(pattern) + "\": " + compiled.error());
}

}  // namespace jarvis::server::store
