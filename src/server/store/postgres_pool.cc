#include "server/store/postgres_pool.h"

#include "base/limits.h"

namespace jarvis::server::store {

Result<std::unique_ptr<PostgresConnection>> PostgresPool::borrow() {
  {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, limits::connection_wait_max, [&] { return lent_ < size_; }))
      return unavailable("every connection to the database is busy");
    ++lent_;
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto connection = connect_();
  if (!connection) give_back(nullptr);
  return connection;
}

void PostgresPool::give_back(std::unique_ptr<PostgresConnection> connection) {
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    if (connection && connection->is_usable() && !connection->in_transaction()) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

void PostgresPool::drop_idle() {
  std::vector<std::unique_ptr<PostgresConnection>> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(idle_);
}

}  // namespace jarvis::server::store
