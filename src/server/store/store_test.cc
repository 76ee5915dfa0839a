#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <set>
#include <thread>

#include "proc/files.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::store {
namespace {

using testing::ElementsAre;

// The conformance suite of a store: whoever makes another database behind store.h adds its kind at the end.
class StoreConformance : public testing::TestWithParam<StoreKind> {
 protected:
  StoreConformance() : dir_(proc::TempDir::make("/tmp", "jarvis-store-").value()) { reopen(); }

  void reopen() {
    store_.reset();
    store_ = GetParam().open(dir_.path());
  }
  template <typename F>
  auto write(F&& f) {
    return store_->write(std::forward<F>(f));
  }
  template <typename F>
  auto read(F&& f) {
    return store_->read(std::forward<F>(f));
  }
  void put_task(json::object document) {
    ASSERT_TRUE(write([&](Transaction& tx) { return put(tx, Kind::task, document); }));
  }
  std::vector<std::string> ids(const Query& query) {
    return read([&](Transaction& tx) { return find_ids(tx, Kind::task, query); }).value();
  }
  std::vector<std::string> ids(Filter where) { return ids(Query{.where = std::move(where)}); }
  void enqueue(const char* task, const char* queue = "q") {
    ASSERT_TRUE(write([&](Transaction& tx) { return push_back(tx, QueueId(queue), TaskId(task), WallTime{1}); }));
  }
  std::vector<std::string> waiting(const char* queue = "q") {
    std::vector<std::string> out;
    const auto found = read([&](Transaction& tx) { return entries(tx, QueueId(queue)); }).value();
    for (const QueueEntry& entry : found)
      out.push_back(entry.task.str());
    return out;
  }
  std::optional<Lease> claim(std::vector<QueueId> queues = {QueueId("q")}, WallTime deadline = {100}) {
    return write([&](Transaction& tx) { return claim_next(tx, queues, WorkerId("w"), deadline); }).value();
  }

  proc::TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreConformance, a_document_reads_back_with_its_odd_keys) {
  const json::object document{{"id", "a"}, {"hyperparams", {{"sec.tion", {{"$lr/%", "0.1"}, {"ключ", 1}}}}}};

  put_task(document);

  EXPECT_EQ(read([](Transaction& tx) { return get(tx, Kind::task, "a"); }).value(), document);
  EXPECT_EQ(read([](Transaction& tx) { return get(tx, Kind::task, "b"); }).value(), std::nullopt);
}

TEST_P(StoreConformance, an_error_rolls_back_only_its_own_write) {
  put_task({{"id", "a"}});

  const Status refused = write([](Transaction& tx) -> Status {
    CHECK_OK(put(tx, Kind::task, {{"id", "b"}}));
    return invalid_argument("no");
  });

  EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
  EXPECT_THAT(ids(Filter{}), ElementsAre("a"));
}

TEST_P(StoreConformance, commit_actions_run_for_what_was_committed_only) {
  int runs = 0;

  (void)write([&](Transaction& tx) -> Status {
    tx.on_commit([&] { ++runs; });
    return invalid_argument("no");
  });
  (void)write([&](Transaction& tx) -> Status {
    tx.on_commit([&] { ++runs; });
    return {};
  });

  EXPECT_EQ(runs, 1);
}

TEST_P(StoreConformance, leaf_filters_find_what_they_say) {
  put_task({{"id", "a"}, {"name", "train one"}, {"status", "created"}, {"tags", {"x", "y"}}, {"last_iteration", 5}});
  put_task(
      {{"id", "b"}, {"name", "Train two"}, {"status", "queued"}, {"tags", {"y"}}, {"h", {{"s", {{"lr", "0.5"}}}}}});
  put_task({{"id", "c"}, {"status", "failed"}, {"tags", json::array{}}});

  EXPECT_THAT(ids(filter::one_of({"status"}, {"created", "failed"})), ElementsAre("a", "c"));
  EXPECT_THAT(ids(filter::equals({"name"}, nullptr)), ElementsAre("c"));
  EXPECT_THAT(ids(filter::list_has({"tags"}, {"x", "z"})), ElementsAre("a"));
  EXPECT_THAT(ids(filter::list_has({"tags"}, {nullptr})), ElementsAre("c"));
  EXPECT_THAT(ids(filter::matches({"name"}, "^train")), ElementsAre("a"));
  EXPECT_THAT(ids(filter::matches({"name"}, "^train", true)), ElementsAre("a", "b"));
  EXPECT_THAT(ids(filter::negate(filter::matches({"name"}, "one"))), ElementsAre("b", "c"));
  EXPECT_THAT(ids(filter::exists({"h", "s", "lr"})), ElementsAre("b"));
  EXPECT_THAT(ids(Filter{.kind = Filter::Kind::range, .field = {"last_iteration"}, .from = 5}), ElementsAre("a"));
  EXPECT_THAT(ids(Filter{.kind = Filter::Kind::range, .field = {"last_iteration"}, .from = 5, .from_included = false}),
              ElementsAre());
  EXPECT_THAT(ids(filter::any({})), ElementsAre());
}

TEST_P(StoreConformance, a_bad_pattern_is_the_callers_mistake) {
  put_task({{"id", "a"}, {"name", "x"}});

  const auto found =
      read([](Transaction& tx) { return find_ids(tx, Kind::task, {.where = filter::matches({"name"}, "(")}); });

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), ErrorCode::invalid_argument);
}

