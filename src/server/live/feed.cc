#include "server/live/feed.h"

#include <algorithm>

#include "base/ids.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/live/change_text.h"
#include "server/store/documents.h"

namespace jarvis::server::live {
namespace {

using store::Change;

std::string short_id() {
  return random_id().substr(0, 16);
}

ToldPtr a_position() {
  return std::make_shared<Told>(Told{.id = short_id(), .change = std::nullopt, .text = {}});
}

std::vector<ToldPtr> told_from(std::string_view batch, std::vector<Change> changes) {
  std::vector<ToldPtr> out;
  for (Change& change : changes) {
    std::string text = to_text(to_json(change));
    std::string id = std::string(batch) + "-" + std::to_string(out.size());
    out.push_back(
        std::make_shared<Told>(Told{.id = std::move(id), .change = std::move(change), .text = std::move(text)}));
  }
  return out;
}

void merge_events(std::vector<std::string>& into, const std::vector<std::string>& from) {
  for (const std::string& name : from) {
    if (std::find(into.begin(), into.end(), name) == into.end()) into.push_back(name);
  }
}

}  // namespace

Feed::Feed(store::Store& store, FeedThread thread) : store_(store), told_{a_position()} {
  store_.on_changes([this](std::vector<Change> changes) { note(std::move(changes)); });
  if (thread == FeedThread::none) return;
  // What a server that was killed had committed and not told: its watchers, now at others, look again.
  if (store_.is_remote()) tell_others({}, true);
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

Feed::~Feed() {
  stop();
}

void Feed::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  noted_.notify_all();
  thread_.join();
  flush();
}

void Feed::note(std::vector<Change> changes) {
  const std::lock_guard lock(mutex_);
  for (Change& change : changes) {
    // Of a task that changed projects, the watchers of both are told.
    auto [found, is_new] = pending_.try_emplace(Key(change.kind, change.id, change.project));
    if (!is_new) merge_events(change.events, found->second.events);
    found->second = std::move(change);
  }
  if (pending_.size() > limits::feed_pending_max) {
    pending_.clear();
    has_overflown_ = true;
  }
  noted_.notify_one();
}

void Feed::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      if (!noted_.wait(lock, stop, [this] { return !pending_.empty() || has_overflown_; })) return;
      // What comes in bursts is told once. Nobody else waits on `stop` here: the pause ends early only with the server.
      noted_.wait_for(lock, stop, limits::feed_pause, [] { return false; });
    }
    flush();
  }
}

void Feed::flush() {
  std::vector<Change> changes;
  bool is_gap = false;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [key, change] : pending_)
      changes.push_back(std::move(change));
    pending_.clear();
    is_gap = std::exchange(has_overflown_, false);
  }
  if (changes.empty() && !is_gap) return;
  complete(changes);
  if (store_.is_remote()) return tell_others(changes, is_gap);
  append(told_from(short_id(), std::move(changes)), is_gap);
}

namespace {

/// Who adds to a queue or takes from it knows no more than its id.
Status find_company(store::Transaction& tx, Change& change) {
  if (!change.company.empty() || change.kind != Change::Kind::queue) return {};
  TRY(const auto queue, store::get(tx, store::Kind::queue, change.id));
  if (queue) change.company = get_string_or(*queue, "company", "");
  return {};
}

/// Which project stands above which, as far as one batch of changes asks.
class Parents {
 public:
  /// Of a project that is gone only its own change knows where it was.
  explicit Parents(const std::vector<Change>& changes) {
    for (const Change& change : changes) {
      if (change.kind == Change::Kind::project && change.action == Change::Action::deleted)
        parents_[change.id] = change.project;
    }
  }

  Result<std::vector<std::string>> above(store::Transaction& tx, std::string project) {
    std::vector<std::string> out;
    while (out.size() < limits::project_depth_told_max) {
      TRY(project, parent_of(tx, project));
      if (project.empty()) break;
      out.push_back(project);
    }
    return out;
  }

 private:
  Result<std::string> parent_of(store::Transaction& tx, const std::string& project) {
    if (const auto known = parents_.find(project); known != parents_.end()) return known->second;
    TRY(const auto document, store::get(tx, store::Kind::project, project));
    return parents_[project] = document ? get_string_or(*document, "parent", "") : std::string();
  }

  std::map<std::string, std::string> parents_;
};

}  // namespace

