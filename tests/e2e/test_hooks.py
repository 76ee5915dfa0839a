"""Programs of the machine's owner and of the repository before and after the stages of a task."""
import pytest

from jarvis_fixtures import Agent, git_repository

MAIN = "import os\nprint('SCRIPT', os.path.exists('made-by-hook'))\n"


def hook(folder, name, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n" + text + "\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def run_task(server, tmp_path, conf):
    """run_task(extra_conf, files) runs a repository with these hooks of its own; the task as it ended, and its log."""
    agent = Agent(tmp_path / "person", server)

    def run(extra_conf="", hooks=None, main=MAIN):
        agent.extra_conf = conf + extra_conf
        agent.configure()
        repository = git_repository(tmp_path / f"repo{len(list(tmp_path.iterdir()))}", {"main.py": main, **{f".jarvis/hooks/{name}": "#!/bin/sh\n" + text + "\n" for name, text in (hooks or {}).items()}})
        task = server.call("tasks.create", name="hooked", type="training", script={"repository": repository, "branch": "main", "entry_point": "main.py", "working_dir": ".", "requirements": {"pip": ""}})["id"]
        agent.run("execute", "--id", task)
        return server.task(task), server.log_text(task)

    run.agent = agent
    return run


def test_hooks_of_owner_and_repository_run_around_their_stages(run_task):
    owners = run_task.agent.home / ".jarvis" / "hooks"
    hook(owners, "before-checkout", "echo OWNER before checkout of $JARVIS_TASK_ID")
    hook(owners, "after-execute", 'echo "OWNER after: $JARVIS_STAGE_ENDING"')

    task, log = run_task(hooks={"before-execute": "touch made-by-hook; echo REPOSITORY", "before-checkout": "echo NEVER"})

    assert task["status"] == "completed", log
    said = [line for line in log.splitlines() if line.split(" ")[0] in ("OWNER", "REPOSITORY", "SCRIPT", "NEVER")]
    assert said == [f"OWNER before checkout of {task['id']}", "REPOSITORY", "SCRIPT True", "OWNER after: completed"]


def test_a_hook_before_a_stage_that_fails_fails_it_and_says_which(run_task):
    hook(run_task.agent.home / ".jarvis" / "hooks", "before-environment", "echo the scratch disk is away; exit 7")

    task, log = run_task()

    assert task["status"] == "failed" and task["status_reason"] == "setup failed: environment"
    assert "before-environment: exit code 7" in task["status_message"] and "the scratch disk is away" in log and "SCRIPT" not in log


def test_a_hook_after_a_stage_runs_after_a_failure_and_changes_nothing(run_task):
    hook(run_task.agent.home / ".jarvis" / "hooks", "after-execute", 'echo "CLEANED after $JARVIS_STAGE_ENDING"; exit 1')

    task, log = run_task(main="raise SystemExit(3)\n")

    assert task["status"] == "failed" and "exit code 3" in task["status_reason"]
    assert "CLEANED after " in log and "after-execute: exit code 1" in log


def test_the_owner_may_forbid_the_repository_s(run_task):
    task, log = run_task("agent { repository_hooks: false }\n", hooks={"before-execute": "touch made-by-hook"})

    assert task["status"] == "completed" and "SCRIPT False" in log
