"""The server as a process: first start, configuration, durability, leases, what it refuses."""
import concurrent.futures
import json
import os
import stat
import subprocess
import time

import pytest
import requests

from jarvis_fixtures import Refused, Server, binary, wait_until


def run(*arguments, **environment):
    return subprocess.run([binary("jarvis-server"), *arguments], capture_output=True, text=True, timeout=30, env={**os.environ, **environment})


def test_a_first_start_makes_everything_and_keeps_it_private(own_server):
    assert stat.S_IMODE(own_server.conf.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_server.data.stat().st_mode) == 0o700
    assert [queue["name"] for queue in own_server.call("queues.get_all")["queues"]] == ["default"]
    assert own_server.call("queues.get_default")["name"] == "default"
    for path in own_server.data.rglob("*"):
        if path.is_file() and path != own_server.conf:
            assert own_server.keys[1].encode() not in path.read_bytes(), path


def test_help_version_and_config_show_what_is(tmp_path):
    assert "Examples:" in run("--help").stdout
    assert run("--version").stdout.strip() == "0.1.0"
    (tmp_path / "server.conf").write_text("log.level = debug\nweb { listen: \"127.0.0.1:1\" }\n")
    shown = run("config", "--data-dir", str(tmp_path), "--api-listen", "127.0.0.1:2", JARVIS_SERVER_FILES_LISTEN="127.0.0.1:3").stdout
    for words in (["api.listen", "127.0.0.1:2", "flag --api-listen"], ["files.listen", "127.0.0.1:3", "environment JARVIS_SERVER_FILES_LISTEN"],
                  ["web.listen", "127.0.0.1:1", "server.conf:2"], ["log.level", "debug", "server.conf:1"], ["threads", "default"]):
        assert any(all(word in line for word in words) for line in shown.splitlines()), words


@pytest.mark.parametrize("arguments,word", [
    (["--api-listen", "nonsense"], "HOST:PORT"), (["--log-level", "loud"], "log.level"), (["--config", "/no/such"], "configuration file"),
    (["--no-such-flag"], "no-such-flag"),
])
def test_bad_settings_are_named(tmp_path, arguments, word):
    done = run("--data-dir", str(tmp_path / "d"), *arguments)
    assert done.returncode != 0 and word in done.stderr + done.stdout


def test_a_second_server_on_the_same_data_or_port_says_what_to_do(own_server, tmp_path):
    again = run("--data-dir", str(own_server.data))
    assert again.returncode == 1 and "--data-dir" in again.stderr
    port = run("--data-dir", str(tmp_path / "other"), "--api-listen", f"127.0.0.1:{own_server.ports[0]}")
    assert port.returncode == 1 and "--api-listen" in port.stderr


def test_a_newer_schema_is_refused(own_server):
    own_server.stop()
    own_server.sql("INSERT INTO schema_migrations VALUES (9999, 'future', '')")
    done = run(*own_server.command()[1:])
    assert done.returncode == 1 and "9999" in done.stderr


def test_an_open_address_is_noticed(tmp_path):
    server = Server(tmp_path / "s", web_host="0.0.0.0").start()
    server.stop()
    assert "NOTICE: web.listen" in server.log.read_text()


def test_the_web_port_has_a_page_and_a_health_check(server):
    page = requests.get(server.web + "/", timeout=90)
    assert "JARVIS" in page.text and "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert requests.get(server.web + "/healthz", timeout=90).text == "ok\n"


def test_a_graceful_stop_answers_what_was_asked(own_server):
    keys, api = own_server.keys, own_server.api
    queue = own_server.call("queues.get_default")["id"]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(requests.post, f"{api}/queues.get_next_task", json={"queue": queue, "wait_sec": 40}, auth=keys, timeout=60)
        time.sleep(2)  # lets the request be parked: the case is about one that waits
        started = time.monotonic()
        assert own_server.stop() == 0
        assert time.monotonic() - started < 30  # and not until the poll is over
        assert waiting.result().json()["data"] == {}


def enqueued(server, queue, name="queued task"):
    task = server.call("tasks.create", name=name, type="training")["id"]
    server.call("tasks.enqueue", task=task, queue=queue)
    return task


def new_queue(server, name):
    return server.call("queues.create", name=name)["id"]


