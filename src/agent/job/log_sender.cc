#include "agent/job/log_sender.h"

namespace jarvis::agent {
namespace {

constexpr std::size_t kBatchBytes = 1U << 20;

}  // namespace

Status send_log(Session& session, const JobRecord& run, const std::vector<LogRecord>& records) {
  const std::string stream = run.worker + ":" + run.directory.filename().string();
  std::string lines;
  for (const LogRecord& record : records) {
    lines += to_text(json::object{{"type", "log"},
                                  {"task", run.task},
                                  {"timestamp", record.time_ms},
                                  {"level", "info"},
                                  {"msg", record.text},
                                  {"worker", run.worker},
                                  {"seq", record.seq},
                                  // A script may publish its own task; what it prints after that is kept as well.
                                  {"allow_locked", true},
                                  {"stream", stream}}) +
             "\n";
  }
  TRY(const json::object taken,
      session.call_text("events.add_batch", std::move(lines), {.content_type = "application/json-lines"}));
  return {};
}

Status send_leftovers(Session& session, const JobRecord& run) {
  TRY(const auto spool, Spool::open(run.directory));
  while (spool->acknowledged() < spool->last_seq()) {
    TRY(const auto records, spool->read_unacknowledged(kBatchBytes));
    if (records.empty()) return {};
    CHECK_OK(send_log(session, run, records));
    CHECK_OK(spool->acknowledge(records.back().seq));
  }
  return {};
}

}  // namespace jarvis::agent
