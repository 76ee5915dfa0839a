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
                   .run = get_string_or(record, "run", ""),
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

std::vector<Journal> Journal::all_of(const fs::path& home) {
  std::vector<Journal> out;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(home / "journal", failure))
    if (entry.is_directory(failure)) out.push_back(Journal(entry.path()));
  return out;
}

Status Journal::put(const JobRecord& record) const {
  CHECK_OK(proc::make_directories(directory_, 0700));
  const json::object text{{"task", record.task},        {"run", record.run},
                          {"queue", record.queue},      {"worker", record.worker},
                          {"epoch", record.epoch},      {"directory", record.directory.string()},
                          {"job", to_json(record.job)}, {"script", to_json(record.script)},
                          {"outcome", record.outcome}};
  return proc::write_file_durably(file_of(record), to_text(text));
}

Result<JobRecord> Journal::get(const JobRecord& record) const {
  return read_record(file_of(record));
}

Status Journal::remove(const JobRecord& record) const {
  return proc::remove_tree(file_of(record));
}

fs::path Journal::file_of(const JobRecord& record) const {
  return directory_ / (record.task + "-" + record.run + ".json");
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
