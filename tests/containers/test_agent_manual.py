"""Every command of docs/agent.md runs as it is written there, as somebody new would try it."""
import os
import re
import shlex
import socket
import subprocess

import pytest

from conftest import PYTHON, containers, run
from jarvis_fixtures import ROOT, Agent, binary, stand_in, wait_until

# Names of images that the page uses, for one that is here.
NAMED = ("ubuntu:18.04", "nvidia/cuda:10.1-cudnn7-runtime-ubuntu18.04", "python:3.12-bookworm")
BLOCKS = [block.splitlines() for block in re.findall(r"```bash\n(.*?)```", (ROOT / "docs" / "agent.md").read_text(), re.S)]


@pytest.fixture(scope="session")
def images(dockerd, tmp_path_factory):
    from conftest import has_image, image_file
    if not has_image("docker", PYTHON):
        run("docker", "import", str(image_file(PYTHON, tmp_path_factory.mktemp("image"))), PYTHON)
    mine = [name for name in NAMED if not has_image("docker", name)]
    for name in mine:
        run("docker", "tag", PYTHON, name)
    yield
    for name in mine:
        run("docker", "rmi", "--no-prune", name)


@pytest.fixture(scope="session")
def person(server, images, tmp_path_factory):
    """Somebody with a configuration on a machine with four GPUs, who has made the queues that the page names."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "gpus").write_text("device A100 81920 0 0 30\n" * 4)
    for queue in ("default", "dual_gpu", "important_jobs"):
        if not server.call("queues.get_all", name=f"^{queue}$")["queues"]:
            server.call("queues.create", name=queue)
    # Docker has no NVIDIA runtime here: the devices are named by the variable that it reads.
    made = Agent(folder, server, name=socket.gethostname() + ":0", variables={
        "JARVIS_NVML_LIBRARY": str(stand_in("fake_nvml")), "FAKE_NVML_GPUS": str(folder / "gpus"), "JARVIS_DOCKER_SKIP_GPUS_FLAG": "1", "PATH": f"{folder}:{os.environ['PATH']}"})
    made.configure()
    (folder / "jarvis-agent").symlink_to(binary("jarvis-agent"))
    yield made
    made.run("daemon", "--stop", "all")


def daemons(person):
    return re.findall(r"^- worker: (\S+)", person.run("list").stdout.split("daemons_here:")[1], re.M)


def new_task(server, queue=None):
    task = server.call("tasks.create", name="manual", type="training", script={"entry_point": "main.py", "diff": "print('hello from', __import__('os').environ.get('CLEARML_WORKER_ID'))\n", "requirements": {"pip": ""}})["id"]
    if queue:
        server.call("tasks.enqueue", task=task, queue_name=queue)
    return task


def queues_of(words):
    after = words[words.index("--queue") + 1:]
    return [word.split("=")[0] for word in after[:next((i for i, word in enumerate(after) if word.startswith("-")), len(after))]]


def in_foreground(person, words):
    """Until it is registered; then somebody presses Ctrl-C."""
    log = person.directory / "foreground.log"
    with log.open("wb") as out:
        process = subprocess.Popen(words, env=person.environment(), stdout=out, stderr=out, start_new_session=True)
    wait_until(lambda: "registered" in log.read_text() or process.poll() is not None, 60, "the daemon")
    return process, log


def of_others(server, words):
    """What a folder or an image that was built of a task is started by, with this server's keys."""
    if words[0].endswith("/run"):
        return words
    assert words[:2] == ["docker", "run"]
    keys = dict(zip(("CLEARML_API_ACCESS_KEY=...", "CLEARML_API_SECRET_KEY=..."), server.keys))
    # The server listens on this machine only.
    return [*words[:2], "--rm", "--network=host", *(word.replace("...", keys.get(word, "...")) for word in words[2:])]


@pytest.fixture(scope="session", autouse=True)
def without_the_built_image(images):
    yield
    subprocess.run(["docker", "rmi", "--force", "task-image"], capture_output=True)


@pytest.mark.parametrize("block", BLOCKS, ids=[block[-1][:60] for block in BLOCKS])
def test_commands_of_the_page_run_as_written(server, person, block):
    server.call("queues.get_default")
    expected, foreground = [], []
    task = new_task(server)
    for line in block:
        words = shlex.split(line.replace("TASK_ID", task).replace("~", str(person.home)))
        if words[0] != "jarvis-agent":
            assert "hello from" in run(*of_others(server, words), env=person.environment())
            continue
        if words[1] == "init":  # asks; and the file is there already
            key, secret = server.keys
            words += ["--overwrite", "--yes", "--api-server", server.api, "--web-server", server.web, "--files-server", server.files, "--access-key", key, "--secret-key", secret]
        if words[1] == "daemon" and "--queue" in words and "--stop" not in words:
            expected.append(queues_of(words)[0])
            if "--detached" not in words:
                foreground.append(in_foreground(person, words))
                continue
        if "--stop" in words and not daemons(person):
            started = subprocess.run(words[:-1], env=person.environment(), capture_output=True, text=True, timeout=300)
            assert started.returncode == 0, started.stderr
        done = subprocess.run(words, env=person.environment(), capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        if "--detached" in words and "--stop" not in words:
            assert "is registered" in done.stdout and os.path.isfile(done.stdout.split("Log: ")[1].splitlines()[0])
    if not any("--uptime" in line or "drain" in line for line in block):
        tasks = [new_task(server, queue) for queue in expected]
        for one in tasks:
            server.wait_for_status(one, "completed", seconds=240)
            text = server.log_text(one)
            assert "hello from " + socket.gethostname() in text
            assert ("[jarvis] container " in text) == ("--docker" in block[0])
    for process, log in foreground:
        process.terminate()
        assert process.wait(60) == 0, log.read_text()
    if daemons(person):
        assert person.run("daemon", "--stop", "all").returncode == 0
    assert daemons(person) == []
    wait_until(lambda: containers("docker", person.home) == [], what="the containers to go")


def test_no_line_of_the_page_escapes():
    page = (ROOT / "docs" / "agent.md").read_text()
    assert re.findall(r"^```(.*)$", page, re.M) == ["bash", ""] * len(BLOCKS)
    # pip installs wheels (test_wheels), and the images are built by test_images.
    others = [line.split()[:2] for line in re.findall(r"^    (\S.*)$", page, re.M)]
    assert all(words in (["pip", "install"], ["docker", "build"], ["docker", "run"]) for words in others), others


def test_the_page_says_what_the_help_says():
    helped = "".join(subprocess.run([binary("jarvis-agent"), command, "--help"], capture_output=True, text=True).stdout for command in ("daemon", "execute", "drain", "install", "build"))
    page = re.sub(r"^    docker .*", "", (ROOT / "docs" / "agent.md").read_text(), flags=re.M)
    for flag in set(re.findall(r"(--[a-z-]+)", page)) - {"--help"}:
        assert flag in helped, flag
