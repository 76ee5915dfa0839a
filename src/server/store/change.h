// What a committed transaction changed, for those who watch. Only a hint: the truth is in the rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace jarvis::server::store {

struct Change {
  enum class Kind : std::uint8_t { task, events, model, project, queue, worker };
  enum class Action : std::uint8_t { changed, deleted };

  Kind kind = Kind::task;
  Action action = Action::changed;
  std::string id;                     // of events: the task's or model's that reported them
  std::string company;                // empty: whoever tells of it looks it up
  std::string task, project, status;  // empty: there is none
  std::vector<std::string> above{};   // projects above `project`, nearest first: whoever tells of it looks them up
  std::vector<std::string> events{};  // Kind::events: log, scalar, plot, image, vector
};

}  // namespace jarvis::server::store
