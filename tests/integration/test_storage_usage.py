"""What uses the disk, of files that were really uploaded and events that were really sent."""
import requests

from jarvis_fixtures import wait_until


def upload(server, path, size):
    token = server.call("auth.login")["token"]
    answer = requests.post(server.files, files={path: (path, b"x" * size)}, headers={"Authorization": f"Bearer {token}"}, timeout=30)
    assert answer.status_code == 200
    return f"{server.files}/{path}"


def usage(server, **body):
    """As it is by a measurement that has begun after this call."""
    begun = server.call("server.info")["server_time"]
    server.call("organization.get_storage_usage", refresh=True)

    def measured():
        answer = server.call("organization.get_storage_usage", **body)
        dates = answer["measured"].values()
        return answer if all(date and date >= begun for date in dates) else None

    return wait_until(measured, 60, "a measurement")


def test_uploads_count_for_their_task_its_project_and_those_above(own_server):
    project = own_server.call("projects.create", name="vision/cats")["id"]
    above = own_server.call("projects.get_all", name="^vision$")["projects"][0]["id"]
    task = own_server.call("tasks.create", name="train", type="training", project=project)["id"]
    small = own_server.call("tasks.create", name="small", type="training", project=above)["id"]
    own_server.call("tasks.started", task=task)
    own_server.call("events.add_batch", type="log", task=task, msg="said " * 1000)
    sizes = {"artifacts": 1000, "models": 20000, "metrics": 300}
    urls = {kind: upload(own_server, f"vision/cats/train.{task}/{kind}/x.bin", size) for kind, size in sizes.items()}
    upload(own_server, f"vision/small.{small}/artifacts/y.bin", 7)
    upload(own_server, "elsewhere/z.bin", 50)

    answer = usage(own_server)

    rows = {row["name"]: row for row in answer["projects"]}
    assert rows["vision/cats"]["artifacts"] == 1000 and rows["vision/cats"]["models"] == 20000 and rows["vision/cats"]["debug_images"] == 300
    assert rows["vision/cats"]["files"] == 3 and rows["vision/cats"]["logs"] > 0
    assert rows["vision"]["artifacts"] == 1007 and rows["vision"]["files"] == 4
    assert rows["vision"]["own_bytes"] == 7
    assert [row["id"] for row in answer["tasks"]] == [task, small] and answer["tasks"][0]["project"] == {"id": project, "name": "vision/cats"}
    assert answer["of_no_task"] == {"bytes": 50, "files": 1}
    (alone,) = own_server.call("organization.get_storage_usage", projects=[above], include_subprojects=False)["projects"]
    assert alone["name"] == "vision" and alone["artifacts"] == 7

    requests.delete(urls["models"], headers={"Authorization": f"Bearer {own_server.call('auth.login')['token']}"}, timeout=30).raise_for_status()
    own_server.call("tasks.delete", task=small, force=True)
    wait_until(lambda: own_server.call("organization.get_deletion_status")["waiting"] == 0, 30, "the files to be deleted")

    answer = usage(own_server)
    assert [row["id"] for row in answer["tasks"]] == [task]
    assert answer["total"]["models"] == 0 and answer["total"]["artifacts"] == 1000 and answer["total"]["files"] == 2
