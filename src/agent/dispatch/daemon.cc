#include "agent/dispatch/daemon.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>

#include "agent/job/log_sender.h"
#include "base/log.h"
#include "proc/child.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;

constexpr auto kLongPoll = std::chrono::seconds(45);
constexpr auto kJobTick = milliseconds(250);
// A job's own grace for its script (30 s) and what it needs to report.
constexpr auto kStopGrace = std::chrono::seconds(60);
constexpr auto kStartWait = std::chrono::seconds(1);
constexpr auto kBackOffFirst = milliseconds(500);
constexpr auto kBackOffMax = milliseconds(15'000);

}  // namespace

Daemon::Daemon(DaemonOptions options, const AgentSettings& settings, const Clock& clock)
    : options_(std::move(options)),
      settings_(settings),
      clock_(clock),
      session_(session_options(settings, options_.worker), clock),
      journal_(settings.home, options_.worker) {}

Status Daemon::run(const std::stop_token& stop) {
  // Two threads that mostly wait need no heap each.
  ::mallopt(M_ARENA_MAX, 1);
  CHECK_OK(enroll());
  heartbeat_ = std::make_unique<Heartbeat>(Session(session_options(settings_, options_.worker), clock_), queues_,
                                           options_.worker, clock_);
  adopt();
  if (options_.on_registered) options_.on_registered();
  // From here on it waits most of its life: what the start needed goes back to the machine.
  ::malloc_trim(0);
  serve(Claimer(caller(), queues_, options_.worker, server_), stop);
  stop_job();
  heartbeat_.reset();
  leave();
  return {};
}

CallApi Daemon::caller() {
  return [this](std::string_view action, const json::object& body, const CallOptions& options) {
    return session_.call(action, body, options);
  };
}

Status Daemon::enroll() {
  TRY(server_, session_.server_info());
  CHECK_OK(session_.login());
  TRY(queues_, resolve_queues(caller(), options_.queues, options_.missing));
  json::array ids;
  for (const QueueName& queue : queues_)
    ids.emplace_back(queue.id);
  TRY(const json::object registered, session_.call("workers.register", {{"worker", options_.worker}, {"queues", ids}}));
  std::string names;
  for (const QueueName& queue : queues_)
    names += (names.empty() ? "" : ", ") + queue.name;
  log::info("registered", {{"worker", options_.worker},
                           {"queues", names},
                           {"server", settings_.api_server()},
                           {"dispatch", server_.has_long_poll ? "long poll" : "polling"}});
  return {};
}

/// What a daemon before this one left: living jobs are waited for, ended ones are settled.
void Daemon::adopt() {
  for (JobRecord record : journal_.all()) {
    if (record.job.pid == 0) {
      // Killed while it started the job: the job's process may be about to write its own name.
      (void)pause_for(kStartWait, {});
      if (auto again = journal_.get(record.task)) record = std::move(*again);
    }
    auto running = RunningJob::attach(record);
    if (running && !job_) {
      log::info("a running job was found again", {{"task", record.task}, {"pid", record.job.pid}});
      heartbeat_->set_task(record.task, record.queue);
      job_.emplace(std::move(*running));
    } else if (!running) {
      settle(record);
    }
  }
}

void Daemon::serve(const Claimer& claimer, const std::stop_token& stop) {
  milliseconds back_off = kBackOffFirst;
  while (!stop.stop_requested()) {
    if (job_) {
      if (!job_->wait_ended(kJobTick)) continue;
      const JobRecord record = job_->record();
      job_.reset();
      settle(record);
      heartbeat_->set_task("", "");
      continue;
    }
    const auto claim = claimer.next(kLongPoll, [&stop] { return stop.stop_requested(); });
    if (!claim) {
      if (stop.stop_requested()) return;
      log::warning("no answer to the question for work; trying again",
                   {{"error", claim.error().message()}, {"pause_ms", back_off.count()}});
      (void)pause_for(back_off, stop);
      back_off = std::min<milliseconds>(back_off * 2, kBackOffMax);
      continue;
    }
    back_off = kBackOffFirst;
    if (*claim) {
      start_job(**claim);
    } else if (!claimer.waits()) {
      (void)pause_for(options_.polling_interval, stop);
    }
  }
}

