#include "proc/memory_kills.h"

#include <gtest/gtest.h>

#include "proc/files.h"

namespace jarvis::proc {
namespace {

class MemoryKills : public ::testing::Test {
 protected:
  void write(const fs::path& path, const std::string& text) {
    ASSERT_TRUE(make_directories((dir_.path() / path).parent_path()));
    ASSERT_TRUE(write_file_durably(dir_.path() / path, text));
  }
  std::int64_t count() { return memory_kills(dir_.path() / "own", dir_.path() / "mount"); }
  TempDir dir_ = TempDir::make("/tmp", "jarvis-cgroup-").value();
};

TEST_F(MemoryKills, are_counted_in_a_group_of_version_2) {
  write("own", "0::/user.slice/a\n");
  write("mount/user.slice/a/memory.events", "low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\noom_group_kill 0\n");

  EXPECT_EQ(count(), 2);
}

TEST_F(MemoryKills, are_counted_in_a_group_of_version_1) {
  write("own", "6:freezer:/\n5:memory:/a/b\n1:name=systemd:/\n");
  write("mount/memory/a/b/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n");

  EXPECT_EQ(count(), 4);
}

TEST_F(MemoryKills, are_none_where_nothing_tells) {
  EXPECT_EQ(count(), 0);
  write("own", "nonsense\n0::/gone\n");
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace jarvis::proc
