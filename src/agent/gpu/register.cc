#include "agent/gpu/register.h"

#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "proc/child.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

Result<proc::LockFile> lock(const std::filesystem::path& folder) {
  CHECK_OK(proc::make_directories(folder, 0700));
  return proc::LockFile::acquire(folder / "lock");
}

}  // namespace

/// Those whose process lives. A file that does not read counts as none, after a line in the log: a machine whose disk
/// was full goes on.
GpuRegister::Entries GpuRegister::read() const {
  Entries out;
  const auto text = proc::read_file(folder_ / "shares.json");
  if (!text) return out;
  const auto object = parse_json_object(*text);
  if (!object) {
    log::warning("the register of GPUs does not read and begins anew", {{"file", (folder_ / "shares.json").string()}});
    return out;
  }
  for (const auto& field : *object) {
    if (!field.value().is_object()) continue;
    const json::object& item = field.value().as_object();
    const std::string letter = get_string_or(item, "letter", "a");
    Entry entry{.share = {.devices = get_strings(item, "devices"),
                          .part = static_cast<int>(get_int(item, "part").value_or(kWholeDevice)),
                          .letter = letter.empty() ? 'a' : letter.front()},
                .pid = static_cast<pid_t>(get_int(item, "pid").value_or(0)),
                .start_time = static_cast<std::uint64_t>(get_int(item, "start_time").value_or(0))};
    if (entry.pid > 0 && proc::start_time_of(entry.pid) == entry.start_time) out[field.key()] = std::move(entry);
  }
  return out;
}

Status GpuRegister::write(const Entries& entries) const {
  json::object out;
  for (const auto& [holder, entry] : entries) {
    out[holder] = json::object{{"devices", json::array(entry.share.devices.begin(), entry.share.devices.end())},
                               {"part", entry.share.part},
                               {"letter", std::string(1, entry.share.letter)},
                               {"pid", entry.pid},
                               {"start_time", entry.start_time}};
  }
  return proc::write_file_durably(folder_ / "shares.json", to_text(out));
}

GpuLedger GpuRegister::ledger_of(const Entries& entries) const {
  GpuLedger ledger(devices_);
  for (const auto& [holder, entry] : entries)
    ledger.note(holder, entry.share);
  if (foreign_) ledger.set_foreign(foreign_());
  return ledger;
}

Status GpuRegister::change(const std::function<void(Entries&)>& edit) const {
  TRY(const auto held, lock(folder_));
  Entries entries = read();
  edit(entries);
  return write(entries);
}

Result<std::vector<bool>> GpuRegister::have_room(const std::vector<GpuShape>& shapes) const {
  TRY(const auto held, lock(folder_));
  const GpuLedger ledger = ledger_of(read());
  std::vector<bool> out;
  for (const GpuShape& shape : shapes)
    out.push_back(ledger.has_room_for(shape));
  return out;
}

Result<std::optional<GpuShare>> GpuRegister::take(const std::string& task, const GpuShape& shape) {
  TRY(const auto held, lock(folder_));
  Entries entries = read();
  entries.erase(task);  // of an earlier run of the same task
  GpuLedger ledger = ledger_of(entries);
  auto share = ledger.take(task, shape);
  if (!share) return share;
  entries[task] = {*share, ::getpid(), proc::start_time_of(::getpid()).value_or(0)};
  CHECK_OK(write(entries));
  return share;
}

Status GpuRegister::hand_over(const std::string& task, pid_t process) {
  return change([&](Entries& entries) {
    const auto found = entries.find(task);
    if (found == entries.end()) return;
    found->second.pid = process;
    found->second.start_time = proc::start_time_of(process).value_or(0);
  });
}

Status GpuRegister::give_back(const std::string& task) {
  return change([&](Entries& entries) { entries.erase(task); });
}

Result<std::optional<GpuShare>> GpuRegister::share_of(const std::string& task) const {
  TRY(const auto shares, all());
  const auto found = shares.find(task);
  return found == shares.end() ? std::optional<GpuShare>() : found->second;
}

Result<std::map<std::string, GpuShare>> GpuRegister::all() const {
  TRY(const auto held, lock(folder_));
  std::map<std::string, GpuShare> out;
  for (const auto& [holder, entry] : read())
    out[holder] = entry.share;
  return out;
}

}  // namespace jarvis::agent
