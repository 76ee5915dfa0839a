"""What is deleted is gone: events at once, files in the background, whatever the server goes through."""
import os

import pytest
import requests

from jarvis_fixtures import Refused, wait_until


@pytest.fixture
def task(server):
    """A completed task with an artifact, a model and a debug image on the file server; its id."""
    task_id = server.call("tasks.create", name="train", type="training")["id"]
    server.call("tasks.started", task=task_id)
    urls = {kind: upload(server, f"vision/train.{task_id}/{kind}/x.bin") for kind in ("artifacts", "models", "metrics")}
    server.call("tasks.add_or_update_artifacts", task=task_id, artifacts=[{"key": "x", "type": "custom", "uri": urls["artifacts"]},
                                                                         {"key": "far", "type": "custom", "uri": "s3://bucket/far.bin"}])
    model = server.call("models.create", name="net", uri=urls["models"], task=task_id, ready=False)["id"]
    server.call("tasks.add_or_update_model", task=task_id, name="net", model=model, type="output")
    event = {"task": task_id, "type": "training_debug_image", "metric": "m", "variant": "v", "iter": 1, "url": urls["metrics"], "key": "x"}
    server.call("events.add", **event)
    server.call("tasks.completed", task=task_id)
    return task_id


def token(server):
    return {"Authorization": f"Bearer {server.call('auth.login')['token']}"}


def upload(server, path: str) -> str:
    answer = requests.post(server.files, files={path: (path, b"bytes")}, headers=token(server), timeout=30)
    assert answer.status_code == 200
    return f"{server.files}/{path}"


def files_of(server, task_id: str) -> list[str]:
    return [os.path.join(folder, name) for folder, _, names in os.walk(server.data / "files") for name in names if task_id in folder]


def test_a_deleted_task_takes_its_files_along(server, task):
    other = upload(server, "vision/other.0123/artifacts/x.bin")
    assert len(files_of(server, task)) == 3

    answer = server.call("tasks.delete", task=task, return_file_urls=True)

    assert answer["deleted"] and answer["deleted_models"] == 1
    assert answer["files"] == {"scheduled": 3, "not_deleted": ["s3://bucket/far.bin"]}
    assert answer["urls"]["event_urls"] == [] and len(answer["urls"]["artifact_urls"]) == 2
    wait_until(lambda: not files_of(server, task), 30, "the files to be deleted")
    wait_until(lambda: not any(task in name for name in os.listdir(server.data / "files" / "vision")), 30, "the task's folder to be deleted")
    assert requests.get(other, headers=token(server), timeout=30).status_code == 200
    wait_until(lambda: server.call("organization.get_deletion_status") == {"waiting": 0, "failed": []}, 30, "the list to be empty")


def test_files_stay_when_the_request_says_so(server, task):
    assert server.call("tasks.delete", task=task, delete_external_artifacts=False)["files"]["scheduled"] == 0
    assert len(files_of(server, task)) == 3


def test_a_task_cannot_have_the_files_of_others_deleted(server, task):
    thief = server.call("tasks.create", name="thief", type="training")["id"]
    server.call("tasks.started", task=thief)
    victim = f"{server.files}/vision/train.{task}/artifacts/x.bin"
    server.call("tasks.add_or_update_artifacts", task=thief, artifacts=[{"key": "x", "type": "custom", "uri": victim}])

    answer = server.call("tasks.delete", task=thief, force=True)

    assert answer["files"] == {"scheduled": 0, "not_deleted": [victim]}
    assert len(files_of(server, task)) == 3


def test_a_deletion_goes_on_after_the_server_was_killed(server, task):
    server.call("tasks.delete", task=task)
    server.kill()
    server.start()
    wait_until(lambda: not files_of(server, task), 30, "the files to be deleted")
    with pytest.raises(Refused):
        server.task(task)


def test_what_a_task_makes_again_after_its_reset_stays(server, task):
    server.call("tasks.reset", task=task, force=True)
    upload(server, f"vision/train.{task}/artifacts/x.bin")
    wait_until(lambda: server.call("organization.get_deletion_status")["waiting"] == 0, 30, "the list to be empty")
    assert [name for name in files_of(server, task) if "artifacts" in name]


def test_a_list_is_downloaded_by_a_plain_link(server):
    for name in ("first", "second"):
        server.call("tasks.create", name=name, type="training")
    prepared = server.call("organization.prepare_download_for_get_all", only_fields=["name", "status"], order_by=["name"], name="^(first|second)$")
    answer = requests.get(f"{server.api}/organization.download_for_get_all", params={**prepared, "project": "my/../project\n"},
                          auth=server.keys, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my_.._project_.csv"'
    assert answer.text.split("\r\n") == ["name,status", "first,created", "second,created", ""]


def test_a_batch_of_updates_is_lines(server):
    ids = [server.call("tasks.create", name="before", type="training")["id"] for _ in range(2)]
    lines = "".join(f'{{"task": "{task_id}", "name": "after"}}\n' for task_id in ids)
    answer = requests.post(f"{server.api}/tasks.update_batch", data=lines, auth=server.keys, timeout=30,
                           headers={"Content-Type": "application/json-lines"})
    assert answer.json()["data"] == {"updated": 2}
    assert {server.task(task_id)["name"] for task_id in ids} == {"after"}
