"""Random search by hand: copies of the template, each with its own hyperparameters, into a queue; the best at the end.

Run base_template.py once before. An agent must listen to the queue: `jarvis-agent daemon --queue default`.
"""
import argparse
import random
import time

from clearml import Task

parser = argparse.ArgumentParser()
parser.add_argument("--trials", type=int, default=5)
parser.add_argument("--queue", default="default")
parser.add_argument("--seed", type=int, default=None)
args = parser.parse_args()

search = Task.init(project_name="examples/automation", task_name="random search", task_type=Task.TaskTypes.optimizer, reuse_last_task_id=False)
template = Task.get_task(project_name="examples/automation", task_name="base template")
if template is None:
    raise SystemExit("There is no 'base template' yet: run base_template.py once.")

space = {
    "Args/learning_rate": lambda dice: round(10 ** dice.uniform(-3, 0), 5),
    "Args/l2": lambda dice: dice.choice([0.0, 0.001, 0.01, 0.1]),
    "Args/batch_size": lambda dice: dice.choice([16, 32, 64, 128]),
}

dice = random.Random(args.seed)
trials = []
for number in range(args.trials):
    trial = Task.clone(source_task=template, name=f"trial {number}", parent=search.id)
    chosen = {name: pick(dice) for name, pick in space.items()}
    trial.set_parameters({**trial.get_parameters(), **chosen})
    Task.enqueue(trial, queue_name=args.queue)
    trials.append(trial)
    print(f"trial {number}: {chosen} is task {trial.id}")

# Trials run as many at a time as agents have room; the search only watches.
waiting = list(trials)
while waiting:
    time.sleep(2)
    ended = [trial for trial in waiting if trial.get_status() in ("completed", "failed", "stopped", "published")]
    for trial in ended:
        waiting.remove(trial)
        print(f"{trial.name}: {trial.get_status()}, {len(waiting)} to go")

results = []
for trial in trials:
    loss = trial.get_last_scalar_metrics().get("loss", {}).get("test", {}).get("last")
    if loss is not None:
        results.append((loss, trial))
if not results:
    raise SystemExit("No trial reported a loss: see their logs.")
results.sort(key=lambda result: result[0])
for place, (loss, trial) in enumerate(results):
    search.get_logger().report_scalar("loss by place", "test", value=loss, iteration=place)
best_loss, best = results[0]
search.set_parameter("best/task", best.id)
print(f"the best is {best.name} ({best.id}): test loss {best_loss:.4f}")
