// A log by its line numbers, which never change: any part of it at once, and where a text is in it. What a viewer of a
// long log needs, and a link to a line.
#include <re2/re2.h>

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "server/events/log_search.h"
#include "server/services.h"
#include "server/services/events.h"
#include "server/store/log_text.h"
#include "server/store/pattern.h"

namespace jarvis::server::event_calls {
namespace {

using events::LogSize;
using events::StoredLog;

// A search looks at so many before it asks what time it is.
constexpr std::int64_t kLinesAtOnce = 20'000;

json::object line_object(std::int64_t number, std::string_view text, const StoredLog& event) {
  json::object out{{"line", number}, {"timestamp", event.time_ms}, {"msg", text}};
  if (!event.level.empty()) out["level"] = event.level;
  if (!event.worker.empty()) out["worker"] = event.worker;
  return out;
}

/// The part of a log [from, to) that is asked for: its last lines, unless a first one is given.
std::pair<std::int64_t, std::int64_t> asked_lines(const json::object& body, const LogSize& size) {
  const std::int64_t count =
      std::clamp<std::int64_t>(get_int(body, "count").value_or(500), 1, limits::log_lines_per_call_max);
  const std::int64_t from =
      std::clamp(get_int(body, "from").value_or(size.end_line - count), size.first_line, size.end_line);
  return {from, std::min(size.end_line, from + count)};
}

/// Lines from one to another, exclusive.
using Range = std::pair<std::int64_t, std::int64_t>;

struct Search {
  std::string task, pattern;
  bool ignore_case = true;
  bool is_backward = false;
  std::int64_t from = 0;  // the first line looked at, going forward; the one behind it, going backward
  std::size_t matches_max = 0;
};

struct Found {
  json::array lines;
  std::int64_t next = 0;  // where to go on
  bool is_through = false;
  LogSize size;
};

/// The lines [from, to) that match, of these events. Lines of one event are looked at in the direction of the search,
/// too. Where to go on when there are enough; nothing when all were looked at.
std::optional<std::int64_t> look(const std::vector<StoredLog>& portion, const RE2& pattern, const Search& search,
                                 Range range, json::array& out) {
  std::string room;
  for (const StoredLog& event : portion) {
    const auto lines = events::lines_of(event.message);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::size_t at = search.is_backward ? lines.size() - 1 - i : i;
      const std::int64_t number = event.first_line + static_cast<std::int64_t>(at);
      if (number < range.first || number >= range.second) continue;
      if (out.size() >= search.matches_max) return search.is_backward ? number + 1 : number;
      if (RE2::PartialMatch(store::shown_text(lines[at], room), pattern))
        out.emplace_back(line_object(number, lines[at], event));
    }
  }
  return std::nullopt;
}

/// Where to go on behind an event of this range.
std::int64_t behind(const StoredLog& event, const Search& search, Range range) {
  if (search.is_backward) return std::max(range.first, event.first_line);
  return std::min(range.second, event.first_line + static_cast<std::int64_t>(events::lines_of(event.message).size()));
}

ApiResult<Found> search_portion(Services& services, const Call& call, const RE2& pattern, const Search& search) {
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Found> {
    TRY(const TaskId task, readable_task(tx, call, search.task));
    Found found;
    TRY(found.size, services.events.log_size(tx, task));
    const auto& [first_line, end_line, event_count] = found.size;
    // Going backward, "from the end" is as far as a number goes.
    const std::int64_t at = std::clamp(search.from, first_line, end_line);
    const Range range = search.is_backward ? Range(std::max(first_line, at - kLinesAtOnce), at)
                                           : Range(at, std::min(end_line, at + kLinesAtOnce));
    const std::size_t count = search.matches_max + 1;
    TRY(const auto portion, events::logs_showing(tx, task,
                                                 {.from = range.first,
                                                  .to = range.second,
                                                  .pattern = search.pattern,
                                                  .ignore_case = search.ignore_case,
                                                  .is_backward = search.is_backward,
                                                  .count = count}));
    const auto stopped = look(portion, pattern, search, range, found.lines);
    const bool is_all = !stopped && portion.size() < count;
    if (is_all)
      found.next = search.is_backward ? range.first : range.second;
    else
      found.next = stopped ? *stopped : behind(portion.back(), search, range);
    found.is_through = is_all && (search.is_backward ? range.first <= first_line : range.second >= end_line);
    return found;
  });
}

}  // namespace

ApiResult<Reply> get_log_lines(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const TaskId task, readable_task(tx, call, get_string_or(call.body, "task", "")));
  TRY(const LogSize size, services.events.log_size(tx, task));
  const auto [from, to] = asked_lines(call.body, size);
  TRY(const auto stored, services.events.logs_of_lines(tx, task, from, to));
  json::array lines;
  for (const StoredLog& event : stored) {
    std::int64_t number = event.first_line;
    for (const std::string_view text : events::lines_of(event.message)) {
      if (number >= from && number < to) lines.emplace_back(line_object(number, text, event));
      ++number;
    }
  }
  return json::object{{"lines", std::move(lines)}, {"first_line", size.first_line}, {"total", size.end_line}};
}

// In portions with a transaction each, until there are enough matches or the time is over; the answer says where to go
// on.
ApiResult<Reply> search_log(Services& services, const Call& call) {
  const json::object& body = call.body;
  std::string pattern = get_string_or(body, "pattern", "");
  if (!get_bool_or(body, "is_regex", false)) pattern = RE2::QuoteMeta(pattern);
  if (const Status good = store::check_pattern(pattern); !good)
    return ApiError(api::invalid_regex, good.error().message());
  const bool ignore_case = !get_bool_or(body, "case_sensitive", false);
  RE2::Options options(RE2::Quiet);
  options.set_case_sensitive(!ignore_case);
  const RE2 compiled(pattern, options);
  Search search{.task = get_string_or(body, "task", ""),
                .pattern = pattern,
                .ignore_case = ignore_case,
                .is_backward = get_bool_or(body, "backward", false),
                .from = get_int(body, "from").value_or(get_bool_or(body, "backward", false) ? INT64_MAX : 0),
                .matches_max = static_cast<std::size_t>(std::clamp<std::int64_t>(get_int(body, "count").value_or(1000),
                                                                                 1, limits::log_lines_per_call_max))};
  const SteadyTime deadline = services.clock.steady() + limits::log_search_max;
  json::array lines;
  std::int64_t total = 0;
  bool is_through = false;
  do {
    TRY(Found found, search_portion(services, call, compiled, search));
    for (json::value& line : found.lines)
      lines.push_back(std::move(line));
    search.matches_max -= found.lines.size();
    search.from = found.next;
    total = found.size.end_line;
    is_through = found.is_through;
  } while (!is_through && search.matches_max > 0 && services.clock.steady() < deadline);
  json::object reply{{"lines", std::move(lines)}, {"total", total}};
  reply["next"] = is_through ? json::value(nullptr) : json::value(search.from);
  return reply;
}

}  // namespace jarvis::server::event_calls
