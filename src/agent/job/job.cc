#include "agent/job/job.h"

#include <fcntl.h>
#include <unistd.h>

#include "agent/gpu/visible.h"
#include "agent/job/log_sender.h"
#include "agent/job/pipeline.h"
#include "agent/job/watch.h"
#include "base/ids.h"
#include "base/log.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

// A server may be away for long: the outcome of days of training waits for it.
constexpr auto kReportBudget = std::chrono::hours(72);
constexpr auto kStartBudget = std::chrono::seconds(25);  // a lease lasts 30 s
constexpr auto kApiBudget = std::chrono::minutes(10);

/// The task's hyperparameters of section Environment.
std::map<std::string, std::string> task_variables(const json::object& task) {
  std::map<std::string, std::string> out;
  const json::object* sections = get_object(task, "hyperparams");
  const json::object* section = sections == nullptr ? nullptr : get_object(*sections, "Environment");
  if (section == nullptr) return out;
  for (const auto& parameter : *section) {
    if (parameter.value().is_object()) out[parameter.key()] = get_string_or(parameter.value().as_object(), "value", "");
  }
  return out;
}

ApiKeys keys_of(const config::Settings& values) {
  return {.access_key = values.get("api.credentials.access_key"),
          .secret_key = values.get("api.credentials.secret_key"),
          .token = values.get("api.auth_token")};
}

/// Everything of one run that has to outlive its stages.
class Job {
 public:
  Job(const JobOptions& options, const AgentSettings& settings, const Clock& clock, JobStop& stop)
      : options_(options),
        settings_(settings),
        clock_(clock),
        stop_(stop),
        session_(new_session()),
        journal_(settings.home, options.is_by_hand ? options.worker : options.daemon) {}

  Result<Outcome> run(const Stages& stages);

 private:
  Session new_session() const {
    SessionOptions session = session_options(settings_, options_.worker);
    if (options_.epoch > 0) session.lease = JobLease{options_.task, options_.epoch};
    return Session(std::move(session), clock_);
  }
  Result<json::object> call(std::string_view action, const json::object& body, std::chrono::milliseconds budget);
  std::optional<WorkerReport> worker_report() const;
  Status begin();
  Status open_log();
  Outcome give_up(const Error& error);
  Result<proc::Environment> job_variables();
  void finish(const Outcome& outcome);

  const JobOptions& options_;
  const AgentSettings& settings_;
  const Clock& clock_;
  JobStop& stop_;
  Session session_;
  Journal journal_;
  JobRecord record_;
  json::object task_;
  std::unique_ptr<TaskLog> log_;
};

Result<Outcome> Job::run(const Stages& stages) {
  if (Status status = begin(); !status) {
    // Nothing was begun. A daemon still wants the record: it decides what to tell the server.
    if (options_.is_by_hand) {
      (void)journal_.remove(record_);
      (void)proc::remove_tree(record_.directory);
    }
    return std::move(status).error();
  }
  if (const Status status = open_log(); !status) return give_up(status.error());
  auto prepared = job_variables();
  if (!prepared) return give_up(prepared.error());
  JobContext context{
      .settings = settings_,
      .clock = clock_,
      .log = *log_,
      .stop = stop_,
      .api = [this](std::string_view action, const json::object& body) { return call(action, body, kApiBudget); },
      .task = task_,
      .directory = record_.directory,
      .job_variables = std::move(*prepared),
      .runtime = std::make_unique<HostRuntime>(settings_.environment)};
  Pipeline pipeline(stages, context);
  Outcome outcome;
  {
    const double longest = settings_.number("agent.abort_callback_max_timeout").value_or(0);
    JobWatch watch(new_session(), options_.task, worker_report(),
                   AbortWait(std::chrono::milliseconds(static_cast<std::int64_t>(longest * 1000))), clock_, stop_);
    context.on_script = [&](pid_t pid) {
      watch.set_script(pid);
      record_.script = name_process(pid);
      if (const Status status = journal_.put(record_); !status) log::warning(status.error().message());
    };
    outcome = pipeline.run();
  }
  outcome.message = log_->redacted(std::move(outcome.message));
  finish(outcome);
  pipeline.unwind();
  if (const Status status = proc::remove_tree(record_.directory); !status) log::warning(status.error().message());
  return outcome;
}

Result<json::object> Job::call(std::string_view action, const json::object& body, std::chrono::milliseconds budget) {
  return with_retries(
      clock_, budget, stop_.token(), [&] { return session_.call(action, body); },
      [&](const Error& error) { log::warning("the server is away; trying again", {{"error", error.message()}}); });
}