def test_a_stock_agents_poll_pops_and_an_empty_queue_is_an_empty_object(server):
    queue = new_queue(server, "stock poll")
    assert server.call("v2.14/queues.get_next_task", queue=queue) == {}
    task = enqueued(server, queue)
    assert server.call("v2.14/queues.get_next_task", queue=queue)["entry"]["task"] == task


def test_a_long_poll_is_woken_at_once(server):
    queue = new_queue(server, "long poll")
    keys, api = server.keys, server.api
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(requests.post, f"{api}/queues.get_next_task", json={"queues": [queue], "wait_sec": 30, "worker": "w"}, auth=keys, timeout=60)
        time.sleep(0.2)  # the poll must be there before the task
        task = enqueued(server, queue)
        data = waiting.result(25).json()["data"]
    assert data["entry"]["task"] == task and data["lease"]["epoch"] == 1


def test_the_first_queue_of_the_list_goes_first(server):
    low, high = new_queue(server, "low priority"), new_queue(server, "high priority")
    first, second = enqueued(server, low), enqueued(server, high)
    order = [server.call("queues.get_next_task", queues=[high, low], worker="w")["entry"]["task"] for _ in range(2)]
    assert order == [second, first]


def test_an_agent_that_dies_before_it_starts_the_task_gives_it_back(own_server):
    queue = new_queue(own_server, "given back")
    tasks = [enqueued(own_server, queue, f"task {n}") for n in range(2)]
    lease = own_server.call("queues.get_next_task", queues=[queue], worker="w")
    assert lease["entry"]["task"] == tasks[0]
    waiting = lambda: [entry["task"] for entry in own_server.call("queues.get_by_id", queue=queue)["queue"]["entries"]]  # noqa: E731
    assert waiting() == [tasks[1]]
    wait_until(lambda: waiting() == tasks, 90, "the lease to end")


def test_a_replaced_run_may_not_write(server):
    queue = new_queue(server, "epochs")
    task = enqueued(server, queue)
    old = {"X-Jarvis-Lease": f"{task}:{server.call('queues.get_next_task', queues=[queue], worker='w')['lease']['epoch']}"}
    server.call("tasks.started", task=task, headers=old)
    server.call("tasks.stopped", task=task, force=True)
    server.call("tasks.enqueue", task=task, queue=queue)
    new = {"X-Jarvis-Lease": f"{task}:{server.call('queues.get_next_task', queues=[queue], worker='w')['lease']['epoch']}"}
    with pytest.raises(Refused) as refused:
        server.call("tasks.started", task=task, headers=old)
    assert (refused.value.status, refused.value.subcode) == (400, 190)
    server.call("tasks.started", task=task, headers=new)
    line = {"type": "log", "task": task, "msg": "from the old run"}
    with pytest.raises(Refused):
        server.call("events.add", headers=old, **line)


def test_log_lines_that_are_sent_again_are_stored_once(server):
    task = server.call("tasks.create", name="resent log", type="training")["id"]

    def send(*numbers):
        lines = "\n".join(json.dumps({"type": "log", "task": task, "msg": f"line {n}", "stream": "w:1", "seq": n}) for n in numbers)
        return requests.post(server.api + "/events.add_batch", data=lines, auth=server.keys, timeout=90,
                             headers={"Content-Type": "application/json-lines"}).json()["data"]["added"]

    assert send(1, 2) == 2 and send(1, 2, 3) == 3 and send(3) == 1
    assert server.log_text(task).splitlines() == ["line 1", "line 2", "line 3"]


def test_random_bodies_never_make_it_fail(server):
    import random

    rng = random.Random(7)
    actions = [f"{path.stem}.{action}" for path in sorted((__import__("pathlib").Path(__file__).parents[2] / "api").glob("*.json"))
               if path.stem != "extensions" for action in json.loads(path.read_text())["actions"]]
    values = [None, True, 0, -1, 1e300, "", "x" * 5000, "\u0000", [], [[]], {}, {"a": {}}, ["a", 1], "../..", "$where"]
    fields = ["task", "id", "project", "queue", "model", "name", "only_fields", "order_by", "tags", "page", "scroll_id", "hyperparams", "status", "_any_"]
    for _ in range(600):
        body = {rng.choice(fields): rng.choice(values) for _ in range(rng.randrange(5))}
        action = rng.choice([a for a in actions if a not in ("queues.get_next_task", "auth.logout", "auth.revoke_credentials")])
        answer = requests.post(f"{server.api}/{action}", json=body, auth=server.keys, timeout=30)
        assert answer.status_code != 500, (action, body, answer.text)
