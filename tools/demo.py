#!/usr/bin/env python3
"""./dev demo: one experiment goes all the way, on this machine, in front of your eyes.

Starts a server and an agent of its own (everything below .dev/demo), runs examples/first-experiment through the SDK,
clones it with another learning rate, lets the agent run the clone, and shows both side by side.
"""
from __future__ import annotations

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from jarvis_fixtures import Agent, Server, git_repository  # noqa: E402

DEMO = ROOT / ".dev" / "demo"
REQUIREMENTS = ["clearml==2.1.12", "scikit-learn", "joblib", "matplotlib"]
PLAIN = not sys.stdout.isatty() or "NO_COLOR" in os.environ


def paint(code: str, text: str) -> str:
    return text if PLAIN else f"\033[{code}m{text}\033[0m"


def step(text: str) -> None:
    print(paint("1;36", f"\n▶ {text}"), flush=True)


def training_python() -> pathlib.Path:
    """An environment with scikit-learn, in which the experiment is first run by hand."""
    venv = ROOT / ".dev" / "demo-venv"
    python = venv / "bin" / "python"
    marker = venv / ".complete"
    if not marker.exists():
        step("Installing scikit-learn for the first run (once)")
        environment = {**os.environ, "UV_CACHE_DIR": str(ROOT / ".dev" / "uv-cache")}
        subprocess.run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(venv)], check=True, env=environment)
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", str(python), *REQUIREMENTS], check=True, env=environment)
        marker.touch()
    return python


def make_repository() -> pathlib.Path:
    """A git repository with the example, one commit, and a change that nobody committed."""
    repository = DEMO / "repository"
    shutil.rmtree(repository, ignore_errors=True)
    git_repository(repository, {"train.py": (ROOT / "examples" / "first-experiment" / "train.py").read_text()})
    with open(repository / "train.py", "a") as script:
        script.write('print("this line was never committed, and runs on the agent all the same")\n')
    return repository


def run_by_hand(server: Server, repository: pathlib.Path) -> dict:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CLEARML_", "TRAINS_", "JARVIS_"))}
    environment.update(CLEARML_CONFIG_FILE=str(server.conf), HOME=str(DEMO / "home"))
    (DEMO / "home").mkdir(exist_ok=True)
    subprocess.run([str(training_python()), "train.py"], cwd=repository, env=environment, check=True)
    return server.call("tasks.get_all", order_by=["-created"], page=0, page_size=1)["tasks"][0]


def follow(server: Server, task_id: str, enqueued: float) -> tuple[dict, float]:
    """Prints the task's log as it comes; the finished task, and the seconds from enqueue to its first own line."""
    since, first_line = -1, 0.0
    while True:
        task = server.task(task_id)
        page = server.call("events.get_task_log", task=task_id, order="asc", navigate_earlier=False, from_timestamp=since, batch_size=1000)
        for event in page["events"]:
            since = event["timestamp"]
            for line in event["msg"].splitlines():
                is_ours = line.startswith("[jarvis]")
                if not is_ours and line.startswith("epoch 0") and not first_line:
                    first_line = time.time() - enqueued
                print("  " + (paint("2", line) if is_ours else line), flush=True)
        if task["status"] not in ("queued", "in_progress") and not page["events"]:
            return task, first_line
        time.sleep(0.1)


def value(task: dict, section: str, name: str) -> str:
    return task["hyperparams"].get(section, {}).get(name, {}).get("value", "")


def metric(task: dict, name: str, variant: str) -> str:
    for metrics in task["last_metrics"].values():
        for entry in metrics.values():
            if (entry["metric"], entry["variant"]) == (name, variant):
                return f"{entry['value']:.4f}"
    return "-"


def summary(first: dict, second: dict) -> None:
    rows = [("", "by hand", "by the agent"), ("status", first["status"], second["status"])]
    for name in ("epochs", "learning_rate", "alpha"):
        rows.append((name, value(first, "Args", name), value(second, "Args", name)))
    for name, variant in (("loss", "train"), ("accuracy", "test")):
        rows.append((f"{name} ({variant})", metric(first, name, variant), metric(second, name, variant)))
    rows.append(("artifacts", *(", ".join(a["key"] for a in t["execution"].get("artifacts", [])) or "-" for t in (first, second))))
    rows.append(("output models", *(str(len(t["models"]["output"])) for t in (first, second))))
    width = [max(len(row[i]) for row in rows) for i in range(3)]
    for number, row in enumerate(rows):
        line = "  " + "   ".join(cell.ljust(width[i]) for i, cell in enumerate(row))
        print(paint("1", line) if number == 0 else line)


def main() -> int:
    started = time.time()
    DEMO.mkdir(parents=True, exist_ok=True)
    server = Server(DEMO / "server")
    agent = None
    try:
        step("Starting the server")
        begun = time.time()
        server.start()
        print(f"  ready after {1000 * (time.time() - begun):.0f} ms at {server.api}, its data in {server.data}")

        step("Starting an agent that listens to the queue 'default'")
        begun = time.time()
        agent = Agent(DEMO / "agent", server, "default", name="demo-agent").start()
        print(f"  registered after {1000 * (time.time() - begun):.0f} ms as {agent.name}")

        repository = make_repository()
        training_python()
        step("Running the experiment by hand, through the SDK")
        first = run_by_hand(server, repository)

        step("Cloning it with a learning rate ten times as high, and putting the clone into the queue")
        clone = server.call("tasks.clone", task=first["id"], new_task_name="first experiment, learning rate 0.01")["id"]
        server.call("tasks.edit_hyper_params", task=clone, hyperparams=[{"section": "Args", "name": "learning_rate", "value": "0.01"}])
        enqueued = time.time()
        server.call("tasks.enqueue", task=clone, queue_name="default")
        second, first_line = follow(server, clone, enqueued)

        step("Side by side")
        summary(first, second)
        print(f"\n  from enqueue to the first line of the training: {first_line:.2f} s")
        print(f"  the task: {server.web}/projects/{second['project']}/tasks/{clone}  (while the demo's server runs)")
        print(f"  the whole demo: {time.time() - started:.0f} s")
        return 0 if second["status"] == "completed" else 1
    except KeyboardInterrupt:
        print("\nstopped")
        return 130
    finally:
        if agent:
            agent.stop()
        if server.process and server.process.poll() is None:
            server.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
