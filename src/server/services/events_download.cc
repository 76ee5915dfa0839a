// A task's whole log as a file.
#include "server/services.h"
#include "server/services/events.h"

namespace jarvis::server::event_calls {
namespace {

using events::StoredLog;

constexpr std::size_t kLinesAtOnce = 10'000;

/// "{asctime} {level} {msg}" with the line's own values; what is no field of a line stays as it is.
std::string formatted(std::string_view format, const StoredLog& line) {
  std::string out;
  while (!format.empty()) {
    const auto open = format.find('{');
    out += format.substr(0, open);
    if (open == std::string_view::npos) break;
    format.remove_prefix(open);
    const auto close = format.find('}');
    if (close == std::string_view::npos) return out.append(format);
    const std::string_view field = format.substr(1, close - 1);
    if (field == "asctime" || field == "timestamp")
      out += to_iso(WallTime::from_ms(line.time_ms));
    else if (field == "worker")
      out += line.worker;
    else if (field == "level")
      out += line.level;
    else if (field == "msg")
      out += line.message;
    else
      out += format.substr(0, close + 1);
    format.remove_prefix(close + 1);
  }
  return out;
}

std::string as_json(const StoredLog& line) {
  return to_text(json::object{{"asctime", to_iso(WallTime::from_ms(line.time_ms))},
                              {"timestamp", line.time_ms},
                              {"worker", line.worker},
                              {"level", line.level},
                              {"msg", line.message}});
}

}  // namespace

// A long log takes its time: on the pool, in transactions of so many lines each.
ApiResult<Reply> download_task_log(Services& services, const Call& call) {
  const std::string id = get_string_or(call.body, "task", "");
  const bool is_text = get_string_or(call.body, "line_type", "text") == "text";
  const std::string format = get_string_or(call.body, "line_format", "{asctime} {worker} {level} {msg}");
  std::string body;
  std::int64_t from = 0;
  while (true) {
    TRY(const auto lines, services.store.read([&](store::Transaction& tx) -> ApiResult<std::vector<StoredLog>> {
      TRY(const TaskId task, readable_task(tx, call, id));
      TRY(auto some, services.events.logs_from_line(tx, task, from, kLinesAtOnce));
      return some;
    }));
    for (const StoredLog& line : lines)
      body += (is_text ? formatted(format, line) : as_json(line)) + "\n";
    if (lines.size() < kLinesAtOnce) break;
    from = lines.back().first_line + 1;
  }
  return Reply::file(is_text ? "text/plain; charset=utf-8" : "application/json-lines", "task_" + id + ".log",
                     std::move(body));
}

}  // namespace jarvis::server::event_calls
