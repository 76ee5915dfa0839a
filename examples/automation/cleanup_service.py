"""Deletes archived tasks, with their artifacts and models, when their last run ended a while ago. Runs as a service.

Enqueue it (`--queue services`) for an agent in services mode; it looks once a day until it is aborted. By default it
only says what it would delete: set `General/dry_run` to False in its parameters.
"""
import argparse
import time
from datetime import datetime, timedelta, timezone

from clearml import Task

parser = argparse.ArgumentParser()
parser.add_argument("--queue", default="", help="leave this machine and go on in that queue")
parser.add_argument("--once", action="store_true", help="look once, then end")
args = parser.parse_args()

task = Task.init(project_name="examples/automation", task_name="cleanup service", task_type=Task.TaskTypes.service, reuse_last_task_id=False)
settings = task.connect({"older_than_days": 30.0, "dry_run": True, "every_hours": 24.0}, name="General")
if args.queue:
    task.execute_remotely(queue_name=args.queue)

while True:
    before = datetime.now(timezone.utc) - timedelta(days=float(settings["older_than_days"]))
    deleted = kept = 0
    for old in Task.get_tasks(task_filter={"system_tags": ["archived"], "status_changed": ["<=" + before.strftime("%Y-%m-%dT%H:%M:%S.%f")], "order_by": ["status_changed"]},
                              allow_archived=True):
        if settings["dry_run"]:
            kept += 1
            print(f"would delete {old.id} {old.name!r}")
        elif old.delete(delete_artifacts_and_models=True, skip_models_used_by_other_tasks=True, raise_on_error=False):
            deleted += 1
            print(f"deleted {old.id} {old.name!r}")
        else:
            kept += 1
            print(f"{old.id} {old.name!r} was not deleted whole: see the warnings above")
    print(f"{deleted} deleted, {kept} kept", flush=True)
    if args.once:
        break
    time.sleep(3600 * float(settings["every_hours"]))