/// The GPUs are those that the daemon, or who started us, lets the job see.
std::optional<WorkerReport> Job::worker_report() const {
  if (!options_.is_monitored) return std::nullopt;
  WorkerReportOptions report{.worker = options_.worker, .task = options_.task, .queue = options_.queue};
  report.tags = settings_.words("agent.worker_tags").value_or(std::vector<std::string>());
  if (const auto every = settings_.number("agent.status_report_sec"))
    report.every = std::chrono::milliseconds(static_cast<int>(*every * 1000));
  const auto gpus = visible_gpus("", false, settings_.environment).value_or(VisibleGpus());
  report.visible = listed(gpus);
  if (const auto percent = settings_.number("agent.resource_monitoring.default_gpu_utilization"))
    report.default_gpu_percent = static_cast<int>(*percent);
  report.disk = settings_.path("agent.resource_monitoring.disk_use_path", "");
  if (const auto part = settings_.environment.get("JARVIS_GPU_FRACTION"))
    report.gpu_fraction = std::strtod(part->c_str(), nullptr);
  std::shared_ptr<const GpuDriver> driver;
  if (gpus != "none") {
    if (auto loaded = load_gpu_driver(settings_.environment)) driver = std::move(*loaded);
  }
  return WorkerReport(std::move(report), std::move(driver), clock_);
}

/// Fetches the task and takes it: from here on it is in progress.
Status Job::begin() {
  record_ = {.task = options_.task,
             .run = options_.run.empty() ? run_name(options_.epoch) : options_.run,
             .queue = options_.queue,
             .worker = options_.worker,
             .epoch = options_.epoch,
             .job = name_process(::getpid())};
  record_.directory = job_directory(settings_.home, journal_.owner(), record_);
  CHECK_OK(proc::make_directories(record_.directory, 0700));
  CHECK_OK(journal_.put(record_));
  TRY(json::object data, call("tasks.get_by_id", {{"task", options_.task}}, kStartBudget));
  const json::object* task = get_object(data, "task");
  if (task == nullptr) return not_found("there is no task " + options_.task);
  task_ = *task;
  json::object body{{"task", options_.task},
                    {"status_reason", "started by " + options_.worker},
                    {"status_message", options_.is_by_hand ? "started by hand" : "pulled by agent"}};
  if (options_.is_by_hand) body["force"] = true;
  if (options_.rank > 0) return {};
  TRY(const json::object started, call("tasks.started", body, kStartBudget));
  return {};
}

