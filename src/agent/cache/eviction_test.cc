#include "agent/cache/eviction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class Eviction : public testing::Test {
 protected:
  /// An entry that was last used `age` minutes ago.
  fs::path entry(const std::string& name, int age) {
    fs::create_directories(dir_.path() / name / "inside");
    const fs::path lock = dir_.path() / (name + ".lock");
    EXPECT_TRUE(proc::write_file_durably(lock, ""));
    fs::last_write_time(lock, fs::file_time_type::clock::now() - std::chrono::minutes(age));
    return dir_.path() / name;
  }
  proc::TempDir dir_ = proc::TempDir::make("/tmp", "jarvis-cache-").value();
};

TEST_F(Eviction, takes_what_was_used_longest_ago) {
  const auto old = entry("a", 30);
  const auto older = entry("b", 60);
  entry("c", 1);
  entry("d", 2);

  EXPECT_THAT(evict(dir_.path(), {.entries_max = 2}), ElementsAre(older, old));
  EXPECT_FALSE(fs::exists(old));
  EXPECT_FALSE(fs::exists(dir_.path() / "a.lock"));
  EXPECT_TRUE(fs::exists(dir_.path() / "c"));
}

TEST_F(Eviction, leaves_what_is_in_use) {
  const auto used = entry("a", 60);
  const auto busy = entry("b", 50);
  const auto idle = entry("c", 40);
  const auto lock = proc::LockFile::acquire(dir_.path() / "a.lock", {}, proc::LockFile::Kind::shared);
  ASSERT_TRUE(lock);
  const auto is_busy = [&](const fs::path& path) { return path == busy; };

  EXPECT_THAT(evict(dir_.path(), {.entries_max = 2, .is_busy = is_busy}), ElementsAre(idle));
  EXPECT_TRUE(fs::exists(used));
  EXPECT_TRUE(fs::exists(busy));
}

TEST_F(Eviction, goes_on_until_the_disk_has_room) {
  entry("a", 2);
  entry("b", 1);

  EXPECT_THAT(evict(dir_.path(), {.entries_max = 5}), IsEmpty());
  EXPECT_EQ(evict(dir_.path(), {.entries_max = 5, .free_bytes_min = ~0ULL}).size(), 2U);
}

TEST_F(Eviction, takes_other_names_of_what_went) {
  fs::create_symlink(entry("a", 1), dir_.path() / "alias");

  evict(dir_.path(), {.free_bytes_min = ~0ULL});

  EXPECT_FALSE(fs::is_symlink(dir_.path() / "alias"));
}

TEST_F(Eviction, of_files_keeps_the_newest) {
  for (const char* name : {"1.log", "2.log", "3.log"}) {
    EXPECT_TRUE(proc::write_file_durably(dir_.path() / name, ""));
    fs::last_write_time(dir_.path() / name, fs::file_time_type::clock::now() + std::chrono::minutes(name[0] - '0'));
  }

  keep_newest(dir_.path(), ".log", 1);

  EXPECT_FALSE(fs::exists(dir_.path() / "2.log"));
  EXPECT_TRUE(fs::exists(dir_.path() / "3.log"));
}

}  // namespace
}  // namespace jarvis::agent
