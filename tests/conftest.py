"""Fixtures of all Python tests."""
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from jarvis_fixtures import Agent, ROOT, Server  # noqa: E402


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for the tests that leave it running."""
    made = Server(tmp_path_factory.mktemp("server")).start()
    yield made
    made.kill()


@pytest.fixture
def own_server(tmp_path):
    """A server that the test may stop, kill and start again."""
    made = Server(tmp_path / "server").start()
    yield made
    if made.process and made.process.poll() is None:
        made.kill()


@pytest.fixture
def agent_of(tmp_path):
    """agent_of(server, queue...) starts a daemon that is stopped after the test."""
    made = []

    def start(server, *queues, extra_conf="", **options):
        made.append(Agent(tmp_path / f"agent{len(made)}", server, *queues, **options))
        made[-1].extra_conf = extra_conf
        return made[-1].start()

    yield start
    for agent in made:
        agent.stop()


@pytest.fixture
def small_disk(tmp_path: pathlib.Path):
    """A file system of 24 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"mounting needs privileges that are missing here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture(scope="session")
def stock_agent():
    """clearml-agent in an environment of its own."""
    venv = ROOT / ".dev" / "stock-agent"
    program = venv / "bin" / "clearml-agent"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(venv / "bin" / "pip"), "install", "-q", "clearml-agent==3.0.3", "setuptools<81"], check=True)
    return program
