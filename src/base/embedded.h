// Files that the build puts into the binary (SQL, API schemas, the web build); see cmake/embed.cmake.
// The user of a set declares it: `namespace jarvis::embedded { extern const std::span<const File> sql_files; }`.
#pragma once

#include <span>
#include <string_view>

namespace jarvis::embedded {

struct File {
  std::string_view name;  // path relative to the set's folder
  std::string_view text;
};

}  // namespace jarvis::embedded
