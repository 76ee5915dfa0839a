#include "server/scheduler/storage_meter.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "base/log.h"

namespace jarvis::server::scheduler {
namespace {

class StoreMeter final : public StorageMeter {
 public:
  StoreMeter(store::Store& store, const Clock& clock, std::string server_id, MeasureFiles measure, MeterThread thread)
      : store_(store), clock_(clock), server_id_(std::move(server_id)), measure_(std::move(measure)) {
    if (thread == MeterThread::runs) thread_ = std::jthread([this](std::stop_token stop) { loop(stop); });
  }

  Status tick() override {
    const bool is_asked = is_asked_.exchange(false);
    TRY(const auto places, store_.read([](store::Transaction& tx) { return store::measured_places(tx); }));
    const auto last = [&](std::string_view place) {
      const auto found = std::ranges::find(places, place, &store::MeasuredPlace::place);
      return found == places.end() ? WallTime{0} : found->measured;
    };
    const auto is_due = [&](std::string_view place) {
      const WallTime now = clock_.wall();
      // One from the future was measured by a clock that has been set since.
      return is_asked || last(place) > now || now >= last(place) + limits::storage_measure_pause;
    };
    if (is_due(store::kDatabasePlace)) CHECK_OK(measure_database(last(store::kDatabasePlace)));
    if (is_due(server_id_)) CHECK_OK(measure_files());
    return {};
  }

  void ask() override {
    is_asked_ = true;
    asked_.notify_all();
  }

  bool is_measuring() const override { return is_asked_ || is_measuring_; }

 private:
  struct Measuring {
    explicit Measuring(std::atomic<bool>& flag) : is_on(flag) { is_on = true; }
    Measuring(const Measuring&) = delete;
    Measuring& operator=(const Measuring&) = delete;
    ~Measuring() { is_on = false; }
    std::atomic<bool>& is_on;
  };

  Status measure_database(WallTime last) {
    const Measuring measuring(is_measuring_);
    const WallTime now = clock_.wall();
    // A write that was under way may carry an earlier date, that of another server a later one.
    const WallTime since = last > now ? WallTime{0} : std::max(WallTime{0}, last - limits::storage_measure_overlap);
    std::string after;
    while (!stop_.stop_requested()) {
      TRY(const auto sizes, store_.read([&](store::Transaction& tx) {
        return store::measure_database(tx, since, after, limits::storage_tasks_per_look);
      }));
      if (sizes.empty()) return finish(store::kDatabasePlace, {}, now);
      CHECK_OK(store_.write([&](store::Transaction& tx) -> Status {
        for (const store::SizesOf& one : sizes)
          CHECK_OK(store::put_sizes(tx, store::kDatabasePlace, one.id, one.sizes, now));
        return {};
      }));
      after = sizes.back().id;
    }
    return {};
  }

  Status measure_files() {
    const Measuring measuring(is_measuring_);
    const WallTime now = clock_.wall();
    TRY(FilesByTask files, measure_(stop_));
    const store::StorageSizes of_no_task = files[""];
    files.erase("");
    CHECK_OK(forget_all_but(files));
    for (auto begin = files.begin(); begin != files.end() && !stop_.stop_requested();) {
      auto next = begin;
      CHECK_OK(store_.write([&](store::Transaction& tx) -> Status {
        next = begin;  // it may be run again
        for (std::int64_t i = 0; i < limits::storage_tasks_per_look && next != files.end(); ++i, ++next)
          CHECK_OK(store::put_sizes(tx, server_id_, next->first, next->second, now));
        return {};
      }));
      begin = next;
    }
    return stop_.stop_requested() ? Status() : finish(server_id_, of_no_task, now);
  }

  /// Of tasks whose files are gone.
  Status forget_all_but(const FilesByTask& files) {
    std::string after;
    while (true) {
      TRY(const store::Rows rows, store_.read([&](store::Transaction& tx) {
        return tx.run("storage_tasks_of_place",
                      {std::string_view(server_id_), std::string_view(after), limits::storage_tasks_per_look});
      }));
      if (rows.empty()) return {};
      after = rows.back().text(0);
      std::vector<std::string> gone;
      for (const store::Row& row : rows) {
        if (!files.contains(row.text(0))) gone.push_back(row.text(0));
      }
      if (gone.empty()) continue;
      CHECK_OK(store_.write([&](store::Transaction& tx) -> Status {
        for (const std::string& task : gone)
          CHECK_OK(tx.run("storage_forget", {std::string_view(server_id_), std::string_view(task)}));
        return {};
      }));
    }
  }

  Status finish(std::string_view place, const store::StorageSizes& of_no_task, WallTime now) {
    return store_.write([&](store::Transaction& tx) -> Status {
      if (place == store::kDatabasePlace) CHECK_OK(tx.run("storage_forget_gone", {}));
      return store::put_sizes(tx, place, "", of_no_task, now);
    });
  }

  void loop(const std::stop_token& stop) {
    stop_ = stop;
    std::mutex mutex;
    bool is_failing = false;
    while (!stop.stop_requested()) {
      const Status status = tick();
      if (!status && !is_failing && !stop.stop_requested())
        log::error("the use of the disk was not measured", {{"error", status.error().message()}});
      is_failing = !status;
      std::unique_lock lock(mutex);
      asked_.wait_for(lock, stop, limits::storage_look_pause, [this, &status] { return status && is_asked_.load(); });
    }
  }

  store::Store& store_;
  const Clock& clock_;
  const std::string server_id_;
  const MeasureFiles measure_;
  std::atomic<bool> is_asked_{false}, is_measuring_{false};
  std::condition_variable_any asked_;
  std::stop_token stop_;  // the thread's own
  std::jthread thread_;   // last: uses all of the above
};

}  // namespace

std::unique_ptr<StorageMeter> make_storage_meter(store::Store& store, const Clock& clock, std::string server_id,
                                                 MeasureFiles measure, MeterThread thread) {
  return std::make_unique<StoreMeter>(store, clock, std::move(server_id), std::move(measure), thread);
}

}  // namespace jarvis::server::scheduler
