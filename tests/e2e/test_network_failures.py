"""What the network fails is tried again within its stage, with a word in the task's log; a user's mistake is told at once."""
from __future__ import annotations

import http.server
import os
import pathlib
import subprocess
import threading
import zipfile

import pytest

from jarvis_fixtures import git_repository, wait_until

QUICK = "agent { network_retries: 200, network_retry_sec: 0.2 }\n"


class WeakServer:
    """Serves a folder: an index, and repositories for git's plain way over HTTP. 503 to everything while it is weak."""

    def __init__(self, folder: pathlib.Path):
        self.is_weak, self.asked = False, 0
        outer = self

        class Pages(http.server.SimpleHTTPRequestHandler):
            def __init__(handler, *arguments):
                super().__init__(*arguments, directory=str(folder))

            def do_GET(handler):
                outer.asked += 1
                if outer.is_weak:
                    handler.send_error(503)
                else:
                    super().do_GET()

            do_HEAD = do_GET

            def log_message(handler, *_):
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


def wheel(folder: pathlib.Path, name: str) -> None:
    folder.mkdir(parents=True)
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}.py", "WORD = 'from the index'\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")


@pytest.fixture
def weak(tmp_path):
    """code.git; index/weakling."""
    folder = tmp_path / "served"
    git_repository(tmp_path / "code", {"main.py": "print('ran')\n"})
    subprocess.run(["git", "clone", "-q", "--bare", tmp_path / "code", folder / "code.git"], check=True)
    subprocess.run(["git", "update-server-info"], cwd=folder / "code.git", check=True)
    wheel(folder / "index" / "weakling", "weakling")
    made = WeakServer(folder)
    yield made
    made.stop()


@pytest.fixture
def enqueued(server, agent_of, queue, conf):
    """A task with an agent of its own."""
    def begin(script, extra_conf):
        name = queue("weak")
        agent_of(server, name, extra_conf=conf + extra_conf, name=f"weak-{os.urandom(3).hex()}")
        task = server.call("tasks.create", name="weak", type="training", script={"entry_point": "main.py", "working_dir": ".", **script})["id"]
        server.call("tasks.enqueue", task=task, queue_name=name)
        return task

    return begin


def test_code_is_fetched_when_the_git_server_is_well_again(server, weak, enqueued):
    weak.is_weak = True
    task = enqueued({"repository": weak.url + "/code.git", "branch": "main", "diff": ""}, QUICK)
    wait_until(lambda: "git clone: the network failed" in server.log_text(task) and "2 of 200" in server.log_text(task), 60, "the second time")
    weak.is_weak = False

    ended = server.wait_for_status(task, "completed", "failed")
    assert ended["status"] == "completed" and "ran" in server.log_text(task), server.log_text(task)


def test_packages_are_fetched_when_the_index_is_well_again(server, weak, enqueued):
    weak.is_weak = True
    task = enqueued({"diff": "import weakling\nprint('says', weakling.WORD)\n", "requirements": {"pip": "weakling==1.0\n"}},
                    QUICK + f'agent.package_manager.extra_index_url: "{weak.url}/index"\n')
    wait_until(lambda: "the network failed" in server.log_text(task), 120, "the first failure")
    weak.is_weak = False

    ended = server.wait_for_status(task, "completed", "failed")
    assert ended["status"] == "completed" and "says from the index" in server.log_text(task), server.log_text(task)


def test_there_is_a_limit_and_the_reason_is_told(server, weak, enqueued):
    weak.is_weak = True
    task = enqueued({"repository": weak.url + "/code.git", "branch": "main", "diff": ""}, "agent { network_retries: 2, network_retry_sec: 0.1 }\n")

    ended = server.wait_for_status(task, "completed", "failed")
    assert ended["status_reason"] == "setup failed: checkout" and "503" in ended["status_message"], ended
    assert server.log_text(task).count("the network failed") == 2


def test_a_server_that_is_not_there_is_tried_again_and_a_stop_ends_that(server, weak, enqueued):
    weak.stop()
    task = enqueued({"repository": weak.url + "/code.git", "branch": "main", "diff": ""}, "agent { network_retries: 200, network_retry_sec: 60 }\n")
    wait_until(lambda: "trying again in 60 s, 1 of 200" in server.log_text(task), 60, "the first failure")

    server.call("tasks.stop", task=task)
    server.wait_for_status(task, "stopped", seconds=30)


@pytest.mark.parametrize("script, reason", [
    ({"repository": "URL/none.git", "branch": "main", "diff": ""}, "setup failed: checkout"),
    ({"repository": "URL/code.git", "version_num": "1" * 40, "diff": ""}, "setup failed: checkout"),
    ({"diff": "print(1)\n", "requirements": {"pip": "weakling==9.9\n"}}, "setup failed: environment"),
], ids=["no such repository", "no such commit", "no such package"])
def test_a_user_s_mistake_is_told_at_once(server, weak, enqueued, script, reason):
    script = {key: value.replace("URL", weak.url) if isinstance(value, str) else value for key, value in script.items()}
    task = enqueued(script, QUICK + f'agent.package_manager.extra_index_url: "{weak.url}/index"\n')

    ended = server.wait_for_status(task, "completed", "failed")
    assert ended["status"] == "failed" and ended["status_reason"] == reason, ended
    assert "the network failed" not in server.log_text(task), server.log_text(task)
