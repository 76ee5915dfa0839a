#include "agent/cli/doctor_command.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <iostream>

#include "agent/cli/commands.h"
#include "agent/gpu/driver.h"
#include "agent/job/job.h"
#include "base/digest.h"
#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

using std::chrono::seconds;

constexpr auto kAnswerWithin = seconds(15);
constexpr auto kClockOffMax = seconds(60);
constexpr double kDiskFreeMinGb = 2.0;
constexpr double kGb = 1024.0 * 1024.0 * 1024.0;

enum class Finding : std::uint8_t { good, warning, bad };

/// Prints a line for each look, and counts what is bad.
class Report {
 public:
  void add(Finding finding, const std::string& what, const std::string& found, const std::string& mend = {}) {
    const char* sign = finding == Finding::good ? "ok     " : finding == Finding::warning ? "warning" : "FAILED ";
    std::cout << sign << "  " << what << ": " << found << "\n";
    if (!mend.empty() && finding != Finding::good) std::cout << "         " << mend << "\n";
    if (finding == Finding::bad) ++bad_;
  }
  int bad() const { return bad_; }

 private:
  int bad_ = 0;
};

void look_at_configuration(const AgentSettings& settings, Report& report) {
  if (settings.config_file.empty()) {
    report.add(Finding::warning, "configuration", "no ~/jarvis.conf, only defaults and environment variables",
               "Run `jarvis-agent init`.");
  } else {
    report.add(Finding::good, "configuration", settings.config_file.string());
  }
}

void look_at_certificates(const AgentSettings& settings, Report& report) {
  const std::string bundle = settings.ca_bundle();
  if (!bundle.empty() && ::access(bundle.c_str(), R_OK) != 0) {
    return report.add(Finding::bad, "certificates", "the CA bundle " + bundle + " cannot be read",
                      "Correct REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE.");
  }
  if (!settings.api_server().starts_with("https://"))
    return report.add(Finding::good, "certificates", "not needed for " + settings.api_server());
  if (!settings.values.get_bool("api.verify_certificate")) {
    return report.add(Finding::warning, "certificates", "api.verify_certificate is off: anybody can be the server",
                      "Name your CA's file in REQUESTS_CA_BUNDLE and switch it on again.");
  }
  report.add(Finding::good, "certificates", bundle.empty() ? "the system's" : bundle);
}

/// "iat" of a token that was made this moment: the server's clock.
std::optional<std::int64_t> issued_at(const std::string& token) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string::npos || last <= first) return std::nullopt;
  const auto claims = base64url_decode(std::string_view(token).substr(first + 1, last - first - 1));
  if (!claims) return std::nullopt;
  const auto object = parse_json_object(*claims);
  return object ? get_int(*object, "iat") : std::nullopt;
}

void look_at_clock(Session& session, const Clock& clock, Report& report) {
  const auto token = session.job_token();
  const auto issued = token ? issued_at(*token) : std::nullopt;
  if (!issued) return report.add(Finding::warning, "clock", "the server does not tell its time");
  const std::int64_t off = clock.wall().us / 1'000'000 - *issued;
  const std::string text =
      std::to_string(off < 0 ? -off : off) + " s " + (off < 0 ? "behind" : "ahead of") + " the server";
  if (std::chrono::abs(seconds(off)) > kClockOffMax)
    return report.add(Finding::bad, "clock", text, "Set it, and keep it right (chrony, systemd-timesyncd).");
  report.add(Finding::good, "clock", text);
}

void look_at_server(const AgentSettings& settings, Report& report) {
  const SystemClock clock;
  Session session(session_options(settings, ""), clock);
  const auto info = session.server_info();
  if (!info) {
    return report.add(Finding::bad, "server", info.error().message(),
                      "Is it running, and is api.api_server right? `jarvis-agent config` shows where it is set.");
  }
  report.add(Finding::good, "server",
             settings.api_server() + (info->version.empty() ? "" : ", version " + info->version) +
                 (info->has_long_poll ? ", long poll" : ", polled"));
  if (const Status login = session.login(); !login) {
    return report.add(Finding::bad, "credentials", login.error().message(),
                      "Make a key pair in the web UI's settings, then run `jarvis-agent init`.");
  }
  report.add(Finding::good, "credentials", "accepted");
  look_at_clock(session, clock, report);
}

