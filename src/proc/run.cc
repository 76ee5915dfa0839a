#include "proc/run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/clock.h"

namespace jarvis::proc {
namespace {

using std::chrono::milliseconds;

struct Pipe {
  UniqueFd read_end, write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) return errno_error("make a pipe", errno);
  return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

void set_nonblocking(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/// Reads what is there. False at the end of the stream.
bool drain(UniqueFd& from, std::string& kept, const RunOptions& options) {
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t size = ::read(from.get(), buffer.data(), buffer.size());
    if (size > 0) {
      const std::string_view piece(buffer.data(), static_cast<std::size_t>(size));
      if (kept.size() + piece.size() > options.kept_bytes_max) kept.erase(0, kept.size() / 2);
      kept.append(piece.substr(piece.size() > options.kept_bytes_max ? piece.size() - options.kept_bytes_max : 0));
      if (options.on_output) options.on_output(piece);
      continue;
    }
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return true;
    from.reset();
    return false;
  }
}

/// Writes what fits; closes when all is written or nobody reads.
void feed(UniqueFd& to, std::string_view& rest) {
  while (!rest.empty()) {
    const ssize_t size = ::write(to.get(), rest.data(), rest.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size < 0) break;
    rest.remove_prefix(static_cast<std::size_t>(size));
  }
  to.reset();
}

}  // namespace

std::string RunResult::last_line() const {
  std::string_view text =
      err.find_first_not_of(" \r\n\t") == std::string::npos ? std::string_view(out) : std::string_view(err);
  const auto end = text.find_last_not_of(" \r\n\t");
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end + 1);
  const auto start = text.find_last_of("\r\n");
  return std::string(start == std::string_view::npos ? text : text.substr(start + 1));
}

Result<RunResult> run(const RunOptions& options, std::stop_token stop) {
  TRY(Pipe in, make_pipe());
  TRY(Pipe out, make_pipe());
  TRY(Pipe err, make_pipe());
  TRY(Child child, spawn({.argv = options.argv,
                          .environment = options.environment,
                          .directory = options.directory,
                          .stdin_fd = in.read_end.get(),
                          .stdout_fd = out.write_end.get(),
                          .stderr_fd = err.write_end.get()}));
  in.read_end.reset();
  out.write_end.reset();
  err.write_end.reset();
  for (const int fd : {in.write_end.get(), out.read_end.get(), err.read_end.get()})
    set_nonblocking(fd);

  RunResult result;
  std::string_view rest = options.input;
  const SystemClock clock;
  const SteadyTime deadline = clock.steady() + options.timeout;
  bool has_ended = false;
  // A grandchild that keeps the pipes open must not keep us: once the process has ended, what is there is read and that
  // is all.
  while (!has_ended) {
    feed(in.write_end, rest);
    std::array<pollfd, 4> waits{{{.fd = out.read_end.get(), .events = POLLIN, .revents = 0},
                                 {.fd = err.read_end.get(), .events = POLLIN, .revents = 0},
                                 {.fd = in.write_end.get(), .events = POLLOUT, .revents = 0},
                                 {.fd = child.pidfd(), .events = POLLIN, .revents = 0}}};
    const auto left = std::chrono::ceil<milliseconds>(deadline - clock.steady()).count();
    // Woken often enough to see a stop request soon.
    ::poll(waits.data(), waits.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 100)));
    has_ended = (waits[3].revents & POLLIN) != 0;
    if (out.read_end) drain(out.read_end, result.out, options);
    if (err.read_end) drain(err.read_end, result.err, options);
    if (has_ended) break;
    if (stop.stop_requested() || clock.steady() >= deadline) {
      CHECK_OK(child.terminate(std::chrono::seconds(2)));
      if (stop.stop_requested()) return Error(ErrorCode::cancelled, options.argv.front() + " was stopped");
      return Error(ErrorCode::timeout, options.argv.front() + " did not end in time");
    }
  }
  TRY(result.status, child.wait());
  return result;
}

}  // namespace jarvis::proc
