#include "agent/job/watch.h"

#include <unistd.h>

#include "base/pause.h"
#include "proc/child.h"
#include "proc/proc_table.h"

namespace jarvis::agent {
namespace {

// A stop is seen within two seconds, one slow answer included.
constexpr auto kAskEvery = std::chrono::milliseconds(1500);
constexpr std::chrono::milliseconds kPingEvery = std::chrono::seconds(30);
constexpr std::string_view kMachine = ":monitor:machine";
constexpr std::string_view kGpu = ":monitor:gpu";

}  // namespace

JobStop::Cause cause_of(std::string_view status, std::string_view status_message) {
  if (status == "in_progress") {
    return status_message == "stopping" ? JobStop::Cause::user : JobStop::Cause::none;
  }
  if (status == "stopped") return JobStop::Cause::user;
  // Set by the script itself: it may go on.
  if (status == "completed") return JobStop::Cause::none;
  // Failed, published or reset by somebody, or queued for another run: this one counts no more.
  return JobStop::Cause::replaced;
}

JobWatch::JobWatch(Session session, std::string task, std::optional<WorkerReport> report, AbortWait abort_wait,
                   const Clock& clock, JobStop& stop)
    : session_(std::move(session)),
      task_(std::move(task)),
      report_(std::move(report)),
      abort_wait_(abort_wait),
      clock_(clock),
      job_stop_(stop) {
  thread_ = std::jthread([this](const std::stop_token& token) { loop(token); });
}

void JobWatch::loop(const std::stop_token& stop) {
  const SteadyTime begin = clock_.steady();
  const auto every = report_ ? report_->every() : kPingEvery;
  SteadyTime next_report = begin + every;
  report();
  while (pause_for(kAskEvery, stop)) {
    ask_status();
    if (clock_.steady() < next_report) continue;
    next_report += every;
    report();
    if (report_) sample(begin);
  }
}

/// The answers do not matter: a server that is away hears the next ones.
void JobWatch::report() {
  if (report_) (void)session_.call("workers.status_report", report_->body(), {.timeout = std::chrono::seconds(10)});
  (void)session_.call("tasks.ping", {{"task", task_}}, {.timeout = std::chrono::seconds(10)});
}

void JobWatch::ask_status() {
  const json::object body{
      {"id", json::array{task_}}, {"only_fields", json::array{"status", "status_message"}}, {"search_hidden", true}};
  const auto data = session_.call("tasks.get_all", body, {.timeout = std::chrono::seconds(10)});
  if (!data) {
    if (data.error().code() == ErrorCode::conflict) job_stop_.request(JobStop::Cause::replaced);
    return;
  }
  const json::array* tasks = get_array(*data, "tasks");
  if (tasks == nullptr) return;
  if (tasks->empty()) return job_stop_.request(JobStop::Cause::replaced);  // deleted
  if (!tasks->front().is_object()) return;
  const json::object& task = tasks->front().as_object();
  const JobStop::Cause cause =
      cause_of(get_string_or(task, "status", "in_progress"), get_string_or(task, "status_message", ""));
  if (cause == JobStop::Cause::user && waits_for_script()) return job_stop_.announce(cause);
  if (cause != JobStop::Cause::none) job_stop_.request(cause);
}

/// For a callback that the script registered. A server that does not answer is asked again.
bool JobWatch::waits_for_script() {
  if (script_ == 0) return false;
  const json::object body{{"id", json::array{task_}}, {"only_fields", json::array{"runtime"}}, {"search_hidden", true}};
  const auto data = session_.call("tasks.get_all", body, {.timeout = std::chrono::seconds(10)});
  const json::array* tasks = data ? get_array(*data, "tasks") : nullptr;
  if (tasks == nullptr || tasks->empty() || !tasks->front().is_object()) return abort_wait_.has_begun();
  const json::object* runtime = get_object(tasks->front().get_object(), "runtime");
  return runtime != nullptr && abort_wait_.goes_on(*runtime, clock_.steady());
}

/// CPU, memory and GPUs of the job. The SDK in the script reports the machine's under other names.
void JobWatch::sample(SteadyTime begin) {
  const pid_t root = script_;
  if (root == 0) return;
  std::vector<pid_t> tree = proc::descendants(root);
  tree.push_back(root);
  std::uint64_t ticks = 0;
  std::uint64_t pages = 0;
  for (const pid_t pid : tree) {
    const auto stat = proc::read_stat(pid);
    if (!stat) continue;
    ticks += stat->user_ticks + stat->system_ticks;
    pages += stat->resident_pages;
  }
  const SteadyTime now = clock_.steady();
  const double seconds = std::chrono::duration<double>(now - sampled_).count();
  const double per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const bool has_rate = ticks_before_ != 0 && ticks >= ticks_before_ && seconds > 0;
  const double cpu = has_rate ? 100.0 * static_cast<double>(ticks - ticks_before_) / per_second / seconds : 0;
  const double memory = static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 30);
  ticks_before_ = ticks;
  sampled_ = now;

  const auto iteration = std::chrono::duration_cast<std::chrono::seconds>(now - begin).count();
  std::string lines;
  const auto add = [&](std::string_view metric, const std::string& variant, double value) {
    lines += to_text(json::object{{"type", "training_stats_scalar"},
                                  {"task", task_},
                                  {"timestamp", clock_.wall().ms()},
                                  {"iter", iteration},
                                  {"metric", metric},
                                  {"variant", variant},
                                  {"value", value}}) +
             "\n";
  };
  add(kMachine, "job_memory_gb", memory);
  if (has_rate) add(kMachine, "job_cpu_percent", cpu);
  for (const GpuSample& gpu : report_->gpus()) {
    const std::string name = "job_gpu_" + gpu.index;
    if (gpu.percent) add(kGpu, name + "_utilization", *gpu.percent);
    if (gpu.celsius) add(kGpu, name + "_temperature", *gpu.celsius);
    add(kGpu, name + "_mem_used_gb", static_cast<double>(gpu.memory_used_mb) / 1024);
  }
  (void)session_.call_text("events.add_batch", std::move(lines), {.content_type = "application/json-lines"});
}

}  // namespace jarvis::agent