/// Any HTTP answer at all is one of a server that is there.
void look_at_files(const AgentSettings& settings, Report& report) {
  HttpClient http(session_options(settings, "").http);
  const std::string address = settings.server("api.files_server");
  const auto answer = http.send({.method = "GET", .url = address + "/", .timeout = kAnswerWithin});
  if (answer) return report.add(Finding::good, "file server", address);
  report.add(Finding::warning, "file server", answer.error().message(),
             "Artifacts and models of tasks cannot be stored there: check api.files_server.");
}

void look_at_disk(const AgentSettings& settings, Report& report) {
  if (const Status made = proc::make_directories(settings.home, 0700); !made)
    return report.add(Finding::bad, "disk", made.error().message(), "Set agent.home to a directory of your own.");
  if (::access(settings.home.c_str(), W_OK) != 0)
    return report.add(Finding::bad, "disk", settings.home.string() + " is not writable",
                      "Set agent.home to a directory of your own.");
  struct statvfs space{};
  if (::statvfs(settings.home.c_str(), &space) != 0) return;
  const double free = static_cast<double>(space.f_bavail) * static_cast<double>(space.f_frsize) / kGb;
  const std::string text = std::to_string(static_cast<int>(free)) + " GB free at " + settings.home.string();
  if (free < kDiskFreeMinGb)
    return report.add(Finding::bad, "disk", text, "Make room, or set agent.home to a larger disk.");
  report.add(Finding::good, "disk", text);
}

/// A program's first line about itself; nothing when it is not there or does not work.
std::optional<std::string> first_line(const AgentSettings& settings, std::vector<std::string> argv) {
  const auto done = proc::run({.argv = std::move(argv), .environment = settings.environment, .timeout = kAnswerWithin});
  if (!done || !done->is_success()) return std::nullopt;
  return done->out.substr(0, done->out.find('\n'));
}

void look_at_programs(const AgentSettings& settings, Report& report) {
  const auto git = first_line(settings, {"git", "--version"});
  report.add(git ? Finding::good : Finding::bad, "git", git.value_or("not found"),
             "Tasks from a repository need it: install git.");
  const auto uv = first_line(settings, {"uv", "--version"});
  const auto python = first_line(settings, {"python3", "--version"});
  report.add(uv ? Finding::good : Finding::warning, "uv", uv.value_or("not found"),
             "Environments take minutes instead of seconds: `pip install uv`.");
  report.add(python || uv ? Finding::good : Finding::bad, "python",
             python.value_or(uv ? "not found; uv fetches what a task asks for" : "not found"),
             "Install python3, or uv, which brings it.");
}

void look_at_containers(const AgentSettings& settings, Report& report) {
  for (const std::string engine : {"docker", "podman"}) {
    if (!proc::find_executable(settings.environment, engine)) {
      report.add(Finding::good, engine, "not here; needed for --" + engine + " only");
      continue;
    }
    const auto version = first_line(settings, {engine, "version", "--format", "{{.Server.Version}}"});
    const auto podman = engine == "podman" ? first_line(settings, {engine, "--version"}) : std::nullopt;
    if (version || podman) {
      report.add(Finding::good, engine, version.value_or(podman.value_or("")));
    } else {
      report.add(Finding::warning, engine, "is installed but does not answer",
                 "Start its daemon, and let this user use it (group docker).");
    }
  }
}

void look_at_gpus(const AgentSettings& settings, Report& report) {
  const auto driver = load_gpu_driver(settings.environment);
  if (!driver && driver.error().code() == ErrorCode::not_found)
    return report.add(Finding::good, "GPUs", driver.error().message() + ": tasks run on the CPU");
  if (!driver)
    return report.add(Finding::bad, "GPUs", driver.error().message(),
                      "The driver's library and its kernel module do not fit: reboot, or install the driver again.");
  report.add(Finding::good, "GPUs", (*driver)->describe());
  for (const GpuDevice& device : (*driver)->inventory())
    std::cout << "           " << device.index << "  " << device.name << "  " << device.memory_mb << " MB  "
              << device.uuid << (device.has_slices ? "  (MIG)" : "") << "\n";
}

}  // namespace

int run_doctor(const AgentSettings& settings) {
  Report report;
  look_at_configuration(settings, report);
  look_at_certificates(settings, report);
  look_at_server(settings, report);
  look_at_files(settings, report);
  look_at_disk(settings, report);
  look_at_programs(settings, report);
  look_at_containers(settings, report);
  look_at_gpus(settings, report);
  if (report.bad() == 0) {
    std::cout << "A daemon can work here.\n";
    return kExitDone;
  }
  std::cout << report.bad() << (report.bad() == 1 ? " thing is" : " things are") << " to be mended.\n";
  return kExitFailed;
}

}  // namespace jarvis::agent
