"""Two servers on one PostgreSQL: each hears what the other did, one may die, the database may go away and come back."""
import collections
import concurrent.futures
import subprocess
import threading
import time

import pytest
import requests

from jarvis_fixtures import Postgres, Refused, Server, binary, postgres, wait_until


@pytest.fixture
def pair(tmp_path):
    url = postgres().new_database()
    servers = [Server(tmp_path / name, database=url).start() for name in ("first", "second")]
    yield servers
    for server in servers:
        if server.process.poll() is None:
            server.kill()


def post(server, action, auth=None, token=None, **body):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(f"{server.api}/{action}", json=body, auth=auth, headers=headers, timeout=60)


def test_they_show_the_same_and_each_has_an_administrator(pair):
    first, second = pair
    assert first.keys != second.keys
    task = first.call("tasks.create", name="shared", type="training")["id"]
    assert second.task(task)["name"] == "shared"
    assert [queue["name"] for queue in second.call("queues.get_all")["queues"]] == ["default"]


def test_two_that_start_at_once_on_an_empty_database_agree(tmp_path):
    url = postgres().new_database()
    servers = [Server(tmp_path / str(number), database=url) for number in range(3)]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(Server.start, servers))
    for server in servers:
        assert len(server.call("queues.get_all")["queues"]) == 1
        server.kill()


def test_a_task_that_one_enqueues_wakes_an_agent_at_the_other(pair):
    first, second = pair
    queue = first.call("queues.get_default")["id"]
    keys, task = second.keys, first.call("tasks.create", name="to be woken", type="training")["id"]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, second, "queues.get_next_task", keys, queues=[queue], wait_sec=30, worker="w")
        time.sleep(0.3)  # the poll must be there before the task
        first.call("tasks.enqueue", task=task, queue=queue)
        assert waiting.result(25).json()["data"]["entry"]["task"] == task


def test_a_key_or_session_that_ends_at_one_ends_at_the_other(pair):
    first, second = pair
    made = first.call("auth.create_credentials")["credentials"]
    key = (made["access_key"], made["secret_key"])
    token = post(second, "auth.login", key).json()["data"]["token"]
    assert post(second, "users.get_current_user", key).status_code == 200
    assert post(second, "users.get_current_user", token=token).status_code == 200

    first.call("auth.revoke_credentials", access_key=made["access_key"])
    assert post(first, "auth.logout", token=token).status_code == 200

    wait_until(lambda: post(second, "users.get_current_user", key).status_code == 401, 10, "the key to be refused")
    wait_until(lambda: post(second, "users.get_current_user", token=token).status_code == 401, 10, "the session to be refused")


def test_no_task_is_handed_out_twice_though_agents_and_a_server_die(pair):
    queue = pair[0].call("queues.get_default")["id"]
    tasks = [pair[0].call("tasks.create", name=f"task {number}", type="training")["id"] for number in range(300)]
    handed_out, started, lock = collections.Counter(), collections.Counter(), threading.Lock()
    is_over = threading.Event()
    keys = [server.keys for server in pair]

    def agent(number):
        turn = number
        while not is_over.is_set():
            turn += 1
            server, auth = pair[turn % 2], keys[turn % 2]
            try:
                # Now and then one goes away before its answer.
                patience = 0.005 if turn % 17 == 0 else 30
                data = requests.post(f"{server.api}/queues.get_next_task", json={"queues": [queue], "wait_sec": 1, "worker": f"w{number}"},
                                     auth=auth, timeout=patience).json().get("data")
                if not data:
                    continue
                task, epoch = data["entry"]["task"], data["lease"]["epoch"]
                with lock:
                    handed_out[task, epoch] += 1
                answer = requests.post(f"{server.api}/tasks.started", json={"task": task}, auth=auth, timeout=30, headers={"X-Jarvis-Lease": f"{task}:{epoch}"})
                if answer.status_code == 200:
                    with lock:
                        started[task] += 1
            except (requests.RequestException, ValueError):
                continue  # that server is dead: the next turn asks the other

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        running = [pool.submit(agent, number) for number in range(6)]
        for number, task in enumerate(tasks):
            pair[number % 2 if number < 150 else 1].call("tasks.enqueue", task=task, queue=queue)
            if number == 150:
                pair[0].kill()
        # Unanswered claims of the dead server end with their leases: 30 s, and the minute's grace of who takes over.
        wait_until(lambda: not pair[1].call("tasks.get_all", status=["queued", "created"], only_fields=["id"])["tasks"], 150, "every task to be started")
        is_over.set()
        concurrent.futures.wait(running)

    assert set(handed_out.values()) == {1}
    assert all(count == 1 for count in started.values())
    assert {pair[1].task(task)["status"] for task in tasks} == {"in_progress"}
    pair[0].start()
    assert pair[0].task(tasks[0])["status"] == "in_progress"


def test_a_database_that_goes_away_is_said_and_its_return_needs_nobody(tmp_path):
    database = Postgres()
    server = Server(tmp_path / "server", database=database.new_database()).start()
    try:
        task = server.call("tasks.create", name="before", type="training")["id"]
        queue = server.call("queues.get_default")["id"]
        keys = server.keys
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(post, server, "queues.get_next_task", keys, queues=[queue], wait_sec=45, worker="w")
            time.sleep(2)  # lets the poll be parked: the case is about one that waits
            database.crash()
            for action, body in [("tasks.get_by_id", {"task": task}), ("tasks.create", {"name": "x", "type": "training"})]:
                with pytest.raises(Refused) as refused:
                    server.call(action, **body)
                assert refused.value.status == 503 and "database" in refused.value.message
            assert requests.get(server.web + "/healthz", timeout=90).status_code == 200

            database.start()
            assert wait_until(lambda: post(server, "tasks.get_by_id", keys, task=task).status_code == 200, 10, "reads to work")
            server.call("tasks.enqueue", task=task, queue=queue)
            assert waiting.result(40).json()["data"]["entry"]["task"] == task
    finally:
        server.kill()
        database.remove()


@pytest.mark.parametrize("url,words", [
    ("postgresql://postgres:geheim@/nowhere?host={host}", ["nowhere", "does not exist"]),
    ("postgresql://nobody:geheim@/postgres?host={host}", ["nobody"]),
    ("postgresql://postgres:geheim@127.0.0.1:1/jarvis", ["127.0.0.1", "refused"]),
    ("postgresql://postgres:geheim@[x/", ["no address"]),
    ("mysql://postgres:geheim@db/jarvis", ["expected postgresql://"]),
])
def test_a_wrong_address_is_named_without_its_password(tmp_path, url, words):
    url = url.format(host=postgres().directory)
    done = subprocess.run([binary("jarvis-server"), "--data-dir", str(tmp_path / "d"), "--database", url], capture_output=True, text=True, timeout=60)
    assert done.returncode in (1, 2)
    assert "--database" in done.stderr and all(word in done.stderr for word in words), done.stderr
    assert "geheim" not in done.stderr + done.stdout
    shown = subprocess.run([binary("jarvis-server"), "config", "--database", url], capture_output=True, text=True, timeout=60).stdout
    assert "geheim" not in shown and "****" in shown
