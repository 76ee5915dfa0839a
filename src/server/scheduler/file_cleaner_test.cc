#include "server/scheduler/file_cleaner.h"

#include <gtest/gtest.h>

#include <set>

#include "proc/files.h"
#include "server/domain/file_removal.h"

namespace jarvis::server::scheduler {
namespace {

class FileCleaning : public ::testing::Test {
 protected:
  FileCleaning() { call.identity.company = CompanyId::random(); }

  void schedule(const std::string& url) {
    ASSERT_TRUE(store->write([&](store::Transaction& tx) -> Status {
      CHECK_OK(domain::schedule_removal(tx, call, "abc", {url}, clock.wall()));
      return {};
    }));
  }
  /// A cleaner over `disk`; one that is read-only refuses.
  std::unique_ptr<FileCleaner> cleaner() {
    return make_file_cleaner(
        *store, clock,
        [this](const std::string& path, WallTime) -> Status {
          if (is_read_only) return Error(ErrorCode::io, "read-only file system");
          if (disk.erase(path) == 0) return Error(ErrorCode::not_found, "no such file");
          return {};
        },
        CleanerThread::none);
  }
  std::int64_t waiting() {
    return store
        ->read([&](store::Transaction& tx) {
          return tx.run("removals_count", {std::string_view(call.identity.company.str())});
        })
        .value()
        .front()
        .integer(0);
  }

  FakeClock clock;
  proc::TempDir directory = proc::TempDir::make("/tmp", "jarvis-cleaner-").value();
  std::unique_ptr<store::Store> store =
      store::open_sqlite({.path = (directory.path() / "jarvis.db").string(), .durable = false}).value();
  Call call;
  std::set<std::string> disk{"p/t.abc/a", "p/t.abc/b"};
  bool is_read_only = false;
};

TEST_F(FileCleaning, deletes_what_is_on_the_list_and_forgets_it) {
  schedule("http://files/p/t.abc/a");
  schedule("http://files/p/t.abc/gone");

  EXPECT_EQ(cleaner()->tick().value(), 2);  // gone is as good as deleted

  EXPECT_EQ(disk, std::set<std::string>{"p/t.abc/b"});
  EXPECT_EQ(waiting(), 0);
}

TEST_F(FileCleaning, tries_again_later_what_could_not_be_deleted_also_after_a_restart) {
  schedule("http://files/p/t.abc/a");
  is_read_only = true;
  EXPECT_EQ(cleaner()->tick().value(), 0);
  is_read_only = false;
  EXPECT_EQ(cleaner()->tick().value(), 0);  // not yet
  EXPECT_EQ(waiting(), 1);

  clock.advance(std::chrono::seconds(11));
  EXPECT_EQ(cleaner()->tick().value(), 1);
  EXPECT_EQ(waiting(), 0);
}

TEST_F(FileCleaning, many_files_take_several_looks) {
  for (int i = 0; i < 250; ++i)
    schedule("http://files/p/t.abc/" + std::to_string(i));
  const auto one = cleaner();

  EXPECT_EQ(one->tick().value(), 200);
  EXPECT_EQ(one->tick().value(), 50);
  EXPECT_EQ(one->tick().value(), 0);
}

}  // namespace
}  // namespace jarvis::server::scheduler
