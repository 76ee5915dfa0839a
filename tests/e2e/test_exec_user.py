"""Scripts on the machine itself that run as another user than the agent."""
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from jarvis_fixtures import Agent

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts programs as others")

SAYS = """import os, pathlib, subprocess
pathlib.Path("written").write_text("x")
print("SAYS", os.getuid(), os.getgid(), os.environ["USER"], os.environ["HOME"], os.environ.get("LD_LIBRARY_PATH"), flush=True)
print("CODE", os.stat("written").st_uid, "CONF", os.access(os.environ["CLEARML_CONFIG_FILE"], os.R_OK))
print("ROOT", os.access("/etc/shadow", os.R_OK), open("/proc/self/status").read().split("Groups:")[1].split("\\n")[0].split())
from clearml import Task
print("PROJECT", Task.init(project_name="e2e", task_name="x").get_project_name())
"""


@pytest.fixture
def home():
    """As agent.home and the caches of such an agent are: everybody may enter."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="jarvis-exec-user-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def run_task(server, home, queue):
    agents = []

    def run(user, text=SAYS, home=home, **variables):
        name = queue("users")
        agent = Agent(home / name, server, name, name=name, home=home / "home", variables={"CLEARML_AGENT_EXEC_USER": user, **variables})
        # The distribution's, which everybody may run; the one that is on PATH may lie in root's home.
        agent.extra_conf = 'agent.python_binary: "/usr/bin/python3"\n'
        agents.append(agent.start())
        task = server.call("tasks.create", name="a task", type="training", script={"entry_point": "main.py", "diff": text, "requirements": {"pip": ""}})["id"]
        server.call("tasks.enqueue", task=task, queue_name=name)
        ended = server.wait_for_status(task, "completed", "failed", "stopped", seconds=300)
        return ended, server.log_text(task)

    yield run
    for agent in agents:
        agent.stop()


def test_a_script_runs_as_the_user_that_the_owner_names_and_has_no_rights_of_root_s(run_task):
    ended, log = run_task("nobody", LD_LIBRARY_PATH="/opt/of-the-owner")

    assert ended["status"] == "completed", log
    assert "SAYS 65534 65534 nobody /nonexistent /opt/of-the-owner" in log, log
    assert "CODE 65534 CONF True" in log and "ROOT False ['65534']" in log and "PROJECT" in log, log


def test_a_user_that_there_is_not_and_a_folder_that_it_does_not_reach_are_told_by_name(run_task, tmp_path):
    ended, log = run_task("nobody-of-that-name", "print('ran')\n")
    assert ended["status_reason"] == "setup failed: execute" and "no user 'nobody-of-that-name'" in ended["status_message"], log

    tmp_path.chmod(0o700)
    ended, log = run_task("nobody", "print('ran')\n", home=tmp_path)
    assert ended["status_reason"] == "setup failed: execute" and "does not reach" in ended["status_message"], log


def test_only_root_starts_scripts_as_others(server, home):
    """By an agent that nobody runs, of a task that is to run as root."""
    agent = Agent(home / "agent", server, name="of-nobody", home=home / "home", variables={"JARVIS_AGENT_EXEC_USER": "root"}).configure()
    task = server.call("tasks.create", name="a task", type="training", script={"entry_point": "main.py", "diff": "print('ran')\n", "requirements": {"pip": ""}})["id"]
    subprocess.run(["chown", "-R", "nobody", str(home)], check=True)
    environment = {**agent.environment(), "UV_CACHE_DIR": str(home / "uv")}
    program = home / "jarvis-agent"
    shutil.copy(agent.program, program)
    subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(program), "execute", "--id", task],
                   env=environment, cwd="/", capture_output=True, timeout=300)
    ended = server.task(task)
    assert ended["status_reason"] == "setup failed: execute" and "only an agent that root runs" in ended["status_message"], server.log_text(task)
