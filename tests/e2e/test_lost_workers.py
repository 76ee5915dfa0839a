"""A machine dies under a task: daemon, job and script end at once, and nobody reports any more."""
import contextlib
import os
import signal

import pytest

from jarvis_fixtures import Server, wait_until
from work import Work


@pytest.fixture
def queueing_server(tmp_path):
    made = Server(tmp_path / "server", "--on-lost-worker", "queue").start()
    yield made
    made.kill()


def lose_power(agent):
    tree = agent.tree()
    agent.kill()
    for pid in tree:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not agent.jobs(), 10, "the job to be gone")


def pass_a_century(server, task):
    """For what the server knows of the task's last reports."""
    for field in ("last_update", "last_worker_report"):
        server.sql(f"""UPDATE task_docs SET doc = replace(doc, '"{field}":"20', '"{field}":"19') WHERE id = '{task}'""")
    server.sql(f"UPDATE tasks SET last_update = '1999' WHERE id = '{task}'")


def test_a_task_whose_machine_died_runs_again_on_another(queueing_server, agent_of, tmp_path, conf):
    server = queueing_server
    dies = agent_of(server, "line", name="dies", flags=("--create-queue",), extra_conf=conf)
    work = Work(server, tmp_path / "work")
    task = work.add("line")
    assert work.sees(task)["CLEARML_WORKER_ID"] == "dies"

    lose_power(dies)
    pass_a_century(server, task)

    # A server that has just been started gives everybody a minute to report.
    lost = server.wait_for_status(task, "queued", seconds=120)
    assert lost["status_reason"] == "lost worker" and "Lost so far: 1 time." in lost["status_message"]
    agent_of(server, "line", name="lives", extra_conf=conf)
    server.wait_for_status(task, "in_progress")
    work.let_go(task)
    assert server.task(task)["last_worker"] == "lives"
