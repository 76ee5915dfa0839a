#include "agent/cli/signals.h"

#include <pthread.h>
#include <signal.h>

namespace jarvis::agent {
namespace {

// Nobody presses a key twice so fast.
constexpr auto kSameRequest = std::chrono::milliseconds(300);

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2})
    sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals(std::function<void(int)> on_signal) : on_signal_(std::move(on_signal)) {
  const sigset_t set = watched();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  thread_ = std::jthread([this](const std::stop_token& stop) {
    const sigset_t mine = watched();
    while (!stop.stop_requested()) {
      int signal = 0;
      if (::sigwait(&mine, &signal) == 0 && signal != SIGUSR1) on_signal_(signal);
    }
  });
}

Signals::~Signals() {
  thread_.request_stop();
  ::pthread_kill(thread_.native_handle(), SIGUSR1);  // wakes sigwait
}

bool Insistence::is_again(SteadyTime now) {
  if (!first_) first_ = now;
  return now - *first_ > kSameRequest;
}

}  // namespace jarvis::agent
