"""The whole way: SDK, server, queue, agent and back; and every way in which a run can end."""
import contextlib
import os
import pathlib
import pty
import re
import resource
import signal
import subprocess
import sys
import time

import pytest

from jarvis_fixtures import Agent, ROOT, binary, commit, git, git_repository, wait_until

pytestmark = pytest.mark.filterwarnings("ignore")

PRINTS = """import os, sys, time
for i in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
    print("line", i, flush=True)
    time.sleep(float(os.environ.get("PAUSE", "0")))
"""


def new_task(server, repository="", entry="main.py", diff="", commit="", branch="", requirements="", binary="", **fields):
    """A draft as the SDK records it, without having run it."""
    return server.call("tasks.create", name=fields.pop("name", "a task"), type="training", script={
        "repository": repository, "entry_point": entry, "working_dir": fields.pop("working_dir", "."), "diff": diff, "version_num": commit,
        "branch": branch, "binary": binary, "requirements": {"pip": requirements}}, **fields)["id"]


def enqueue(server, task, queue="default"):
    server.call("tasks.enqueue", task=task, queue_name=queue)
    return task


@pytest.fixture(scope="module")
def agent(server, tmp_path_factory):
    made = Agent(tmp_path_factory.mktemp("agent"), server, "default", flags=("--create-queue",)).start()
    yield made
    made.stop()


def sdk_environment(server, home):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLEARML_", "TRAINS_", "JARVIS_"))}
    return {**kept, "HOME": str(home), "CLEARML_CONFIG_FILE": str(server.conf)}


SCRIPT = """import argparse
from {package} import Task
parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.5)
args = parser.parse_args()
task = Task.init(project_name="e2e", task_name="recorded", reuse_last_task_id=False)
settings = task.connect({{"depth": 2}})
for i in range(3):
    task.get_logger().report_scalar("loss", "train", value=args.rate / (i + 1), iteration=i)
task.upload_artifact("numbers", [1, 2, 3])
task.set_configuration_object("plan", config_text="a plan")
print("rate is", args.rate, "depth is", settings["depth"])
"""


