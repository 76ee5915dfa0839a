"""/metrics as Prometheus reads it, and the two questions that orchestrators ask."""
import re

import pytest
import requests

from jarvis_fixtures import Postgres, Server, is_on_postgres, wait_until


def metrics(server):
    answer = requests.get(f"{server.api}/metrics", auth=server.keys, timeout=60)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for line in answer.text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) .*|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+', line), line
    return dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))


def test_they_count_what_was_asked_and_what_waits(own_server):
    line = own_server.call("queues.create", name='a "quoted" queue'.replace('"', "'"))["id"]
    tasks = [own_server.call("tasks.create", name=f"task {number}", type="training")["id"] for number in range(3)]
    for task in tasks:
        own_server.call("tasks.enqueue", task=task, queue=line)
    own_server.call("queues.get_next_task", queue=line)
    own_server.call("events.add", type="training_stats_scalar", task=tasks[0], metric="m", variant="v", iter=1, value=1.5, timestamp=1)
    assert requests.post(f"{own_server.api}/tasks.get_by_id", json={"task": "none"}, auth=own_server.keys, timeout=60).status_code == 400

    found = metrics(own_server)
    assert found['jarvis_requests_total{action="tasks.create",code="2xx"}'] == "3"
    assert found['jarvis_requests_total{action="tasks.get_by_id",code="4xx"}'] == "1"
    assert found['jarvis_request_seconds_count{action="tasks.create"}'] == found['jarvis_request_seconds_bucket{action="tasks.create",le="+Inf"}'] == "3"
    assert [value for name, value in found.items() if name.startswith("jarvis_queue_length") and line in name] == ["2"]
    assert found["jarvis_leases"] == "1" and found['jarvis_events_total{type="scalar"}'] == "1"
    assert float(found["jarvis_store_write_seconds_count"]) >= 8 and float(found["jarvis_database_bytes"]) > 10_000
    assert float(found["process_resident_memory_bytes"]) > 1_000_000


def test_they_are_for_those_who_sign_in_and_health_is_for_all(server):
    assert requests.get(f"{server.api}/metrics", timeout=60).status_code == 401
    assert requests.get(f"{server.api}/healthz", timeout=60).text == "ok\n"
    assert requests.get(f"{server.api}/readyz", timeout=60).text == "ready\n"


@pytest.mark.skipif(not is_on_postgres(), reason="SQLite is in the process")
def test_a_server_without_its_database_is_not_ready(tmp_path):
    database = Postgres()
    server = Server(tmp_path / "server", database=database.new_database()).start()
    try:
        assert requests.get(f"{server.api}/readyz", timeout=60).status_code == 200
        database.crash()
        wait_until(lambda: requests.get(f"{server.api}/readyz", timeout=60).status_code == 503, 60, "readyz to say no")
        assert requests.get(f"{server.api}/healthz", timeout=60).status_code == 200
    finally:
        server.kill()
        database.remove()
