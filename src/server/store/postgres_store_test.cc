// What only PostgreSQL can do to a store: crash and come back, be somewhere else, be written by two servers at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "server/store/documents.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::store {
namespace {

using namespace std::chrono_literals;

Status put_task(Store& store, const std::string& id) {
  return store.write([&](Transaction& tx) { return put(tx, Kind::task, {{"id", id}}); });
}
std::int64_t tasks(Store& store) {
  return store.read([](Transaction& tx) { return count(tx, Kind::task, Filter{}); }).value();
}

class PostgresTest : public testing::Test {
 protected:
  PostgresTest()
      : dir_(proc::TempDir::make("/tmp", "jarvis-store-").value()),
        url_(TestPostgres::instance().database(dir_.path().filename())),
        store_(open_postgres({.url = url_}).value()) {}

  proc::TempDir dir_;
  std::string url_;
  std::unique_ptr<Store> store_;
};

TEST_F(PostgresTest, what_was_acknowledged_survives_a_crash_and_the_store_recovers_by_itself) {
  std::atomic<bool> is_over = false;
  std::atomic<int> acknowledged = 0;
  std::atomic<int> refused = 0;
  std::promise<void> enough, seen_gone;
  std::thread writer([&] {
    for (unsigned i = 0; !is_over; ++i) {
      const Status status = put_task(*store_, "t" + std::to_string(i));
      if (status && ++acknowledged == 50) enough.set_value();
      if (!status) {
        EXPECT_EQ(status.error().code(), ErrorCode::unavailable) << status.error().message();
        if (++refused == 1) seen_gone.set_value();
      }
    }
  });

  enough.get_future().wait();
  TestPostgres::instance().crash();
  seen_gone.get_future().wait();
  const auto read = store_->read([](Transaction& tx) { return count(tx, Kind::task, Filter{}); });
  EXPECT_EQ(read.error().code(), ErrorCode::unavailable);
  TestPostgres::instance().start();
  is_over = true;
  writer.join();

  EXPECT_GE(tasks(*store_), acknowledged);
  EXPECT_TRUE(put_task(*store_, "after"));
}

TEST_F(PostgresTest, two_servers_that_change_one_document_lose_nothing) {
  const auto other = open_postgres({.url = url_}).value();
  ASSERT_TRUE(store_->write([](Transaction& tx) { return put(tx, Kind::task, {{"id", "a"}, {"n", 0}}); }));
  const auto add_one = [](Transaction& tx) -> Status {
    TRY(auto document, get(tx, Kind::task, "a"));
    (*document)["n"] = (*document)["n"].as_int64() + 1;
    return put(tx, Kind::task, *document);
  };

  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&, i] {
        for (int n = 0; n < 10; ++n)
          EXPECT_TRUE((i % 2 == 0 ? *store_ : *other).write(add_one));
      });
    }
  }

  EXPECT_EQ(store_->read([](Transaction& tx) { return get(tx, Kind::task, "a"); }).value()->at("n"), 80);
}

TEST_F(PostgresTest, what_a_write_has_read_still_holds_when_it_commits) {
  const auto other = open_postgres({.url = url_}).value();
  // Each may be made only while there is none: of many that look at once, one makes it.
  const auto make_only = [](const std::string& id) {
    return [id](Transaction& tx) -> Status {
      TRY(const std::int64_t there, count(tx, Kind::project, Filter{}));
      if (there > 0) return Error(ErrorCode::conflict, "there is one");
      return put(tx, Kind::project, {{"id", id}, {"name", id}});
    };
  };
  std::atomic<int> made = 0;

  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&, i] {
        if ((i % 2 == 0 ? *store_ : *other).write(make_only("p" + std::to_string(i)))) ++made;
      });
    }
  }

  EXPECT_EQ(made, 1);
}

TEST_F(PostgresTest, an_entry_that_one_server_commits_is_heard_by_the_other) {
  const auto other = open_postgres({.url = url_}).value();
  std::promise<void> listens, heard;
  std::atomic<int> queue_named = 0;
  other->on_notice([&](const Notice& notice) {
    if (notice.kind == Notice::Kind::missed) listens.set_value();
    // Two entries of one queue in one commit are two notices.
    if (notice.kind == Notice::Kind::entry_added && notice.queue == "q" && ++queue_named == 2) heard.set_value();
  });
  listens.get_future().wait();

  ASSERT_TRUE(store_->write([](Transaction& tx) -> Status {
    for (const char* task : {"a", "b"})
      CHECK_OK(tx.run("entry_insert", {task, "q", std::int64_t{1}, 1.0}));
    return {};
  }));

  EXPECT_EQ(heard.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(PostgresTest, one_server_leads_and_the_next_follows_when_it_is_gone) {
  const auto other = open_postgres({.url = url_}).value();

  EXPECT_EQ(store_->try_lead(), true);
  EXPECT_EQ(other->try_lead(), false);
  EXPECT_EQ(store_->try_lead(), true);
  store_.reset();

  // The database hears of a closed session a moment later.
  while (!other->try_lead().value()) {
  }
}

TEST_F(PostgresTest, text_with_a_zero_byte_is_stored) {
  const std::string odd("a\0b", 3);
  const json::object document{{"id", "a"}, {"name", odd}, {"p", {{"v", odd + "\\u0000"}}}};

  ASSERT_TRUE(store_->write([&](Transaction& tx) { return put(tx, Kind::task, document); }));

  EXPECT_EQ(store_->read([](Transaction& tx) { return get(tx, Kind::task, "a"); }).value(), document);
  const auto found = store_->read([&](Transaction& tx) {
    return find_ids(tx, Kind::task, {.where = filter::equals({"p", "v"}, document.at("p").at("v"))});
  });
  EXPECT_THAT(found.value(), testing::ElementsAre("a"));
}

TEST_F(PostgresTest, names_longer_than_an_index_holds_are_stored_and_stay_unique) {
  std::string name;
  for (unsigned i = 0; name.size() < 4096; ++i)
    name += std::to_string(i * 2654435761U);
  const auto make = [&](const char* id) {
    return store_->write(
        [&](Transaction& tx) { return put(tx, Kind::project, {{"id", id}, {"company", "c"}, {"name", name}}); });
  };

  EXPECT_TRUE(make("a"));
  EXPECT_EQ(make("b").error().code(), ErrorCode::conflict);
}

struct Wrong {
  std::string url;
  ErrorCode code;
  const char* word;
};

TEST(PostgresAddress, what_is_wrong_with_it_is_said_without_the_password) {
  const std::string host =
      TestPostgres::instance().url("postgres").substr(sizeof "postgresql://postgres@/postgres" - 1);
  const std::vector<Wrong> cases{
      {"postgresql://postgres:geheim@/nowhere" + host, ErrorCode::not_found, "nowhere"},
      {"postgresql://nobody:geheim@/postgres" + host, ErrorCode::unauthorized, "nobody"},
      {"postgresql://postgres:geheim@127.0.0.1:1/postgres", ErrorCode::unavailable, "127.0.0.1"},
      {"postgresql://postgres:geheim@[x/", ErrorCode::invalid_argument, "%XX"},
  };
  for (const Wrong& wrong : cases) {
    const auto refused = open_postgres({.url = wrong.url});

    ASSERT_FALSE(refused) << wrong.url;
    EXPECT_EQ(refused.error().code(), wrong.code) << refused.error().message();
    EXPECT_THAT(refused.error().message(), testing::HasSubstr(wrong.word));
    EXPECT_THAT(refused.error().message(), testing::Not(testing::HasSubstr("geheim")));
  }
}

}  // namespace
}  // namespace jarvis::server::store
