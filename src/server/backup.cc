#include "server/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "base/clock.h"
#include "base/json.h"
#include "proc/files.h"
#include "server/files/file_walk.h"
#include "server/open_store.h"
#include "server/store/sqlite_snapshot.h"

namespace jarvis::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "backup.json";
constexpr const char* kDatabase = "jarvis.db";
/// Beside the database and the files.
constexpr const char* kSingleFiles[] = {"server.id", "client.conf", "server.conf", "secrets/signing.key"};

std::string size_text(std::uintmax_t bytes) {
  constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(units)) {
    value /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return text;
}

/// A line a second while something is long.
class Progress {
 public:
  void show(const char* what, std::uintmax_t files, std::uintmax_t bytes) {
    const SteadyTime now = clock_.steady();
    if (now - last_ < std::chrono::seconds(1)) return;
    last_ = now;
    std::printf("  %s %llu files, %s\n", what, static_cast<unsigned long long>(files), size_text(bytes).c_str());
    std::fflush(stdout);
  }

 private:
  SystemClock clock_;
  SteadyTime last_ = clock_.steady();
};

Error failed(const std::string& doing, const std::error_code& code) {
  return Error(code == std::errc::no_space_on_device ? ErrorCode::exhausted : ErrorCode::io,
               doing + ": " + code.message());
}

Status sync_all(const fs::path& directory) {
  const proc::UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::syncfs(fd.get()) != 0) return errno_error("sync " + directory.string(), errno);
  return {};
}

bool is_same(const fs::path& from, const fs::path& to) {
  std::error_code code;
  return fs::exists(to, code) && fs::file_size(from, code) == fs::file_size(to, code) &&
         fs::last_write_time(from, code) == fs::last_write_time(to, code) && !code;
}

/// Appears under its name only when it is whole.
Status copy_whole(const fs::path& from, const fs::path& to) {
  std::error_code code;
  CHECK_OK(proc::make_directories(to.parent_path(), 0700));
  const fs::path partial = to.string() + ".partial";
  fs::copy_file(from, partial, fs::copy_options::overwrite_existing, code);
  if (!code) fs::last_write_time(partial, fs::last_write_time(from), code);
  if (!code) fs::rename(partial, to, code);
  if (code) {
    std::error_code ignored;
    fs::remove(partial, ignored);
    return failed("copy " + from.string(), code);
  }
  return {};
}

struct Copied {
  std::uintmax_t files = 0, bytes = 0;
};

Result<Copied> copy_tree(const fs::path& from, const fs::path& to) {
  Copied out;
  Progress progress;
  const auto look = [&](const fs::directory_entry& entry, const fs::path& name) -> Status {
    std::error_code code;
    const auto size = entry.file_size(code);
    // Deleted since the folder was read, with its task: whoever copies a running server's files meets that.
    if (code == std::errc::no_such_file_or_directory) return {};
    if (!is_same(entry.path(), to / name)) {
      Status copied = copy_whole(entry.path(), to / name);
      if (!copied && !fs::exists(entry.path(), code)) return {};
      CHECK_OK(std::move(copied));
    }
    ++out.files;
    out.bytes += size;
    progress.show("copied", out.files, out.bytes);
    return {};
  };
  CHECK_OK(files::walk(from, look));
  return out;
}

/// What an earlier backup in the same place has, and the server no longer.
Status remove_others(const fs::path& in, const fs::path& than) {
  std::vector<fs::path> gone;
  const auto look = [&](const fs::directory_entry&, const fs::path& name) -> Status {
    if (!fs::exists(than / name)) gone.push_back(in / name);
    return {};
  };
  CHECK_OK(files::walk(in, look));
  for (const fs::path& path : gone) {
    std::error_code code;
    fs::remove(path, code);
    if (code) return failed("remove " + path.string(), code);
  }
  return {};
}

bool is_remote(const config::Settings& settings) {
  return !settings.get("database").empty();
}

