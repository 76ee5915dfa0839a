// Between our values and libpq's bytes.
#pragma once

#include <string>
#include <vector>

#include "server/store/store.h"

struct pg_result;

namespace jarvis::server::store {

/// Parameters as libpq takes them: numbers and text as text (their types come from where they stand), blobs as bytes.
/// U+0000, which no text of PostgreSQL holds, becomes U+FFFD.
class PostgresParams {
 public:
  explicit PostgresParams(const std::vector<Param>& params);
  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<const char*> values_;
  std::vector<int> lengths_, formats_;
};

/// A cell of a result in binary form. Errors: internal, for a type that we never ask for.
Result<Cell> postgres_cell(const pg_result* result, int row, int column);

}  // namespace jarvis::server::store