TEST_P(StoreConformance, orders_numbers_by_value_with_empty_last) {
  const auto task = [](const char* id, json::value value) {
    return json::object{{"id", id}, {"p", {{"v", std::move(value)}}}};
  };
  put_task(task("a", "11"));
  put_task(task("b", "2"));
  put_task(task("c", ""));
  put_task(task("d", "x"));
  put_task({{"id", "e"}});

  const Order up{.field = {"p", "v"}, .numeric = true};
  const Order down{.field = {"p", "v"}, .descending = true, .numeric = true};

  EXPECT_THAT(ids({.order = {up}}), ElementsAre("b", "a", "d", "c", "e"));
  EXPECT_THAT(ids({.order = {down}}), ElementsAre("a", "b", "d", "c", "e"));
  EXPECT_THAT(ids({.order = {up}, .offset = 1, .limit = 2}), ElementsAre("a", "d"));
}

TEST_P(StoreConformance, a_claim_takes_the_front_of_the_first_queue_that_has_one) {
  enqueue("a", "low");
  enqueue("b", "high");

  EXPECT_EQ(claim({QueueId("high"), QueueId("low")})->task, TaskId("b"));
  EXPECT_EQ(claim({QueueId("high"), QueueId("low")})->task, TaskId("a"));
  EXPECT_EQ(claim({QueueId("high"), QueueId("low")}), std::nullopt);
}

TEST_P(StoreConformance, an_expired_lease_goes_back_to_its_place) {
  enqueue("a");
  enqueue("b");
  ASSERT_EQ(claim()->task, TaskId("a"));
  enqueue("c");

  const auto early = write([](Transaction& tx) { return return_expired(tx, WallTime{99}); }).value();
  EXPECT_TRUE(early.empty());
  EXPECT_THAT(waiting(), ElementsAre("b", "c"));

  const auto back = write([](Transaction& tx) { return return_expired(tx, WallTime{100}); }).value();
  EXPECT_EQ(back.size(), 1U);
  EXPECT_THAT(waiting(), ElementsAre("a", "b", "c"));
}

TEST_P(StoreConformance, epochs_rise_with_every_claim_and_outlive_the_lease) {
  enqueue("a");
  EXPECT_EQ(claim()->epoch, 1);
  ASSERT_TRUE(write([](Transaction& tx) { return end_lease(tx, TaskId("a")); }));
  enqueue("a");

  EXPECT_EQ(claim()->epoch, 2);
  EXPECT_EQ(read([](Transaction& tx) { return epoch_of(tx, TaskId("a")); }).value(), 2);
}

TEST_P(StoreConformance, a_task_cannot_wait_twice) {
  enqueue("a");

  const Status twice = write([](Transaction& tx) { return push_back(tx, QueueId("other"), TaskId("a"), WallTime{1}); });

  EXPECT_EQ(twice.error().code(), ErrorCode::conflict);
  EXPECT_THAT(waiting(), ElementsAre("a"));
}