Status snapshot(const fs::path& data_dir, const fs::path& target) {
  const fs::path partial = target / "jarvis.db.partial";
  std::error_code code;
  fs::remove(partial, code);
  std::printf("copying the database (%s)\n", size_text(fs::file_size(data_dir / kDatabase, code)).c_str());
  std::fflush(stdout);
  CHECK_OK(store::snapshot_sqlite((data_dir / kDatabase).string(), partial.string()));
  fs::rename(partial, target / kDatabase, code);
  if (code) return failed("rename " + partial.string(), code);
  return {};
}

void say_pg_dump(const config::Settings& settings, const fs::path& target) {
  std::printf(
      "The database is PostgreSQL: its own tools save it, best right before this. Run\n"
      "  pg_dump --format=custom --file=%s '%s'\n",
      (target / "database.dump").c_str(), config::without_password(settings.get("database")).c_str());
}

}  // namespace

Status back_up(const config::Settings& settings, const std::string& to) {
  const fs::path data_dir = settings.get("data_dir");
  const fs::path target = to;
  if (!fs::exists(data_dir / "server.id"))
    return not_found("there is no data in " + data_dir.string() + ": --data-dir says where it is");
  std::error_code code;
  const bool is_new = !fs::exists(target, code) || fs::is_empty(target, code);
  if (!is_new && !fs::exists(target / kManifest) && !fs::exists(target / kDatabase))
    return Error(ErrorCode::conflict, to + " holds something else than a backup: name another directory");
  CHECK_OK(proc::make_directories(target, 0700));
  // Without it, what is there counts as no backup: until this one is whole.
  fs::remove(target / kManifest, code);
  // The database first: each file that it names was there by then.
  if (is_remote(settings)) {
    say_pg_dump(settings, target);
  } else {
    CHECK_OK(snapshot(data_dir, target));
  }
  for (const char* name : kSingleFiles) {
    if (fs::exists(data_dir / name)) CHECK_OK(copy_whole(data_dir / name, target / name));
  }
  TRY(const Copied copied, copy_tree(data_dir / "files", target / "files"));
  CHECK_OK(remove_others(target / "files", data_dir / "files"));
  CHECK_OK(sync_all(target));
  const SystemClock clock;
  CHECK_OK(proc::write_file_durably(target / kManifest,
                                    to_text(json::object{{"version", JARVIS_VERSION},
                                                         {"date", to_iso(clock.wall())},
                                                         {"database", is_remote(settings) ? "postgresql" : "sqlite"},
                                                         {"files", copied.files},
                                                         {"bytes", copied.bytes}}) +
                                        "\n"));
  std::printf("done: %llu files, %s, in %s\nIt holds secrets: keep it as safe as the server.\n",
              static_cast<unsigned long long>(copied.files), size_text(copied.bytes).c_str(), target.c_str());
  return {};
}

Status restore(const config::Settings& settings, const std::string& from) {
  const fs::path source = from;
  const fs::path data_dir = settings.get("data_dir");
  const auto manifest_text = proc::read_file(source / kManifest);
  if (!manifest_text) {
    return not_found(from + " is no finished backup: there is no " + std::string(kManifest) +
                     " in it. It is made by jarvis-server backup");
  }
  TRY(const json::object manifest, parse_json_object(*manifest_text));
  const bool is_sqlite = get_string_or(manifest, "database", "") == "sqlite";
  if (fs::exists(data_dir / "server.id") || fs::exists(data_dir / kDatabase)) {
    return Error(ErrorCode::conflict, data_dir.string() +
                                          " holds a server's data already: name another with --data-dir, or move it "
                                          "away");
  }
  CHECK_OK(proc::make_directories(data_dir, 0700));
  TRY(const auto lock, proc::LockFile::try_acquire(data_dir / "lock"));
  if (!lock) return Error(ErrorCode::conflict, "a jarvis-server is running with " + data_dir.string());
  if (is_sqlite) {
    std::printf("looking through the database\n");
    std::fflush(stdout);
    TRY(const auto damage, store::damage_of_sqlite((source / kDatabase).string()));
    if (!damage.empty()) return Error(ErrorCode::corrupt, "the backup's database is damaged: " + damage.front());
    // Looking leaves these beside it.
    std::error_code ignored;
    fs::remove(source / "jarvis.db-wal", ignored);
    fs::remove(source / "jarvis.db-shm", ignored);
    CHECK_OK(copy_whole(source / kDatabase, data_dir / "jarvis.db.restored"));
  }
  TRY(const Copied copied, copy_tree(source / "files", data_dir / "files"));
  const auto expected = get_int(manifest, "files").value_or(0);
  if (static_cast<std::int64_t>(copied.files) != expected) {
    return Error(ErrorCode::corrupt, "the backup has " + std::to_string(copied.files) + " files, not " +
                                         std::to_string(expected) + " as when it was made");
  }
  for (const char* name : kSingleFiles) {
    if (fs::exists(source / name)) CHECK_OK(copy_whole(source / name, data_dir / name));
  }
  CHECK_OK(sync_all(data_dir));
  std::error_code code;
  // Last, so that a server never starts on half of it.
  if (is_sqlite) fs::rename(data_dir / "jarvis.db.restored", data_dir / kDatabase, code);
  if (code) return failed("rename the database", code);
  std::printf("restored %llu files, %s, of %s\n", static_cast<unsigned long long>(copied.files),
              size_text(copied.bytes).c_str(), get_string_or(manifest, "date", "").c_str());
  if (is_sqlite) {
    std::printf("Start with: jarvis-server --data-dir %s\n", data_dir.c_str());
  } else {
    std::printf(
        "The database is PostgreSQL: fill an empty one with\n  pg_restore --no-owner --dbname='postgresql://...' %s\n",
        (source / "database.dump").c_str());
  }
  return {};
}

