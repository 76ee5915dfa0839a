#include "agent/cli/logs_command.h"

#include <iostream>

#include "agent/cli/commands.h"
#include "agent/job/job.h"
#include "base/pause.h"

namespace jarvis::agent {
namespace {

constexpr auto kLookEvery = std::chrono::seconds(1);
constexpr auto kServerAway = std::chrono::minutes(10);
constexpr int kPage = 5000;

/// What was shown so far. Lines of one millisecond may come in several answers: those already shown are counted.
class LogReader {
 public:
  LogReader(Session& session, const Clock& clock, std::string task)
      : session_(session), clock_(clock), task_(std::move(task)) {}

  Status show_new() {
    while (true) {
      TRY(const std::size_t lines, show_page());
      if (lines == 0) return {};
    }
  }

  Result<std::string> status() {
    TRY(const json::object data,
        call("tasks.get_all",
             {{"id", json::array{task_}}, {"only_fields", json::array{"status"}}, {"search_hidden", true}}));
    const json::array* tasks = get_array(data, "tasks");
    if (tasks == nullptr || tasks->empty() || !tasks->front().is_object())
      return not_found("there is no task " + task_);
    return get_string_or(tasks->front().as_object(), "status", "");
  }

 private:
  /// A server that is away is waited for: who follows a log for days wants it to go on.
  Result<json::object> call(std::string_view action, const json::object& body) {
    return with_retries(clock_, kServerAway, {}, [&] { return session_.call(action, body); });
  }

  /// The number of lines that were new.
  Result<std::size_t> show_page() {
    TRY(const json::object data, call("events.get_task_log", {{"task", task_},
                                                              {"order", "asc"},
                                                              {"navigate_earlier", false},
                                                              {"from_timestamp", last_ - 1},
                                                              {"batch_size", kPage}}));
    const json::array* events = get_array(data, "events");
    std::size_t shown = 0;
    std::size_t skip = shown_at_last_;
    for (const json::value& item : events == nullptr ? json::array() : *events) {
      if (!item.is_object()) continue;
      const json::object& event = item.as_object();
      const std::int64_t time = get_int(event, "timestamp").value_or(0);
      if (time < last_) continue;
      if (time == last_ && skip > 0) {
        --skip;
        continue;
      }
      shown_at_last_ = time == last_ ? shown_at_last_ + 1 : 1;
      if (time > last_) skip = 0;
      last_ = time;
      std::cout << get_string_or(event, "msg", "") << "\n";
      ++shown;
    }
    std::cout.flush();
    return shown;
  }

  Session& session_;
  const Clock& clock_;
  const std::string task_;
  std::int64_t last_ = 0;
  std::size_t shown_at_last_ = 0;
};

bool is_over(const std::string& status) {
  return status != "in_progress" && status != "queued" && status != "created";
}

Status show(LogReader& reader, bool follows) {
  TRY(std::string status, reader.status());
  CHECK_OK(reader.show_new());
  while (follows && !is_over(status)) {
    (void)pause_for(kLookEvery, {});
    // The status first: what was written before the end is then in the log.
    TRY(status, reader.status());
    CHECK_OK(reader.show_new());
  }
  return {};
}

}  // namespace

int run_logs(const LogsFlags& flags, const AgentSettings& settings) {
  const SystemClock clock;
  Session session(session_options(settings, ""), clock);
  LogReader reader(session, clock, flags.task);
  const Status status = show(reader, flags.follows);
  return status ? kExitDone : report_error(status.error());
}

}  // namespace jarvis::agent
