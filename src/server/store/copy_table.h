// One table for copy.cc: how it is called on both sides, and its rows as COPY's text and as a checksum.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/store/postgres_connection.h"
#include "server/store/sqlite_connection.h"

namespace jarvis::server::store {

struct CopyTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<bool> is_bytes;         // of each column
  std::vector<bool> is_json;          // PostgreSQL writes it in its own way: such a column is not compared
  std::vector<std::size_t> key;       // places of the primary key's columns
  std::vector<std::string> identity;  // columns that PostgreSQL numbers itself

  std::string column_list() const;    // quoted, for either database
  std::string compared_list() const;  // the same with NULL for what is not compared
};

/// Every table of the source. Errors: unsupported, when the other side lacks one, or a column.
Result<std::vector<CopyTable>> tables_to_copy(SqliteConnection& from, PostgresConnection& to);

/// A line of COPY's text format.
void append_copy_line(const CopyTable& table, const Row& row, std::string& out);

/// The same for the same values from either database. Sums of it do not depend on the order of rows.
std::uint64_t checksum(const CopyTable& table, const Row& row);

}  // namespace jarvis::server::store
