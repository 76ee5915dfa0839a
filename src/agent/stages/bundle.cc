#include "agent/stages/bundle.h"

#include <algorithm>

#include "agent/runtime/container.h"
#include "agent/stages/command.h"
#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

// Runs in the bundle's own Python, which has the SDK.
constexpr const char* kLauncher =
    R"py("""Runs the task that was built here: its code and packages are beside this file, its parameters are the server's.

The server's address and a key pair come from the environment (CLEARML_API_HOST, CLEARML_API_ACCESS_KEY,
CLEARML_API_SECRET_KEY) or from the configuration file. Arguments: reuse_task (default) or clone_task.
"""
import json
import os
import pathlib
import queue
import signal
import socket
import subprocess
import sys
import threading
import time

here = pathlib.Path(__file__).resolve().parent
built = json.loads((here / "task.json").read_text())
own = pathlib.Path.home() / "jarvis.conf"
if own.is_file():
    os.environ.setdefault("CLEARML_CONFIG_FILE", str(own))

from clearml.backend_api.session.client import APIClient  # noqa: E402

mode = (sys.argv[1:] or [built["entry"] or "reuse_task"])[0]
if mode not in ("reuse_task", "clone_task"):
    sys.exit(f"{mode}: reuse_task or clone_task")
client = APIClient()
session, tasks = client.session, client.tasks
task = tasks.clone(task=built["task"]).id if mode == "clone_task" else built["task"]
if mode == "reuse_task" and tasks.get_by_id(task=task).status in ("completed", "failed", "stopped"):
    tasks.reset(task=task)
tasks.started(task=task, force=True, status_reason="started from what was built of it")
print("task", task, flush=True)

python = str(pathlib.Path(sys.prefix) / "bin" / "python")
code = here / "code"
environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(code), os.environ.get("PYTHONPATH")])),
               "PYTHONUNBUFFERED": "1"}
for name, value in (("TASK_ID", task), ("LOG_TASK_TO_BACKEND", "0")):
    environment["CLEARML_" + name] = environment["JARVIS_" + name] = value
script = subprocess.Popen([python if word == "{python}" else word for word in built["command"]],
                          cwd=code / built["working_dir"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
stopped = []
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, _: (stopped.append(number), script.send_signal(signal.SIGTERM)))

lines, has_ended = queue.SimpleQueue(), threading.Event()


def ship():
    """What the script prints is the task's log."""
    while True:
        was_ended = has_ended.wait(2)
        records = []
        while not lines.empty():
            when, text = lines.get()
            records.append(json.dumps({"type": "log", "task": task, "timestamp": when, "level": "info",
                                       "worker": socket.gethostname(), "msg": text}))
        for start in range(0, len(records), 500):
            session.send_request("events", "add_batch", method="post", headers={"Content-Type": "application/json-lines"},
                                 data="\n".join(records[start:start + 500]))
        if was_ended:
            return


shipper = threading.Thread(target=ship)
shipper.start()
for raw in script.stdout:
    text = raw.decode(errors="replace").rstrip("\r\n")
    print(text, flush=True)
    lines.put((int(time.time() * 1000), text))
status = script.wait()
has_ended.set()
shipper.join()
if stopped:
    tasks.stopped(task=task, status_reason="stopped by a signal")
elif status == 0:
    tasks.completed(task=task)
else:
    tasks.failed(task=task, status_reason=f"exit code {status}")
sys.exit(1 if stopped or status < 0 else status)
)py";

/// An environment's programs name the folder that they were made in.
Status move_programs(const fs::path& bin, const std::string& from, const std::string& to) {
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(bin, failure)) {
    if (entry.is_symlink() || !entry.is_regular_file() || entry.file_size() > (1U << 20)) continue;
    TRY(std::string text, proc::read_file(entry.path()));
    if (text.starts_with("\x7f"
                         "ELF") ||
        text.find(from) == std::string::npos)
      continue;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    const auto mode = static_cast<mode_t>(entry.status().permissions()) & 0777U;
    CHECK_OK(proc::write_file_durably(entry.path(), text, mode));
  }
  return {};
}

std::string_view name_of(BundleTarget::Entry entry) {
  return entry == BundleTarget::Entry::clone_task   ? "clone_task"
         : entry == BundleTarget::Entry::reuse_task ? "reuse_task"
                                                    : "";
}

class BundleStage final : public Stage {
 public:
  explicit BundleStage(BundleTarget target) : target_(std::move(target)) {}
  std::string_view name() const override { return target_.is_image ? "image" : "folder"; }

  Status run(JobContext& job) override {
    const fs::path environment = job.python.parent_path().parent_path();
    if (!fs::exists(environment / "pyvenv.cfg") && !fs::exists(environment / "conda-meta"))
      return invalid_argument("there is nothing to build: the task's packages are those of " + job.python.string());
    return target_.is_image ? make_image(job, environment) : make_folder(job, environment);
  }

 private:
  static Status copy(JobContext& job, const fs::path& from, const fs::path& to) {
    CHECK_OK(proc::make_directories(to.parent_path(), 0755));
    TRY(const auto copied, proc::run({.argv = {"cp", "-a", "--reflink=auto", from.string(), to.string()},
                                      .environment = job.settings.environment},
                                     job.stop.token()));
    if (!copied.is_success()) return Error(ErrorCode::io, "copy " + from.string() + ": " + copied.last_line());
    return {};
  }

