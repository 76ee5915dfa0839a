#include "server/store/store.h"

#include <condition_variable>
#include <mutex>

namespace jarvis::server::store {

std::int64_t Row::integer(std::size_t column) const {
  const Cell& cell = cells_.at(column);
  if (const auto* value = std::get_if<std::int64_t>(&cell)) return *value;
  if (const auto* value = std::get_if<double>(&cell)) return static_cast<std::int64_t>(*value);
  return 0;
}

double Row::real(std::size_t column) const {
  const Cell& cell = cells_.at(column);
  if (const auto* value = std::get_if<double>(&cell)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*value);
  return 0;
}

const std::string& Row::text(std::size_t column) const {
  static const std::string empty;
  const auto* value = std::get_if<std::string>(&cells_.at(column));
  return value == nullptr ? empty : *value;
}

std::string Row::take_text(std::size_t column) {
  auto* value = std::get_if<std::string>(&cells_.at(column));
  return value == nullptr ? std::string() : std::move(*value);
}

Status Store::write_status(Work work) {
  std::mutex mutex;
  std::condition_variable ended;
  std::optional<Status> outcome;
  write_async(std::move(work), [&](Status status) {
    // Notified under the lock: the waiter owns the condition variable and may go as soon as it can see the outcome.
    const std::lock_guard lock(mutex);
    outcome = std::move(status);
    ended.notify_one();
  });
  std::unique_lock lock(mutex);
  ended.wait(lock, [&] { return outcome.has_value(); });
  return std::move(*outcome);
}

}  // namespace jarvis::server::store
