"""The first step of task piping: makes data, then puts a copy of the second step into a queue, to go on from there.

Run toy_base_task.py once before. `--queue` names the queue of an agent.
"""
import argparse

from clearml import Task

parser = argparse.ArgumentParser()
parser.add_argument("--queue", default="default")
parser.add_argument("--count", type=int, default=10)
args = parser.parse_args()

task = Task.init(project_name="examples/automation", task_name="first step", task_type=Task.TaskTypes.data_processing, reuse_last_task_id=False)

numbers = [number * number for number in range(args.count)]
task.upload_artifact("numbers", numbers, wait_on_upload=True)

template = Task.get_task(project_name="examples/automation", task_name="second step")
if template is None:
    raise SystemExit("There is no 'second step' yet: run toy_base_task.py once.")
second = Task.clone(source_task=template, name="second step of " + task.id, parent=task.id)
second.set_parameters({**second.get_parameters(), "General/first_task_id": task.id, "General/scale": 2.0})
Task.enqueue(second, queue_name=args.queue)
print(f"second step is task {second.id}")