  /// The code, and what knows how to start it.
  Status write_code(JobContext& job, const fs::path& folder) const {
    const json::object* script = get_object(job.task, "script");
    if (script == nullptr) return invalid_argument("the task holds no script");
    TRY(const std::vector<std::string> command, script_command(*script, "{python}"));
    CHECK_OK(copy(job, job.code, folder / "code"));
    std::error_code failure;
    fs::remove(folder / "code" / ".git", failure);  // of a worktree: it points back to the agent's cache
    const json::object about{
        {"task", job.task.at("id")},
        {"entry", name_of(target_.entry)},
        {"command", json::value_from(command)},
        {"working_dir", fs::path(get_string_or(*script, "working_dir", ".")).relative_path().string()}};
    CHECK_OK(proc::write_file_durably(folder / "task.json", json::serialize(about) + "\n", 0644));
    return proc::write_file_durably(folder / "run.py", kLauncher, 0644);
  }

  Status make_folder(JobContext& job, const fs::path& environment) const {
    const fs::path folder = fs::absolute(target_.place);
    std::error_code failure;
    if (fs::exists(folder, failure) && !fs::is_empty(folder, failure))
      return Error(ErrorCode::conflict, folder.string() + " is not empty: name a new folder");
    CHECK_OK(proc::make_directories(folder, 0755));
    CHECK_OK(write_code(job, folder));
    CHECK_OK(copy(job, environment, folder / "venv"));
    CHECK_OK(move_programs(folder / "venv/bin", environment.string(), (folder / "venv").string()));
    CHECK_OK(proc::write_file_durably(
        folder / "run",
        "#!/bin/sh\n# Runs the task with the code and the packages of this folder.\n"
        "here=$(cd \"$(dirname \"$0\")\" && pwd)\nexec \"$here/venv/bin/python\" \"$here/run.py\" \"$@\"\n",
        0755));
    job.log.line("[jarvis] " + folder.string() + ": code/, venv/; ./run runs the task");
    return {};
  }

  /// What a Python that is not the image's own consists of, by its place in the folder that containers share.
  static std::vector<fs::path> interpreter(const JobContext& job, const fs::path& environment) {
    const auto shared = job.runtime->shared_folder();
    if (!shared) return {};
    std::vector<fs::path> out;
    std::error_code failure;
    for (const fs::path& python : {fs::read_symlink(environment / "bin/python", failure),
                                   fs::weakly_canonical(environment / "bin/python", failure)}) {
      const fs::path from_pythons = python.lexically_relative(*shared / "python");
      if (from_pythons.empty() || *from_pythons.begin() == "..") continue;
      const fs::path root = *shared / "python" / *from_pythons.begin();
      if (std::find(out.begin(), out.end(), root) == out.end()) out.push_back(root);
    }
    return out;
  }

  Status make_image(JobContext& job, const fs::path& environment) const {
    const fs::path context = job.directory / "context";
    CHECK_OK(proc::make_directories(context, 0700));
    CHECK_OK(write_code(job, context));
    const std::string identity = job.runtime->identity();
    const auto line = identity.find('\n');
    std::string file = "FROM " + identity.substr(0, line) + "\n";
    if (const std::string setup = identity.substr(line + 1); !setup.empty()) {
      CHECK_OK(proc::write_file_durably(context / "setup.sh", setup, 0644));
      file += "COPY setup.sh /opt/jarvis/setup.sh\nRUN sh /opt/jarvis/setup.sh\n";
    }
    // Under the paths they were made with: an environment's programs name them.
    std::vector<fs::path> trees = interpreter(job, environment);
    trees.push_back(environment);
    for (std::size_t i = 0; i < trees.size(); ++i) {
      const std::string name = "tree" + std::to_string(i);
      std::error_code failure;
      // A link to another version beside it stays one.
      if (fs::is_symlink(trees[i], failure)) {
        file += "RUN mkdir -p " + trees[i].parent_path().string() + " && ln -s " +
                fs::read_symlink(trees[i], failure).string() + " " + trees[i].string() + "\n";
        continue;
      }
      CHECK_OK(copy(job, trees[i], context / name));
      file += "COPY " + name + " " + trees[i].string() + "\n";
    }
    file += "COPY code /opt/jarvis/code\nCOPY run.py task.json /opt/jarvis/\n";
    file += "ENV PATH=" + (environment / "bin").string() + ":$PATH\n";
    for (const auto& [name, key] : {std::pair("API_HOST", "api.api_server"), std::pair("WEB_HOST", "api.web_server"),
                                    std::pair("FILES_HOST", "api.files_server")})
      file += "ENV CLEARML_" + std::string(name) + "=" + job.settings.server(key) + "\n";
    file += "WORKDIR /opt/jarvis/code\n";
    if (target_.entry != BundleTarget::Entry::none)
      file += "ENTRYPOINT [\"" + job.python.string() + "\", \"/opt/jarvis/run.py\"]\n";
    CHECK_OK(proc::write_file_durably(context / "Dockerfile", file, 0644));
    proc::RunOptions build{.argv = {std::string(to_string(target_.engine)), "build", "--tag", target_.place, "."},
                           .environment = job.settings.environment,
                           .directory = context.string()};
    for (const std::string& limit : limits_for(target_.engine))
      build.argv.insert(build.argv.end() - 1, "--ulimit=" + limit);
    build.on_output = [&job](std::string_view text) { job.log.bytes(text); };
    TRY(const auto built, proc::run(build, job.stop.token()));
    if (!built.is_success()) return invalid_argument("the image cannot be built: " + built.last_line());
    job.log.line("[jarvis] image " + target_.place +
                 (target_.entry == BundleTarget::Entry::none
                      ? ": the task's code and packages"
                      : ": runs the task; give it CLEARML_API_ACCESS_KEY and CLEARML_API_SECRET_KEY"));
    return {};
  }

  const BundleTarget target_;
};

}  // namespace

std::unique_ptr<Stage> make_bundle(BundleTarget target) {
  return std::make_unique<BundleStage>(std::move(target));
}

}  // namespace jarvis::agent
