#include "agent/dispatch/daemon.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "agent/cache/eviction.h"
#include "base/log.h"
#include "base/pause.h"
#include "base/words.h"
#include "proc/child.h"
#include "proc/files.h"
#include "proc/proc_table.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Wish = DaemonControl::Wish;

// Devices that other daemons take and free are looked at so often.
constexpr int kSharedTickMs = 1000;
// Orphans of others, which come to the first process of a container, are collected so often.
constexpr int kReapTickMs = 60'000;
// Beyond its grace, what a job needs to report.
constexpr auto kReportTime = seconds(30);
constexpr auto kSettleTime = seconds(5);
constexpr auto kFindWait = milliseconds(50);
constexpr auto kOrphansTime = seconds(1);
constexpr auto kEnrollPause = seconds(2);
// What job processes and daemons say of themselves is looked at soon after, or never; a task's own log is the server's.
constexpr std::size_t kJobLogsMax = 500;
constexpr std::size_t kDaemonLogsMax = 100;

/// podman and docker end with their container, whose stdin the job held, and remove it: killed, they would leave it.
bool clears_container_away(pid_t pid) {
  const auto name = proc::read_file("/proc/" + std::to_string(pid) + "/comm");
  return name && (*name == "podman\n" || *name == "conmon\n" || *name == "docker\n");
}

std::filesystem::path job_logs(const AgentSettings& settings, const std::string& worker) {
  return settings.home / "logs" / file_name_of(worker);
}

}  // namespace

Daemon::Daemon(DaemonOptions options, const AgentSettings& settings, const Clock& clock)
    : options_(std::move(options)),
      settings_(settings),
      clock_(clock),
      session_(session_options(settings, options_.worker), clock),
      journal_(settings.home, options_.worker) {}

Status Daemon::run(const DaemonControl& control) {
  // Threads that mostly wait need no heap each.
  ::mallopt(M_ARENA_MAX, 1);
  if (const Status status = proc::become_subreaper(); !status) log::warning(status.error().message());
  const std::vector<Watched> dead = find_jobs();
  CHECK_OK(enroll_for(control.hurry()));
  if (control.hurry().stop_requested()) return {};
  slots_.emplace(make_slots());
  for (const Watched& watched : jobs_)
    if (watched.journal.owner() == journal_.owner()) slots_->adopt(watched.record.task);
  settler_ = std::make_unique<Settler>(settings_, options_.worker, options_.clear_away, clock_);
  for (const Watched& watched : dead)
    ended(watched);
  start_threads(control);
  keep_newest(settings_.home / "logs", ".log", kDaemonLogsMax);
  if (options_.on_registered) options_.on_registered();
  // From here on it waits most of its life: what the start needed goes back to the machine.
  ::malloc_trim(0);
  serve(control);
  asker_->stop();
  if (const auto claim = asker_->take()) give_back(*claim);
  if (control.wish() != Wish::leave) stop_jobs();
  settler_->finish(kSettleTime);
  heartbeat_.reset();
  if (control.wish() != Wish::leave) leave();
  return {};
}

void Daemon::start_threads(const DaemonControl& control) {
  std::vector<std::string> ids;
  for (const QueueName& queue : queues_)
    ids.push_back(queue.id);
  heartbeat_ =
      std::make_unique<Heartbeat>(Session(session_options(settings_, options_.worker), clock_),
                                  WorkerReport({.worker = options_.worker,
                                                .queues = std::move(ids),
                                                .tags = options_.tags,
                                                .is_daemon = true,
                                                .visible = slots_->devices(),
                                                .disk = settings_.path("agent.resource_monitoring.disk_use_path", ""),
                                                .every = options_.report_every},
                                               options_.gpus == "none" ? nullptr : options_.driver, clock_),
                                  is_spoken_for());
  auto asking = std::make_shared<Session>(session_options(settings_, options_.worker), clock_);
  const CallApi ask = [asking](std::string_view action, const json::object& body, const CallOptions& call) {
    return asking->call(action, body, call);
  };
  asker_ = std::make_unique<Asker>(ask, Claimer(ask, options_.worker, server_),
                                   QueueGate(ask, options_.hours, options_.worker, clock_), options_.polling_interval,
                                   control.wake());
}

CallApi Daemon::caller() {
  return [this](std::string_view action, const json::object& body, const CallOptions& options) {
    return session_.call(action, body, options);
  };
}

/// A start without a server is an error; jobs that are to be adopted are worth waiting for it.
Status Daemon::enroll_for(const std::stop_token& hurry) {
  while (true) {
    Status status = enroll();
    if (status || jobs_.empty() || !status.error().is_retryable()) return status;
    log::warning("the server is away; trying again", {{"error", status.error().message()}});
    if (!pause_for(kEnrollPause, hurry)) return {};
  }
}