/// What those who made the changes did not know of them.
void Feed::complete(std::vector<Change>& changes) {
  const auto lacks = [](const Change& change) { return !change.project.empty() || change.company.empty(); };
  if (std::none_of(changes.begin(), changes.end(), lacks)) return;
  const Status status = store_.read([&](store::Transaction& tx) -> Status {
    Parents parents(changes);
    for (Change& change : changes) {
      CHECK_OK(find_company(tx, change));
      if (change.project.empty()) continue;
      TRY(change.above, parents.above(tx, change.project));
    }
    return {};
  });
  if (!status) log::warning("changes were not told to all whom they concern", {{"error", status.error().message()}});
}

// NOTIFY takes less than 8,000 bytes.
void Feed::tell_others(const std::vector<Change>& changes, bool is_gap) {
  constexpr std::size_t bytes_max = 7'000;
  std::vector<std::string> texts;
  if (is_gap) texts.emplace_back(R"({"gap":true})");
  json::array batch;
  std::size_t size = 0;
  const auto end_batch = [&] {
    if (batch.empty()) return;
    texts.push_back(to_text(json::object{{"id", short_id()}, {"changes", std::move(batch)}}));
    batch = json::array();
    size = 0;
  };
  for (const Change& change : changes) {
    json::object object = to_json_for_servers(change);
    const std::size_t length = to_text(object).size() + 1;
    if (length > bytes_max) continue;  // an id so long belongs to nothing of ours
    if (size + length > bytes_max) end_batch();
    size += length;
    batch.emplace_back(std::move(object));
  }
  end_batch();
  store_.write_async(
      [texts = std::move(texts)](store::Transaction& tx) -> Status {
        for (const std::string& text : texts)
          CHECK_OK(tx.run("changes_tell", {std::string_view(text)}));
        return {};
      },
      [this](const Status& status) {
        if (status) return;
        log::warning("changes were not told to the other servers", {{"error", status.error().message()}});
        forget();
      },
      store::Isolation::row_locks);
}

void Feed::hear(std::string_view text) {
  const auto message = parse_json_object(text);
  if (!message || message->contains("gap")) return forget();
  std::vector<Change> changes;
  const json::array* list = get_array(*message, "changes");
  for (const json::value& item : list == nullptr ? json::array() : *list) {
    auto change = change_from(item.is_object() ? item.get_object() : json::object());
    if (change) changes.push_back(std::move(*change));  // else: a newer server's, of something that we cannot show
  }
  append(told_from(get_string_or(*message, "id", ""), std::move(changes)), false);
}

void Feed::forget() {
  append({}, true);
}

void Feed::append(std::vector<ToldPtr> told, bool is_gap) {
  std::map<std::uint64_t, std::function<void()>> woken;
  {
    const std::lock_guard lock(mutex_);
    if (is_gap) {
      // A position that nobody has is left out: whoever stands before it sees the gap.
      first_ += told_.size() + 1;
      told_ = {a_position()};
    }
    for (ToldPtr& one : told)
      told_.push_back(std::move(one));
    while (told_.size() > limits::feed_kept_max) {
      told_.pop_front();
      ++first_;
    }
    woken.swap(waiting_);
  }
  for (const auto& [handle, wake] : woken)
    wake();
}

Feed::Reading Feed::read(Position from, const Wanted& wanted) const {
  const std::lock_guard lock(mutex_);
  Reading out{.next = std::max(from, first_), .has_gap = from < first_};
  const Position end = first_ + told_.size();
  while (out.next < end && out.told.size() < limits::feed_reading_max) {
    const ToldPtr& one = told_[out.next++ - first_];
    if (one->change && wanted(*one->change)) out.told.push_back(one);
  }
  out.last_id = out.next == first_ ? std::string() : told_[out.next - 1 - first_]->id;
  return out;
}

Feed::Reading Feed::now() const {
  const std::lock_guard lock(mutex_);
  return {.told = {}, .next = first_ + told_.size(), .last_id = told_.back()->id};
}

std::optional<Feed::Position> Feed::after(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(told_.rbegin(), told_.rend(), [&](const ToldPtr& one) { return one->id == id; });
  if (found == told_.rend()) return std::nullopt;
  return first_ + static_cast<Position>(told_.rend() - found);
}

std::shared_ptr<void> Feed::wait(Position from, std::function<void()> wake) {
  std::unique_lock lock(mutex_);
  if (from < first_ + told_.size()) {
    lock.unlock();
    wake();
    return nullptr;
  }
  const std::uint64_t handle = ++next_handle_;
  waiting_.emplace(handle, std::move(wake));
  return std::shared_ptr<void>(nullptr, [this, handle](void*) {
    const std::lock_guard relocked(mutex_);
    waiting_.erase(handle);
  });
}

}  // namespace jarvis::server::live
