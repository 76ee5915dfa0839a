// The store: named SQL statements over one of two databases, read snapshots, and a line of writes that are acknowledged
// when they are on disk. What the rows mean is in the noun files beside it (documents.h, queue_entries.h...).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/histogram.h"
#include "base/result.h"
#include "server/store/change.h"

namespace jarvis::server::store {

enum class Dialect : std::uint8_t { sqlite, postgres };

/// Bytes that are not text.
struct Blob {
  std::string_view bytes;
};
/// A parameter. Views must live until run() returns.
using Param = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Blob>;
/// A column of a result row.
using Cell = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

class Row {
 public:
  explicit Row(std::vector<Cell> cells) : cells_(std::move(cells)) {}
  bool is_null(std::size_t column) const { return std::holds_alternative<std::nullptr_t>(cells_.at(column)); }
  std::int64_t integer(std::size_t column) const;     // 0 when null
  double real(std::size_t column) const;              // 0 when null
  const std::string& text(std::size_t column) const;  // "" when null; blobs too
  std::string take_text(std::size_t column);
  std::size_t size() const { return cells_.size(); }
  const Cell& cell(std::size_t column) const { return cells_.at(column); }

 private:
  std::vector<Cell> cells_;
};
using Rows = std::vector<Row>;

/// One transaction. Owned by the thread that runs it; gone when the closure it was given to returns.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual Dialect dialect() const = 0;
  /// Runs the statement `name` of sql/<dialect>/*.sql. Errors: conflict (unique), exhausted, io, internal (unknown
  /// name).
  virtual Result<Rows> run(std::string_view name, const std::vector<Param>& params = {}) = 0;
  /// Runs SQL that store/query_sql compiled. Parameters are ?1.. in SQLite's form ($1.. in PostgreSQL's).
  virtual Result<Rows> run_sql(const std::string& sql, const std::vector<Param>& params) = 0;
  /// Rows changed by the last run().
  virtual std::int64_t changed() const = 0;
  /// Runs after the commit is on disk (never when it is rolled back), on the writer's thread: keep it short.
  virtual void on_commit(std::function<void()> action) = 0;

  /// What this transaction changes, for Store::on_changes after its commit.
  void note(Change change) { changes_.push_back(std::move(change)); }
  std::vector<Change> take_changes() { return std::move(changes_); }

 private:
  std::vector<Change> changes_;
};

/// What a write needs to be protected from.
enum class Isolation : std::uint8_t {
  serial,     // as if it were alone: what it read is still so when it commits
  row_locks,  // each of its statements takes and changes its rows in one step, and depends on nothing else it read
};

/// Something that another server on the same database has committed. Only a hint: the truth is in the rows.
struct Notice {
  enum class Kind : std::uint8_t {
    entry_added,         // to queue `queue`
    identities_changed,  // users, keys or sessions
    changes,             // `text` says which (live/feed.h)
    missed,              // notices may have been lost: look at everything again
  };
  Kind kind;
  std::string queue{}, text{};
};

/// What a store has done since it was opened.
struct StoreFigures {
  Histogram writes;  // from being asked until they are on disk
  Histogram reads;
  std::atomic<std::uint64_t> refused{0}, failed{0};  // writes
};

/// Thread-safe.
class Store {
 public:
  using Work = std::function<Status(Transaction&)>;
  using Done = std::function<void(Status)>;

  virtual ~Store() = default;
  virtual Dialect dialect() const = 0;
  /// True when the database is not in this process: nothing of it may be asked on an I/O thread.
  virtual bool is_remote() const { return false; }

  /// Runs `work` here and now over a snapshot, on a read connection of its own.
  virtual Status read_status(const Work& work) = 0;

  /// Puts `work` in the line of writes. `done` is called on a writer's thread once the outcome is on disk, or with the
  /// error after which nothing of it remains. `work` may be run more than once, when another server's write came
  /// between: it leaves nothing behind but what it does through its transaction, and results that it overwrites.
  /// Bounded: refused with `unavailable` when limits::write_line_max wait.
  virtual void write_async(Work work, Done done, Isolation isolation) = 0;
  void write_async(Work work, Done done) { write_async(std::move(work), std::move(done), Isolation::serial); }

  /// Calls `listener` with what servers on this database (this one among them) did, from a thread of the store's, until
  /// close(). One listener; a database of one server has none to tell of.
  virtual void on_notice(std::function<void(const Notice&)>) {}

  /// Calls `listener` with what each write of this server changed, on a writer's thread, before the write is
  /// acknowledged. One listener, set before the first write that it should hear of; it lives until close().
  void on_changes(std::function<void(std::vector<Change>)> listener) { changes_listener_ = std::move(listener); }

  /// True while this server is the one that looks after the database; another takes over when it is gone. Called by
  /// one thread.
  virtual Result<bool> try_lead() { return true; }

  const StoreFigures& figures() const { return figures_; }
  /// Writes that have been asked for and wait for their turn.
  virtual std::size_t waiting_writes() const = 0;

  /// write_async, waited for. Never on the writer's own thread.
  Status write_status(Work work);

  /// Waits until every write so far is on disk, then closes. Later writes are refused with `unavailable`.
  virtual void close() = 0;

  // The same two for closures that return a value: Result<T, E> f(Transaction&).
  template <typename F>
  auto read(F&& f) -> std::invoke_result_t<F, Transaction&> {
    return with_value(std::forward<F>(f), [this](const Work& work) { return read_status(work); });
  }
  template <typename F>
  auto write(F&& f) -> std::invoke_result_t<F, Transaction&> {
    return with_value(std::forward<F>(f), [this](const Work& work) { return write_status(work); });
  }

 protected:
  StoreFigures figures_;

  void tell(std::vector<Change> changes) const {
    if (changes_listener_ && !changes.empty()) changes_listener_(std::move(changes));
  }

 private:
  std::function<void(std::vector<Change>)> changes_listener_;

  template <typename F, typename Run>
  static auto with_value(F&& f, Run&& run) -> std::invoke_result_t<F, Transaction&> {
    using R = std::invoke_result_t<F, Transaction&>;
    std::optional<R> result;
    Status status = run([&](Transaction& tx) -> Status {
      result.emplace(f(tx));
      if (!*result) return Error(ErrorCode::cancelled, "refused");  // rolls back; the real error is in `result`
      return {};
    });
    if (!status && (!result || *result)) return tl::make_unexpected(std::move(status).error());
    return std::move(*result);
  }
};

/// What is done with a database whose schema is older than this binary's. Servers bring it up to it; commands beside a
/// server that runs, and may be an older one, leave it alone: refused with `unsupported`, the message says what to do.
enum class Schema : std::uint8_t { bring_up, leave };

struct SqliteOptions {
  std::string path;     // ":memory:" is refused: readers need the file
  bool durable = true;  // false only in tests and benchmarks: no fsync
  Schema schema = Schema::bring_up;
};
/// Opens the database; with Schema::bring_up makes it and brings its schema to this binary's. Errors: unsupported when
/// the schema is newer than this binary knows (the message says both versions), corrupt, io.
Result<std::unique_ptr<Store>> open_sqlite(const SqliteOptions& options);

struct PostgresOptions {
  std::string url;               // postgresql://user@host/database, or libpq's "key=value ..."
  std::size_t connections = 20;  // at most, of this server
  Schema schema = Schema::bring_up;
};
/// The same, over PostgreSQL. Errors besides those: unavailable, unauthorized, not_found, invalid_argument; the message
/// says what to change.
Result<std::unique_ptr<Store>> open_postgres(const PostgresOptions& options);

}  // namespace jarvis::server::store
