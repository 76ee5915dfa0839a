// PostgreSQL behind store.h: writers that take from one line, a pool for reads, a connection that hears notices.
// Writes run SERIALIZABLE, so that a handler may trust what it read, and are run again when they met another one; those
// that depend on nothing they read (Isolation::row_locks) need no more than their rows' locks.
#include <algorithm>
#include <deque>
#include <random>
#include <shared_mutex>
#include <thread>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/store/copy.h"
#include "server/store/documents.h"
#include "server/store/postgres_locks.h"
#include "server/store/postgres_notices.h"
#include "server/store/postgres_pool.h"

namespace jarvis::embedded {
extern const std::span<const File> postgres_statements;
extern const std::span<const File> postgres_migrations;
}  // namespace jarvis::embedded

namespace jarvis::server::store {
namespace {

using ConnectionPtr = std::unique_ptr<PostgresConnection>;
using Failure = PostgresConnection::Failure;

class PostgresTransaction final : public Transaction {
 public:
  explicit PostgresTransaction(PostgresConnection& connection) : connection_(connection) {}

  Dialect dialect() const override { return Dialect::postgres; }
  Result<Rows> run(std::string_view name, const std::vector<Param>& params) override {
    return kept(connection_.run_named(name, params));
  }
  Result<Rows> run_sql(const std::string& sql, const std::vector<Param>& params) override {
    return kept(connection_.run_sql(sql, params));
  }
  std::int64_t changed() const override { return connection_.changed(); }
  void on_commit(std::function<void()> action) override { actions_.push_back(std::move(action)); }

  std::vector<std::function<void()>> take_actions() { return std::move(actions_); }
  /// Of the first statement that failed: after it the transaction is lost, whatever its owner makes of the error.
  const std::optional<Error>& first_error() const { return first_error_; }

 private:
  Result<Rows> kept(Result<Rows> rows) {
    if (!rows && !first_error_) first_error_ = rows.error();
    return rows;
  }

  PostgresConnection& connection_;
  std::vector<std::function<void()>> actions_;
  std::optional<Error> first_error_;
};

class PostgresStore final : public Store {
 public:
  using Store::write_async;
  explicit PostgresStore(PostgresOptions options)
      : options_(std::move(options)),
        statements_(Statements::parse(embedded::postgres_statements)),
        writer_count_(std::clamp<std::size_t>(options_.connections / 3, 1, limits::database_writers)),
        // Two more listen and lead.
        readers_(std::max<std::size_t>(options_.connections, writer_count_ + 4) - writer_count_ - 2,
                 [this] { return connect(); }) {}
  ~PostgresStore() override { close(); }

  Status open() {
    TRY(auto connection, connect());
    TRY(const Rows durability, connection->run_sql("SELECT current_setting('fsync')", {}));
    if (durability.front().text(0) != "on")
      log::warning("the PostgreSQL server runs with fsync off: what it acknowledges can be lost");
    TRY(const Rows unfinished, connection->run_sql("SELECT to_regclass($1::text) IS NOT NULL", {kUnfinishedCopy}));
    if (unfinished.front().integer(0) != 0) {
      return Error(ErrorCode::conflict,
                   "jarvis-server migrate has not finished filling this database. Run it again: it "
                   "goes on where it was");
    }
    CHECK_OK(prepare_schema(*connection));
    for (std::size_t i = 0; i < writer_count_; ++i)
      writers_.emplace_back([this] { write_loop(); });
    return {};
  }

  Dialect dialect() const override { return Dialect::postgres; }
  bool is_remote() const override { return true; }

  Status read_status(const Work& work) override {
    const SteadyTime begun = clock_.steady();
    bool is_lost = false;
    Status status = read_once(work, is_lost);
    if (is_lost) {
      // After a restart of the database every idle connection is dead: one more try, on a new one.
      readers_.drop_idle();
      status = read_once(work, is_lost);
    }
    figures_.reads.add(clock_.steady() - begun);
    return status;
  }

