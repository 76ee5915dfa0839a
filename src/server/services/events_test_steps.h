// What the tests of events do again and again: lines are put together, then sent as one batch.
#pragma once

#include <string>
#include <utility>

#include "server/services/task_test_steps.h"

namespace jarvis::server {

class EventsFixture : public TaskFixture {
 protected:
  std::string lines;

  void line(json::object event) { lines += to_text(std::move(event)) + "\n"; }
  void image(const std::string& task, std::int64_t iter, std::string_view metric, std::string_view variant,
             const std::string& url = {}) {
    line({{"type", "training_debug_image"},
          {"task", task},
          {"iter", iter},
          {"metric", metric},
          {"variant", variant},
          {"url", url.empty() ? "http://files/" + std::to_string(iter) + std::string(variant) : url}});
  }
  void plot(const std::string& task, std::int64_t iter, std::string_view metric, std::string_view variant) {
    line({{"type", "plot"},
          {"task", task},
          {"iter", iter},
          {"metric", metric},
          {"variant", variant},
          {"plot_str", "{}"}});
  }
  std::string send() {
    raw_body = std::exchange(lines, {});
    return refused("events.add_batch");
  }
  json::object sent() {
    raw_body = std::exchange(lines, {});
    return ok("events.add_batch");
  }
};

}  // namespace jarvis::server
