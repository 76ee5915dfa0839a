"""The examples that start tasks, run as their README says."""
import re
import sys

from conftest import project_id, tasks_of

from jarvis_fixtures import ROOT

AUTOMATION = ROOT / "examples" / "automation"


def example(person, name, *arguments, check=True):
    """Runs a copy of the example: the task records a script on its own, and not this repository."""
    copy = person.home / name
    copy.write_text((AUTOMATION / name).read_text())
    return person.command(sys.executable, str(copy), *arguments, seconds=600, check=check)


def test_a_random_search_over_copies_of_a_template(server, agents, person):
    missing = example(person, "manual_random_param_search.py", check=False)
    assert "run base_template.py once" in missing, missing
    example(person, "base_template.py", "--epochs", "3")

    printed = example(person, "manual_random_param_search.py", "--trials", "2", "--seed", "1")

    trials = [task for task in tasks_of(server, "examples/automation") if task["name"].startswith("trial ")]
    assert [task["status"] for task in trials] == ["completed", "completed"], printed
    assert len({task["hyperparams"]["Args"]["learning_rate"]["value"] for task in trials}) == 2
    assert all(task["hyperparams"]["Args"]["epochs"]["value"] == "3" for task in trials)
    assert "the best is trial" in printed, printed


def test_a_first_step_starts_the_second(server, agents, person):
    example(person, "toy_base_task.py")

    printed = example(person, "task_piping.py", "--count", "4")

    # Whatever else is printed: a warning of another thread may come before the line's end.
    second = re.search("second step is task ([0-9a-f]{32})", printed).group(1)
    done = server.wait_for_status(second, "completed", "failed", seconds=240)
    assert done["status"] == "completed" and "is 28.0" in server.log_text(second), server.log_text(second)
    values = server.call("events.get_task_single_value_metrics", tasks=[second])["tasks"][0]["values"]
    assert {"metric": "Summary", "variant": "total", "value": 28.0}.items() <= values[0].items()


def test_the_cleanup_service_runs_as_a_task_and_deletes_only_what_is_archived_and_old(server, agents, person):
    person.script('from clearml import Task\nfor name in ("old", "young"):\n    task = Task.init(project_name="cleaned", task_name=name, reuse_last_task_id=False)\n'
                  '    task.upload_artifact("numbers", [1, 2], wait_on_upload=True)\n    task.close()\n', name="makes.py")
    old, young = (task["id"] for task in tasks_of(server, "cleaned"))
    server.call("tasks.archive_many", ids=[old])

    example(person, "cleanup_service.py", "--once")
    assert old in {task["id"] for task in server.call("tasks.get_all", id=[old])["tasks"]}, "a dry run deletes nothing"
    service = tasks_of(server, "examples/automation", type=["service"])[-1]["id"]
    clone = server.call("tasks.clone", task=service, new_task_name="cleanup")["id"]
    server.call("tasks.edit_hyper_params", task=clone, hyperparams=[{"section": "General", "name": "older_than_days", "value": "0"},
                                                                    {"section": "General", "name": "dry_run", "value": "False"}])
    server.call("tasks.enqueue", task=clone, queue_name="services")

    done = server.wait_for_status(clone, "completed", "failed", seconds=240)
    log = server.log_text(clone)
    assert done["status"] == "completed" and f"deleted {old}" in log and young not in log, log
    assert server.call("tasks.get_all", id=[old])["tasks"] == []
    assert not [path for path in (server.data / "files").rglob("*") if old in str(path) and path.is_file()]
