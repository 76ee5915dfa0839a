// The named SQL statements of one dialect, cut from the embedded .sql files. Immutable once made: thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/embedded.h"
#include "base/result.h"

namespace jarvis::server::store {

class Statements {
 public:
  /// Each file is a row of sections that begin with "-- name: NAME :one|many|exec". A name that comes twice is a bug.
  static Statements parse(std::span<const embedded::File> files);

  /// Empty when there is no such statement.
  std::string_view find(std::string_view name) const;
  const std::unordered_map<std::string, std::string>& all() const { return by_name_; }

 private:
  std::unordered_map<std::string, std::string> by_name_;
};

}  // namespace jarvis::server::store
