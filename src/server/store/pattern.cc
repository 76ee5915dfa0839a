#include "server/store/pattern.h"

#include <re2/re2.h>

namespace jarvis::server::store {

Status check_pattern(std::string_view pattern) {
  const re2::RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), re2::RE2::Quiet);
  if (compiled.ok()) return {};
  return Error(ErrorCode::invalid_argument, "\"" + std::string(pattern) + "\": " + compiled.error());
}

bool finds_empty_text(std::string_view pattern) {
  return re2::RE2::PartialMatch("", re2::RE2(re2::StringPiece(pattern.data(), pattern.size()), re2::RE2::Quiet));
}

}  // namespace jarvis::server::store
