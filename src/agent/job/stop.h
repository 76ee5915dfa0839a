// Why a job is to stop, and the tokens that say so to every stage. The first cause wins. Thread-safe.
#pragma once

#include <atomic>
#include <stop_token>

namespace jarvis::agent {

class JobStop {
 public:
  enum class Cause : unsigned char { none, user, agent, replaced };

  void request(Cause cause) {
    Cause none = Cause::none;
    cause_.compare_exchange_strong(none, cause);
    source_.request_stop();
  }
  /// It will stop, and the script is still doing what it has to before: its own end is one by this cause.
  void announce(Cause cause) {
    Cause none = Cause::none;
    cause_.compare_exchange_strong(none, cause);
  }
  /// Who asked has no more patience: what is left of anybody's grace is over.
  void hurry() { hurry_.request_stop(); }
  Cause cause() const { return cause_; }
  std::stop_token token() const { return source_.get_token(); }
  std::stop_token hurried() const { return hurry_.get_token(); }

 private:
  std::atomic<Cause> cause_{Cause::none};
  std::stop_source source_;
  std::stop_source hurry_;
};

}  // namespace jarvis::agent