TEST_P(StoreConformance, entries_move_to_any_place_any_number_of_times) {
  for (const char* task : {"a", "b", "c", "d"})
    enqueue(task);

  // Sixty moves into the same gap exhaust what a double can halve.
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(write([&](Transaction& tx) { return move_to(tx, TaskId(i % 2 == 0 ? "c" : "d"), 1); }));
  }
  EXPECT_THAT(waiting(), ElementsAre("a", "d", "c", "b"));

  ASSERT_TRUE(write([](Transaction& tx) { return move_to(tx, TaskId("a"), 99); }));
  EXPECT_THAT(waiting(), ElementsAre("d", "c", "b", "a"));
}

TEST_P(StoreConformance, two_agents_never_get_the_same_task) {
  for (int i = 0; i < 200; ++i)
    enqueue(("t" + std::to_string(i)).c_str());

  std::vector<std::string> got[2];
  {
    std::vector<std::jthread> agents;
    for (auto& mine : got) {
      agents.emplace_back([&] {
        while (const auto lease = claim())
          mine.push_back(lease->task.str());
      });
    }
  }

  std::set<std::string> all(got[0].begin(), got[0].end());
  all.insert(got[1].begin(), got[1].end());
  EXPECT_EQ(got[0].size() + got[1].size(), 200U);
  EXPECT_EQ(all.size(), 200U);
}

TEST_P(StoreConformance, after_close_nothing_is_accepted_and_everything_is_there) {
  std::atomic<int> done = 0;
  for (int i = 0; i < 100; ++i) {
    store_->write_async([i](Transaction& tx) { return put(tx, Kind::task, {{"id", "t" + std::to_string(i)}}); },
                        [&](Status status) { done += status ? 1 : 0; });
  }
  store_->close();

  EXPECT_EQ(done, 100);
  EXPECT_FALSE(write([](Transaction& tx) { return put(tx, Kind::task, {{"id", "late"}}); }));
  reopen();
  EXPECT_EQ(read([](Transaction& tx) { return count(tx, Kind::task, Filter{}); }).value(), 100);
}

INSTANTIATE_TEST_SUITE_P(stores, StoreConformance, testing::Values(kSqlite, kPostgres), name_of_kind);

TEST(Durability, what_was_acknowledged_survives_a_kill) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-store-").value();
  const std::string path = (dir.path() / "jarvis.db").string();
  int acknowledged[2];
  ASSERT_EQ(::pipe(acknowledged), 0);

  const pid_t writer = ::fork();
  if (writer == 0) {
    auto store = open_sqlite({.path = path}).value().release();
    for (int i = 0;; ++i) {
      const Status status =
          store->write([i](Transaction& tx) { return put(tx, Kind::task, {{"id", std::to_string(i)}}); });
      if (!status || ::write(acknowledged[1], &i, sizeof i) != sizeof i) ::_exit(1);
    }
  }
  ::close(acknowledged[1]);
  int last = -1;
  while (last < 50 && ::read(acknowledged[0], &last, sizeof last) == sizeof last) {
  }
  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
  for (int value = 0; ::read(acknowledged[0], &value, sizeof value) == sizeof value;)
    last = value;
  ::close(acknowledged[0]);

  const auto store = open_sqlite({.path = path}).value();
  const auto count_there = store->read([](Transaction& tx) { return count(tx, Kind::task, Filter{}); }).value();
  EXPECT_GE(count_there, last + 1);
}

TEST(Migrations, a_newer_schema_is_refused_with_what_to_do) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-store-").value();
  const std::string path = (dir.path() / "jarvis.db").string();
  {
    auto store = open_sqlite({.path = path}).value();
    ASSERT_TRUE(store->write([](Transaction& tx) -> Status {
      CHECK_OK(tx.run_sql("INSERT INTO schema_migrations VALUES (9999, 'future', '')", {}));
      return {};
    }));
  }

  const auto refused = open_sqlite({.path = path});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::unsupported);
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("9999"));
}

}  // namespace
}  // namespace jarvis::server::store