  void write_async(Work work, Done done, Isolation isolation) override {
    bool is_closing = false;
    {
      std::unique_lock lock(line_mutex_);
      is_closing = is_closing_;
      if (!is_closing && line_.size() < limits::write_line_max) {
        line_.push_back({std::move(work), std::move(done), isolation, clock_.steady()});
        lock.unlock();
        line_changed_.notify_one();
        return;
      }
    }
    ++figures_.refused;
    done(Error(ErrorCode::unavailable, is_closing ? "the server is stopping" : "too many writes are waiting"));
  }

  void on_notice(std::function<void(const Notice&)> listener) override {
    notices_ = std::make_unique<PostgresNotices>([this] { return connect(); }, std::move(listener));
  }

  Result<bool> try_lead() override {
    const bool was_leading = leader_ && leader_->is_usable();
    if (!was_leading) {
      TRY(leader_, connect());
    }
    // The lock is the session's: while that lives, it is ours.
    const std::string ask =
        was_leading && is_leading_ ? "SELECT true" : "SELECT pg_try_advisory_lock(" + std::string(kLeaderLock) + ")";
    is_leading_ = false;
    TRY(const Rows rows, leader_->run_sql(ask, {}));
    is_leading_ = rows.front().integer(0) != 0;
    return is_leading_;
  }

  std::size_t waiting_writes() const override {
    const std::lock_guard lock(line_mutex_);
    return line_.size();
  }

  void close() override {
    notices_.reset();
    {
      const std::lock_guard lock(line_mutex_);
      is_closing_ = true;
    }
    line_changed_.notify_all();
    for (std::thread& writer : writers_)
      writer.join();
    writers_.clear();
    readers_.drop_idle();
    leader_.reset();
  }

 private:
  struct Pending {
    Work work;
    Done done;
    Isolation isolation;
    SteadyTime asked;
  };
  enum class Next : std::uint8_t { done, again };
  /// What a write leaves to be done once it is on disk.
  struct Committed {
    std::vector<std::function<void()>> actions;
    std::vector<Change> changes;
  };

  Status prepare_schema(PostgresConnection& connection) const {
    if (options_.schema == Schema::leave) return expect_current(connection, embedded::postgres_migrations);
    CHECK_OK(connection.execute("SELECT pg_advisory_lock(" + std::string(kMigrationLock) + ")"));
    CHECK_OK(migrate(connection, embedded::postgres_migrations));
    return connection.execute("SELECT pg_advisory_unlock(" + std::string(kMigrationLock) + ")");
  }

  Result<ConnectionPtr> connect() const { return PostgresConnection::open(options_.url, statements_); }

  Status read_once(const Work& work, bool& is_lost) {
    is_lost = false;
    TRY(ConnectionPtr connection, readers_.borrow());
    connection->forget_failure();
    std::vector<std::function<void()>> actions;
    Status status = connection->execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (status) {
      PostgresTransaction transaction(*connection);
      status = work(transaction);
      if (connection->is_usable()) (void)connection->execute("COMMIT");
      actions = transaction.take_actions();
    }
    is_lost = connection->failure() == Failure::connection_lost;
    readers_.give_back(std::move(connection));
    for (auto& action : actions)
      action();
    return status;
  }

  void write_loop() {
    ConnectionPtr connection;
    while (true) {
      Pending pending;
      {
        std::unique_lock lock(line_mutex_);
        line_changed_.wait(lock, [&] { return is_closing_ || !line_.empty(); });
        if (line_.empty()) return;
        pending = std::move(line_.front());
        line_.pop_front();
      }
      Committed committed;
      Status status = write(connection, pending, committed);
      if (status) {
        for (auto& action : committed.actions)
          action();
        tell(std::move(committed.changes));
      }
      // A handler's refusal is its answer, not a failure.
      if (!status && status.error().code() != ErrorCode::cancelled) ++figures_.failed;
      figures_.writes.add(clock_.steady() - pending.asked);
      pending.done(std::move(status));
    }
  }

