// The connections that reads borrow. Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "server/store/postgres_connection.h"

namespace jarvis::server::store {

class PostgresPool {
 public:
  using Connect = std::function<Result<std::unique_ptr<PostgresConnection>>()>;

  PostgresPool(std::size_t size, Connect connect) : size_(size), connect_(std::move(connect)) {}

  /// An idle connection, or a new one; waits for limits::connection_wait_max when all are lent. Errors: unavailable,
  /// and those of connecting.
  Result<std::unique_ptr<PostgresConnection>> borrow();
  /// A connection that is broken, or in the middle of something, is closed.
  void give_back(std::unique_ptr<PostgresConnection> connection);
  /// Closes what is idle: after one connection was lost, the others are too.
  void drop_idle();

 private:
  const std::size_t size_;
  const Connect connect_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;  // guarded by mutex_
  std::size_t lent_ = 0;                                   // guarded by mutex_
};

}  // namespace jarvis::server::store
