// SQLite behind store.h: one writer thread that commits whatever has come together (group commit), and read connections
// that are lent to whoever asks. The line of writes and the idle readers are guarded by a mutex each.
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/assert.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/store/documents.h"
#include "server/store/migrations.h"
#include "server/store/sqlite_connection.h"
#include "server/store/store.h"

namespace jarvis::embedded {
extern const std::span<const File> sqlite_statements;
extern const std::span<const File> sqlite_migrations;
}  // namespace jarvis::embedded

namespace jarvis::server::store {
namespace {

class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(SqliteConnection& connection) : connection_(connection) {}

  Dialect dialect() const override { return Dialect::sqlite; }
  Result<Rows> run(std::string_view name, const std::vector<Param>& params) override {
    return connection_.run_named(name, params);
  }
  Result<Rows> run_sql(const std::string& sql, const std::vector<Param>& params) override {
    return connection_.run_sql(sql, params);
  }
  std::int64_t changed() const override { return connection_.changed(); }
  void on_commit(std::function<void()> action) override { actions_.push_back(std::move(action)); }

  std::vector<std::function<void()>> take_actions() { return std::move(actions_); }

 private:
  SqliteConnection& connection_;
  std::vector<std::function<void()>> actions_;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(SqliteOptions options, Statements statements)
      : options_(std::move(options)), statements_(std::move(statements)) {}
  ~SqliteStore() override { close(); }

  Status open() {
    TRY(writer_connection_, SqliteConnection::open(options_, SqliteConnection::Mode::write, statements_));
    const auto prepare = options_.schema == Schema::leave ? expect_current : migrate;
    CHECK_OK(prepare(*writer_connection_, embedded::sqlite_migrations));
    writer_ = std::thread([this] { write_loop(); });
    return {};
  }

  using Store::write_async;
  Dialect dialect() const override { return Dialect::sqlite; }

  Status read_status(const Work& work) override {
    const SteadyTime begun = clock_.steady();
    TRY(std::unique_ptr<SqliteConnection> connection, borrow_reader());
    CHECK_OK(connection->run_sql("BEGIN", {}));  // prepared once: parsing it would cost as much as a read
    SqliteTransaction transaction(*connection);
    Status status = work(transaction);
    if (connection->in_transaction()) (void)connection->run_sql("COMMIT", {});
    for (auto& action : transaction.take_actions())
      action();
    const std::lock_guard lock(readers_mutex_);
    idle_readers_.push_back(std::move(connection));
    figures_.reads.add(clock_.steady() - begun);
    return status;
  }

  // One writer: every write is alone.
  void write_async(Work work, Done done, Isolation) override {
    bool is_closing = false;
    {
      std::unique_lock lock(line_mutex_);
      is_closing = is_closing_;
      if (!is_closing && line_.size() < limits::write_line_max) {
        line_.push_back({.work = std::move(work), .done = std::move(done), .asked = clock_.steady()});
        lock.unlock();
        line_changed_.notify_one();
        return;
      }
    }
    ++figures_.refused;
    done(Error(ErrorCode::unavailable, is_closing ? "the server is stopping" : "too many writes are waiting"));
  }

  std::size_t waiting_writes() const override {
    const std::lock_guard lock(line_mutex_);
    return line_.size();
  }

  void close() override {
    {
      const std::lock_guard lock(line_mutex_);
      is_closing_ = true;
    }
    line_changed_.notify_one();
    if (writer_.joinable()) writer_.join();
    const std::lock_guard lock(readers_mutex_);
    idle_readers_.clear();
    writer_connection_.reset();
  }

 private:
  struct Pending {
    Work work;
    Done done;
    SteadyTime asked;
    Status status{};
    std::vector<std::function<void()>> actions{};
    std::vector<Change> changes{};
  };

  Result<std::unique_ptr<SqliteConnection>> borrow_reader() {
    {
      const std::lock_guard lock(readers_mutex_);
      if (!idle_readers_.empty()) {
        auto connection = std::move(idle_readers_.back());
        idle_readers_.pop_back();
        return connection;
      }
    }
    return SqliteConnection::open(options_, SqliteConnection::Mode::read, statements_);
  }

  void write_loop() {
    while (true) {
      std::deque<Pending> batch;
      {
        std::unique_lock lock(line_mutex_);
        line_changed_.wait(lock, [&] { return is_closing_ || !line_.empty(); });
        if (line_.empty()) return;
        while (!line_.empty() && batch.size() < limits::write_batch_max) {
          batch.push_back(std::move(line_.front()));
          line_.pop_front();
        }
      }
      commit(batch);
      for (Pending& pending : batch) {
        if (pending.status) {
          for (auto& action : pending.actions)
            action();
          tell(std::move(pending.changes));
        }
        note_time(pending);
        pending.done(std::move(pending.status));
      }
    }
  }

  void note_time(const Pending& pending) {
    // A handler's refusal is its answer, not a failure.
    if (!pending.status && pending.status.error().code() != ErrorCode::cancelled) ++figures_.failed;
    figures_.writes.add(clock_.steady() - pending.asked);
  }

  /// Leaves each one's outcome in its status.
  void commit(std::deque<Pending>& batch) {
    Status outcome = writer_connection_->execute("BEGIN IMMEDIATE");
    if (outcome) {
      for (Pending& pending : batch) {
        run_one(pending);
        // A full disk makes SQLite roll back the whole transaction by itself: nothing of this batch is there.
        if (!writer_connection_->in_transaction()) {
          outcome = pending.status ? Status(Error(ErrorCode::io, "the transaction was rolled back")) : pending.status;
          break;
        }
      }
    }
    if (outcome) outcome = writer_connection_->execute("COMMIT");
    if (outcome) return;
    if (writer_connection_->in_transaction()) (void)writer_connection_->execute("ROLLBACK");
    log::error("a batch of writes was not committed", {{"writes", batch.size()}, {"error", outcome.error().message()}});
    for (Pending& pending : batch)
      pending.status = outcome;
  }

  void run_one(Pending& pending) {
    pending.status = writer_connection_->execute("SAVEPOINT one");
    if (!pending.status) return;
    SqliteTransaction transaction(*writer_connection_);
    pending.status = pending.work(transaction);
    if (!writer_connection_->in_transaction()) return;
    if (!pending.status) {
      (void)writer_connection_->execute("ROLLBACK TO one; RELEASE one");
      return;
    }
    pending.status = writer_connection_->execute("RELEASE one");
    pending.actions = transaction.take_actions();
    pending.changes = transaction.take_changes();
  }

  const SystemClock clock_;
  const SqliteOptions options_;
  const Statements statements_;
  std::unique_ptr<SqliteConnection> writer_connection_;  // the writer thread's
  std::thread writer_;

  mutable std::mutex line_mutex_;
  std::condition_variable line_changed_;
  std::deque<Pending> line_;  // guarded by line_mutex_
  bool is_closing_ = false;   // guarded by line_mutex_

  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_readers_;  // guarded by readers_mutex_
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const SqliteOptions& options) {
  if (options.path.empty() || options.path == ":memory:") return invalid_argument("the database needs a file");
  auto store = std::make_unique<SqliteStore>(options, Statements::parse(embedded::sqlite_statements));
  if (options.schema == Schema::leave && !std::filesystem::exists(options.path))
    return not_found("there is no database " + options.path + ": start jarvis-server once");
  CHECK_OK(store->open());
  if (options.schema == Schema::bring_up) CHECK_OK(finish_columns(*store));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace jarvis::server::store
