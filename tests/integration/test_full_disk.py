"""A full disk: new work is refused with a reason, what was acknowledged stays, and the server goes on by itself."""
from __future__ import annotations

import os

import pytest
import requests

from jarvis_fixtures import Refused, Server, fill, free_port


def refusal(server: Server, action: str, **body) -> str:
    with pytest.raises(Refused) as refused:
        server.call(action, **body)
    assert refused.value.status == 507
    return refused.value.message


def test_writes_are_refused_and_reads_go_on_until_there_is_room_again(small_disk):
    server = Server(small_disk / "server").start()
    try:
        task = server.call("tasks.create", name="before", type="training")["id"]
        filler = fill(small_disk)

        assert "disk is full" in refusal(server, "tasks.edit", task=task, name="renamed")
        assert "disk is full" in refusal(server, "events.add", type="log", task=task, msg="line\n" * 1000)
        upload = requests.post(server.files, files={"a/b.bin": ("b.bin", b"z" * 1_000_000)}, auth=server.keys, timeout=90)
        assert upload.status_code == 507 and "disk is full" in upload.text
        assert server.task(task)["name"] == "before"

        filler.unlink()
        server.call("tasks.edit", task=task, name="renamed")
        assert server.task(task)["name"] == "renamed"
        again = requests.post(server.files, files={"a/b.bin": ("b.bin", b"z" * 1_000_000)}, auth=server.keys, timeout=90)
        assert again.status_code == 200
    finally:
        server.kill()


def test_a_server_killed_on_a_full_disk_starts_again_with_all_it_acknowledged(small_disk):
    server = Server(small_disk / "server").start()
    acknowledged = []
    try:
        filler = fill(small_disk)
        os.truncate(filler, filler.stat().st_size - 400_000)
        with pytest.raises(Refused):
            for number in range(1000):
                acknowledged.append(server.call("tasks.create", name=f"task {number}", type="training", comment="y" * 5000)["id"])
        assert acknowledged
        fill(small_disk)
        server.kill()

        server.ports[2] = free_port()  # the client configuration cannot be written anew
        server.start()

        assert {task["id"] for task in server.call("tasks.get_all", page=0, page_size=500)["tasks"]} >= set(acknowledged)
        refusal(server, "tasks.create", name="more", type="training")
    finally:
        server.kill()
