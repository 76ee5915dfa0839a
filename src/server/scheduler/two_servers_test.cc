// Two servers on one PostgreSQL, agents that ask either of them and die: every task is started once.
// JARVIS_DISPATCHES says how many (2,000; a night's run takes 100,000).
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "base/limits.h"
#include "server/scheduler/dispatcher.h"
#include "server/scheduler/file_cleaner.h"
#include "server/scheduler/watchdog.h"
#include "server/store/documents.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::scheduler {
namespace {

using namespace std::chrono_literals;
using Outcome = Result<std::optional<store::Lease>>;

const QueueId kQueue("q");

int dispatches() {
  return std::stoi(proc::Environment::inherited().get("JARVIS_DISPATCHES").value_or("2000"));
}

/// What app.cc puts together, without sockets.
struct Server {
  Server(const std::string& url, const Clock& clock)
      : store(store::open_postgres({.url = url}).value()),
        dispatcher(make_dispatcher(*store, clock)),
        watchdog(make_watchdog(*store, *dispatcher, clock, domain::LostPolicy(), WatchdogThread::none)) {
    store->on_notice([this](const store::Notice& notice) {
      if (notice.kind == store::Notice::Kind::entry_added) dispatcher->entry_added(QueueId(notice.queue));
      if (notice.kind == store::Notice::Kind::missed) dispatcher->look_again();
    });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    dispatcher->stop();
    store->close();
  }

  std::unique_ptr<store::Store> store;
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<Watchdog> watchdog;
};

class TwoServersTest : public testing::Test {
 protected:
  TwoServersTest()
      : dir_(proc::TempDir::make("/tmp", "jarvis-two-").value()),
        url_(store::TestPostgres::instance().database(dir_.path().filename())) {
    for (auto& server : servers_)
      server = std::make_unique<Server>(url_, clock_);
  }

  void enqueue(Server& server, const std::string& task) {
    const Status status = server.store->write([&](store::Transaction& tx) -> Status {
      CHECK_OK(store::put(tx, store::Kind::task, {{"id", task}, {"starts", 0}}));
      return store::push_back(tx, kQueue, TaskId(task), clock_.wall());
    });
    ASSERT_TRUE(status) << status.error().message();
  }

  /// What tasks.started does: true for the run that counts.
  static Result<bool> start(Server& server, const store::Lease& lease) {
    return server.store->write([&](store::Transaction& tx) -> Result<bool> {
      TRY(const auto current, store::lease_of(tx, lease.task));
      if (!current || current->epoch != lease.epoch) return false;
      CHECK_OK(store::end_lease(tx, lease.task));
      TRY(auto task, store::get(tx, store::Kind::task, lease.task.str()));
      (*task)["starts"] = (*task)["starts"].as_int64() + 1;
      CHECK_OK(store::put(tx, store::Kind::task, *task));
      return true;
    });
  }

