"""The released `clearml` package at work: each test runs scripts as a user would, against a real server and real agents."""
import os
import pathlib
import subprocess
import sys
import textwrap
import threading

import pytest

from jarvis_fixtures import Agent, Server


class Person:
    """Somebody with the SDK, a home of their own and this server's credentials."""

    def __init__(self, server: Server, home: pathlib.Path):
        self.server, self.home = server, home
        home.mkdir(parents=True, exist_ok=True)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLEARML_", "TRAINS_", "JARVIS_"))}
        return {**kept, "HOME": str(self.home), "CLEARML_CONFIG_FILE": str(self.server.conf), "MPLBACKEND": "agg", **more}

    def command(self, *words: str, seconds: float = 600, check: bool = True, **variables: str) -> str:
        """Runs a program; what it printed."""
        done = subprocess.run(words, cwd=self.home, env=self.environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds)
        assert not check or done.returncode == 0, done.stdout
        return done.stdout

    def script(self, text: str, *arguments: str, name: str = "script.py", seconds: float = 600, check: bool = True, **variables: str) -> str:
        """Runs `text` as a script of that name in a folder without git; what it printed."""
        path = self.home / name
        path.write_text(textwrap.dedent(text))
        return self.command(sys.executable, str(path), *arguments, seconds=seconds, check=check, **variables)


@pytest.fixture
def person(server, tmp_path):
    return Person(server, tmp_path / "person")


@pytest.fixture(scope="session")
def agents(server, tmp_path_factory):
    """One agent for steps and trials, one for what starts them: started by the first test that needs them."""
    made = [Agent(tmp_path_factory.mktemp(name), server, name, name=f"agent-{name}", flags=("--create-queue",)) for name in ("default", "services")]
    starts = [threading.Thread(target=agent.start) for agent in made]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    yield made
    for agent in made:
        agent.stop()


def project_id(server: Server, name: str) -> str:
    found = server.call("projects.get_all", name=f"^{name}$", search_hidden=True)["projects"]
    assert found, f"no project {name}"
    return found[0]["id"]


def tasks_of(server: Server, project: str, **filters) -> list[dict]:
    """Tasks of a project, the oldest first."""
    return server.call("tasks.get_all", project=[project_id(server, project)], search_hidden=True, order_by=["created"], **filters)["tasks"]
