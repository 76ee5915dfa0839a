// A server for unit tests: answers by a function, keeps what was asked. Thread-safe.
#pragma once

#include <mutex>

#include "agent/dispatch/claim.h"

namespace jarvis::agent {

class FakeApi {
 public:
  using Answer = std::function<Result<json::object>(std::string_view action, const json::object& body)>;

  void set_answer(Answer answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  CallApi call() {
    return [this](std::string_view action, const json::object& body, const CallOptions&) {
      const std::lock_guard lock(mutex_);
      asked_.push_back(std::string(action) + " " + to_text(body));
      return answer_(action, body);
    };
  }
  std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  mutable std::mutex mutex_;
  Answer answer_ = [](std::string_view, const json::object&) -> Result<json::object> { return json::object(); };
  std::vector<std::string> asked_;
};

/// What queues.get_next_task answers.
inline json::object entry_of(const std::string& task) {
  return {{"entry", json::object{{"task", task}}}};
}

}  // namespace jarvis::agent
