"""dockerd is restarted under a running job: with a dockerd of this test's own, so that nobody else's containers go."""
import contextlib
import fcntl
import pathlib
import socket
import struct
import subprocess

import pytest

from conftest import PYTHON, image_file, run
from jarvis_fixtures import Agent, wait_until
from test_containers import new_task

LIVES_ONCE = """import os, pathlib, time
seen = pathlib.Path(os.environ["SEEN"])
first = not seen.exists()
seen.write_text("x")
print("first" if first else "second", "life", flush=True)
time.sleep(600 if first else 0)
"""


class Bridge:
    """A network bridge for another dockerd: without one of its own it would take or remove the machine's docker0."""

    name = "jarvis-test0"
    SET_FLAGS, ADD, REMOVE = 0x8914, 0x89A0, 0x89A1  # SIOCSIFFLAGS, SIOCBRADDBR, SIOCBRDELBR

    def __enter__(self):
        with contextlib.suppress(FileExistsError):  # a run that was killed left it
            self._ask(self.ADD)

    def __exit__(self, *_):
        self._ask(self.SET_FLAGS)  # down
        self._ask(self.REMOVE)

    def _ask(self, what: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as any_socket:
            fcntl.ioctl(any_socket, what, struct.pack("16sh14x", self.name.encode(), 0))


class Dockerd:
    """One dockerd beside the machine's."""

    def __init__(self, directory):
        self.directory = directory
        self.socket = directory / "docker.sock"
        self.environment = {"DOCKER_HOST": f"unix://{self.socket}"}

    def start(self):
        with (self.directory / "dockerd.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["dockerd", f"--host=unix://{self.socket}", f"--data-root={self.directory}/data", f"--exec-root={self.directory}/exec",
                 f"--pidfile={self.directory}/docker.pid", f"--bridge={Bridge.name}", "--iptables=false", "--ip6tables=false",
                 # Where a containerd runs that both use, each has its own containers in it.
                 "--containerd-namespace=jarvis-test", "--containerd-plugins-namespace=jarvis-test-plugins"], stdout=log, stderr=log)
        wait_until(self._answers, 60, "dockerd")

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError("dockerd ended: " + (self.directory / "dockerd.log").read_text()[-2000:])
        return subprocess.run(["docker", f"--host=unix://{self.socket}", "info"], capture_output=True).returncode == 0

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def unmount(self):
        """What it leaves mounted when it ends, the name of the host's network among it."""
        places = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
        for place in sorted((place for place in places if place.startswith(str(self.directory))), reverse=True):
            run("umount", "--lazy", place)


@pytest.fixture(scope="module")
def own_dockerd(tmp_path_factory):
    made = Dockerd(tmp_path_factory.mktemp("own"))
    with Bridge():
        made.start()
        try:
            run("docker", f"--host=unix://{made.socket}", "import", str(image_file(PYTHON, tmp_path_factory.mktemp("image"))), PYTHON)
            yield made
        finally:
            made.stop()
            made.unmount()


@contextlib.contextmanager
def agent_of(server, dockerd, directory, name, *flags):
    agent = Agent(directory / name, server, name, name=name, flags=("--create-queue", "--docker", PYTHON, *flags), variables=dockerd.environment)
    agent.start()
    try:
        yield agent
    finally:
        agent.stop()


def run_until_up(server, queue, text, container=None):
    task = new_task(server, text, container)
    server.call("tasks.enqueue", task=task, queue_name=queue)
    wait_until(lambda: "life" in server.log_text(task), 120, "the script")
    return task


def test_a_task_says_that_it_went_with_its_container_and_the_next_one_runs(server, own_dockerd, tmp_path):
    with agent_of(server, own_dockerd, tmp_path, "restarted"):
        task = run_until_up(server, "restarted", "import time\nprint('a life', flush=True)\ntime.sleep(600)\n")
        own_dockerd.stop()
        ended = server.wait_for_status(task, "failed")
        assert ended["status_reason"] == "lost container", server.log_text(task)
        assert "restart of docker" in ended["status_message"]

        own_dockerd.start()
        after = run_until_up(server, "restarted", "print('another life')\n")
        assert server.wait_for_status(after, "completed", "failed")["status"] == "completed", server.log_text(after)


def test_a_service_goes_on_in_a_new_container(server, own_dockerd, tmp_path):
    with agent_of(server, own_dockerd, tmp_path, "goes-on", "--services-mode", "--restart", "on-failure") as agent:
        shared = agent.home / ".jarvis" / "containers" / "seen"
        task = run_until_up(server, "goes-on", LIVES_ONCE, {"image": PYTHON, "arguments": f"-e SEEN={shared}"})
        own_dockerd.stop()
        wait_until(lambda: "lost container; restart 1" in server.log_text(task), 60, "the loss to be seen")
        own_dockerd.start()
        ended = server.wait_for_status(task, "completed", "failed", "stopped", seconds=180)
        text = server.log_text(task)
        assert ended["status"] == "completed", text
        assert text.count("first life") == 1 and text.count("second life") == 1, text
