// The two databases, for tests that must hold on both.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "proc/environment.h"
#include "server/store/postgres_fixture.h"
#include "server/store/store.h"

namespace jarvis::server::store {

/// How to open one kind of store in a directory: the same directory again is the same database again.
struct StoreKind {
  const char* name;
  std::unique_ptr<Store> (*open)(const std::filesystem::path& directory);
};

inline const StoreKind kSqlite{
    "sqlite", [](const std::filesystem::path& directory) {
      return open_sqlite({.path = (directory / "jarvis.db").string(), .durable = false}).value();
    }};
inline const StoreKind kPostgres{
    "postgresql", [](const std::filesystem::path& directory) {
      return open_postgres({.url = TestPostgres::instance().database(directory.filename())}).value();
    }};

/// For suites that run as a whole on the one database or the other: JARVIS_TEST_DATABASE=postgresql, or SQLite.
inline const StoreKind& chosen_store_kind() {
  static const bool is_postgres = proc::Environment::inherited().get("JARVIS_TEST_DATABASE") == "postgresql";
  return is_postgres ? kPostgres : kSqlite;
}

/// The last argument of INSTANTIATE_TEST_SUITE_P over store kinds.
inline std::string name_of_kind(const testing::TestParamInfo<StoreKind>& row) {
  return row.param.name;
}

}  // namespace jarvis::server::store
