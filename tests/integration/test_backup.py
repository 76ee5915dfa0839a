"""backup, restore and check: the data as a whole, beside a running server."""
import json
import os
import subprocess
import time
import uuid

import pytest
import requests

from jarvis_fixtures import Server, binary, is_on_postgres, postgres


def command(server, *words):
    database = ["--database", server.database] if server.database else []
    return subprocess.run([binary("jarvis-server"), *words, "--data-dir", str(server.data), *database],
                          capture_output=True, text=True, timeout=120)


def upload(server, path, content):
    answer = requests.post(f"{server.files}/", files={path: (path, content)}, auth=server.keys, timeout=60)
    assert answer.status_code == 200, answer.text


def download(server, path, keys):
    return requests.get(f"{server.files}/{path}", auth=keys, timeout=60)


@pytest.mark.skipif(is_on_postgres(), reason="pg_dump saves that database")
def test_a_backup_of_a_running_server_becomes_another_server_with_everything(own_server, tmp_path):
    task = own_server.call("tasks.create", name="saved", type="training")["id"]
    upload(own_server, f"project/saved.{task}/artifacts/model.bin", b"weights")
    first = command(own_server, "backup", "--to", str(tmp_path / "backup"))
    assert first.returncode == 0 and "done: 1 files" in first.stdout, first.stderr

    later = own_server.call("tasks.create", name="later", type="training")["id"]
    upload(own_server, f"project/later.{later}/artifacts/model.bin", b"more weights")
    again = command(own_server, "backup", "--to", str(tmp_path / "backup"))
    assert again.returncode == 0 and "done: 2 files" in again.stdout, again.stderr
    keys = own_server.keys
    own_server.kill()

    copy = Server(tmp_path / "copy")
    restored = command(copy, "restore", "--from", str(tmp_path / "backup"))
    assert restored.returncode == 0, restored.stderr
    copy.start()
    try:
        assert copy.keys == keys and copy.task(later)["name"] == "later" and copy.task(task)["name"] == "saved"
        assert download(copy, f"project/later.{later}/artifacts/model.bin", keys).content == b"more weights"
        onto_itself = command(copy, "restore", "--from", str(tmp_path / "backup"))
        assert onto_itself.returncode == 1 and "--data-dir" in onto_itself.stderr
    finally:
        copy.kill()


def test_what_is_no_backup_or_no_place_for_one_is_said(own_server, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("mine")
    done = command(own_server, "backup", "--to", str(tmp_path / "other"))
    assert done.returncode == 1 and "something else" in done.stderr
    done = command(Server(tmp_path / "new", database=""), "restore", "--from", str(tmp_path / "other"))
    assert done.returncode == 1 and "no finished backup" in done.stderr
    empty = command(Server(tmp_path / "empty", database=""), "backup", "--to", str(tmp_path / "b"))
    assert empty.returncode == 1 and "--data-dir" in empty.stderr


@pytest.mark.skipif(not is_on_postgres(), reason="SQLite's is in the backup")
def test_over_postgresql_the_backup_says_how_to_save_the_database(own_server, tmp_path):
    done = command(own_server, "backup", "--to", str(tmp_path / "backup"))
    assert done.returncode == 0 and "pg_dump" in done.stdout, done.stderr
    assert json.loads((tmp_path / "backup" / "backup.json").read_text())["database"] == "postgresql"


def test_check_shows_who_uses_the_disk_and_deletes_what_belongs_to_nothing(own_server):
    project = own_server.call("projects.create", name="big project")["id"]
    task = own_server.call("tasks.create", name="kept", type="training", project=project)["id"]
    gone = uuid.uuid4().hex
    upload(own_server, f"p/kept.{task}/artifacts/kept.bin", b"x" * 5000)
    upload(own_server, f"p/gone.{gone}/artifacts/gone.bin", b"y" * 3000)
    orphan = own_server.data / "files" / "p" / f"gone.{gone}" / "artifacts" / "gone.bin"
    # Young files of unknown tasks are left alone: their task may be about to be written.
    young = command(own_server, "check", "--delete-orphans", "1")
    assert young.returncode == 0 and "deleted 0 files" in young.stdout, young.stderr

    long_ago = time.time() - 10 * 86400
    os.utime(orphan, (long_ago, long_ago))
    looked = command(own_server, "check")
    assert looked.returncode == 0 and "all is well" in looked.stdout, looked.stdout + looked.stderr
    assert "5.0 kB        1  big project" in looked.stdout and "--delete-orphans" in looked.stdout
    assert orphan.exists()

    swept = command(own_server, "check", "--delete-orphans", "7")
    assert "deleted 1 files, 3.0 kB" in swept.stdout
    assert not orphan.exists() and not orphan.parent.parent.exists()
    assert download(own_server, f"p/kept.{task}/artifacts/kept.bin", own_server.keys).status_code == 200


def test_check_finds_a_promise_that_was_broken(own_server):
    task = own_server.call("tasks.create", name="lost", type="training")["id"]
    own_server.call("tasks.enqueue", task=task)
    own_server.sql(f"DELETE FROM queue_entries WHERE task = '{task}'")
    done = command(own_server, "check")
    assert done.returncode == 1 and "1 tasks are queued and in no queue" in done.stdout
