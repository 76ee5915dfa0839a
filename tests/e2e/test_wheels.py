"""`pip install jarvis-agent` and `pip install jarvis`, from an index of our own, as somebody new would."""
import http.server
import pathlib
import re
import subprocess
import sys
import threading

import pytest

from jarvis_fixtures import ROOT, Agent

DIST = ROOT / "dist"


def wheel(package: str) -> pathlib.Path:
    found = list(DIST.glob(f"{package}-*.whl"))
    assert len(found) == 1, f"{found}: run ./dev wheel"
    return found[0]


@pytest.fixture(scope="session")
def index(tmp_path_factory):
    """A simple index that has our wheels and nothing else."""
    folder = tmp_path_factory.mktemp("index")
    for package in ("jarvis", "jarvis_agent"):
        page = folder / "simple" / package.replace("_", "-")
        page.mkdir(parents=True)
        (page / wheel(package).name).symlink_to(wheel(package))
        (page / "index.html").write_text(f'<a href="{wheel(package).name}">{wheel(package).name}</a>')

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple"
    server.shutdown()


@pytest.fixture(scope="session")
def venv(tmp_path_factory):
    folder = tmp_path_factory.mktemp("venv") / "fresh"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


@pytest.fixture(scope="session")
def installed_agent(index, venv):
    subprocess.run([venv / "bin/pip", "install", "-q", "--isolated", "--index-url", index, "jarvis-agent"], check=True, timeout=300)
    return venv / "bin/jarvis-agent"


def test_the_agent_s_wheel_is_for_every_python_and_needs_libc_alone():
    name = wheel("jarvis_agent").name
    assert re.match(r"jarvis_agent-[0-9.]+-py3-none-manylinux_2_\d+_x86_64\.whl$", name), name


def test_the_agent_is_installed_by_pip_and_runs_a_task(installed_agent, server, tmp_path):
    assert "jarvis-agent" in subprocess.run([installed_agent, "--version"], capture_output=True, text=True, check=True).stdout
    needed = subprocess.run(["ldd", installed_agent], capture_output=True, text=True, check=True).stdout
    assert {line.split()[0].split("/")[-1].split(".so")[0] for line in needed.splitlines()} <= {"linux-vdso", "libc", "libm", "libdl", "libpthread", "ld-linux-x86-64"}, needed

    agent = Agent(tmp_path / "agent", server)
    agent.configure()
    task = server.call("tasks.create", name="from a wheel", type="training", script={"entry_point": "main.py", "diff": "print('hello from a wheel')\n", "requirements": {"pip": ""}})["id"]
    done = subprocess.run([installed_agent, "execute", "--id", task], env=agent.environment(), capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr
    assert "hello from a wheel" in server.log_text(task)


def test_its_tls_trusts_what_the_machine_trusts(installed_agent, tmp_path):
    """Nobody listens there, but a certificate store that is missing would be said first."""
    done = subprocess.run([installed_agent, "list"], env={"HOME": str(tmp_path), "JARVIS_API_HOST": "https://127.0.0.1:1", "JARVIS_API_ACCESS_KEY": "k", "JARVIS_API_SECRET_KEY": "s"}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "certificate" not in done.stderr.lower() and "127.0.0.1:1" in done.stderr


def test_the_sdk_is_installed_by_pip_and_records_an_experiment(index, venv, server, tmp_path):
    # Its one dependency comes from the index that everybody has.
    subprocess.run([venv / "bin/pip", "install", "-q", "--isolated", "--index-url", index, "--no-deps", "jarvis"], check=True, timeout=300)
    subprocess.run(["uv", "pip", "install", "-q", "--python", venv / "bin/python", "clearml==2.1.12"], check=True, timeout=600)
    person = Agent(tmp_path / "person", server).configure()
    script = "from jarvis import Task; task = Task.init('wheels', 'from a wheel'); print('TASK', task.id); task.close()"

    said = subprocess.run([venv / "bin/python", "-c", script], env=person.environment(), cwd=tmp_path, capture_output=True, text=True, timeout=400)

    assert said.returncode == 0, said.stderr
    assert server.task(said.stdout.split("TASK ")[1].split()[0])["status"] == "completed"
