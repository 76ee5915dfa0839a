// A job's log on disk, between the process that prints and the server that stores: records with rising sequence
// numbers, appended by one thread, read by another, kept until acknowledged. Survives a crash of either side.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "proc/unique_fd.h"

namespace jarvis::agent {

struct LogRecord {
  std::int64_t seq = 0;
  std::int64_t time_ms = 0;
  std::string text;  // one or more lines, without the last line end
};

/// Thread-safe; one thread reads and acknowledges.
class Spool {
 public:
  /// Opens or makes `<directory>/spool.log` and `spool.ack`. A record that a crash cut is dropped.
  static Result<std::unique_ptr<Spool>> open(const std::filesystem::path& directory);

  /// Appends; in the page cache when it returns (a crash of this process loses nothing), on disk after sync().
  Status append(std::int64_t time_ms, std::string_view text);
  Status sync();
  /// Up to `bytes_max` bytes of what is not acknowledged, oldest first, from the read position on.
  Result<std::vector<LogRecord>> read_unacknowledged(std::size_t bytes_max);
  /// Everything up to `seq` is with the server: durable, so that nothing is sent twice without need.
  Status acknowledge(std::int64_t seq);

  std::int64_t last_seq() const;
  std::int64_t acknowledged() const;
  /// On disk and not with the server yet.
  std::int64_t waiting_bytes() const;

 private:
  Spool(std::filesystem::path directory, proc::UniqueFd fd) : directory_(std::move(directory)), fd_(std::move(fd)) {}
  struct Part {  // of the file
    std::int64_t begin = 0, end = 0, acknowledged = 0;
  };
  Part unacknowledged() const;
  Status recover();
  void free_space();

  const std::filesystem::path directory_;
  const proc::UniqueFd fd_;
  mutable std::mutex mutex_;
  std::int64_t last_seq_ = 0;
  std::int64_t acknowledged_ = 0;
  std::int64_t end_ = 0;        // file offset behind the last whole record
  std::int64_t read_from_ = 0;  // file offset of the first record that is not acknowledged
  std::int64_t freed_ = 0;      // file offset up to which the disk was given back
};

}  // namespace jarvis::agent
