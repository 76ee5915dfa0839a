"""jarvis-server migrate: what SQLite held is in PostgreSQL afterwards, and a server goes on there as if nothing had been."""
import json
import sqlite3
import subprocess

import pytest
import requests

from jarvis_fixtures import Server, binary, postgres, wait_until

ODD = "odd \u0000 \t\n\r\\ \"'% ключ 🦊 \\u0000 \\N"


def migrate(data, url, **options):
    return subprocess.run([binary("jarvis-server"), "migrate", "--data-dir", str(data), "--to", url], capture_output=True, text=True, timeout=120, **options)


@pytest.fixture
def old(tmp_path):
    """A server on SQLite that has been worked with, stopped."""
    server = Server(tmp_path / "server", database="").start()
    server.project = server.call("projects.create", name="mine", description=ODD)["id"]
    server.odd = server.call("tasks.create", name=ODD, type="training", project=server.project, tags=["a", ODD],
                             hyperparams={"Args": {"lr/x": {"section": "Args", "name": "lr/x", "value": "0.10", "type": "float"}}})["id"]
    lines = [{"type": "training_stats_scalar", "task": server.odd, "metric": "loss", "variant": "v", "iter": i, "value": i / 3} for i in range(200)]
    lines += [{"type": "log", "task": server.odd, "msg": f"line {i} {ODD}"} for i in range(50)]
    lines += [{"type": "plot", "task": server.odd, "metric": "plot", "variant": "v", "iter": 0, "plot_str": json.dumps({"data": [1.5, ODD]})}]
    answer = requests.post(server.api + "/events.add_batch", data="\n".join(map(json.dumps, lines)), auth=server.keys, timeout=30,
                           headers={"Content-Type": "application/json-lines"})
    assert answer.json()["data"]["added"] == len(lines)
    server.queue = server.call("queues.get_default")["id"]
    server.waiting = [server.call("tasks.create", name=f"waits {n}", type="training")["id"] for n in range(4)]
    for task in server.waiting:
        server.call("tasks.enqueue", task=task, queue=server.queue)
    server.call("queues.move_task_to_front", queue=server.queue, task=server.waiting[3])
    yield server
    if server.process.poll() is None:
        server.kill()


def test_commands_of_a_newer_version_leave_the_database_of_a_running_server_alone(tmp_path):
    server = Server(tmp_path / "server").start()
    database = ["--database", server.database] if server.database else []

    def run(*words):
        return subprocess.run([binary("jarvis-server"), *words, "--data-dir", str(server.data), *database], capture_output=True, text=True, timeout=120)

    try:
        assert run("user", "list").returncode == 0 and run("check").returncode == 0
        newest = "WHERE number = (SELECT max(number) FROM schema_migrations)"
        server.sql(f"CREATE TABLE kept AS SELECT * FROM schema_migrations {newest}")
        server.sql(f"DELETE FROM schema_migrations {newest}")
        for words in (("user", "list"), ("user", "add", "eve"), ("check",)):
            refused = run(*words)
            assert refused.returncode == 1 and "schema version" in refused.stderr and "stop that one" in refused.stderr, refused.stderr
        assert "stop it first" in run("migrate").stderr
        server.sql("INSERT INTO schema_migrations SELECT * FROM kept")
        assert server.call("users.get_all", only_fields=["name"])["users"][0]["name"] == "admin"
        server.stop()
        assert "at the version" in run("migrate").stdout
        server.start()
    finally:
        server.kill()


def everything(server):
    """What the two servers must say alike."""
    return {
        "task": server.task(server.odd), "project": server.call("projects.get_by_id", project=server.project),
        "found": [task["id"] for task in server.call("tasks.get_all", tags=["a"], only_fields=["id"])["tasks"]],
        "queue": server.call("queues.get_by_id", queue=server.queue)["queue"]["entries"],
        "scalars": server.call("events.scalar_metrics_iter_histogram", task=server.odd),
        "plots": server.call("events.get_task_plots", task=server.odd)["plots"],
        "log": server.log_text(server.odd),
    }


