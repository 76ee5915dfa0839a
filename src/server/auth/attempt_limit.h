// How often somebody may try to guess: failures by name and by address, forgotten with time. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace jarvis::server::auth {

class AttemptLimit {
 public:
  explicit AttemptLimit(const Clock& clock) : clock_(clock) {}

  /// Counts an attempt as a failure until succeeded() says otherwise: those that come at once are counted, too. False
  /// when there were too many for this name or from this address.
  bool may_try(const std::string& name, const std::string& peer);
  void succeeded(const std::string& name, const std::string& peer);

 private:
  struct Failures {
    double count = 0;
    SteadyTime at;
  };
  /// What is left of them by now.
  double& count_of(const std::string& key);

  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, Failures> failures_;  // guarded by mutex_; bounded, see may_try
};

}  // namespace jarvis::server::auth