namespace {

/// What must be true of the rows, as a count of those of which it is not. Both databases read it.
struct Promise {
  const char* broken;
  const char* sql;
};
constexpr Promise kPromises[] = {
    {"tasks wait in a queue and are not there",
     "SELECT count(*) FROM queue_entries LEFT JOIN tasks ON tasks.id = queue_entries.task WHERE tasks.id IS NULL"},
    {"tasks wait in a queue that is not there",
     "SELECT count(*) FROM queue_entries LEFT JOIN queues ON queues.id = queue_entries.queue WHERE queues.id IS NULL"},
    {"tasks wait in a queue, and their status is not queued",
     "SELECT count(*) FROM queue_entries JOIN tasks ON tasks.id = queue_entries.task WHERE tasks.status <> 'queued'"},
    {"tasks are queued and in no queue",
     "SELECT count(*) FROM tasks WHERE status = 'queued' AND NOT EXISTS (SELECT 1 FROM queue_entries WHERE task = "
     "tasks.id) AND NOT EXISTS (SELECT 1 FROM leases WHERE task = tasks.id)"},
    {"tasks are in a queue and handed out as well",
     "SELECT count(*) FROM queue_entries JOIN leases ON leases.task = queue_entries.task"},
    {"tasks belong to a project that is not there",
     "SELECT count(*) FROM tasks LEFT JOIN projects ON projects.id = tasks.project WHERE tasks.project IS NOT NULL AND "
     "projects.id IS NULL"},
};

struct Usage {
  Copied all, others, orphans;
  std::map<std::string, Copied> by_project;
  std::vector<fs::path> old_orphans;  // relative
};

void add(Copied& to, std::uintmax_t bytes) {
  ++to.files;
  to.bytes += bytes;
}

/// Task id → name of its project.
Result<std::map<std::string, std::string>> projects_of_tasks(store::Store& store) {
  TRY(store::Rows rows, store.read([](store::Transaction& tx) {
    return tx.run_sql(
        "SELECT tasks.id, coalesce(projects.name, '') FROM tasks LEFT JOIN projects ON projects.id = tasks.project",
        {});
  }));
  std::map<std::string, std::string> out;
  for (store::Row& row : rows)
    out.emplace(row.take_text(0), row.text(1));
  return out;
}

Result<Usage> look_through_files(store::Store& store, const fs::path& files, int orphan_days) {
  TRY(const auto project_of, projects_of_tasks(store));
  Usage out;
  Progress progress;
  // A day's grace: an upload may come before its task is written.
  const auto old = fs::file_time_type::clock::now() - std::chrono::days(std::max(1, orphan_days));
  const auto look = [&](const fs::directory_entry& entry, const fs::path& name) -> Status {
    std::error_code code;
    const auto bytes = entry.file_size(code);
    if (code) return {};  // gone meanwhile
    add(out.all, bytes);
    progress.show("looked at", out.all.files, out.all.bytes);
    const std::string task = files::owner_of(name).task;
    if (task.empty()) {
      add(out.others, bytes);
    } else if (const auto found = project_of.find(task); found != project_of.end()) {
      add(out.by_project[found->second.empty() ? "(no project)" : found->second], bytes);
    } else if (entry.last_write_time(code) < old && !code) {
      add(out.orphans, bytes);
      out.old_orphans.push_back(name);
    }
    return {};
  };
  CHECK_OK(files::walk(files, look));
  return out;
}

void print_usage(const Usage& usage) {
  std::printf("files: %llu, %s\n", static_cast<unsigned long long>(usage.all.files),
              size_text(usage.all.bytes).c_str());
  std::vector<std::pair<std::string, Copied>> projects(usage.by_project.begin(), usage.by_project.end());
  std::ranges::sort(projects, std::greater<>(), [](const auto& project) { return project.second.bytes; });
  constexpr std::size_t shown = 20;
  for (std::size_t i = 0; i < std::min(shown, projects.size()); ++i)
    std::printf("  %10s %8llu  %s\n", size_text(projects[i].second.bytes).c_str(),
                static_cast<unsigned long long>(projects[i].second.files), projects[i].first.c_str());
  if (projects.size() > shown) std::printf("  ... and %zu projects with less\n", projects.size() - shown);
  if (usage.others.files > 0)
    std::printf("  %10s %8llu  (uploaded by something else than a task)\n", size_text(usage.others.bytes).c_str(),
                static_cast<unsigned long long>(usage.others.files));
}

Status delete_files(const fs::path& files, const std::vector<fs::path>& names) {
  for (const fs::path& name : names) {
    std::error_code code;
    fs::remove(files / name, code);
    if (code) return failed("remove " + (files / name).string(), code);
    // Folders that are empty without it; the first that is not ends it.
    for (fs::path folder = name.parent_path(); !folder.empty() && ::rmdir((files / folder).c_str()) == 0;)
      folder = folder.parent_path();
  }
  return {};
}

}  // namespace