  /// One agent: asks, and starts what it gets, or dies at one of the two moments that matter.
  void work(unsigned seed) {
    std::minstd_rand random(seed);
    while (!is_over_) {
      Server& asked = *servers_[random() % 2];
      auto promise = std::make_shared<std::promise<Outcome>>();
      auto handle = asked.dispatcher->claim({.queues = {kQueue}, .worker = WorkerId("w"), .wait = 50s},
                                            [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
      if (random() % 20 == 0) continue;  // gone before the answer: the handle's end
      const Outcome outcome = promise->get_future().get();
      ASSERT_TRUE(outcome) << outcome.error().message();
      if (!*outcome) continue;
      const store::Lease& lease = **outcome;
      {
        const std::lock_guard lock(mutex_);
        EXPECT_TRUE(handed_out_.emplace(lease.task.str(), lease.epoch).second)
            << lease.task.str() << " was handed out twice in epoch " << lease.epoch;
      }
      if (random() % 20 == 0) continue;  // gone with the task in its hands
      const auto is_started = start(*servers_[random() % 2], lease);
      ASSERT_TRUE(is_started) << is_started.error().message();
      if (*is_started) ++started_;
    }
  }

  FakeClock clock_;
  proc::TempDir dir_;
  std::string url_;
  std::unique_ptr<Server> servers_[2];
  std::atomic<bool> is_over_ = false;
  std::atomic<int> started_ = 0;
  std::mutex mutex_;
  std::set<std::pair<std::string, std::int64_t>> handed_out_;  // guarded by mutex_
};

TEST_F(TwoServersTest, every_task_is_started_once_though_agents_die) {
  const int total = dispatches();
  std::vector<std::thread> agents;
  for (unsigned i = 0; i < 8; ++i)
    agents.emplace_back([this, i] { work(i + 1); });
  clock_.advance(2min);  // past the grace of a start

  std::thread people([&] {
    for (int i = 0; i < total; ++i)
      enqueue(*servers_[i % 2], "t" + std::to_string(i));
  });
  // The clock runs, as far as the test is concerned, while the tasks of the dead wait for their leases' end.
  std::mutex mutex;
  std::condition_variable never;
  while (started_ < total && !HasFailure()) {
    std::unique_lock lock(mutex);
    never.wait_for(lock, 100ms, [] { return false; });
    clock_.advance(31s);
    for (auto& server : servers_)
      EXPECT_TRUE(server->watchdog->tick());
  }
  people.join();
  is_over_ = true;
  for (auto& server : servers_)
    server->dispatcher->stop();
  for (std::thread& agent : agents)
    agent.join();

  EXPECT_EQ(started_, total);
  EXPECT_GT(handed_out_.size(), static_cast<std::size_t>(total));  // some died with a task
  const auto wrong = servers_[0]->store->read([](store::Transaction& tx) {
    return store::find_ids(tx, store::Kind::task,
                           {.where = store::filter::negate(store::filter::equals({"starts"}, 1))});
  });
  EXPECT_EQ(wrong.value(), std::vector<std::string>());
}

TEST_F(TwoServersTest, an_entry_at_one_wakes_an_agent_at_the_other) {
  std::promise<Outcome> promise;
  const auto handle = servers_[1]->dispatcher->claim({.queues = {kQueue}, .worker = WorkerId("w"), .wait = 50s},
                                                     [&](Outcome outcome) { promise.set_value(std::move(outcome)); });

  enqueue(*servers_[0], "a");

  auto outcome = promise.get_future();
  ASSERT_EQ(outcome.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(outcome.get().value()->task, TaskId("a"));
}

TEST_F(TwoServersTest, one_looks_after_leases_and_the_other_takes_over) {
  enqueue(*servers_[0], "a");
  ASSERT_TRUE(servers_[0]->store->write(
      [&](store::Transaction& tx) { return store::claim_next(tx, {kQueue}, WorkerId("w"), clock_.wall() + 30s); }));
  const auto waiting = [&](Server& server) {
    return server.store->read([](store::Transaction& tx) { return store::entry_count(tx, kQueue); }).value();
  };
  clock_.advance(2min);
  ASSERT_TRUE(servers_[1]->watchdog->tick());
  EXPECT_EQ(waiting(*servers_[1]), 0);  // the first one leads

  servers_[0].reset();
  while (!servers_[1]->store->try_lead().value()) {
  }
  ASSERT_TRUE(servers_[1]->watchdog->tick());
  EXPECT_EQ(waiting(*servers_[1]), 0);  // grace
  clock_.advance(2min);
  ASSERT_TRUE(servers_[1]->watchdog->tick());

  EXPECT_EQ(waiting(*servers_[1]), 1);
}

TEST_F(TwoServersTest, a_file_is_deleted_by_the_server_that_holds_it) {
  std::set<std::string> disks[2] = {{"p/t.abc/a"}, {"p/t.abc/b"}};
  std::unique_ptr<FileCleaner> cleaners[2];
  for (int i = 0; i < 2; ++i) {
    cleaners[i] = make_file_cleaner(
        *servers_[i]->store, clock_,
        [&disk = disks[i]](const std::string& path, WallTime) -> Status {
          if (disk.erase(path) == 0) return not_found("no such file");
          return {};
        },
        CleanerThread::none);
  }
  ASSERT_TRUE(servers_[0]->store->write([&](store::Transaction& tx) -> Status {
    for (const char* path : {"p/t.abc/a", "p/t.abc/b", "p/t.abc/nowhere"})
      CHECK_OK(tx.run("removal_add", {path, "c", "abc", path, clock_.wall().us}));
    return {};
  }));

  EXPECT_EQ(cleaners[0]->tick().value(), 1);
  clock_.advance(limits::file_elsewhere_pause);
  EXPECT_EQ(cleaners[1]->tick().value(), 1);
  EXPECT_TRUE(disks[0].empty() && disks[1].empty());

  clock_.advance(limits::file_elsewhere_max);
  EXPECT_EQ(cleaners[0]->tick().value(), 1);  // nobody has it
}

}  // namespace
}  // namespace jarvis::server::scheduler
