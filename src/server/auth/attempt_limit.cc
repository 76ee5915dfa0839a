#include "server/auth/attempt_limit.h"

#include <algorithm>

#include "base/limits.h"

namespace jarvis::server::auth {

double& AttemptLimit::count_of(const std::string& key) {
  const SteadyTime now = clock_.steady();
  Failures& failures = failures_[key];
  if (failures.count > 0) {
    const double forgotten = std::chrono::duration<double>(now - failures.at) / limits::login_failure_forgotten;
    failures.count = std::max(0.0, failures.count - forgotten);
  }
  failures.at = now;
  return failures.count;
}

bool AttemptLimit::may_try(const std::string& name, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  // Made-up names fill it; the addresses that they come from are limited meanwhile.
  if (failures_.size() > limits::login_failures_kept) {
    std::erase_if(failures_, [&](const auto& entry) {
      return clock_.steady() - entry.second.at > limits::login_failures_max * limits::login_failure_forgotten;
    });
    if (failures_.size() > limits::login_failures_kept) return false;
  }
  double& by_name = count_of("name " + name);
  double& by_peer = count_of("peer " + peer);
  if (by_name + 1 > limits::login_failures_max || by_peer + 1 > 4 * limits::login_failures_max) return false;
  by_name += 1;
  by_peer += 1;
  return true;
}

void AttemptLimit::succeeded(const std::string& name, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  failures_.erase("name " + name);
  double& by_peer = count_of("peer " + peer);
  by_peer = std::max(0.0, by_peer - 1);
}

}  // namespace jarvis::server::auth
