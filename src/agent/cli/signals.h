// Signals as calls on a thread of its own, instead of as interruptions. Made first in main's thread,
// before any other thread: they inherit its mask.
#pragma once

#include <functional>
#include <optional>
#include <thread>

#include "base/clock.h"

namespace jarvis::agent {

class Signals {
 public:
  /// `on_signal` is called for each SIGTERM, SIGINT, SIGHUP, SIGQUIT and SIGUSR2 that comes.
  explicit Signals(std::function<void(int)> on_signal);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  std::function<void(int)> on_signal_;
  std::jthread thread_;
};

/// Tells who asks again from one request that came twice: timeout(1) and shells send theirs to a process and to its
/// group. Pure. One thread.
class Insistence {
 public:
  /// True when this one is not the first.
  bool is_again(SteadyTime now);

 private:
  std::optional<SteadyTime> first_;
};

}  // namespace jarvis::agent
