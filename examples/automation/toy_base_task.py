"""The second step of task piping: trains on what the first step made. Run it once by hand to record it as a template."""
from clearml import Task

task = Task.init(project_name="examples/automation", task_name="second step", reuse_last_task_id=False)
settings = task.connect({"first_task_id": "", "scale": 1.0}, name="General")

if not settings["first_task_id"]:
    print("no first step: this run is the template")
else:
    first = Task.get_task(task_id=settings["first_task_id"])
    numbers = first.artifacts["numbers"].get()
    total = settings["scale"] * sum(numbers)
    task.get_logger().report_single_value("total", total)
    print(f"the total of {len(numbers)} numbers of task {first.id} is {total}")
