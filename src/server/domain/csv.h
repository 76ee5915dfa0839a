// Rows of JSON values as CSV (RFC 4180). Pure.
#pragma once

#include <string>

#include "base/json.h"

namespace jarvis::server::domain {

class CsvWriter {
 public:
  /// Lists are joined by ", ", objects are written as JSON, null is empty. Text that a spreadsheet would take for a
  /// formula gets an apostrophe before it: names come from anybody.
  void cell(const json::value& value);
  void end_row();
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  bool is_first_ = true;
};

}  // namespace jarvis::server::domain
