#include "agent/network/retry.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/pause.h"

namespace jarvis::agent {
namespace {

constexpr std::chrono::milliseconds kPauseMax(60'000);

// In small letters. Said beside a network's words ("the remote end hung up"), they are what it was about.
constexpr std::string_view kRefusals[] = {"authentication failed",
                                          "could not read username",
                                          "could not read password",
                                          "permission denied",
                                          "access denied",
                                          "error: 401",
                                          "error: 403",
                                          "host key verification failed"};

constexpr std::string_view kFailures[] = {
    // No connection, or one that broke.
    "connection refused", "connection reset", "connection timed out", "connection aborted", "connection closed",
    "connection failed", "connection broken", "failed to connect", "couldn't connect to server",
    "network is unreachable", "no route to host", "remotedisconnected", "empty reply from server", "early eof",
    "unexpected eof", "rpc failed", "incompleteread", "error sending request",
    // No answer in time.
    "operation timed out", "read timed out", "request timed out", "i/o timeout", "handshake timeout",
    "deadline exceeded", "operation too slow",
    // No address. curl says the same of a name that there is not and of a resolver that is away.
    "temporary failure in name resolution", "could not resolve host", "could not resolve proxy",
    // The server's own trouble: git, uv, pip, conda, docker.
    "returned error: 5", "returned error: 429", "status server error", "http error 5",
    "server error:", "internal server error", "bad gateway", "service unavailable", "gateway time-out",
    "gateway timeout", "too many requests", "toomanyrequests"};

std::string small_letters(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

template <std::size_t count>
bool says_one_of(std::string_view text, const std::string_view (&words)[count]) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

std::string seconds_text(std::chrono::milliseconds time) {
  const auto tenths = time.count() / 100;
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " s";
}

}  // namespace

bool has_network_failed(const proc::RunResult& result) {
  if (result.is_success()) return false;
  const std::string said = small_letters(result.err + result.out);
  return says_one_of(said, kFailures) && !says_one_of(said, kRefusals);
}

Result<proc::RunResult> with_network_retries(const NetworkRetries& retries, std::string_view what,
                                             const std::stop_token& stop,
                                             const std::function<Result<proc::RunResult>()>& attempt) {
  auto pause = retries.pause;
  for (int number = 1;; ++number) {
    auto result = attempt();
    if (!result || number > retries.count || !has_network_failed(*result)) return result;
    if (retries.output) {
      retries.output("[jarvis] " + std::string(what) + ": the network failed (" + result->last_line() +
                     "); trying again in " + seconds_text(pause) + ", " + std::to_string(number) + " of " +
                     std::to_string(retries.count) + "\n");
    }
    if (!pause_for(pause, stop)) return Error(ErrorCode::cancelled, std::string(what) + " was stopped");
    pause = std::min(pause * 2, kPauseMax);
  }
}

}  // namespace jarvis::agent
