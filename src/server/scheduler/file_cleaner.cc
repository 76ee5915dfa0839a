#include "server/scheduler/file_cleaner.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/limits.h"
#include "base/log.h"

namespace jarvis::server::scheduler {
namespace {

/// 10 s, 20 s, 40 s ... a day: a disk that is read-only for an hour is no reason to give up.
std::chrono::seconds wait_after(std::int64_t attempts) {
  return std::min<std::chrono::seconds>(std::chrono::seconds(10) * (1LL << std::min<std::int64_t>(attempts, 14)),
                                        std::chrono::hours(24));
}

class StoreFileCleaner final : public FileCleaner {
 public:
  StoreFileCleaner(store::Store& store, const Clock& clock, RemoveFile remove, CleanerThread thread)
      : store_(store), clock_(clock), remove_(std::move(remove)) {
    if (thread == CleanerThread::runs) thread_ = std::jthread([this](std::stop_token stop) { loop(stop); });
  }

  Result<std::int64_t> tick() override {
    TRY(const store::Rows due, store_.read([&](store::Transaction& tx) {
      return tx.run("removals_due", {clock_.wall().us, static_cast<std::int64_t>(limits::file_removals_max)});
    }));
    if (due.empty()) return std::int64_t{0};
    std::vector<std::pair<const store::Row*, Status>> outcomes;
    for (const store::Row& row : due) {
      Status done = remove_(row.text(0), WallTime{row.integer(2)});
      // Not here: with several servers on the database, another one may hold it.
      const bool is_missing = !done && done.error().code() == ErrorCode::not_found;
      if (is_missing && !may_be_elsewhere(row)) done = Status();
      outcomes.emplace_back(&row, std::move(done));
    }
    CHECK_OK(store_.write([&](store::Transaction& tx) { return write_down(tx, outcomes); }));
    return std::ranges::count_if(outcomes, [](const auto& outcome) { return outcome.second.has_value(); });
  }

 private:
  bool may_be_elsewhere(const store::Row& row) const {
    return store_.is_remote() && clock_.wall() < WallTime{row.integer(2)} + limits::file_elsewhere_max;
  }

  Status write_down(store::Transaction& tx, const std::vector<std::pair<const store::Row*, Status>>& outcomes) const {
    for (const auto& [row, outcome] : outcomes) {
      if (outcome) {
        CHECK_OK(tx.run("removal_done", {std::string_view(row->text(0))}));
        continue;
      }
      if (outcome.error().code() == ErrorCode::not_found) {
        CHECK_OK(tx.run("removal_postpone",
                        {std::string_view(row->text(0)), (clock_.wall() + limits::file_elsewhere_pause).us}));
        continue;
      }
      log::warning("a file of a deleted task could not be deleted",
                   {{"path", row->text(0)}, {"error", outcome.error().message()}});
      CHECK_OK(
          tx.run("removal_failed", {std::string_view(row->text(0)), (clock_.wall() + wait_after(row->integer(1))).us,
                                    std::string_view(outcome.error().message())}));
    }
    return {};
  }

  void loop(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    while (!stop.stop_requested()) {
      const auto done = tick();
      if (!done) log::error("the list of files to delete", {{"error", done.error().message()}});
      if (done && *done >= static_cast<std::int64_t>(limits::file_removals_max)) continue;  // there are more
      std::unique_lock lock(mutex);
      never.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    }
  }

  store::Store& store_;
  const Clock& clock_;
  RemoveFile remove_;
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace

std::unique_ptr<FileCleaner> make_file_cleaner(store::Store& store, const Clock& clock, RemoveFile remove,
                                               CleanerThread thread) {
  return std::make_unique<StoreFileCleaner>(store, clock, std::move(remove), thread);
}

}  // namespace jarvis::server::scheduler
