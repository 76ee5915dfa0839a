"""Tasks that run until they are let go, and say what they see of the machine."""
import socket

from jarvis_fixtures import wait_until

HOST = socket.gethostname()
# Says what it sees, and goes on until it is let go.
WAITS = """import os, time
names = ("NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "JARVIS_GPU_MEMORY_MB", "CLEARML_WORKER_ID")
print("SEES " + " ".join(f"{name}={os.environ.get(name)}" for name in names), flush=True)
while not os.path.exists(%r):
    time.sleep(0.05)
"""


class Work:
    """Tasks in queues that run until they are let go."""

    def __init__(self, server, directory):
        self.server, self.directory = server, directory
        directory.mkdir(parents=True, exist_ok=True)

    def add(self, queue):
        gate = self.directory / f"gate-{len(list(self.directory.iterdir()))}"
        task = self.server.call("tasks.create", name="waits", type="training", script={
            "entry_point": "main.py", "working_dir": ".", "diff": WAITS % str(gate) + "\n", "requirements": {"pip": ""}})["id"]
        (self.directory / f"{task}.gate").write_text(str(gate))
        self.server.call("tasks.enqueue", task=task, queue_name=queue)
        return task

    def sees(self, task, seconds=120):
        """What a running task sees of the machine."""
        def line():
            return next((line for line in self.server.log_text(task).splitlines() if line.startswith("SEES ")), None)

        try:
            wait_until(line, seconds, f"{task} to run")
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.server.log_text(task)}") from None
        return {name: value for name, value in (word.split("=", 1) for word in line().split()[1:])}

    def let_go(self, *tasks):
        for task in tasks:
            open((self.directory / f"{task}.gate").read_text(), "w").close()
        for task in tasks:
            self.server.wait_for_status(task, "completed")

    def waits(self, task):
        return self.server.task(task)["status"] == "queued"


def workers(server):
    return {worker["id"]: worker for worker in server.call("workers.get_all")["workers"]}
