// On SQLite what this server commits; on PostgreSQL also what another server on the database does.
#include "server/live/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>

#include "base/limits.h"
#include "proc/files.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::live {
namespace {

using store::Change;
using store::Kind;
using store::Notice;
using testing::ElementsAre;

/// A store and the feed of it, as a server has them.
class Side {
 public:
  explicit Side(const std::filesystem::path& directory) : store_(store::chosen_store_kind().open(directory)) {
    feed_ = std::make_unique<Feed>(*store_, FeedThread::none);
    store_->on_notice([this](const Notice& notice) {
      if (notice.kind == Notice::Kind::changes) feed_->hear(notice.text);
      if (notice.kind != Notice::Kind::missed) return;
      feed_->forget();
      const std::lock_guard lock(mutex_);
      listens_ = true;
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    if (store_->is_remote()) changed_.wait_for(lock, std::chrono::minutes(1), [this] { return listens_; });
    lock.unlock();
    from_ = feed_->now().next;
  }
  ~Side() { store_->close(); }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  void put_task(const std::string& id, const std::string& status, const std::string& project = "p") {
    write([&](store::Transaction& tx) {
      return store::put(tx, Kind::task, {{"id", id}, {"company", "c"}, {"project", project}, {"status", status}});
    });
  }
  void write(const store::Store::Work& work) { ASSERT_TRUE(store_->write_status(work)); }

  /// The texts of what was told since the last call, waited for until there are so many.
  std::vector<std::string> told(std::size_t count) {
    feed_->flush();
    std::vector<std::string> out;
    while (out.size() < count) {
      wait_for_more();
      const auto reading = feed_->read(from_, [](const Change&) { return true; });
      if (reading.next == from_) break;
      from_ = reading.next;
      for (const ToldPtr& one : reading.told) {
        out.push_back(one->text);
        ids.push_back(one->id);
      }
    }
    return out;
  }
  Feed& feed() { return *feed_; }
  std::vector<std::string> ids;

 private:
  void wait_for_more() {
    auto woken = std::make_shared<std::promise<void>>();
    auto future = woken->get_future();
    const auto handle = feed_->wait(from_, [woken] { woken->set_value(); });
    future.wait_for(std::chrono::minutes(1));
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool listens_ = false;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Feed> feed_;
  Feed::Position from_ = 0;
};

class FeedTest : public testing::Test {
 protected:
  const proc::TempDir dir_ = proc::TempDir::make("/tmp", "jarvis-feed-").value();
  Side side_{dir_.path()};
};

TEST_F(FeedTest, tells_of_what_was_committed_and_only_of_that) {
  side_.put_task("a", "queued");
  (void)side_.feed();
  side_.write([](store::Transaction& tx) -> Status {
    CHECK_OK(store::put(tx, Kind::user, {{"id", "u"}, {"company", "c"}}));
    return store::put(tx, Kind::model, {{"id", "m"}, {"company", "c"}, {"project", "p"}, {"task", "a"}});
  });

  EXPECT_THAT(side_.told(2),
              ElementsAre(R"({"kind":"task","id":"a","action":"changed","project":"p","status":"queued"})",
                          R"({"kind":"model","id":"m","action":"changed","task":"a","project":"p"})"));
}

TEST_F(FeedTest, a_change_concerns_the_projects_above_too_also_of_what_is_gone) {
  const auto project = [](const std::string& id, const json::value& parent) {
    return json::object{{"id", id}, {"company", "c"}, {"parent", parent}};
  };
  const auto told_to = [&](Feed::Position from) {
    std::vector<std::string> out;
    for (const ToldPtr& one : side_.feed().read(from, [](const Change&) { return true; }).told)
      out.push_back(one->change->id + "<" + one->change->project + [&] {
        std::string above;
        for (const std::string& id : one->change->above)
          above += "<" + id;
        return above;
      }());
    return out;
  };
  side_.write([&](store::Transaction& tx) -> Status {
    CHECK_OK(store::put(tx, Kind::project, project("top", nullptr)));
    CHECK_OK(store::put(tx, Kind::project, project("mid", "top")));
    return store::put(tx, Kind::project, project("low", "mid"));
  });
  ASSERT_EQ(side_.told(3).size(), 3U);
  const auto begin = side_.feed().now().next;
  side_.put_task("a", "queued", "low");
  ASSERT_EQ(side_.told(1).size(), 1U);
  EXPECT_THAT(told_to(begin), ElementsAre("a<low<mid<top"));

  const auto then = side_.feed().now().next;
  side_.write([&](store::Transaction& tx) -> Status {
    CHECK_OK(store::erase(tx, Kind::task, "a"));
    CHECK_OK(store::erase(tx, Kind::project, "low"));
    CHECK_OK(store::erase(tx, Kind::project, "mid"));
    return {};
  });
  ASSERT_EQ(side_.told(3).size(), 3U);
  EXPECT_THAT(told_to(then), ElementsAre("a<low<mid<top", "low<mid<top", "mid<top"));
}

TEST_F(FeedTest, several_changes_of_one_thing_are_told_once_as_the_last_left_it) {
  side_.put_task("a", "queued");
  side_.put_task("a", "in_progress");
  for (const char* what : {"log", "scalar", "log"}) {
    side_.write([&](store::Transaction& tx) -> Status {
      tx.note({.kind = Change::Kind::events, .id = "a", .company = "c", .task = "a", .events = {what}});
      return {};
    });
  }

  EXPECT_THAT(side_.told(2),
              ElementsAre(R"({"kind":"task","id":"a","action":"changed","project":"p","status":"in_progress"})",
                          R"({"kind":"events","id":"a","action":"changed","task":"a","events":["log","scalar"]})"));
}

TEST_F(FeedTest, a_queue_is_told_of_with_its_owner_when_tasks_come_and_go) {
  side_.write([](store::Transaction& tx) -> Status {
    CHECK_OK(store::put(tx, Kind::queue, {{"id", "q"}, {"company", "c"}}));
    return store::push_back(tx, QueueId("q"), TaskId("a"), WallTime{1});
  });
  ASSERT_EQ(side_.told(1).size(), 1U);

  side_.write([](store::Transaction& tx) -> Status {
    CHECK_OK(store::claim_next(tx, {QueueId("q")}, WorkerId("w"), WallTime{2}));
    return {};
  });
  side_.feed().flush();
  const auto before = side_.feed().now();
  const auto reading = side_.feed().read(before.next - 1, [](const Change& change) { return change.company == "c"; });

  EXPECT_THAT(side_.told(1), ElementsAre(R"({"kind":"queue","id":"q","action":"changed"})"));
  if (store::chosen_store_kind().name == std::string("sqlite")) {
    EXPECT_EQ(reading.told.size(), 1U);
  }
}

TEST_F(FeedTest, who_comes_back_reads_on_after_the_last_that_it_has_read) {
  side_.put_task("a", "queued");
  ASSERT_EQ(side_.told(1).size(), 1U);
  side_.put_task("b", "queued");
  ASSERT_EQ(side_.told(1).size(), 1U);

  const auto after_a = side_.feed().after(side_.ids.at(0));
  ASSERT_TRUE(after_a);
  const auto reading = side_.feed().read(*after_a, [](const Change&) { return true; });

  EXPECT_FALSE(reading.has_gap);
  ASSERT_EQ(reading.told.size(), 1U);
  EXPECT_EQ(reading.told.front()->change->id, "b");
  EXPECT_EQ(reading.last_id, side_.ids.at(1));
  EXPECT_FALSE(side_.feed().after("of another time"));
}

TEST_F(FeedTest, who_is_too_slow_is_told_of_the_gap_and_reads_on) {
  const auto long_ago = side_.feed().now().next;
  json::array changes;
  for (std::size_t i = 0; i < limits::feed_kept_max + 10; ++i)
    changes.emplace_back(json::object{{"kind", "task"}, {"id", std::to_string(i)}, {"company", "c"}});
  side_.feed().hear(to_text(json::object{{"id", "batch"}, {"changes", std::move(changes)}}));

  const auto reading = side_.feed().read(long_ago, [](const Change&) { return true; });
  EXPECT_TRUE(reading.has_gap);
  EXPECT_EQ(reading.told.size(), limits::feed_reading_max);
  EXPECT_FALSE(side_.feed().read(reading.next, [](const Change&) { return true; }).has_gap);

  side_.feed().forget();
  EXPECT_TRUE(side_.feed().read(reading.next, [](const Change&) { return true; }).has_gap);
  EXPECT_FALSE(side_.feed().now().last_id.empty());
}

TEST_F(FeedTest, another_server_on_the_database_tells_the_same_under_the_same_ids) {
  if (store::chosen_store_kind().name != std::string("postgresql")) GTEST_SKIP() << "SQLite has one server";
  Side other(dir_.path());

  side_.put_task("a", "queued");
  const auto here = side_.told(1);
  const auto there = other.told(1);

  EXPECT_EQ(here, there);
  EXPECT_EQ(side_.ids, other.ids);
}

TEST_F(FeedTest, a_handle_that_is_gone_is_not_woken) {
  bool is_woken = false;
  side_.feed().wait(side_.feed().now().next, [&] { is_woken = true; }).reset();
  side_.feed().forget();
  EXPECT_FALSE(is_woken);

  const auto handle = side_.feed().wait(0, [&] { is_woken = true; });
  EXPECT_TRUE(is_woken) << "there is something to read at once";
}

}  // namespace
}  // namespace jarvis::server::live
