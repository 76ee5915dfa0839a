// The uploaded files, looked through one by one: whose each is, and how large. Any thread; files that go meanwhile are
// passed over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"

namespace jarvis::server::files {

using Visit = std::function<Status(const std::filesystem::directory_entry&, const std::filesystem::path&)>;

/// `visit` gets each regular file and its path relative to `root`; links are not followed, uploads under way left out.
/// A root that is not there is empty. Errors: io, those of `visit`.
Status walk(const std::filesystem::path& root, const Visit& visit);

/// Clients upload into "<name>.<task id>" or "<task id>", and there into folders by what it is.
struct FileOwner {
  enum class Kind : std::uint8_t { artifact, model, image, other };
  std::string task;  // empty: of no task
  Kind kind = Kind::other;
};
/// By its path below the root.
FileOwner owner_of(const std::filesystem::path& path);

}  // namespace jarvis::server::files
