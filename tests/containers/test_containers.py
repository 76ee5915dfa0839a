"""Tasks in containers, with the real docker and the real podman."""
import contextlib
import os
import pathlib
import signal
import subprocess

import pytest

from conftest import BARE, PYTHON, containers, run
from jarvis_fixtures import Agent, binary, git_repository, wait_until


def new_task(server, text="", container=None, requirements="", **script):
    fields = {"entry_point": "main.py", "working_dir": ".", "diff": text, "requirements": {"pip": requirements}, **script}
    return server.call("tasks.create", name="in a container", type="training", script=fields, container=container or {})["id"]


def start(server, engine, task):
    server.call("tasks.enqueue", task=task, queue_name=f"queue-{engine}")
    return task


def finish(server, engine, task):
    """Runs it; the task as it ended, and its log."""
    start(server, engine, task)
    ended = server.wait_for_status(task, "completed", "failed", "stopped", seconds=300)
    return ended, server.log_text(task)


WHERE = """import os, sys, six
print("python", sys.version_info[:2], "six", six.__version__)
print("os", open("/etc/os-release").read().splitlines()[0], "root", os.listdir("/").__len__())
print("inside", os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv"))
print("task", os.environ["CLEARML_TASK_ID"], "image", os.environ["CLEARML_DOCKER_IMAGE"])
open("left-behind", "w").write("x")
"""


def test_a_task_runs_in_its_container_with_its_packages_and_the_next_finds_them(server, engine, agent):
    first, text = finish(server, engine, new_task(server, WHERE, requirements="six==1.16.0"))
    assert first["status"] == "completed", text
    assert "inside True" in text and "six 1.16.0" in text and f"image {PYTHON}" in text, text
    places = [text.index(word) for word in ("] checkout", "] container ", "] environment ", "inside True", "] execute")]
    assert places == sorted(places), text
    assert "(new)" in text
    assert "six==1.16.0" in server.task(first["id"])["script"]["requirements"]["pip"]

    again, text = finish(server, engine, new_task(server, WHERE, requirements="six==1.16.0"))
    assert again["status"] == "completed" and "(reused)" in text, text
    wait_until(lambda: containers(engine, agent.home) == [], 60, "the container to go")
    wait_until(lambda: not agent.jobs(), 60, "the job to end")
    assert not list((agent.home / ".jarvis" / "jobs").rglob("left-behind")), "the job's folder is gone"


def test_an_image_without_python_and_git_gets_what_it_needs(server, engine, agent, tmp_path):
    """The checkout is made outside; the interpreter comes from the agent's shared folder, where uv keeps it."""
    pythons = agent.home / ".jarvis" / "containers" / "python"
    lend_python(pythons)
    repository = git_repository(tmp_path / "repo", {"main.py": "import sys, shutil\nprint('git', shutil.which('git'), 'prefix', sys.base_prefix)\n"})
    task = new_task(server, container={"image": BARE}, repository=repository, branch="main", binary="python3.11")
    ended, text = finish(server, engine, task)
    assert ended["status"] == "completed", text
    assert "git None" in text and f"prefix {pythons}" in text, text


def lend_python(folder: pathlib.Path) -> None:
    """A Python in uv's own folder, as its download would leave it: the distribution's, which needs only common libraries."""
    version = ".".join(map(str, __import__("sys").version_info[:3]))
    short = version.rsplit(".", 1)[0]
    root = folder / f"cpython-{version}-linux-{os.uname().machine}-gnu"
    if root.exists():
        return
    (root / "bin").mkdir(parents=True)
    (root / "lib").mkdir()
    run("cp", f"/usr/bin/python{short}", str(root / "bin"))
    (root / "bin" / "python3").symlink_to(f"python{short}")
    (root / "bin" / "python").symlink_to(f"python{short}")
    run("cp", "-r", f"/usr/lib/python{short}", str(root / "lib"))


def test_the_setup_script_is_root_and_what_it_exports_stays(server, engine, agent):
    container = {"image": PYTHON, "setup_shell_script": "id -u\necho setting up\nexport FLAVOUR=vanilla\ntouch /made-by-setup\n"}
    ended, text = finish(server, engine, new_task(server, "import os\nprint(os.environ['FLAVOUR'], os.path.exists('/made-by-setup'))\n", container))
    assert ended["status"] == "completed" and "vanilla True" in text and "setting up" in text, text

    container["setup_shell_script"] = "echo cannot >&2; exit 7"
    ended, text = finish(server, engine, new_task(server, "print(1)\n", container))
    assert ended["status"] == "failed" and ended["status_reason"] == "setup failed: container", text
    assert "exit code 7: cannot" in ended["status_message"]


