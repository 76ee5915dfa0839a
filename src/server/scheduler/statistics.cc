#include "server/scheduler/statistics.h"

#include "base/limits.h"
#include "server/domain/worker_stats.h"
#include "server/store/queue_samples.h"

namespace jarvis::server::scheduler {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours kCleaningPause(1);

std::int64_t ms(milliseconds duration) {
  return duration.count();
}

/// The reports of one worker in one span become one row at its begin. False when there are none to merge.
Result<bool> merge_oldest(store::Transaction& tx, std::int64_t before_ms) {
  TRY(const store::Rows oldest, tx.run("worker_samples_oldest_fresh", {before_ms}));
  if (oldest.empty()) return false;
  const std::string company = oldest.front().text(0), worker = oldest.front().text(1);
  const std::int64_t span = ms(limits::worker_samples_merged_span);
  const std::int64_t begin = oldest.front().integer(2) / span * span;
  TRY(const store::Rows rows,
      tx.run("worker_samples_take", {std::string_view(company), std::string_view(worker), begin, begin + span}));
  domain::MergedStats merged;
  std::int64_t is_busy = 0;
  for (const store::Row& row : rows) {
    TRY(const json::object stats, parse_json_object(row.text(1)));
    merged.add(stats);
    is_busy = std::max(is_busy, row.integer(0));
  }
  const std::string text = to_text(merged.take());
  CHECK_OK(tx.run("worker_sample_put", {std::string_view(company), std::string_view(worker), begin, is_busy,
                                        std::int64_t{1}, std::string_view(text)}));
  return true;
}

}  // namespace

Status Statistics::tick() {
  CHECK_OK(sample());
  CHECK_OK(merge_worker_samples());
  return clean_up();
}

Status Statistics::sample() {
  const SteadyTime begin = clock_.steady();
  if (begin < next_sample_) return {};
  const Status status = store::sample_queues(store_, clock_.wall(), store::Unchanged::once_a_minute);
  next_sample_ = clock_.steady() + limits::queue_sample_share * (clock_.steady() - begin);
  return status;
}

Status Statistics::merge_worker_samples() {
  const std::int64_t span = ms(limits::worker_samples_merged_span);
  const std::int64_t before = (clock_.wall() - limits::worker_samples_fresh).ms() / span * span;
  TRY(const auto oldest,
      store_.read([&](store::Transaction& tx) { return tx.run("worker_samples_oldest_fresh", {before}); }));
  if (oldest.empty()) return {};
  return store_.write([&](store::Transaction& tx) -> Status {
    for (std::size_t i = 0; i < limits::worker_merges_max; ++i) {
      TRY(const bool was_any, merge_oldest(tx, before));
      if (!was_any) break;
    }
    return {};
  });
}

Status Statistics::clean_up() {
  if (clock_.steady() < next_cleaning_) return {};
  const WallTime now = clock_.wall();
  const std::int64_t thin_until = (now - limits::worker_samples_fresh).ms();
  const Status status = store_.write([&](store::Transaction& tx) -> Status {
    CHECK_OK(tx.run("worker_samples_expire", {(now - limits::worker_samples_kept).ms()}));
    CHECK_OK(tx.run("queue_samples_expire", {(now - limits::worker_samples_kept).ms()}));
    CHECK_OK(tx.run("serving_expire", {now.ms()}));
    CHECK_OK(tx.run("serving_samples_expire", {(now - limits::serving_samples_kept).ms()}));
    CHECK_OK(tx.run("queue_waits_expire", {(now - limits::queue_waits_kept).us}));
    CHECK_OK(tx.run("queue_samples_thin", {thinned_until_ms_, thin_until, ms(limits::worker_samples_merged_span)}));
    return {};
  });
  if (!status) return status;
  thinned_until_ms_ = thin_until - ms(limits::worker_samples_merged_span);
  next_cleaning_ = clock_.steady() + kCleaningPause;
  return {};
}

}  // namespace jarvis::server::scheduler
