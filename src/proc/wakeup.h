// One thread wakes another that waits in poll(). Thread-safe.
#pragma once

#include <sys/eventfd.h>

#include <cstdint>

#include "base/assert.h"
#include "proc/unique_fd.h"

namespace jarvis::proc {

class Wakeup {
 public:
  Wakeup() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { JV_ASSERT(static_cast<bool>(fd_)); }

  /// Readable for poll() from a notify() on until clear().
  int fd() const { return fd_.get(); }
  void notify() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto ignored = ::write(fd_.get(), &one, sizeof one);
  }
  void clear() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto ignored = ::read(fd_.get(), &count, sizeof count);
  }

 private:
  UniqueFd fd_;
};

}  // namespace jarvis::proc
