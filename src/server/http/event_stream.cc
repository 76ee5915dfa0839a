#include "server/http/event_stream.h"

#include <algorithm>
#include <atomic>

#include "base/limits.h"
#include "server/http/arguments.h"
#include "server/live/change_text.h"
#include "server/live/feed.h"

namespace jarvis::server::http {
namespace {

using store::Change;

std::vector<std::string> listed(const json::object& arguments, std::string_view key) {
  std::vector<std::string> out;
  const json::value* value = find(arguments, key);
  if (value == nullptr) return out;
  const auto add = [&](const json::value& item) {
    const std::string text = item.is_string() ? std::string(item.get_string()) : to_text(item);
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find(',', at), text.size());
      if (end > at) out.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  };
  if (!value->is_array()) {
    add(*value);
  } else {
    for (const json::value& item : value->get_array())
      add(item);
  }
  return out;
}

/// What one watcher wants to hear of.
struct Interest {
  std::string company;
  std::vector<Change::Kind> kinds;
  std::vector<std::string> tasks, projects, queues, workers;

  bool operator()(const Change& change) const {
    if (change.company != company) return false;
    if (std::ranges::find(kinds, change.kind) == kinds.end()) return false;
    if (tasks.empty() && projects.empty() && queues.empty() && workers.empty()) return true;
    using enum Change::Kind;
    return names(tasks, change, task, change.task) || names(projects, change, project, change.project) ||
           std::ranges::any_of(change.above, [&](const std::string& id) { return has(projects, id); }) ||
           names(queues, change, queue, {}) || names(workers, change, worker, {});
  }

 private:
  static bool has(const std::vector<std::string>& ids, const std::string& id) {
    return !id.empty() && std::ranges::find(ids, id) != ids.end();
  }
  static bool names(const std::vector<std::string>& ids, const Change& change, Change::Kind own,
                    const std::string& reference) {
    return has(ids, reference) || (change.kind == own && has(ids, change.id));
  }
};

ApiResult<Interest> interest_from(const json::object& arguments, std::string company) {
  Interest out{.company = std::move(company),
               .kinds = {},
               .tasks = listed(arguments, "task"),
               .projects = listed(arguments, "project"),
               .queues = listed(arguments, "queue"),
               .workers = listed(arguments, "worker")};
  for (const std::string& name : listed(arguments, "kinds")) {
    const auto kind = live::kind_from(name);
    if (!kind) {
      return ApiError(api::validation_error,
                      "kinds: '" + name + "' is not task, events, model, project, queue or worker");
    }
    out.kinds.push_back(*kind);
  }
  if (out.kinds.empty()) {
    using enum Change::Kind;
    out.kinds = {task, events, model, project, queue, worker};
  }
  return out;
}

std::atomic<std::size_t> streams{0};

/// One watcher. Everything but the feed's call of `wake` happens on its connection's strand.
class FeedSource final : public BodySource {
 public:
  FeedSource(std::shared_ptr<live::Feed> feed, const Clock& clock, Interest interest, std::function<bool()> is_allowed)
      : feed_(std::move(feed)),
        clock_(clock),
        interest_(std::move(interest)),
        is_allowed_(std::move(is_allowed)),
        until_(clock.steady() + limits::stream_life) {
    ++streams;
  }
  FeedSource(const FeedSource&) = delete;
  FeedSource& operator=(const FeedSource&) = delete;
  ~FeedSource() override { --streams; }

  void begin(const std::string& last_id) {
    out_ = "retry: 1000\n\n";
    const auto now = feed_->now();
    if (last_id.empty()) {
      add(now.last_id, "ready", "{}");
      position_ = now.next;
    } else if (const auto after = feed_->after(last_id)) {
      position_ = *after;
    } else {
      add(now.last_id, "reset", "{}");
      position_ = now.next;
    }
  }

  std::optional<std::string> take() override {
    if (!is_allowed_() || clock_.steady() >= until_) return std::nullopt;
    while (out_.empty()) {
      const auto reading = feed_->read(position_, interest_);
      if (reading.next == position_) break;
      position_ = reading.next;
      if (reading.has_gap) add(reading.last_id, "reset", "{}");
      for (const live::ToldPtr& one : reading.told)
        add(one->id, "change", one->text);
      if (reading.told.empty()) last_id_ = reading.last_id;
    }
    const SteadyTime now = clock_.steady();
    if (out_.empty() && now >= last_sent_ + limits::stream_beat) {
      // No event, but the place from which to go on: what was passed over need not be remembered.
      out_ = last_id_.empty() ? ":\n\n" : "id: " + last_id_ + "\n\n";
    }
    if (!out_.empty()) last_sent_ = now;
    return std::exchange(out_, std::string());
  }

  void when_ready(std::function<void()> wake) override {
    waiting_.reset();
    waiting_ = feed_->wait(position_, std::move(wake));
  }

 private:
  void add(const std::string& id, std::string_view event, std::string_view data) {
    last_id_ = id;
    out_ += "id: " + id + "\nevent: " + std::string(event) + "\ndata: " + std::string(data) + "\n\n";
  }

  const std::shared_ptr<live::Feed> feed_;  // of a connection that may outlive the server around it
  const Clock& clock_;
  const Interest interest_;
  const std::function<bool()> is_allowed_;
  const SteadyTime until_;
  live::Feed::Position position_ = 0;
  std::string out_, last_id_;
  SteadyTime last_sent_;
  std::shared_ptr<void> waiting_;
};

}  // namespace

std::size_t open_streams() {
  return streams;
}

ApiResult<HttpResponse> event_stream(std::shared_ptr<live::Feed> feed, const Clock& clock, const HttpRequest& request,
                                     std::string company, std::function<bool()> is_allowed) {
  json::object arguments;
  merge_urlencoded(request.query(), arguments);
  TRY(Interest interest, interest_from(arguments, std::move(company)));
  if (streams >= limits::streams_max) {
    return ApiError(Error(ErrorCode::unavailable, "too many streams are open at this server"));
  }
  std::string last_id(request.header("Last-Event-ID"));
  if (last_id.empty()) last_id = get_string_or(arguments, "last_event_id", "");
  auto source = std::make_shared<FeedSource>(std::move(feed), clock, std::move(interest), std::move(is_allowed));
  source->begin(last_id);
  // Proxies are asked not to keep it back (the header is nginx's).
  return HttpResponse{.status = 200,
                      .content_type = "text/event-stream",
                      .headers = {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}},
                      .body = {},
                      .source = std::move(source)};
}

}  // namespace jarvis::server::http
