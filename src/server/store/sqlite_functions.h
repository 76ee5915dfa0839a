// The SQL functions that lists need and SQLite lacks: jv_matches(pattern, ignore_case, text), jv_number(value).
#pragma once

struct sqlite3;

namespace jarvis::server::store {
void add_functions(sqlite3* db);
}
