"""A task is a stranger: what it names, prints and sets does not lead out of its place. Containers: tests/containers."""
from __future__ import annotations

import base64
import os

import pytest

from jarvis_fixtures import commit, git_repository

SECRET = "hf_Zk3vTq8sNw2LxB"


def repository_with_link(directory, name, target):
    """main.py, and a symbolic link that leads away."""
    git_repository(directory, {"main.py": "print('RAN')\n"})
    (directory / name).symlink_to(target)
    commit(directory, "a link")
    return str(directory)


@pytest.fixture
def ran(server, agent_of, queue, conf):
    """Runs a script by an agent of its own: the task as it ended, and its log."""
    def run(script, variables=None, **fields):
        name = queue("hostile")
        agent_of(server, name, extra_conf=conf, variables=variables or {}, name=f"hostile-{os.urandom(3).hex()}")
        task = server.call("tasks.create", name="hostile", type="training",
                           script={"entry_point": "main.py", "working_dir": ".", "requirements": {"pip": ""}, **script}, **fields)["id"]
        server.call("tasks.enqueue", task=task, queue_name=name)
        ended = server.wait_for_status(task, "completed", "failed", "stopped")
        return ended, server.log_text(task)

    return run


@pytest.mark.parametrize("script", [
    {"entry_point": "../../../../../../tmp/of-a-hostile-task.py", "diff": "print('RAN')\n"},
    {"working_dir": "../../..", "diff": "print('RAN')\n"},
    {"repository": "REPOSITORY", "working_dir": "../..", "entry_point": "main.py", "diff": ""},
    {"repository": "REPOSITORY", "entry_point": "away/notebook.py", "diff": "print('RAN')\n"},
], ids=["a script's name", "its folder", "a repository's folder", "a notebook behind a link"])
def test_paths_that_lead_out_of_the_code_are_refused(ran, tmp_path, script):
    outside = tmp_path / "outside"
    outside.mkdir()
    repository = repository_with_link(tmp_path / "repository", "away", outside)
    if "repository" in script:
        script = {**script, "repository": repository, "branch": "main"}

    ended, log = ran(script)

    assert ended["status"] == "failed" and "outside of the code" in ended["status_message"], (ended, log)
    assert "RAN" not in log and not list(outside.iterdir()) and not os.path.exists("/tmp/of-a-hostile-task.py")


def test_requirements_behind_a_link_are_not_read(ran, tmp_path):
    """The agent may read what a task in its container may not."""
    told = tmp_path / "of-the-agent"
    told.write_text("not-for-the-task==1.0\n")
    repository = repository_with_link(tmp_path / "repository", "requirements.txt", told)

    ended, log = ran({"repository": repository, "branch": "main", "requirements": {}})

    assert ended["status_reason"] == "setup failed: environment" and "outside of the repository" in ended["status_message"], ended
    assert "not-for-the-task" not in log + ended["status_message"]


def test_secrets_that_a_task_prints_are_in_no_log(ran, tmp_path):
    script = ("import base64, os, sys\n"
              "secret = os.environ['HF_TOKEN']\n"
              "print('plain', secret); print('coded', base64.b64encode(secret.encode()).decode())\n"
              "print('https://ann:' + secret + '@host/x')\n"
              "sys.stdout.write(secret[:7]); sys.stdout.flush(); print(secret[7:])\n"
              "print('token', os.environ['CLEARML_AUTH_TOKEN'])\n"
              "raise SystemExit('the end ' + secret)\n")

    ended, log = ran({"diff": script}, {"HF_TOKEN": SECRET})

    assert ended["status"] == "failed" and "plain ****" in log, log
    for form in (SECRET, base64.b64encode(SECRET.encode()).decode().rstrip("="), "eyJ"):
        assert form not in log + ended["status_message"], form


def test_a_task_s_variables_do_not_become_the_agent_s(ran, tmp_path):
    """Neither a task's own section nor what its script sets reaches the programs of a later stage or another task."""
    bad = tmp_path / "bin"
    bad.mkdir()
    (bad / "git").write_text(f"#!/bin/sh\ntouch {tmp_path}/caught\nexit 1\n")
    (bad / "git").chmod(0o755)
    environment = {"Environment": {name: {"section": "Environment", "name": name, "value": value}
                                   for name, value in {"PATH": str(bad), "LD_PRELOAD": "/no/such.so", "CLEARML_API_HOST": "http://127.0.0.1:9", "HOME": str(tmp_path)}.items()}}
    repository = git_repository(tmp_path / "repository", {"main.py": "import os\nprint('PATH is', os.environ['PATH'])\nos.environ['PATH'] = '/nowhere'\n"})

    ended, log = ran({"repository": repository, "branch": "main", "diff": ""}, hyperparams=environment)

    assert ended["status"] == "completed", log
    assert f"PATH is {bad}" not in log and not (tmp_path / "caught").exists()
