#include "server/events/log_search.h"

#include "server/events/log_row.h"
#include "server/store/regex_postgres.h"

namespace jarvis::server::events {

Result<std::vector<StoredLog>> logs_showing(store::Transaction& tx, const TaskId& task, const LogSearch& search) {
  std::string pattern = search.pattern;
  std::int64_t flag = search.ignore_case ? 1 : 0;
  if (tx.dialect() == store::Dialect::postgres) {
    // What cannot be said there is looked for by the caller alone: any event may show it.
    auto translated = store::regex_for_postgres(search.pattern, search.ignore_case);
    flag = translated ? 1 : 0;
    pattern = translated ? std::move(*translated) : std::string();
  }
  TRY(store::Rows rows, tx.run(search.is_backward ? "logs_showing_backward" : "logs_showing",
                               {std::string_view(task.str()), search.from, search.to, std::string_view(pattern), flag,
                                static_cast<std::int64_t>(search.count)}));
  return logs_from(std::move(rows));
}

}  // namespace jarvis::server::events
