// The last changes, in the order in which they were committed, for any number of watchers: each has a position in them,
// so that a slow one costs nothing. Servers on one PostgreSQL tell each other (NOTIFY), under the same ids.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

#include "server/store/store.h"

namespace jarvis::server::live {

/// A change that was told of.
struct Told {
  std::string id;
  std::optional<store::Change> change;  // none: only a position
  std::string text;                     // of the change, as watchers read it
};
using ToldPtr = std::shared_ptr<const Told>;

enum class FeedThread : std::uint8_t { runs, none };

/// Thread-safe.
class Feed {
 public:
  /// Counts what was told; a position is what comes next.
  using Position = std::uint64_t;
  using Wanted = std::function<bool(const store::Change&)>;

  /// With FeedThread::none (tests) nothing is told before flush(). The store is used until stop().
  explicit Feed(store::Store& store, FeedThread thread = FeedThread::runs);
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  ~Feed();

  /// Tells what there still is; nothing after this. Before the store is closed.
  void stop();

  /// What a server on this database told (Notice::Kind::changes).
  void hear(std::string_view text);
  /// Changes may have been left out: every watcher is told so.
  void forget();
  /// Tells what was committed until now.
  void flush();

  struct Reading {
    std::vector<ToldPtr> told;
    Position next = 0;
    std::string last_id;   // of what stands before `next`
    bool has_gap = false;  // changes between `from` and the first of these are not remembered
  };
  /// At most limits::feed_reading_max of them, of which `wanted` picks.
  Reading read(Position from, const Wanted& wanted) const;
  /// After everything that was told.
  Reading now() const;
  /// After the change of that id; nothing when it is not remembered.
  std::optional<Position> after(std::string_view id) const;
  /// Calls `wake` once, on any thread, when there is something to read at `from`; at once, if there is now. Not after
  /// the handle is gone, but for a call that is under way.
  std::shared_ptr<void> wait(Position from, std::function<void()> wake);

 private:
  using Key = std::tuple<store::Change::Kind, std::string, std::string>;

  void note(std::vector<store::Change> changes);
  void loop(const std::stop_token& stop);
  void tell_others(const std::vector<store::Change>& changes, bool is_gap);
  void append(std::vector<ToldPtr> told, bool is_gap);
  void complete(std::vector<store::Change>& changes);

  store::Store& store_;
  mutable std::mutex mutex_;
  std::condition_variable_any noted_;
  std::map<Key, store::Change> pending_;                    // guarded by mutex_; bounded, see note
  bool has_overflown_ = false;                              // guarded by mutex_
  std::deque<ToldPtr> told_;                                // guarded by mutex_; never empty
  Position first_ = 0;                                      // of told_; guarded by mutex_
  std::map<std::uint64_t, std::function<void()>> waiting_;  // guarded by mutex_
  std::uint64_t next_handle_ = 0;                           // guarded by mutex_
  std::jthread thread_;                                     // last: uses all of the above
};

}  // namespace jarvis::server::live