Status Daemon::enroll() {
  TRY(server_, session_.server_info());
  CHECK_OK(session_.login());
  std::vector<std::string> asked;
  for (const AskedQueue& queue : options_.queues)
    asked.push_back(queue.name);
  TRY(queues_, resolve_queues(caller(), asked, options_.missing));
  order_.emplace(queues_, options_.policy);
  json::array ids;
  std::string names;
  for (const QueueName& queue : queues_) {
    ids.emplace_back(queue.id);
    names += (names.empty() ? "" : ", ") + queue.name;
  }
  json::object body{{"worker", options_.worker}, {"queues", ids}};
  if (!options_.tags.empty()) body["tags"] = json::array(options_.tags.begin(), options_.tags.end());
  TRY(const json::object registered, session_.call("workers.register", body));
  log::info("registered", {{"worker", options_.worker},
                           {"queues", names},
                           {"server", settings_.api_server()},
                           {"dispatch", server_.has_long_poll ? "long poll" : "polling"}});
  return {};
}

Slots Daemon::make_slots() const {
  Slots::Options options{.worker = options_.worker,
                         .names = options_.names,
                         .jobs_max = options_.jobs_max,
                         .gpus = options_.gpus,
                         .inventory = options_.driver ? options_.driver->inventory() : std::vector<GpuDevice>(),
                         .shapes = {}};
  for (std::size_t i = 0; i < options_.queues.size(); ++i)
    if (options_.queues[i].shape) options.shapes[queues_[i].id] = *options_.queues[i].shape;
  std::optional<GpuRegister> gpus;
  if (!options_.devices.empty()) {
    gpus.emplace(settings_.home, options_.devices);
    if (options_.driver && settings_.values.get("agent.gpus_of_others") != "use")
      gpus->set_foreign([driver = options_.driver] { return used_by_others(driver->sample(), {}); });
  }
  return {std::move(options), std::move(gpus)};
}

/// What daemons before this one left, of this name or of one that nobody has now: living jobs will be watched, the
/// others are returned.
std::vector<Daemon::Watched> Daemon::find_jobs() {
  std::vector<Watched> dead;
  for (const Journal& journal : Journal::all_of(settings_.home)) {
    if (journal.owner() != journal_.owner()) {
      // Held by a living daemon: its own affair.
      const auto lock = proc::LockFile::try_acquire(settings_.home / "daemons" / (journal.owner() + ".lock"));
      if (!lock || !*lock) continue;
    }
    for (JobRecord record : journal.all()) {
      // Killed while it started the job, whose process may be about to write its own name.
      if (record.job.pid == 0) record.job = find_job(journal.owner(), record.task);
      if (record.job.pid == 0) {
        (void)pause_for(kFindWait, {});
        record.job = find_job(journal.owner(), record.task);
      }
      auto running = RunningJob::attach(record.job);
      if (!running) {
        dead.push_back({std::nullopt, std::move(record), journal});
        continue;
      }
      log::info("a running job was found again", {{"task", record.task}, {"pid", record.job.pid}});
      jobs_.push_back({std::move(*running), std::move(record), journal});
    }
  }
  return dead;
}

/// A job runs as this daemon's own worker, and its process reports for it.
bool Daemon::is_spoken_for() const {
  return std::ranges::any_of(jobs_, [&](const Watched& watched) { return watched.record.worker == options_.worker; });
}

void Daemon::serve(const DaemonControl& control) {
  while (true) {
    reap();
    const Wish wish = control.wish();
    if (const auto claim = asker_->take()) {
      if (wish == Wish::work) {
        start_job(*claim);
      } else {
        give_back(*claim);
      }
    }
    if (wish >= Wish::leave || (wish == Wish::drain && jobs_.empty())) return;
    heartbeat_->set_quiet(is_spoken_for());
    asker_->want(wish == Wish::drain ? std::vector<WantedQueue>() : wanted());
    wait(control);
  }
}

/// Until a job ends, a claim comes, or somebody wants something else.
void Daemon::wait(const DaemonControl& control) {
  std::vector<pollfd> ready{{.fd = control.wake().fd(), .events = POLLIN, .revents = 0}};
  for (const Watched& watched : jobs_)
    ready.push_back({.fd = watched.job->pidfd(), .events = POLLIN, .revents = 0});
  ::poll(ready.data(), ready.size(), slots_->shares_with_others() ? kSharedTickMs : kReapTickMs);
  control.wake().clear();
}

std::vector<WantedQueue> Daemon::wanted() {
  std::vector<WantedQueue> out = slots_->with_room(order_->now());
  std::string reason = out.empty() ? slots_->why_waiting() : "";
  if (reason != waiting_reason_ && !reason.empty()) log::info("no task is taken for now", {{"why", reason}});
  waiting_reason_ = std::move(reason);
  return out;
}

void Daemon::start_job(const Claim& claim) {
  log::info("took a task", {{"task", claim.task}, {"epoch", claim.epoch}});
  const auto place = slots_->take(claim.task, claim.queue);
  if (!place || !*place) {
    // Another daemon was faster with the GPUs.
    log::info("there is no room for it any more; it goes back", {{"task", claim.task}});
    return give_back(claim);
  }
  order_->took(claim.queue);
  const Status status = start_job(claim, **place);
  if (status) return;
  log::error("the job could not be started", {{"task", claim.task}, {"error", status.error().message()}});
  slots_->leave(claim.task);
  give_back(claim);
}

