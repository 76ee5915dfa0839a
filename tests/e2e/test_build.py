"""`jarvis-agent build`: what is built of a task runs without the agent."""
import subprocess

import pytest

from jarvis_fixtures import Agent, git_repository

SCRIPT = """import argparse, iniconfig
from clearml import Task
parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.5)
task = Task.init(project_name="build", task_name="built")
args = parser.parse_args()
task.get_logger().report_scalar("loss", "train", value=args.rate, iteration=1)
print("RATE", args.rate, "HAS", iniconfig.__name__)
"""


@pytest.fixture
def person(server, tmp_path):
    """Somebody with a configuration, and no daemon."""
    return Agent(tmp_path / "person", server).configure()


def new_task(server, tmp_path, rate):
    repository = git_repository(tmp_path / "repo", {"src/train.py": SCRIPT})
    task = server.call("tasks.create", name="built", type="training", script={
        "repository": repository, "branch": "main", "entry_point": "train.py", "working_dir": "src", "requirements": {"pip": "iniconfig==2.0.0"}})["id"]
    server.call("tasks.edit_hyper_params", task=task, hyperparams=[{"section": "Args", "name": "rate", "value": rate}])
    return task


def test_a_folder_holds_code_packages_and_a_launcher(server, person, tmp_path):
    task = new_task(server, tmp_path, "0.25")
    target = tmp_path / "out"
    built = person.run("build", "--id", task, "--target", str(target))
    assert built.returncode == 0, built.stdout + built.stderr
    assert server.task(task)["status"] == "created", "to build is not to run"
    assert not (target / "code" / ".git").exists()
    pip = subprocess.run([target / "venv/bin/pip", "--version"], capture_output=True, text=True)
    assert str(target) in pip.stdout, "programs name the folder that they are in"

    ran = subprocess.run([target / "run"], env=person.environment(), capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0 and "RATE 0.25 HAS iniconfig" in ran.stdout, ran.stdout + ran.stderr
    assert server.task(task)["status"] == "completed"
    assert "RATE 0.25" in server.log_text(task)

    # Once more, as a copy; the task itself stays as it is.
    ran = subprocess.run([target / "run", "clone_task"], env=person.environment(), capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    copy = next(line.split()[1] for line in ran.stdout.splitlines() if line.startswith("task "))
    assert copy != task and server.task(copy)["status"] == "completed"


def test_a_folder_that_is_in_use_and_a_task_that_cannot_be_built_are_refused(server, person, tmp_path):
    task = new_task(server, tmp_path, "1")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    refused = person.run("build", "--id", task, "--target", str(tmp_path / "full"))
    assert refused.returncode == 1 and "is not empty" in refused.stderr
    assert person.run("build", "--id", "0" * 32, "--target", str(tmp_path / "new")).returncode == 2
    entry = person.run("build", "--id", task, "--target", str(tmp_path / "new"), "--entry-point", "reuse_task")
    assert entry.returncode == 2 and "--docker" in entry.stderr


def test_another_python_than_the_recorded_one_can_be_asked_for(server, person, tmp_path):
    task = new_task(server, tmp_path, "1")
    refused = person.run("build", "--id", task, "--target", str(tmp_path / "new"), "--python-version", "3.99")
    assert refused.returncode == 1 and "Python 3.99 was not found" in refused.stderr


def test_the_flags_of_execute_count_here_too(server, person, tmp_path):
    """Those that say how a task runs are of no effect on what is built, and are taken as people write them."""
    task = new_task(server, tmp_path, "1")
    built = person.run("build", "--id", task, "--target", str(tmp_path / "out"), "--cpu-only", "-O", "--log-level", "DEBUG", "--git-user", "ann", "--git-pass", "hunter22-of-ann")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "hunter22-of-ann" not in built.stdout + built.stderr
    refused = person.run("build", "--id", task, "--target", str(tmp_path / "other"), "--gpus", "none,9")
    assert refused.returncode != 0 and not (tmp_path / "other").exists(), refused.stdout + refused.stderr
