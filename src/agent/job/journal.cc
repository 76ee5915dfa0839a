#include "agent/job/journal.h"

#include "base/json.h"
#include "base/log.h"
#include "proc/child.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

json::object to_json(const ProcessName& name) {
  return {{"pid", name.pid}, {"start_time", name.start_time}};
}

ProcessName process_of(const json::object& record, std::string_view key) {
  const json::object* name = get_object(record, key);
  if (name == nullptr) return {};
  return {static_cast<pid_t>(get_int(*name, "pid").value_or(0)),
          static_cast<std::uint64_t>(get_int(*name, "start_time").value_or(0))};
}

Result<JobRecord> read_record(const fs::path& path) {
  TRY(const std::string text, proc::read_file(path));
  TRY(const json::object record, parse_json_object(text));
  return JobRecord{.task = get_string_or(record, "task", ""),
                   .queue = get_string_or(record, "queue", ""),
                   .worker = get_string_or(record, "worker", ""),
                   .epoch = get_int(record, "epoch").value_or(0),
                   .directory = get_string_or(record, "directory", ""),
                   .job = process_of(record, "job"),
                   .script = process_of(record, "script"),
                   .outcome = get_string_or(record, "outcome", "")};
}

}  // namespace

bool ProcessName::is_alive() const {
  return pid > 0 && proc::start_time_of(pid) == start_time;
}

ProcessName name_process(pid_t pid) {
  const auto start = proc::start_time_of(pid);
  return start ? ProcessName{pid, *start} : ProcessName{};
}

std::string file_name_of(const std::string& worker) {
  std::string out;
  for (const char c : worker)
    out += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ? c : '.';
  return out;
}

Journal::Journal(const fs::path& home, const std::string& worker)
    : directory_(home / "journal" / file_name_of(worker)) {}

Status Journal::put(const JobRecord& record) {
  CHECK_OK(proc::make_directories(directory_, 0700));
  const json::object text{{"task", record.task},        {"queue", record.queue},
                          {"worker", record.worker},    {"epoch", record.epoch},
                          {"job", to_json(record.job)}, {"directory", record.directory.string()},
                          {"outcome", record.outcome},  {"script", to_json(record.script)}};
  return proc::write_file_durably(directory_ / (record.task + ".json"), to_text(text));
}

Result<JobRecord> Journal::get(const std::string& task) const {
  return read_record(directory_ / (task + ".json"));
}

Status Journal::remove(const std::string& task) {
  return proc::remove_tree(directory_ / (task + ".json"));
}

std::vector<JobRecord> Journal::all() const {
  std::vector<JobRecord> out;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(directory_, failure)) {
    if (entry.path().extension() != ".json") continue;
    auto record = read_record(entry.path());
    if (record) {
      out.push_back(std::move(*record));
    } else {
      log::warning("a journal file does not read",
                   {{"file", entry.path().string()}, {"error", record.error().message()}});
    }
  }
  return out;
}

}  // namespace jarvis::agent