Result<bool> check(const config::Settings& settings, int orphan_days) {
  const fs::path data_dir = settings.get("data_dir");
  if (!fs::exists(data_dir / "server.id"))
    return not_found("there is no data in " + data_dir.string() + ": --data-dir says where it is");
  bool is_well = true;
  const auto report = [&](const std::string& problem) {
    std::printf("PROBLEM: %s\n", problem.c_str());
    is_well = false;
  };
  if (!is_remote(settings)) {
    std::printf("looking through the database\n");
    std::fflush(stdout);
    TRY(const auto damage, store::damage_of_sqlite((data_dir / kDatabase).string()));
    for (const std::string& problem : damage)
      report("the database is damaged: " + problem);
    if (!is_well) return false;
  }
  TRY(const auto store, open_store(settings, data_dir, store::Schema::leave));
  for (const Promise& promise : kPromises) {
    TRY(const store::Rows rows, store->read([&](store::Transaction& tx) { return tx.run_sql(promise.sql, {}); }));
    const auto count = rows.front().integer(0);
    if (count > 0) report(std::to_string(count) + " " + promise.broken);
  }
  TRY(const Usage usage, look_through_files(*store, data_dir / "files", orphan_days));
  print_usage(usage);
  if (usage.orphans.files > 0 && orphan_days < 0) {
    std::printf(
        "%llu files, %s, belong to tasks that are gone: jarvis-server check --delete-orphans 7 deletes those "
        "older than a week\n",
        static_cast<unsigned long long>(usage.orphans.files), size_text(usage.orphans.bytes).c_str());
  } else if (orphan_days >= 0) {
    CHECK_OK(delete_files(data_dir / "files", usage.old_orphans));
    std::printf("deleted %llu files, %s, of tasks that are gone\n",
                static_cast<unsigned long long>(usage.orphans.files), size_text(usage.orphans.bytes).c_str());
  }
  store->close();
  std::printf(is_well ? "all is well\n" : "not all is well\n");
  return is_well;
}

}  // namespace jarvis::server
