"""What works on its own: schedulers, triggers, offline sessions, tasks made from the command line, the cleanup service."""
import pathlib
import re

import pytest
from conftest import tasks_of

from jarvis_fixtures import ROOT, git_repository, wait_until

SCHEDULER = """
import datetime, threading
from clearml import Task
from clearml.automation import TaskScheduler
template = Task.create(project_name="scheduled", task_name="template", script="{script}", packages=[], add_task_init_call=False)
scheduler = TaskScheduler(sync_frequency_minutes=0.05, force_create_task_project="scheduled", force_create_task_name="scheduler")
scheduler.add_task(name="every minute", schedule_task_id=template.id, queue="waiting", minute=1, execute_immediately=True, target_project="scheduled")
called = threading.Event()
scheduler.add_task(name="a function", schedule_function=called.set, minute=1, execute_immediately=True)
thread = threading.Thread(target=scheduler.start, daemon=True)
thread.start()
assert called.wait(200), "the function was never called"
while not Task.get_tasks(task_filter=dict(parent=template.id, status=["queued"])):
    pass
print("scheduled", flush=True)
import os; os._exit(0)
"""

TRIGGER = """
import threading
from clearml import Task
from clearml.automation import TriggerScheduler
trigger = TriggerScheduler(pooling_frequency_minutes=0.05, sync_frequency_minutes=0.05, force_create_task_project="triggers", force_create_task_name="triggers")
seen = []
called = threading.Event()
def published(task_id):
    seen.append(task_id)
    called.set()
trigger.add_task_trigger(name="on publish", schedule_function=published, trigger_project="triggered", trigger_on_status=["published"])
threading.Thread(target=trigger.start, daemon=True).start()
# What was published before it looked first it does not tell of: nobody sees from here when that is.
made = []
while not called.wait(8):
    assert len(made) < 30, "no trigger"
    task = Task.create(project_name="triggered", task_name="will be published")
    task.mark_started(); task.mark_completed(); task.publish()
    made.append(task.id)
print("triggered by", seen[0] in made, flush=True)
import os; os._exit(0)
"""

OFFLINE = """
from clearml import Task
Task.set_offline(True)
task = Task.init(project_name="offline", task_name="away", reuse_last_task_id=False)
task.connect({"rate": 0.5})
task.get_logger().report_scalar("loss", "train", value=1.0, iteration=0)
task.upload_artifact("numbers", {"a": 1})
task.close()
print("session:", task.get_offline_mode_folder())
"""


def test_a_scheduler_enqueues_and_calls(server, person):
    server.call("queues.create", name="waiting")
    (person.home / "work.py").write_text("print('work')\n")

    printed = person.script(SCHEDULER.replace("{script}", str(person.home / "work.py")), name="scheduler.py")

    assert "scheduled" in printed


def test_a_trigger_fires_when_a_task_is_published(server, person):
    printed = person.script(TRIGGER, name="trigger.py")

    assert "triggered by True" in printed, printed


def test_an_offline_session_is_imported(server, person):
    printed = person.script(OFFLINE, name="offline.py", CLEARML_API_HOST="http://127.0.0.1:1")
    folder = re.search(r"session: (\S+)", printed).group(1)
    person.script(f"from clearml import Task\nprint(Task.import_offline_session({folder + '.zip'!r}))\n", name="imports.py")

    task = tasks_of(server, "offline")[-1]
    assert task["name"] == "away" and task["hyperparams"]["General"]["rate"]["value"] == "0.5"
    assert [artifact["key"] for artifact in task["execution"]["artifacts"]] == ["numbers"]
    assert server.call("events.scalar_metrics_iter_histogram", task=task["id"])["loss"]["train"]["y"] == [1.0]


def test_clearml_task_makes_a_task_of_a_repository_and_an_agent_runs_it(server, agents, person):
    repository = git_repository(person.home / "repo", {"main.py": "import sys\nprint('arguments:', sys.argv[1:])\n", "requirements.txt": "six==1.16.0\n"})

    printed = person.command("clearml-task", "--project", "command line", "--name", "made", "--repo", f"file://{repository}", "--branch", "main", "--script", "main.py",
                             "--args", "rate=0.1", "--queue", "default", "--skip-task-init")

    task = tasks_of(server, "command line", name="^made$")[-1]
    done = server.wait_for_status(task["id"], "completed", "failed", seconds=240)
    assert done["status"] == "completed", printed
    assert "0.1" in server.log_text(task["id"])
