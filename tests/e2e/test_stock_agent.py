"""The released clearml-agent works from a queue of our server, unchanged."""
import os
import pathlib
import subprocess

from jarvis_fixtures import git_repository


def test_the_stock_agent_runs_a_task_from_our_queue(server, stock_agent, tmp_path: pathlib.Path):
    repository = git_repository(tmp_path / "repo", {"main.py": "print('run by the stock agent')\n"})
    queue = server.call("queues.create", name="stock")["id"]
    task = server.call("tasks.create", name="for the stock agent", type="training", script={
        "repository": repository, "entry_point": "main.py", "working_dir": ".", "branch": "main", "requirements": {"pip": ""}})["id"]
    server.call("tasks.enqueue", task=task, queue=queue)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CLEARML_", "TRAINS_", "JARVIS_"))}
    environment.update(HOME=str(tmp_path), CLEARML_CONFIG_FILE=str(server.conf), CLEARML_WORKER_ID="stock-worker")
    agent = subprocess.Popen([str(stock_agent), "daemon", "--queue", "stock", "--foreground"], env=environment, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, start_new_session=True)
    try:
        server.wait_for_status(task, "completed", seconds=240)
    finally:
        os.killpg(agent.pid, 15)
        agent.wait(30)
    assert "run by the stock agent" in server.log_text(task)
    assert server.task(task)["last_worker"].startswith("stock-worker")
