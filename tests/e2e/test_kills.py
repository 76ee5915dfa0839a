"""kill -9 of the daemon and of a task's process, in every stage. JARVIS_KILLS=100 does each so often."""
import itertools
import os
import signal
import time

import pytest

from jarvis_fixtures import Agent, wait_until

STAGES = ("before-checkout", "before-environment", "before-execute", "script")
ROUNDS = list(itertools.islice(itertools.cycle(STAGES), int(os.environ.get("JARVIS_KILLS", len(STAGES)))))
# Of the owner: waits where it is told to, for up to a minute.
HOOK = """#!/bin/sh
[ "$(cat "{hold}/$JARVIS_TASK_ID" 2>/dev/null)" = "$(basename "$0")" ] || exit 0
touch "{hold}/$JARVIS_TASK_ID.here"
i=0; while [ ! -e "{hold}/$JARVIS_TASK_ID.go" ] && [ $i -lt 1200 ]; do sleep 0.05; i=$((i + 1)); done
"""
SCRIPT = """import os, pathlib, time
at = pathlib.Path({hold!r}, os.environ["CLEARML_TASK_ID"])
print("RUNS", flush=True)
if at.read_text() == "script":
    pathlib.Path(str(at) + ".here").touch()
    while not os.path.exists(str(at) + ".go"):
        time.sleep(0.05)
print("ENDS", flush=True)
"""


@pytest.fixture(scope="module")
def held(server, conf, tmp_path_factory):
    """A daemon whose tasks wait in the stage that is wanted."""
    folder = tmp_path_factory.mktemp("kills")
    hold, hooks = folder / "hold", folder / "home" / ".jarvis" / "hooks"
    hold.mkdir()
    hooks.mkdir(parents=True)
    for stage in STAGES[:3]:
        (hooks / stage).write_text(HOOK.format(hold=hold))
        (hooks / stage).chmod(0o755)
    agent = Agent(folder, server, f"kills-{os.urandom(4).hex()}", name=f"killed-{os.urandom(4).hex()}", flags=("--create-queue",))
    agent.extra_conf = conf
    agent.start()

    class Held:
        def __init__(self):
            self.agent = agent

        def task_in(self, stage):
            task = server.call("tasks.create", name="held", type="training", script={"entry_point": "main.py", "diff": SCRIPT.format(hold=str(hold)), "requirements": {"pip": ""}})["id"]
            (hold / task).write_text(stage)
            server.call("tasks.enqueue", task=task, queue_name=agent.queues[0])
            wait_until((hold / f"{task}.here").exists, 120, f"{task} to reach {stage}")
            return task

        def let_go(self, task):
            (hold / f"{task}.go").touch()

    yield Held()
    agent.stop()


def test_a_daemon_that_is_killed_finds_its_task_again_in_every_stage(server, held):
    slowest = 0.0
    for stage in ROUNDS:
        task = held.task_in(stage)
        jobs = held.agent.jobs()
        held.agent.kill()
        seen = held.agent.log.read_text().count("a running job was found again")
        held.agent.start()
        begun = time.monotonic()
        wait_until(lambda: held.agent.log.read_text().count("a running job was found again") > seen, 30, f"the task in {stage} to be found")
        slowest = max(slowest, time.monotonic() - begun)
        assert held.agent.jobs() == jobs and len(jobs) == 1
        held.let_go(task)
        server.wait_for_status(task, "completed", seconds=120)
        log = server.log_text(task).splitlines()
        assert log.count("RUNS") == 1 and log.count("ENDS") == 1, f"{stage}: {log}"
        assert sum(line.startswith("[jarvis] checkout") for line in log) == 1, f"{stage}: {log}"
    print(f"{len(ROUNDS)} kills; the slowest adoption took {slowest:.2f} s after the daemon was registered")


def test_a_task_whose_process_is_killed_has_a_named_end_and_leaves_nothing_behind(server, held):
    for stage in ROUNDS:
        task = held.task_in(stage)
        (job,) = held.agent.jobs()
        os.kill(job, signal.SIGKILL)
        ended = server.wait_for_status(task, "failed", seconds=60)
        assert "lost" in ended["status_reason"], ended["status_reason"]
        wait_until(lambda: not held.agent.tree(), 10, f"all to be gone that the task had started")
        held.let_go(task)
        log = server.log_text(task).splitlines()
        assert log.count("RUNS") == (1 if stage == "script" else 0) and "ENDS" not in log, f"{stage}: {log}"
        runs = held.agent.home / ".jarvis" / "jobs"
        wait_until(lambda: not runs.exists() or not [path for path in runs.rglob("*") if task in path.name], 30, "the folder of the run to be removed")
    after = held.task_in("script")
    held.let_go(after)
    server.wait_for_status(after, "completed", seconds=120)
