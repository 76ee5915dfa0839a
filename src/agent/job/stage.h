// One step of a job. run() may be stopped through the context's token; unwind() is called for each stage whose run()
// was begun, in reverse order, also after a failure: it undoes what is there. Both on the job's main thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/job/outcome.h"
#include "agent/job/stop.h"
#include "agent/logs/task_log.h"
#include "agent/runtime/runtime.h"
#include "agent/settings.h"
#include "base/json.h"

namespace jarvis::agent {

/// A call to the server on the job's main thread, tried again while the server is away.
using Api = std::function<Result<json::object>(std::string_view action, const json::object& body)>;

/// What the stages of one job share. The first block is given, the second is filled by the stages.
struct JobContext {
  const AgentSettings& settings;
  const Clock& clock;
  TaskLog& log;
  JobStop& stop;
  Api api;
  json::object task;                                    // as the server holds it
  std::filesystem::path directory;                      // of the job; the stages work below it
  proc::Environment job_variables;                      // for the user's process: task id, server, token
  std::function<void(pid_t)> on_script = [](pid_t) {};  // 0: it has ended

  std::unique_ptr<Runtime> runtime;  // where programs run; the host unless a stage says otherwise
  std::filesystem::path code;        // root of the checked-out code
  std::filesystem::path mirror;      // of the repository that the code is a worktree of; "" without one
  std::filesystem::path python;      // the interpreter
  std::optional<Outcome> outcome;    // of the user's process
};

class Stage {
 public:
  virtual ~Stage() = default;
  virtual std::string_view name() const = 0;
  virtual Status run(JobContext& job) = 0;
  virtual void unwind(JobContext&) {}
};
using Stages = std::vector<std::unique_ptr<Stage>>;

}  // namespace jarvis::agent
