#include "server/move_data.h"

#include <cstdio>

#include "base/clock.h"
#include "proc/files.h"
#include "server/open_store.h"
#include "server/store/copy.h"

namespace jarvis::server {
namespace {

namespace fs = std::filesystem;

/// A line a second, and one for what every table ends with.
class Progress {
 public:
  void show(const store::CopyProgress& progress) {
    const bool is_end = progress.done == progress.total;
    const SteadyTime now = clock_.steady();
    if (!is_end && now - last_ < std::chrono::seconds(1)) return;
    last_ = now;
    const char* stage = progress.stage == store::CopyProgress::Stage::copying ? "copied  " : "compared";
    std::printf("  %s %-20.*s %12lld of %lld\n", stage, static_cast<int>(progress.table.size()), progress.table.data(),
                static_cast<long long>(progress.done), static_cast<long long>(progress.total));
    std::fflush(stdout);
  }

 private:
  SystemClock clock_;
  SteadyTime last_;
};

/// Ours alone.
Result<proc::LockFile> lock_data(const fs::path& data_dir) {
  TRY(auto lock, proc::LockFile::try_acquire(data_dir / "lock"));
  if (lock) return std::move(*lock);
  return Error(ErrorCode::conflict,
               "a jarvis-server is running with the data directory " + data_dir.string() + ": stop it first");
}

}  // namespace

Status bring_up_database(const config::Settings& settings) {
  const fs::path data_dir = settings.get("data_dir");
  if (!fs::exists(data_dir / "server.id"))
    return not_found("there is no data in " + data_dir.string() + ": --data-dir says where it is");
  TRY(const auto lock, lock_data(data_dir));
  TRY(const auto store, open_store(settings, data_dir, store::Schema::bring_up));
  store->close();
  std::printf("the database is at the version of this jarvis-server (%s)\n", JARVIS_VERSION);
  return {};
}

Status move_to_postgres(const config::Settings& settings, const std::string& url) {
  const fs::path data_dir = settings.get("data_dir");
  const fs::path database = data_dir / "jarvis.db";
  if (!fs::exists(database))
    return not_found("there is no " + database.string() + " to move; --data-dir says where the data is");
  TRY(const auto lock, lock_data(data_dir));
  TRY(std::string key, proc::read_file(data_dir / "secrets" / "signing.key"));

  const std::string shown = config::without_password(url);
  std::printf("moving %s to %s\n", database.c_str(), shown.c_str());
  Progress progress;
  const auto moved = store::copy_to_postgres({.sqlite_path = database.string(),
                                              .url = url,
                                              .signing_key = std::move(key),
                                              .report = [&](const store::CopyProgress& now) { progress.show(now); }});
  if (!moved) return moved.error().context("migrate to " + shown);
  std::printf(
      "done: %lld rows, the same on both sides.\nStart with: jarvis-server --data-dir %s --database %s\n"
      "%s stays as it is; without --database it would be used again.\n",
      static_cast<long long>(*moved), data_dir.c_str(), shown.c_str(), database.c_str());
  return {};
}

}  // namespace jarvis::server