def test_resources_and_variables_of_the_task_are_its_own(server, engine, agent):
    text = "import os, shutil\nprint('shm', shutil.disk_usage('/dev/shm').total, os.environ['TOKEN'])\n"
    container = {"image": PYTHON, "arguments": "--shm-size 96m -e TOKEN='two words'"}
    ended, text = finish(server, engine, new_task(server, text, container))
    assert ended["status"] == "completed" and f"shm {96 << 20} two words" in text, text


@pytest.mark.parametrize("arguments", ["--privileged", "-v /:/host", "--network container:x", "--pid=host", "-e JARVIS_API_SECRET_KEY"])
def test_hostile_arguments_are_refused_by_name(server, engine, agent, arguments):
    ended, text = finish(server, engine, new_task(server, "print('ran')\n", {"image": PYTHON, "arguments": arguments}))
    assert ended["status"] == "failed" and "ran\n" not in text, text
    assert ended["status_reason"] == "setup failed: container"
    assert "agent.docker_" in ended["status_message"], ended["status_message"]


def test_the_owner_allows_more_in_the_settings(server, engine, tmp_path):
    shared = tmp_path / "data"
    shared.mkdir()
    (shared / "numbers").write_text("42")
    queue = f"open-{engine}"
    owned = Agent(tmp_path / "open", server, queue, name=f"open-{engine}", flags=("--create-queue", f"--{engine}"))
    owned.extra_conf = f'agent {{ docker_args_filters: ["^-v$"], extra_docker_arguments: ["-e", "OWNER=${{HOME}}"], default_docker {{ image: "{PYTHON}" }} }}\n'
    owned.start()
    try:
        task = new_task(server, "import os\nprint('numbers', open('/data/numbers').read(), os.environ['OWNER'])\n",
                        {"arguments": f"-v {shared}:/data:ro"})
        server.call("tasks.enqueue", task=task, queue_name=queue)
        ended = server.wait_for_status(task, "completed", "failed", seconds=300)
        assert ended["status"] == "completed", server.log_text(task)
        assert f"numbers 42 {owned.home}" in server.log_text(task)
    finally:
        owned.stop()


def test_an_image_whose_registry_is_away_is_asked_for_again_and_named(server, engine, agent):
    ended, text = finish(server, engine, new_task(server, "print(1)\n", {"image": "localhost:9/no/such:1"}))
    assert ended["status"] == "failed" and "localhost:9/no/such:1" in ended["status_message"], text
    assert text.count(f"{engine} pull: the network failed") == 2 and "cannot be reached" in ended["status_message"], text


STUBBORN = """import os, signal, subprocess, sys, time
for i in range(3):
    subprocess.Popen(["setsid", sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"])
def on_term(*_):
    print("asked to stop", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, on_term)
print("up", flush=True)
time.sleep(600)
"""


def test_an_abort_ends_the_whole_container_and_the_script_may_still_write(server, engine, agent):
    task = start(server, engine, new_task(server, STUBBORN))
    wait_until(lambda: "\nup" in server.log_text(task), 120, "the script")
    server.call("tasks.stop", task=task)
    server.wait_for_status(task, "stopped")
    assert "asked to stop" in server.log_text(task)
    wait_until(lambda: containers(engine, agent.home) == [], 60, "the container to go")


def test_a_job_that_is_killed_leaves_no_container(server, engine, agent):
    task = start(server, engine, new_task(server, "import time\nprint('up', flush=True)\ntime.sleep(600)\n"))
    wait_until(lambda: "\nup" in server.log_text(task), 120, "the script")
    assert len(containers(engine, agent.home)) == 1
    for pid in agent.jobs():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: containers(engine, agent.home) == [], 30, "the container to go")
    ended = server.wait_for_status(task, "failed")
    assert ended["status_reason"] == "lost worker"


def test_everything_of_a_job_that_is_killed_on_this_side_leaves_no_container(server, engine, agent):
    """Also docker's or podman's program, which would have told the container that nobody holds it any more."""
    task = start(server, engine, new_task(server, "import time\nprint('up', flush=True)\ntime.sleep(600)\n"))
    wait_until(lambda: "\nup" in server.log_text(task), 120, "the script")
    for pid in agent.tree():
        with contextlib.suppress(ProcessLookupError):  # it ended with another
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: containers(engine, agent.home) == [], 180, "the container to go")
    ended = server.wait_for_status(task, "failed")
    assert ended["status_reason"] == "lost worker"