  Status write(ConnectionPtr& connection, const Pending& pending, Committed& committed) {
    Status status;
    for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
      if (attempt > 1) pause(attempt);
      if (!connection || !connection->is_usable()) {
        connection.reset();
        TRY(connection, connect());
        // A small table that is read as a whole would meet every other write of it.
        CHECK_OK(connection->execute("SET enable_seqscan = off"));
      }
      const auto turn = take_turn(pending.isolation, attempt);
      if (attempt_write(*connection, pending, attempt, status, committed) == Next::done) return status;
    }
    return unavailable("too many other writes came between: " +
                       (status ? std::string("no outcome") : status.error().message()));
  }

  /// One run of the work. Next::again: nothing of it remains, and it may succeed when it is run again.
  static Next attempt_write(PostgresConnection& connection, const Pending& pending, int attempt, Status& status,
                            Committed& committed) {
    connection.forget_failure();
    status = connection.execute(pending.isolation == Isolation::serial ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                                                                       : "BEGIN ISOLATION LEVEL READ COMMITTED");
    if (status) {
      PostgresTransaction transaction(connection);
      status = pending.work(transaction);
      if (status && connection.is_transaction_broken()) {
        status = transaction.first_error().value_or(internal_error("the transaction failed"));
      }
      committed = {.actions = transaction.take_actions(), .changes = transaction.take_changes()};
    }
    bool is_committing = false;
    if (status && connection.is_usable()) {
      is_committing = true;
      status = connection.execute("COMMIT");
      if (status) return Next::done;
    }
    const Failure failure = connection.failure();
    if (connection.is_usable() && connection.in_transaction()) (void)connection.execute("ROLLBACK");
    switch (failure) {
      case Failure::conflicting_writes:
        return Next::again;
      case Failure::not_unique:
        // Two that looked, and found the name free: the second look sees the other's row, and the caller's rule speaks.
        return attempt == 0 ? Next::again : Next::done;
      case Failure::connection_lost:
        if (is_committing) {
          status = unavailable(
              "the connection to the database was lost while it committed: whether this was written is "
              "not known. Look, and try again");
          return Next::done;
        }
        if (status) status = unavailable("the connection to the database was lost");
        return attempt == 0 ? Next::again : Next::done;
      case Failure::none:
      case Failure::other:
        return Next::done;
    }
    return Next::done;
  }

  /// Serial writes of this server run beside each other, until one of them has lost too often: it runs with no other.
  struct Turn {
    std::shared_lock<std::shared_mutex> together;
    std::unique_lock<std::shared_mutex> alone;
  };
  Turn take_turn(Isolation isolation, int attempt) {
    if (isolation == Isolation::row_locks) return {};
    // Whoever wants to be alone holds the gate while it waits for those that are running.
    const std::lock_guard gate(gate_);
    if (attempt < limits::write_attempts_together_max) return {.together = std::shared_lock(running_), .alone = {}};
    return {.together = {}, .alone = std::unique_lock(running_)};
  }

  /// Longer with every attempt, and by chance, so that two do not meet again.
  void pause(int attempt) {
    thread_local std::minstd_rand random(std::random_device{}());
    const auto longest = std::chrono::microseconds(500LL << std::min(attempt, 8));
    const auto length = longest / 2 + std::chrono::microseconds(random() % static_cast<unsigned>(longest.count() / 2));
    std::unique_lock lock(pause_mutex_);
    never_.wait_for(lock, length, [] { return false; });
  }

  const SystemClock clock_;
  const PostgresOptions options_;
  const Statements statements_;
  const std::size_t writer_count_;
  PostgresPool readers_;
  std::vector<std::thread> writers_;
  std::unique_ptr<PostgresNotices> notices_;
  ConnectionPtr leader_;     // of the one thread that calls try_lead
  bool is_leading_ = false;  // the same

  mutable std::mutex line_mutex_;
  std::condition_variable line_changed_;
  std::deque<Pending> line_;  // guarded by line_mutex_
  bool is_closing_ = false;   // guarded by line_mutex_

  std::mutex gate_;
  std::shared_mutex running_;
  std::mutex pause_mutex_;
  std::condition_variable never_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_postgres(const PostgresOptions& options) {
  auto store = std::make_unique<PostgresStore>(options);
  CHECK_OK(store->open());
  if (options.schema == Schema::bring_up) CHECK_OK(finish_columns(*store));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace jarvis::server::store