@pytest.mark.parametrize("package", ["jarvis", "clearml"])
def test_a_recorded_experiment_is_cloned_changed_and_run_by_the_agent(server, agent, tmp_path, package):
    repository = git_repository(tmp_path / "repo", {"train.py": SCRIPT.format(package=package)})
    with open(tmp_path / "repo" / "train.py", "a") as script:
        script.write('print("uncommitted")\n')
    done = subprocess.run([sys.executable, "train.py"], cwd=repository, env=sdk_environment(server, tmp_path), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    original = server.call("tasks.get_all", project=[project_id(server, "e2e")], order_by=["-created"])["tasks"][0]
    assert original["status"] == "completed" and original["hyperparams"]["Args"]["rate"]["value"] == "0.5"
    assert "uncommitted" in original["script"]["diff"] and original["script"]["repository"] == repository

    clone = server.call("tasks.clone", task=original["id"], new_task_name="cloned")["id"]
    server.call("tasks.edit_hyper_params", task=clone, hyperparams=[{"section": "Args", "name": "rate", "value": "0.25"}])
    if package == "jarvis":  # not on an index yet: from the tree, as a team would from its own
        server.call("tasks.set_requirements", task=clone, requirements={"pip": f"jarvis @ file://{ROOT}/sdk/python"})
    enqueue(server, clone)
    task = server.wait_for_status(clone, "completed", "failed", "stopped", seconds=240)

    text = server.log_text(clone)
    assert task["status"] == "completed", text
    assert "rate is 0.25 depth is 2" in text and "uncommitted" in text
    curve = server.call("events.scalar_metrics_iter_histogram", task=clone)["loss"]["train"]
    assert curve["y"] == [0.25, 0.125, 0.25 / 3]
    assert [a["key"] for a in task["execution"]["artifacts"]] == ["numbers"]
    assert task["last_worker"] == agent.name
    assert task["configuration"]["plan"]["value"] == "a plan"


def project_id(server, name):
    return server.call("projects.get_all", name=f"^{name}$")["projects"][0]["id"]


def test_phases_are_in_the_log_in_order(server, agent, tmp_path):
    repository = git_repository(tmp_path / "repo", {"main.py": PRINTS})
    task = enqueue(server, new_task(server, repository))
    server.wait_for_status(task, "completed")
    text = server.log_text(task)
    places = [text.index(word) for word in ("checkout", "environment", "line 0", "line 2")]
    assert places == sorted(places), text


def test_a_script_that_was_recorded_without_git_runs(server, agent):
    task = enqueue(server, new_task(server, entry="alone.py", diff='print("all alone")\n'))
    server.wait_for_status(task, "completed")
    assert "all alone" in server.log_text(task)


def test_modules_working_directories_tags_and_branches(server, agent, tmp_path):
    repository = git_repository(tmp_path / "repo", {"pkg/__init__.py": "", "pkg/tool.py": 'import os; print("tool in", os.getcwd())\n'})
    git(tmp_path / "repo", "tag", "v1")
    (tmp_path / "repo" / "pkg" / "tool.py").write_text('print("newer")\n')
    commit(tmp_path / "repo", "second")
    script = {"repository": repository, "entry_point": "-m pkg.tool", "working_dir": ".", "tag": "v1", "requirements": {"pip": ""}}
    task = enqueue(server, server.call("tasks.create", name="a module", type="training", script=script)["id"])
    server.wait_for_status(task, "completed")
    assert "tool in" in server.log_text(task)
    latest = enqueue(server, new_task(server, repository, entry="tool.py", working_dir="pkg", branch="main"))
    server.wait_for_status(latest, "completed")
    assert "newer" in server.log_text(latest)


@pytest.mark.parametrize("fields,reason,message", [
    ({"diff": "import sys; sys.exit(3)\n"}, "exit code 3", "3"),
    ({"diff": "raise ValueError('broken on purpose')\n"}, "exit code 1", "1"),
    ({"diff": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)\n"}, "signal 11", "11"),
    ({"repository": "/no/such/repository"}, "checkout", "/no/such/repository"),
    ({"diff": "print(1)\n", "requirements": "jarvis-no-such-package==1"}, "environment", "jarvis-no-such-package"),
    ({"diff": "print(1)\n", "binary": "python3.99"}, "environment", "3.99"),
])
def test_each_failure_has_a_name_a_person_understands(server, agent, fields, reason, message):
    task = enqueue(server, new_task(server, entry="main.py", **fields))
    ended = server.wait_for_status(task, "failed", "completed")
    text = server.log_text(task)
    assert ended["status"] == "failed", text
    assert reason in ended["status_reason"], ended["status_reason"]
    assert message in ended["status_message"] + text


def test_a_commit_that_was_never_pushed_and_a_diff_that_does_not_apply(server, agent, tmp_path):
    repository = git_repository(tmp_path / "repo", {"main.py": PRINTS})
    missing = enqueue(server, new_task(server, repository, commit="a" * 40))
    broken = enqueue(server, new_task(server, repository, diff="diff --git a/main.py b/main.py\n--- a/main.py\n+++ b/main.py\n@@ -1 +1 @@\n-nothing like it\n+x\n"))
    assert "Was it pushed?" in server.wait_for_status(missing, "failed")["status_message"]
    assert "main.py" in server.wait_for_status(broken, "failed")["status_message"]


def test_stop_aborts_with_grace_and_the_task_may_still_write(server, agent):
    code = ("import signal, sys, time\n"
            "def end(*_):\n    print('saving', flush=True); time.sleep(0.5); print('saved', flush=True); sys.exit(0)\n"
            "signal.signal(signal.SIGTERM, end)\nprint('ready', flush=True)\ntime.sleep(600)\n")
    task = enqueue(server, new_task(server, entry="main.py", diff=code))
    wait_until(lambda: "ready" in server.log_text(task), 60, "the script")
    server.call("tasks.stop", task=task)
    wait_until(lambda: "saving" in server.log_text(task), what="SIGTERM")
    ended = server.wait_for_status(task, "stopped", seconds=30)
    assert "saved" in server.log_text(task) and "abort" in ended["status_reason"].lower()


def test_a_daemon_killed_and_restarted_leaves_the_job_alone(server, agent_of, tmp_path):
    agent = agent_of(server, "crash", name="crasher", flags=("--create-queue",))
    go = tmp_path / "go"
    code = f"import os, time\nfor i in range(60):\n    print('tick', i, flush=True); time.sleep(0.1)\n    while i == 30 and not os.path.exists({str(go)!r}): time.sleep(0.05)\n"
    task = enqueue(server, new_task(server, entry="main.py", diff=code), "crash")
    wait_until(lambda: "tick 3" in server.log_text(task), 60, "the job")
    job = agent.jobs()
    agent.kill()
    assert job and agent.jobs() == job
    agent.start()
    assert agent.jobs() == job
    go.touch()
    server.wait_for_status(task, "completed")
    ticks = [line for line in server.log_text(task).splitlines() if line.startswith("tick")]
    assert ticks == [f"tick {i}" for i in range(60)]
    after = enqueue(server, new_task(server, entry="main.py", diff="print('next')\n"), "crash")
    server.wait_for_status(after, "completed")


def test_a_server_killed_under_a_running_task_loses_and_doubles_nothing(own_server, agent_of):
    """JARVIS_OUTAGE_SEC=600: it is away for ten minutes, twice."""
    outage = float(os.environ.get("JARVIS_OUTAGE_SEC", 1.5))
    count = round((2 * outage + 5) / 0.02)
    agent_of(own_server)
    code = f"import time\nfor i in range({count}):\n    print('tick', i, flush=True); time.sleep(0.02)\n"
    task = enqueue(own_server, new_task(own_server, entry="main.py", diff=code))
    for _ in range(2):
        wait_until(lambda: "tick" in own_server.log_text(task), 60, "the job")
        own_server.kill()
        time.sleep(outage)  # the job must print into the outage
        own_server.start()
    # On a busy machine a tick takes longer than its sleep.
    own_server.wait_for_status(task, "completed", seconds=120 + 2 * outage)
    ticks = [line for line in own_server.log_text(task).splitlines() if line.startswith("tick")]
    assert ticks == [f"tick {i}" for i in range(count)]


def test_logs_of_ended_jobs_and_daemons_do_not_pile_up(server, tmp_path):
    agent = Agent(tmp_path, server, "piles-up", name="piles-up", flags=("--create-queue",))
    logs = agent.home / ".jarvis" / "logs"
    of_jobs = logs / agent.name
    of_jobs.mkdir(parents=True)
    for folder, count in ((logs, 150), (of_jobs, 600)):
        for i in range(count):
            (folder / f"old-{i}.log").touch()
            os.utime(folder / f"old-{i}.log", (i, i))
    agent.start()
    try:
        task = enqueue(server, new_task(server, diff="print('x')\n"), "piles-up")
        server.wait_for_status(task, "completed")

        wait_until(lambda: len(list(of_jobs.iterdir())) == 500, 30, "the oldest to go")
        assert (of_jobs / f"{task}.log").exists() and not (of_jobs / "old-0.log").exists()
        assert len(list(logs.glob("*.log"))) == 100 and (logs / "old-149.log").exists()
    finally:
        agent.stop()


def test_priority_between_queues(server, agent_of):
    for queue in ("urgent", "patient"):
        server.call("queues.create", name=queue)
    tasks = [enqueue(server, new_task(server, entry="main.py", diff="print(1)\n"), queue) for queue in ("patient", "patient", "urgent")]
    agent_of(server, "urgent", "patient", name="prior")
    started = [server.wait_for_status(task, "completed")["started"] for task in tasks]
    assert started[2] < started[0] < started[1]


def test_an_agent_that_is_stopped_never_completes_its_task(server, agent_of):
    agent = agent_of(server, "stopped agent", name="stopper", flags=("--create-queue",))
    task = enqueue(server, new_task(server, entry="main.py", diff="import time\nprint('ready', flush=True)\ntime.sleep(600)\n"), "stopped agent")
    wait_until(lambda: "ready" in server.log_text(task), 60, "the script")
    agent.process.send_signal(signal.SIGTERM)
    agent.process.wait(60)
    assert server.wait_for_status(task, "stopped", "failed", "queued")["status"] in ("stopped", "queued")
    assert not any(worker["id"] == "stopper" for worker in server.call("workers.get_all")["workers"])


def test_wrong_credentials_and_no_server_are_said_at_once(server, tmp_path):
    agent = Agent(tmp_path, server)
    agent.home.mkdir(parents=True)
    (agent.home / "jarvis.conf").write_text(f'api {{ api_server: "{server.api}", credentials {{ access_key: "x", secret_key: "y" }} }}')
    done = agent.run("daemon", "--foreground", "--queue", "default")
    assert done.returncode != 0 and "credentials" in (done.stderr + done.stdout).lower()
    (agent.home / "jarvis.conf").write_text('api { api_server: "http://127.0.0.1:9", credentials { access_key: "x", secret_key: "y" } }')
    done = agent.run("daemon", "--foreground", "--queue", "default")
    assert done.returncode != 0 and "127.0.0.1:9" in done.stderr + done.stdout


def test_init_writes_a_configuration_that_works(server, tmp_path):
    agent = Agent(tmp_path, server)
    agent.home.mkdir(parents=True)
    key, secret = server.keys
    done = agent.run("init", "--yes", "--api-server", server.api, "--web-server", server.web, "--files-server", server.files,
                     "--access-key", key, "--secret-key", secret)
    assert done.returncode == 0, done.stdout + done.stderr
    conf = agent.home / "jarvis.conf"
    assert conf.stat().st_mode & 0o777 == 0o600 and key in conf.read_text()
    shown = agent.run("config")
    assert "jarvis.conf:" in shown.stdout and secret not in shown.stdout


def init_in_a_terminal(agent, *dialogue):
    """`jarvis-agent init` as a person answers it: (what it asks, what is typed). Its exit code, and all that was shown."""
    agent.home.mkdir(parents=True)
    master, slave = pty.openpty()
    process = subprocess.Popen([binary("jarvis-agent"), "init"], env=agent.environment(), stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    shown = said = b""
    with contextlib.suppress(OSError):  # the terminal's end
        for question, answer in dialogue:
            while question.encode() not in said:
                said += os.read(master, 1000)
            shown, said = shown + said, b""
            os.write(master, answer.encode() + b"\n")
        while more := os.read(master, 1000):
            said += more
    os.close(master)
    return process.wait(60), (shown + said).decode()


def test_init_asks_and_is_answered_in_a_terminal(server, tmp_path):
    agent = Agent(tmp_path, server)
    key, secret = server.keys
    code, shown = init_in_a_terminal(agent, ("Paste the configuration", "no such@address"), ("API server", server.api), ("Web server", server.web), ("File server", ""),
                                     ("Access key", key), ("Secret key", "mistyped"), ("does not accept", key), ("Secret key", secret))
    assert code == 0, shown
    assert "no address" in shown
    assert secret not in shown, "a secret is not shown while it is typed"
    assert secret in (agent.home / "jarvis.conf").read_text()


def test_init_takes_the_configuration_that_a_server_gave_whole(server, tmp_path):
    agent = Agent(tmp_path, server)
    code, shown = init_in_a_terminal(agent, ("Paste the configuration", server.conf.read_text()))
    assert code == 0, shown
    conf = (agent.home / "jarvis.conf").read_text()
    assert all(word in conf for word in (server.api, server.web, server.files, *server.keys))


def memory_group(megabytes):
    """A cgroup with a limit, by its file for process ids; nothing where this machine lets us make none."""
    for parent, limit in ((pathlib.Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"), (pathlib.Path("/sys/fs/cgroup"), "memory.max")):
        group = parent / f"jarvis-test-{os.getpid()}"
        try:
            group.mkdir()
            (group / limit).write_text(str(megabytes << 20))
            return group
        except OSError:
            with contextlib.suppress(OSError):
                group.rmdir()
    return None


def test_a_script_that_eats_the_memory_is_told_so(server, tmp_path):
    group = memory_group(150)
    if group is None:
        pytest.skip("no memory cgroup can be made here")
    agent = Agent(tmp_path, server)
    agent.home.mkdir(parents=True)
    (agent.home / "jarvis.conf").write_text(server.conf.read_text())
    task = new_task(server, entry="main.py", diff="eaten = [bytearray(1 << 20) for _ in range(1000)]\n")
    shell = f"echo $$ > {group}/cgroup.procs; exec {binary('jarvis-agent')} execute --id {task}"
    subprocess.run(["sh", "-c", shell], env=agent.environment(), capture_output=True, timeout=300)
    group.rmdir()
    ended = server.task(task)
    assert (ended["status"], ended["status_reason"]) == ("failed", "out of memory"), server.log_text(task)


def test_a_script_that_takes_too_long_is_ended_by_name(server, tmp_path):
    agent = Agent(tmp_path, server)
    agent.home.mkdir(parents=True)
    (agent.home / "jarvis.conf").write_text(server.conf.read_text() + "agent { max_run_sec: 1 }\n")
    task = new_task(server, entry="main.py", diff="import time\nprint('up', flush=True)\ntime.sleep(600)\n")
    agent.run("execute", "--id", task)
    ended = server.task(task)
    assert (ended["status"], ended["status_reason"]) == ("failed", "timeout") and "max_run_sec" in ended["status_message"]


def test_a_job_has_a_token_of_its_own_and_not_the_agents_keys(server, agent):
    key, secret = server.keys
    code = ("import os\nfrom clearml import Task\ntask = Task.init(project_name='e2e', task_name='x')\n"
            "everything = str(dict(os.environ)) + open(os.environ['CLEARML_CONFIG_FILE']).read()\n"
            f"print('keys:', '{key}' in everything, 'secret:', any(part in everything for part in ('{secret[:20]}',)))\n"
            "task.upload_artifact('a', {'x': 1})\ntask.get_logger().report_single_value('v', 3)\nprint('project', task.get_project_name())\n")
    task = enqueue(server, new_task(server, entry="main.py", diff=code))
    ended = server.wait_for_status(task, "completed", "failed")
    text = server.log_text(task)
    assert ended["status"] == "completed", text
    assert "keys: False secret: False" in text
    assert [artifact["key"] for artifact in ended["execution"]["artifacts"]] == ["a"]


def test_keys_that_are_revoked_under_a_job_cost_no_line_once_the_settings_hold_others(server, agent_of, tmp_path):
    def new_keys():
        made = server.call("auth.create_credentials")["credentials"]
        return made["access_key"], "api.credentials {{ access_key: \"{access_key}\", secret_key: \"{secret_key}\" }}\n".format(**made)

    key, conf = new_keys()
    agent = agent_of(server, "revoked", name="revoked", flags=("--create-queue",), extra_conf=conf)
    code = ("import pathlib, time\n"
            "for name in ('before', 'without', 'after'):\n    print(name, flush=True)\n"
            f"    while not pathlib.Path({str(tmp_path)!r}, name).exists(): time.sleep(0.05)\n")
    task = enqueue(server, new_task(server, entry="main.py", diff=code), "revoked")
    wait_until(lambda: "before" in server.log_text(task), 120, "the script")
    server.call("auth.revoke_credentials", access_key=key)
    server.call("auth.end_sessions")  # else its tokens would last for a while
    (tmp_path / "before").touch()

    def refusals():
        return sum(log.read_text().count("refuses the agent's keys") for log in (agent.home / ".jarvis/logs").rglob("*.log"))

    wait_until(refusals, 60, "the job to be refused")
    assert "without" not in server.log_text(task)
    _, agent.extra_conf = new_keys()
    agent.configure()
    wait_until(lambda: "without" in server.log_text(task), 60, "the new keys to be used")
    for name in ("without", "after"):
        (tmp_path / name).touch()
    server.wait_for_status(task, "completed")
    said = [line for line in server.log_text(task).splitlines() if line in ("before", "without", "after")]
    assert said == ["before", "without", "after"] and refusals() == 1


def test_the_packages_as_installed_come_back_to_the_task_and_are_found_again(server, agent):
    task = enqueue(server, new_task(server, entry="main.py", diff="print(1)\n", requirements="six>=1.15\nclearml\n"))
    requirements = server.wait_for_status(task, "completed")["script"]["requirements"]
    assert requirements["org_pip"] == "six>=1.15\nclearml\n"
    assert re.search(r"^six==[\d.]+$", requirements["pip"], re.M), requirements["pip"]
    clone = enqueue(server, server.call("tasks.clone", task=task, new_task_name="again")["id"])
    server.wait_for_status(clone, "completed")
    assert "(reused)" in server.log_text(clone)


def test_help_is_quick_and_has_examples():
    def used():  # not the clock on the wall: others use the processor, too
        ours = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ours.ru_utime + ours.ru_stime

    before = used()
    for command in ((), ("daemon",), ("execute",), ("init",)):
        done = subprocess.run([binary("jarvis-agent"), *command, "--help"], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and "xample" in done.stdout, done.stdout
    assert used() - before < 2