/// The journal first: whatever happens next, a later daemon knows of it.
void Daemon::start_job(const Claim& claim) {
  JobRecord record{.task = claim.task,
                   .queue = claim.queue,
                   .worker = options_.worker,
                   .epoch = claim.epoch,
                   .directory = job_directory(settings_.home, options_.worker, claim.task, claim.epoch)};
  const auto start = [&]() -> Status {
    CHECK_OK(journal_.put(record));
    const auto folder = settings_.home / "logs" / file_name_of(options_.worker);
    CHECK_OK(proc::make_directories(folder, 0700));
    const auto log_file = (folder / (claim.task + ".log")).string();
    const proc::UniqueFd out(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!out) return errno_error("open " + log_file, errno);
    std::vector<std::string> argv{options_.program, "execute",    "--id",      claim.task, "--worker",
                                  options_.worker,  "--queue-id", claim.queue, "--epoch",  std::to_string(claim.epoch)};
    argv.insert(argv.end(), options_.job_arguments.begin(), options_.job_arguments.end());
    if (!settings_.config_file.empty()) argv.insert(argv.end(), {"--config-file", settings_.config_file.string()});
    TRY(proc::Child child, proc::spawn({.argv = std::move(argv),
                                        .environment = settings_.environment,
                                        .stdout_fd = out.get(),
                                        .stderr_fd = out.get()}));
    record.job = name_process(child.pid());
    child.detach();
    TRY(RunningJob running, RunningJob::attach(record));
    job_.emplace(std::move(running));
    return {};
  };
  log::info("took a task", {{"task", claim.task}, {"epoch", claim.epoch}});
  if (const Status status = start(); !status) {
    log::error("the job could not be started", {{"task", claim.task}, {"error", status.error().message()}});
    if (record.job.pid != 0) settle(record);
    return;
  }
  heartbeat_->set_task(claim.task, claim.queue);
}

/// After the end of a job's process: its own last word, or ours in its place.
void Daemon::settle(const JobRecord& ended) {
  const JobRecord record = journal_.get(ended.task).value_or(ended);
  if (record.outcome.empty() && record.job.pid != 0) {
    if (!settle_lost(record)) return;  // kept in the journal for the next start
  } else {
    log::info("a job ended", {{"task", record.task}, {"outcome", record.outcome}});
  }
  if (const Status status = journal_.remove(record.task); !status) log::warning(status.error().message());
}

/// A job that was killed: its script goes, its last lines and its end are told. False when the server is away.
bool Daemon::settle_lost(const JobRecord& record) {
  if (record.script.is_alive()) {
    log::warning("the script outlived its job; killed", {{"pid", record.script.pid}});
    const auto tree = proc::descendants(record.script.pid);
    ::kill(-record.script.pid, SIGKILL);
    for (const pid_t pid : tree)
      ::kill(pid, SIGKILL);
  }
  SessionOptions options = session_options(settings_, options_.worker);
  if (record.epoch > 0) options.lease = JobLease{record.task, record.epoch};
  Session session(std::move(options), clock_);
  const Outcome lost = Outcome::lost_worker();
  Status told = send_leftovers(session, record);
  if (told || !told.error().is_retryable()) {
    // Refused where the task never began (its lease goes back by itself) or another run has it.
    const auto answer = session.call(
        *lost.action(), {{"task", record.task}, {"status_reason", lost.reason}, {"status_message", lost.message}});
    if (!answer) told = answer.error();
  }
  log::warning("a job ended without a word",
               {{"task", record.task}, {"server", told ? "told" : told.error().message()}});
  if (!told && told.error().is_retryable()) return false;
  if (const Status status = proc::remove_tree(record.directory); !status) log::warning(status.error().message());
  return true;
}

void Daemon::stop_job() {
  if (!job_) return;
  log::info("stopping the running job", {{"task", job_->record().task}});
  job_->ask_to_stop();
  if (!job_->wait_ended(kStopGrace)) {
    log::warning("the job has not reported yet; it goes on trying by itself");
    return;
  }
  settle(job_->record());
}

void Daemon::leave() {
  json::array ids;
  for (const QueueName& queue : queues_)
    ids.emplace_back(queue.id);
  const auto left = session_.call("workers.unregister", {{"worker", options_.worker}, {"queues", ids}},
                                  {.timeout = std::chrono::seconds(5)});
  log::info("ended", {{"worker", options_.worker}, {"server", left ? "told" : left.error().message()}});
}

}  // namespace jarvis::agent
