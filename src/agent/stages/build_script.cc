#include "agent/stages/build_script.h"

#include "agent/stages/task_environment.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

constexpr auto kTimeMax = std::chrono::hours(3);

/// What the script is told, under their names.
proc::Environment variables_of(const JobContext& job, const json::object& script, const fs::path& folder) {
  proc::Environment out = task_environment(job, job.code.string());
  out.set("CLEARML_TASK_SCRIPT_ENTRY", get_string_or(script, "entry_point", ""));
  out.set("CLEARML_TASK_WORKING_DIR", get_string_or(script, "working_dir", "."));
  out.set("CLEARML_VENV_PATH", (folder / "venv").string());
  out.set("CLEARML_GIT_ROOT", code_root(job).string());
  // The kernel takes no longer variables.
  constexpr std::size_t kVariableMax = 100'000;
  if (std::string text = to_text(job.task); text.size() < kVariableMax)
    out.set("CLEARML_CUSTOM_BUILD_TASK_CONFIG_JSON", std::move(text));
  out.set("CLEARML_CUSTOM_BUILD_OUTPUT", (folder / "output.json").string());
  return out;
}

Result<proc::RunResult> run_shell(const JobContext& job, const std::string& script, std::vector<std::string> words,
                                  const proc::Environment& environment, bool is_shown) {
  words.insert(words.begin(), {"/bin/sh", "-c", script});
  return run_in(
      *job.runtime,
      {.argv = std::move(words),
       .environment = environment,
       .directory = job.code.string(),
       .timeout = kTimeMax,
       .on_output = is_shown ? std::function([&job](std::string_view text) { job.log.bytes(text); }) : nullptr},
      job.stop.token());
}

/// Whether all three are there, as seen where the task runs.
Result<bool> are_there(const JobContext& job, const json::object& said, const proc::Environment& environment) {
  TRY(const auto looked, run_shell(job, "[ -f \"$0\" ] && [ -f \"$1\" ] && [ -d \"$2\" ]",
                                   {get_string_or(said, "binary", ""), get_string_or(said, "entry_point", ""),
                                    get_string_or(said, "working_dir", "")},
                                   environment, false));
  return looked.is_success();
}

/// The task runs what the script made, from here on.
void use(JobContext& job, const json::object& said) {
  job.python = get_string_or(said, "binary", "");
  json::object& script = ensure_object(job.task, "script");
  script["entry_point"] = get_string_or(said, "entry_point", "");
  script["working_dir"] = fs::path(get_string_or(said, "working_dir", "")).lexically_relative(code_root(job)).string();
}

}  // namespace

Result<bool> run_build_script(JobContext& job) {
  const std::string& named = job.settings.values.get("agent.custom_build_script");
  const json::object* script = get_object(job.task, "script");
  if (named.empty() || script == nullptr) return false;
  // The code is what a container of any user writes to.
  const fs::path folder = job.code / ".jarvis-build";
  const proc::Environment environment = variables_of(job, *script, folder);
  const auto skip = [&](const std::string& why) {
    job.log.line("[jarvis] agent.custom_build_script: " + why + "; the environment is made in the usual way");
    return false;
  };
  // The owner's own words: variables in them are the shell's to fill in.
  TRY(const auto found,
      run_shell(job,
                "eval \"file=$0\" && mkdir -p \"${CLEARML_CUSTOM_BUILD_OUTPUT%/*}\" && [ -f \"$file\" ] && "
                "echo \"$file\"",
                {named}, environment, false));
  if (!found.is_success()) return skip("there is no " + named);
  const std::string file = found.out.substr(0, found.out.find('\n'));
  job.log.line("[jarvis] running " + file);
  TRY(const auto ran, run_shell(job, "exec \"$0\"", {file}, environment, true));
  job.log.flush_line();
  if (!ran.is_success())
    return Error(ErrorCode::invalid_argument,
                 "agent.custom_build_script " + file + " ended with " + ran.status.to_text());
  TRY(const auto output, run_shell(job, "cat \"$CLEARML_CUSTOM_BUILD_OUTPUT\"", {}, environment, false));
  const auto said = output.is_success() ? parse_json_object(output.out) : Result<json::object>(not_found("output"));
  if (!said) return skip("it wrote no JSON into CLEARML_CUSTOM_BUILD_OUTPUT");
  TRY(const bool is_usable, are_there(job, *said, environment));
  if (!is_usable) return skip("binary, entry_point or working_dir of its output is not there");
  use(job, *said);
  return true;
}

}  // namespace jarvis::agent