/// The journal first: whatever happens next, a later daemon knows of it.
Status Daemon::start_job(const Claim& claim, const Place& place) {
  JobRecord record{.task = claim.task,
                   .run = run_name(claim.epoch),
                   .queue = claim.queue,
                   .worker = place.worker,
                   .epoch = claim.epoch};
  record.directory = job_directory(settings_.home, options_.worker, record);
  CHECK_OK(journal_.put(record));
  const auto folder = job_logs(settings_, options_.worker);
  CHECK_OK(proc::make_directories(folder, 0700));
  const auto log_file = (folder / (claim.task + ".log")).string();
  const proc::UniqueFd out(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!out) return errno_error("open " + log_file, errno);
  std::vector<std::string> argv{options_.program, "execute",    "--id",     claim.task,
                                "--worker",       place.worker, "--daemon", journal_.owner(),
                                "--queue-id",     claim.queue,  "--epoch",  std::to_string(claim.epoch),
                                "--run",          record.run};
  argv.insert(argv.end(), options_.job_arguments.begin(), options_.job_arguments.end());
  if (!settings_.config_file.empty()) argv.insert(argv.end(), {"--config-file", settings_.config_file.string()});
  proc::Environment environment = settings_.environment;
  place.prepare(environment);
  if (!options_.child_tags.empty()) environment.set("JARVIS_WORKER_TAGS", quote_words(options_.child_tags));
  TRY(proc::Child child, proc::spawn({.argv = std::move(argv),
                                      .environment = std::move(environment),
                                      .stdout_fd = out.get(),
                                      .stderr_fd = out.get()}));
  record.job = name_process(child.pid());
  child.detach();
  slots_->begun(claim.task, record.job.pid);
  auto running = RunningJob::attach(record.job);
  Watched watched{std::nullopt, std::move(record), journal_};
  if (!running) {
    ended(watched);  // it was quick: what it said is in its record
    return {};
  }
  watched.job.emplace(std::move(*running));
  jobs_.push_back(std::move(watched));
  return {};
}

/// By the settler, which tries until the server has it.
void Daemon::give_back(const Claim& claim) {
  const JobRecord record{.task = claim.task,
                         .run = run_name(claim.epoch),
                         .queue = claim.queue,
                         .worker = options_.worker,
                         .epoch = claim.epoch};
  if (const Status status = journal_.put(record); !status) log::warning(status.error().message());
  settler_->settle(record, journal_);
}

void Daemon::reap() {
  const auto count = std::erase_if(jobs_, [&](const Watched& watched) {
    if (!watched.job->wait_ended()) return false;
    ended(watched);
    return true;
  });
  if (count > 0) end_orphans();
  proc::reap_orphans(-1);
}

/// What a job that was killed was doing (fetching, installing) comes to us. A job's own orphans never do.
void Daemon::end_orphans() const {
  if (::getpid() == 1) return;  // all orphans of a container come to its first process, also those of others
  const SteadyTime end = clock_.steady() + kOrphansTime;
  while (true) {
    std::vector<pid_t> orphans = proc::children_of(::getpid());
    std::erase_if(orphans, [&](pid_t pid) {
      return clears_container_away(pid) ||
             std::ranges::any_of(jobs_, [&](const Watched& watched) { return watched.record.job.pid == pid; });
    });
    if (orphans.empty() || clock_.steady() >= end) return;
    for (const pid_t orphan : orphans) {
      for (const pid_t below : proc::descendants(orphan))
        ::kill(below, SIGKILL);
      ::kill(orphan, SIGKILL);
      ::waitpid(orphan, nullptr, WNOHANG);
    }
    ::poll(nullptr, 0, 1);  // they take a moment to go
  }
}

/// Its GPUs are free when nothing of it runs any more.
void Daemon::ended(const Watched& watched) {
  end_script(watched.journal.get(watched.record).value_or(watched.record));
  slots_->leave(watched.record.task);
  settler_->settle(watched.record, watched.journal);
  keep_newest(job_logs(settings_, options_.worker), ".log", kJobLogsMax);
}

void Daemon::stop_jobs() {
  for (const Watched& watched : jobs_) {
    log::info("stopping a running job", {{"task", watched.record.task}});
    watched.job->signal(SIGTERM);
  }
  const auto grace = seconds(settings_.values.get_int("agent.stop_grace_sec").value_or(0));
  const SteadyTime end = clock_.steady() + grace + kReportTime;
  while (!jobs_.empty() && clock_.steady() < end) {
    (void)jobs_.front().job->wait_ended(std::chrono::duration_cast<milliseconds>(end - clock_.steady()));
    reap();
  }
  for (const Watched& watched : jobs_)
    log::warning("a job has not reported yet; it goes on trying by itself", {{"task", watched.record.task}});
}

void Daemon::leave() {
  json::array ids;
  for (const QueueName& queue : queues_)
    ids.emplace_back(queue.id);
  const auto left =
      session_.call("workers.unregister", {{"worker", options_.worker}, {"queues", ids}}, {.timeout = seconds(5)});
  log::info("ended", {{"worker", options_.worker}, {"server", left ? "told" : left.error().message()}});
}

}  // namespace jarvis::agent