Status Job::open_log() {
  TRY(auto spool, Spool::open(record_.directory));
  log_ = std::make_unique<TaskLog>(std::move(spool), redactor_for(settings_), clock_);
  if (!settings_.values.get_bool("agent.suppress_carriage_return")) log_->keep_progress();
  if (options_.is_by_hand) log_->copy_to(proc::UniqueFd(::dup(STDOUT_FILENO)));
  if (!options_.log_file.empty()) {
    proc::UniqueFd file(::open(options_.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!file) return errno_error("open " + options_.log_file.string(), errno);
    log_->copy_to(std::move(file));
  }
  if (!options_.is_monitored) {
    log_->start_shipping([](const std::vector<LogRecord>&) { return Status(); });
    return {};
  }
  auto session = std::make_shared<Session>(new_session());
  log_->start_shipping([this, session](const std::vector<LogRecord>& records) {
    Status sent = send_log(*session, record_, records);
    if (!sent && sent.error().code() == ErrorCode::conflict) stop_.request(JobStop::Cause::replaced);
    return sent;
  });
  return {};
}

/// Started, and nothing to run it with: the task must not stay in progress.
Outcome Job::give_up(const Error& error) {
  const Outcome outcome = Outcome::setup_failed("start", error);
  const json::object body{
      {"task", options_.task}, {"status_reason", outcome.reason}, {"status_message", outcome.message}};
  const auto reported = with_retries(
      clock_, kReportBudget, {}, [&] { return session_.call("tasks.failed", body); }, {}, is_worth_waiting);
  if (!reported) log::error("the outcome was not taken", {{"error", reported.error().message()}});
  record_.outcome = outcome.reason;
  if (const Status status = journal_.put(record_); !status) log::error(status.error().message());
  return outcome;
}

/// What the SDK in the user's process looks for, under both names.
Result<proc::Environment> Job::job_variables() {
  proc::Environment out;
  const auto both = [&](const std::string& name, const std::string& value) {
    out.set("CLEARML_" + name, value).set("JARVIS_" + name, value);
  };
  for (const auto& [name, value] : settings_.section_variables())
    out.set(name, value);
  if (settings_.values.get_bool("agent.enable_task_env")) {
    for (const auto& [name, value] : task_variables(task_))
      out.set(name, value);
  }
  both("TASK_ID", options_.task);
  both("LOG_TASK_TO_BACKEND", "0");
  both("WORKER_ID", options_.worker);
  both("WORKER_NAME", options_.worker);  // the SDK's calls name the same worker
  if (const std::string& level = settings_.values.get("agent.log_level"); !level.empty()) both("LOG_LEVEL", level);
  both("API_HOST", settings_.api_server());
  both("WEB_HOST", settings_.server("api.web_server"));
  both("FILES_HOST", settings_.server("api.files_server"));
  if (options_.epoch > 0) {
    // The token is bound to this run; the key pair that it stands for stays with the agent.
    const fs::path own_config = record_.directory / "jarvis.conf";
    CHECK_OK(proc::write_file_durably(own_config, settings_.text_for_jobs(), 0600));
    both("CONFIG_FILE", own_config.string());
    std::string token;
    TRY(const json::object ignored, with_retries(clock_, kApiBudget, stop_.token(), [&]() -> Result<json::object> {
          TRY(token, session_.job_token());
          return json::object();
        }));
    both("AUTH_TOKEN", token);
  } else {
    if (!settings_.config_file.empty()) both("CONFIG_FILE", settings_.config_file.string());
    if (const std::string& token = settings_.values.get("api.auth_token"); !token.empty()) both("AUTH_TOKEN", token);
    both("API_ACCESS_KEY", settings_.values.get("api.credentials.access_key"));
    both("API_SECRET_KEY", settings_.values.get("api.credentials.secret_key"));
  }
  return out;
}

/// All lines first, then the status: who sees the end sees the whole log.
void Job::finish(const Outcome& outcome) {
  const auto action = outcome.action();
  if (action) {
    log_->line("[jarvis] " + outcome.reason);
    log_->drain(kReportBudget);
  }
  if (action && options_.rank == 0) {
    const json::object body{
        {"task", options_.task}, {"status_reason", outcome.reason}, {"status_message", outcome.message}};
    // Without the job's stop token: a stopped job still says so.
    const auto reported = with_retries(
        clock_, kReportBudget, {}, [&] { return session_.call(*action, body); },
        [&](const Error& error) { log::warning("the outcome waits for the server", {{"error", error.message()}}); },
        is_worth_waiting);
    // The SDK, or whoever stopped the task, may have set the status already.
    if (!reported) log::warning("the outcome was not taken", {{"error", reported.error().message()}});
  }
  if (options_.is_monitored && options_.worker != options_.daemon)
    (void)session_.call("workers.unregister", {{"worker", options_.worker}});
  record_.outcome = outcome.reason;
  if (const Status status = journal_.put(record_); !status) log::error(status.error().message());
  if (options_.is_by_hand) (void)journal_.remove(record_);
}

}  // namespace

fs::path job_directory(const fs::path& home, const std::string& owner, const JobRecord& record) {
  return home / "jobs" / file_name_of(owner) / (record.task + "-" + record.run);
}

std::string run_name(std::int64_t epoch) {
  return epoch > 0 ? std::to_string(epoch) : random_id().substr(0, 8);
}

Redactor redactor_for(const AgentSettings& settings) {
  Redactor out;
  for (const std::string& secret : settings.secrets())
    out.add(secret);
  out.add_secrets_of(settings.environment);
  return out;
}

SessionOptions session_options(const AgentSettings& settings, const std::string& worker) {
  const ApiKeys keys = keys_of(settings.values);
  return {.api_server = settings.api_server(),
          .keys = keys,
          .newest_keys = [keys, environment = settings.environment, file = settings.config_file]() -> ApiKeys {
            const auto now = load_settings(environment, file);
            return now ? keys_of(now->values) : keys;
          },
          .worker = worker,
          .http = {.verify_certificate = settings.values.get_bool("api.verify_certificate"),
                   .ca_bundle = settings.ca_bundle()},
          .lease = std::nullopt};
}

Result<Outcome> run_job(const JobOptions& options, const AgentSettings& settings, const Clock& clock,
                        const Stages& stages, JobStop& stop) {
  return Job(options, settings, clock, stop).run(stages);
}

}  // namespace jarvis::agent
