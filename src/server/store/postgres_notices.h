// Hears what servers on this database committed (LISTEN): one connection, one named thread, until it is destroyed.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "proc/unique_fd.h"
#include "server/store/postgres_connection.h"

namespace jarvis::server::store {

class PostgresNotices {
 public:
  using Connect = std::function<Result<std::unique_ptr<PostgresConnection>>()>;

  /// `listener` is called on the thread of this object; with Notice::Kind::missed after every time that it was deaf.
  PostgresNotices(Connect connect, std::function<void(const Notice&)> listener);
  PostgresNotices(const PostgresNotices&) = delete;
  PostgresNotices& operator=(const PostgresNotices&) = delete;
  ~PostgresNotices();

 private:
  void listen();
  /// Returns when the connection is lost, or at the end.
  Status hear(PostgresConnection& connection);
  /// False at the end of this object. `socket` may be -1.
  bool wait(int socket, int timeout_ms) const;

  const Connect connect_;
  const std::function<void(const Notice&)> listener_;
  proc::UniqueFd stop_;  // an eventfd
  std::thread thread_;   // last: uses all of the above
};

}  // namespace jarvis::server::store
