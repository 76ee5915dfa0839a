"""The disk of the agent's home is full: the log waits, a task fails by name, and all goes on when there is room."""
from __future__ import annotations

import os
import pathlib
import re
import subprocess

import pytest

from jarvis_fixtures import commit, fill, git_repository, wait_until


@pytest.fixture
def agent_with(server, agent_of, queue):
    """A function that enqueues tasks for an agent of its own."""
    def start(**options):
        name = queue("small-disk")
        agent_of(server, name, name=f"small-disk-{os.urandom(3).hex()}", **options)

        def enqueue(**script):
            task = server.call("tasks.create", name="on a small disk", type="training",
                               script={"entry_point": "main.py", "working_dir": ".", "requirements": {"pip": ""}, **script})["id"]
            server.call("tasks.enqueue", task=task, queue_name=name)
            return task

        return enqueue

    return start


def test_a_full_disk_delays_the_log_and_loses_nothing(server, agent_with, conf, small_disk, tmp_path):
    enqueue = agent_with(home=small_disk / "home", extra_conf=conf)
    script = (f"import os, time\nopen('{tmp_path}/pid', 'w').write(str(os.getpid()))\nprint('begun', flush=True)\nwhile not os.path.exists('{tmp_path}/full'): time.sleep(0.05)\n"
              "for i in range(30000): print('line', i, 'x' * 60)\n")
    task = enqueue(diff=script)
    wait_until(lambda: "begun" in server.log_text(task), 120, "the script")
    filler = fill(small_disk)
    (tmp_path / "full").touch()
    script_pid = int((tmp_path / "pid").read_text())
    wait_until(lambda: "pipe_write" in pathlib.Path(f"/proc/{script_pid}/wchan").read_text(), 60, "the script to wait")
    filler.unlink()

    server.wait_for_status(task, "completed")
    assert [line for line in server.log_text(task).splitlines() if line.startswith("line")] == [f"line {i} {'x' * 60}" for i in range(30000)]


def test_code_that_does_not_fit_fails_its_task_alone(server, agent_with, conf, small_disk, tmp_path):
    enqueue = agent_with(home=small_disk / "home", extra_conf=conf)
    directory = tmp_path / "large"
    git_repository(directory, {"main.py": "print('ran')\n"})
    (directory / "blob").write_bytes(os.urandom(40 << 20))
    commit(directory, "large")
    # By a server's way: a clone of a folder on the same machine would only link.
    task = enqueue(repository=f"file://{directory}", branch="main", diff="")

    ended = server.wait_for_status(task, "failed", "completed")
    assert ended["status_reason"] == "setup failed: checkout" and "No space left" in ended["status_message"] + server.log_text(task), ended
    wait_until(lambda: sum(path.stat().st_size for path in small_disk.rglob("*") if path.is_file()) < 4 << 20, 30, "what was half fetched to go")
    after = enqueue(diff="print('ran')\n")
    assert server.wait_for_status(after, "failed", "completed")["status"] == "completed", server.log_text(after)


def test_an_environment_that_does_not_fit_is_not_taken_for_a_whole_one(server, agent_with, small_disk):
    """The SDK and what it needs are larger than the disk; then the disk grows."""
    enqueue = agent_with(extra_conf=f'agent.venvs_cache {{ path: "{small_disk}", free_space_threshold_gb: 0 }}\n')
    task = enqueue(diff="import clearml\nprint('has it')\n")
    ended = server.wait_for_status(task, "failed", "completed")
    # Of uv's threads another may be the first to miss what did not fit.
    assert ended["status_reason"] == "setup failed: environment" and re.search("No space left|No such file", server.log_text(task)), ended
    wait_until(lambda: not [path for path in small_disk.iterdir() if path.is_dir()], 30, "what was half made to go")

    subprocess.run(["mount", "-o", "remount,size=1g", str(small_disk)], check=True)
    after = enqueue(diff="import clearml\nprint('has it')\n")
    assert server.wait_for_status(after, "failed", "completed")["status"] == "completed", server.log_text(after)
    assert "has it" in server.log_text(after)
