#include "agent/logs/spool.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "proc/files.h"

namespace jarvis::agent {
namespace {

// Read at once when a spool is opened again: many records, and more than the largest one.
constexpr std::int64_t kRecoverBytes = 4 << 20;
// Acknowledged bytes are given back in pieces of this size.
constexpr std::int64_t kFreeBytes = 1 << 20;

// A record: this header, then the text. The check tells a whole record from what a crash left.
constexpr std::uint32_t kMagic = 0x4b56474c;
constexpr std::uint32_t kFirstMagic =
    0x4a56474c;  // its check is a slower one; what an older agent's job left is sent, too
struct Header {
  std::uint32_t magic = kMagic;
  std::uint32_t size = 0;
  std::int64_t seq = 0;
  std::int64_t time_ms = 0;
  std::uint64_t check = 0;
};
static_assert(sizeof(Header) == 32);

/// FNV-1a; over words of eight bytes it is eight times as fast, and folded, for its high bits hardly reach the low
/// ones.
std::uint64_t check_of(const Header& header, std::string_view text) {
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  std::uint64_t hash = 14695981039346656037ULL ^ static_cast<std::uint64_t>(header.seq) ^
                       (static_cast<std::uint64_t>(header.time_ms) << 20);
  if (header.magic == kMagic) {
    for (std::uint64_t word = 0; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
      std::memcpy(&word, text.data(), sizeof word);
      hash = (hash ^ word) * kPrime;
      hash ^= hash >> 32;
    }
  }
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash;
}

Result<std::string> read_at(int fd, std::int64_t offset, std::size_t size) {
  std::string out(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::pread(fd, out.data() + have, size - have, offset + static_cast<std::int64_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("read the log spool", errno);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  out.resize(have);
  return out;
}

Status write_at(int fd, std::int64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::pwrite(fd, bytes.data(), bytes.size(), offset);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno_error("write the log spool", errno);
    bytes.remove_prefix(static_cast<std::size_t>(size));
    offset += size;
  }
  return {};
}

/// The record at the front of `bytes`, and its size; nothing when it is not whole.
std::optional<std::pair<LogRecord, std::size_t>> first_record(std::string_view bytes) {
  Header header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  if ((header.magic != kMagic && header.magic != kFirstMagic) || bytes.size() - sizeof header < header.size)
    return std::nullopt;
  const std::string_view text = bytes.substr(sizeof header, header.size);
  if (header.check != check_of(header, text)) return std::nullopt;
  return std::pair{LogRecord{header.seq, header.time_ms, std::string(text)}, sizeof header + header.size};
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::filesystem::path& directory) {
  CHECK_OK(proc::make_directories(directory, 0700));
  proc::UniqueFd fd(::open((directory / "spool.log").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return errno_error("open the log spool in " + directory.string(), errno);
  std::unique_ptr<Spool> spool(new Spool(directory, std::move(fd)));
  CHECK_OK(spool->recover());
  return spool;
}

Status Spool::recover() {
  struct stat info{};
  if (::fstat(fd_.get(), &info) != 0) return errno_error("read the log spool", errno);
  if (const auto text = proc::read_file(directory_ / "spool.ack")) {
    const char* const end = text->data() + text->size();
    const auto [next, failure] = std::from_chars(text->data(), end, acknowledged_);
    if (failure == std::errc() && next != end) std::from_chars(next + 1, end, read_from_);
  }
  last_seq_ = acknowledged_;
  end_ = read_from_ = std::min<std::int64_t>(read_from_, info.st_size);
  freed_ = read_from_;
  while (end_ < info.st_size) {
    TRY(const std::string bytes,
        read_at(fd_.get(), end_, static_cast<std::size_t>(std::min<std::int64_t>(info.st_size - end_, kRecoverBytes))));
    std::string_view rest = bytes;
    while (const auto record = first_record(rest)) {
      last_seq_ = std::max(last_seq_, record->first.seq);
      rest.remove_prefix(record->second);
      end_ += static_cast<std::int64_t>(record->second);
      if (record->first.seq <= acknowledged_) read_from_ = end_;
    }
    if (rest.size() == bytes.size()) break;  // not one whole record: what a crash cut
  }
  if (::ftruncate(fd_.get(), end_) != 0) return errno_error("mend the log spool", errno);
  return {};
}

Status Spool::append(std::int64_t time_ms, std::string_view text) {
  const std::lock_guard lock(mutex_);
  Header header{.size = static_cast<std::uint32_t>(text.size()), .seq = last_seq_ + 1, .time_ms = time_ms};
  header.check = check_of(header, text);
  CHECK_OK(write_at(fd_.get(), end_, {reinterpret_cast<const char*>(&header), sizeof header}));
  CHECK_OK(write_at(fd_.get(), end_ + static_cast<std::int64_t>(sizeof header), text));
  end_ += static_cast<std::int64_t>(sizeof header + text.size());
  ++last_seq_;
  return {};
}

Status Spool::sync() {
  if (::fdatasync(fd_.get()) != 0) return errno_error("sync the log spool", errno);
  return {};
}

// What lies before end_ does not change: it is read without the lock, so that the job that prints does not wait.
Spool::Part Spool::unacknowledged() const {
  const std::lock_guard lock(mutex_);
  return {.begin = read_from_, .end = end_, .acknowledged = acknowledged_};
}

Result<std::vector<LogRecord>> Spool::read_unacknowledged(std::size_t bytes_max) {
  const Part part = unacknowledged();
  std::vector<LogRecord> out;
  // At least one whole record, however large.
  const std::size_t size = static_cast<std::size_t>(
      std::min<std::int64_t>(part.end - part.begin, static_cast<std::int64_t>(bytes_max + (1U << 20))));
  TRY(const std::string bytes, read_at(fd_.get(), part.begin, size));
  std::string_view rest = bytes;
  while (!rest.empty() && (out.empty() || bytes.size() - rest.size() < bytes_max)) {
    auto record = first_record(rest);
    if (!record) break;
    rest.remove_prefix(record->second);
    if (record->first.seq > part.acknowledged) out.push_back(std::move(record->first));
  }
  return out;
}

Status Spool::acknowledge(std::int64_t seq) {
  const Part part = unacknowledged();
  std::int64_t from = part.begin;
  while (from < part.end) {
    TRY(const std::string bytes, read_at(fd_.get(), from, sizeof(Header)));
    Header header;
    if (bytes.size() < sizeof header) break;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.seq > seq) break;
    from += static_cast<std::int64_t>(sizeof header + header.size);
  }
  seq = std::max(part.acknowledged, seq);
  // Published when it is durable.
  CHECK_OK(proc::write_file_durably(directory_ / "spool.ack", std::to_string(seq) + " " + std::to_string(from)));
  const std::lock_guard lock(mutex_);
  acknowledged_ = std::max(acknowledged_, seq);
  read_from_ = std::max(read_from_, from);
  free_space();
  return {};
}

/// Gives the disk back what the server has; offsets stay what they are. A file system that cannot do it keeps the bytes
/// until the job's directory goes.
void Spool::free_space() {
  if (read_from_ - freed_ < kFreeBytes) return;
  const std::int64_t until = read_from_ / kFreeBytes * kFreeBytes;
  ::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, freed_, until - freed_);
  freed_ = until;
}

std::int64_t Spool::last_seq() const {
  const std::lock_guard lock(mutex_);
  return last_seq_;
}
std::int64_t Spool::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}
std::int64_t Spool::waiting_bytes() const {
  const std::lock_guard lock(mutex_);
  return end_ - read_from_;
}

}  // namespace jarvis::agent