def test_a_server_goes_on_where_the_old_one_stopped(old):
    before = everything(old)
    old.stop()
    url = postgres().new_database()

    done = migrate(old.data, url)
    assert done.returncode == 0, done.stderr
    assert "copied   tasks" in done.stdout and "compared tasks" in done.stdout and "done:" in done.stdout

    old.database = url
    old.start()
    after = everything(old)  # with the same keys
    # A log line is a column of PostgreSQL's text, which holds no U+0000.
    before["log"] = before["log"].replace("\u0000", "\ufffd")
    plots = json.loads(json.dumps(before["plots"]).replace("\\u0000", "\\ufffd"))
    assert json.dumps(after.pop("plots")).replace("\\u0000", "\\ufffd") == json.dumps(plots) and before.pop("plots")
    assert after == before

    last = old.call("tasks.create", name="comes later", type="training")["id"]
    old.call("tasks.enqueue", task=last, queue=old.queue)
    order = [old.waiting[3], *old.waiting[:3], last]
    assert [entry["task"] for entry in old.call("queues.get_by_id", queue=old.queue)["queue"]["entries"]] == order
    old.call("events.add", type="log", task=old.odd, msg="one more")
    assert old.log_text(old.odd).endswith("one more")


def fill(server, count):
    """Tasks enough that moving them takes a while."""
    with sqlite3.connect(server.data / "jarvis.db") as db:
        db.executemany("INSERT INTO tasks (id, company, name) VALUES (?, 'c', 'n')", ((f"{n:032d}",) for n in range(count)))
        db.executemany("INSERT INTO task_docs (id, doc) VALUES (?, ?)",
                       ((f"{n:032d}", json.dumps({"id": f"{n:032d}", "text": "x" * 1000})) for n in range(count)))


def killed_halfway(server, url):
    moving = subprocess.Popen([binary("jarvis-server"), "migrate", "--data-dir", str(server.data), "--to", url], stdout=subprocess.DEVNULL)
    copied = "SELECT coalesce((SELECT rows FROM unfinished_copy WHERE name = 'task_docs'), 0)"
    wait_until(lambda: int(postgres().psql(url, copied, check=False) or 0) > 3000, 60, "some of it to be moved")
    moving.kill()
    moving.wait()
    wait_until(lambda: postgres().psql(url, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") == "0", 20, "its end")
    return int(postgres().psql(url, copied))


def test_interrupted_it_goes_on_and_no_server_starts_on_the_half(old):
    old.stop()
    fill(old, 30_000)
    url = postgres().new_database()
    assert 0 < killed_halfway(old, url) < 30_000

    refused = subprocess.run([binary("jarvis-server"), "--data-dir", str(old.directory / "other"), "--database", url], capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1 and "Run it again" in refused.stderr

    assert migrate(old.data, url).returncode == 0
    assert postgres().psql(url, "SELECT count(*) FROM tasks JOIN task_docs USING (id)") == "30005"


def test_a_difference_is_found(old):
    old.stop()
    fill(old, 30_000)
    url = postgres().new_database()
    killed_halfway(old, url)
    postgres().psql(url, "UPDATE task_docs SET doc = '{}' WHERE id = (SELECT min(id) FROM task_docs)")

    done = migrate(old.data, url)

    assert done.returncode == 1 and "table task_docs is not the same" in done.stderr


def test_what_cannot_be_moved_is_refused_with_what_to_do(old, tmp_path):
    url = postgres().new_database()
    assert "stop it first" in migrate(old.data, url).stderr  # it runs
    old.stop()
    assert "--data-dir" in migrate(tmp_path / "nothing", url).stderr
    other = Server(tmp_path / "other", database=url).start()
    assert "running on the new database" in migrate(old.data, url).stderr
    other.stop()
    assert "not empty" in migrate(old.data, url).stderr
    assert "no address" in migrate(old.data, "postgresql://u:geheim@[x/").stderr