def test_a_job_by_hand_that_is_killed_leaves_no_container_and_the_next_daemon_says_so(server, engine, tmp_path):
    by_hand = Agent(tmp_path, server, f"by-hand-{engine}", name=f"by-hand-{engine}", flags=("--create-queue",)).configure()
    task = new_task(server, "import time\nprint('up', flush=True)\ntime.sleep(600)\n")
    with (tmp_path / "execute.log").open("wb") as out:
        process = subprocess.Popen([binary("jarvis-agent"), "execute", "--id", task, f"--{engine}", PYTHON], env=by_hand.environment(), stdout=out, stderr=out, start_new_session=True)
    wait_until(lambda: "\nup" in server.log_text(task), 120, "the script")
    process.kill()
    process.wait()
    wait_until(lambda: containers(engine, by_hand.home) == [], 60, "the container to go")

    by_hand.start()
    try:
        assert server.wait_for_status(task, "failed")["status_reason"] == "lost worker"
    finally:
        by_hand.stop()


@pytest.mark.parametrize("code,reason", [
    ("import sys; sys.exit(3)", "failed: exit code 3"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "failed: signal 11 (Segmentation fault)"),
])
def test_ends_have_the_names_they_have_outside(server, engine, agent, code, reason):
    ended, text = finish(server, engine, new_task(server, code + "\n"))
    assert ended["status_reason"] == reason, text


def test_a_container_that_runs_out_of_memory_says_so(server, engine, agent):
    container = {"image": PYTHON, "arguments": "--memory 64m --memory-swap 64m"}
    ended, text = finish(server, engine, new_task(server, "kept = bytearray(400 << 20)\nprint(len(kept))\n", container))
    assert ended["status_reason"] == "out of memory", text
    assert not pathlib.Path("oom").exists()  # podman leaves it where it runs


def test_a_container_that_somebody_removes_says_so(server, engine, agent):
    task = start(server, engine, new_task(server, "import time\nprint('up', flush=True)\ntime.sleep(600)\n"))
    wait_until(lambda: "\nup" in server.log_text(task), 120, "the script")
    run(engine, "rm", "--force", *containers(engine, agent.home))
    ended = server.wait_for_status(task, "failed")
    assert ended["status_reason"] == "lost container", server.log_text(task)


def test_no_secret_is_in_an_argument_list(server, engine, agent):
    task = start(server, engine, new_task(server, "import time\nprint('up', flush=True)\ntime.sleep(600)\n", {"image": PYTHON, "arguments": "-e TOKEN=hidden-away-42"}))
    wait_until(lambda: "\nup" in server.log_text(task), 120, "the script")
    lists = ""
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                lists += (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace") + "\n"
            except OSError:
                continue
    inspected = run(engine, "inspect", *containers(engine, agent.home))
    server.call("tasks.stop", task=task)
    assert "hidden-away-42" not in lists and "AUTH_TOKEN" not in lists
    assert "hidden-away-42" not in inspected and "AUTH_TOKEN" not in inspected
    server.wait_for_status(task, "stopped")


def test_an_image_built_of_a_task_runs_it_by_itself(server, engine, agent):
    task = new_task(server, "import six\nfrom clearml import Task\nTask.init()\nprint('BUILT', six.__version__)\n", requirements="six==1.16.0",
                    container={"image": PYTHON, "setup_shell_script": "echo made > /etc/made-by-setup"})
    name = f"jarvis-test/built-{engine}"
    built = agent.run("build", "--id", task, f"--{engine}", "--target", name, "--entry-point", "clone_task", timeout=600)
    assert built.returncode == 0, built.stdout + built.stderr
    access, secret = server.keys
    own = ["--ulimit=nproc=4096:4096", "--ulimit=nofile=1024:1024"]  # more than it has this machine's podman may not give
    try:
        ran = run(engine, "run", "--rm", *own, "--network=host", "--env", f"CLEARML_API_ACCESS_KEY={access}", "--env", f"CLEARML_API_SECRET_KEY={secret}", name)
        assert "BUILT 1.16.0" in ran
        copy = next(line.split()[1] for line in ran.splitlines() if line.startswith("task "))
        assert copy != task and server.task(copy)["status"] == "completed"
        assert run(engine, "run", "--rm", *own, "--entrypoint", "cat", name, "/etc/made-by-setup") == "made"
        assert secret not in run(engine, "inspect", name) and secret not in run(engine, "history", "--no-trunc", name)
    finally:
        run(engine, "rmi", "--force", name)


def test_by_hand_too(server, engine, agent):
    task = new_task(server, "print('by hand')\n")
    done = agent.run("execute", "--id", task, f"--{engine}", PYTHON)
    assert done.returncode == 0 and "by hand" in done.stdout, done.stdout + done.stderr
    assert server.task(task)["status"] == "completed"
