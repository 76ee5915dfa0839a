"""The live stream as a program reads it: what changes is told, to whom it concerns, once, also after a lost connection."""
import json
import queue
import threading

import pytest
import requests

from jarvis_fixtures import Server, is_on_postgres, postgres, wait_until


class Stream:
    """Reads GET /stream in a thread. next() waits for an event: (id, name, data)."""

    def __init__(self, server, base=None, headers=None, auth=True, **query):
        self._answer = requests.get(f"{base or server.api}/stream", params=query, stream=True, timeout=60, headers=headers,
                                    auth=server.keys if auth else None)
        assert self._answer.status_code == 200, self._answer.text
        assert self._answer.headers["Content-Type"] == "text/event-stream"
        self._events: queue.Queue = queue.Queue()
        self.is_over = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        fields: dict = {}
        try:
            for line in self._answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                    continue
                if "data" in fields:
                    self._events.put((fields["id"], fields["event"], json.loads(fields["data"])))
                fields = {}
        except (requests.RequestException, AttributeError):
            pass  # lost, or closed under its hands
        self.is_over.set()

    def next(self, seconds=90):
        return self._events.get(timeout=seconds)

    def until(self, **wanted):
        """The data of the first change that has these fields; what came before it is kept in `seen`."""
        self.seen = []
        while True:
            _, event, data = self.next()
            assert event == "change", event
            self.seen.append(data)
            if wanted.items() <= data.items():
                return data

    def close(self):
        self._answer.close()


@pytest.fixture
def watch():
    made = []

    def start(*arguments, **options):
        made.append(Stream(*arguments, **options))
        return made[-1]

    yield start
    for stream in made:
        stream.close()


def test_a_task_is_told_of_from_its_creation_to_its_end(server, watch):
    stream = watch(server)
    assert stream.next()[1] == "ready"
    line = server.call("queues.create", name="watched queue")["id"]
    task = server.call("tasks.create", name="watched", type="training")["id"]
    stream.until(kind="task", id=task, status="created")
    server.call("tasks.enqueue", task=task, queue=line)
    stream.until(kind="task", id=task, status="queued")
    server.call("workers.register", worker="watched worker", queues=[line])
    stream.until(kind="worker", id="watched worker", action="changed")
    server.call("tasks.dequeue", task=task)
    stream.until(kind="queue", id=line)
    server.call("tasks.started", task=task)
    server.call("events.add", type="log", task=task, level="info", msg="hello", timestamp=1)
    told = stream.until(kind="events", task=task)
    assert told["events"] == ["log"]
    server.call("tasks.delete", task=task, force=True)
    stream.until(kind="task", id=task, action="deleted")


def test_only_what_was_asked_for_comes(server, watch):
    mine = server.call("projects.create", name="watched project")["id"]
    other = server.call("projects.create", name="another project")["id"]
    inside = server.call("tasks.create", name="inside", type="training", project=mine)["id"]
    by_project, by_kind = watch(server, project=mine), watch(server, kinds="queue,worker")
    assert by_project.next()[1] == by_kind.next()[1] == "ready"

    server.call("tasks.create", name="outside", type="training", project=other)
    server.call("tasks.edit", task=inside, comment="edited")
    by_project.until(id=inside)
    line = server.call("queues.create", name="the last to be told")["id"]
    server.call("tasks.move", ids=[inside], project=other)
    # The move is told to those who watch the project that the task left.
    by_project.until(id=inside, project=mine)
    assert {change.get("project", change["id"]) for change in by_project.seen} == {mine}
    by_kind.until(id=line)
    assert {change["kind"] for change in by_kind.seen} == {"queue"}


def test_a_project_stands_for_those_below_it_wherever_they_are_moved(server, watch):
    top = server.call("projects.create", name="stream top")["id"]
    low = server.call("projects.create", name="stream top/mid/low")["id"]
    elsewhere = server.call("projects.create", name="stream elsewhere")["id"]
    task = server.call("tasks.create", name="deep", type="training", project=low)["id"]
    here, there = watch(server, project=top), watch(server, project=elsewhere)
    assert here.next()[1] == there.next()[1] == "ready"

    server.call("tasks.edit", task=task, comment="edited")
    here.until(id=task, project=low)
    # A watcher that is behind sees a change as the projects stand by then: this one is not, before they move.
    server.call("projects.update", project=elsewhere, description="to be told")
    there.until(id=elsewhere)
    assert task not in {change["id"] for change in there.seen}
    server.call("projects.move", project=low, new_location="stream elsewhere/new")
    here.until(kind="project", id=low)
    there.until(kind="project", id=low)
    server.call("tasks.edit", task=task, comment="edited again")
    there.until(id=task, project=low)
    server.call("projects.update", project=top, description="the last to be told")
    here.until(id=top)
    assert task not in {change["id"] for change in here.seen}

    server.call("projects.delete", project=elsewhere, force=True, delete_contents=True)
    there.until(kind="task", id=task, action="deleted")


def test_who_comes_back_misses_nothing_or_is_told_so(server, watch):
    first = watch(server, kinds="task")
    last_id = first.next()[0]
    first.close()
    tasks = {server.call("tasks.create", name=f"while away {number}", type="training")["id"] for number in range(5)}

    again = watch(server, kinds="task", headers={"Last-Event-ID": last_id})
    # What the tests before this one began may still be told between them.
    while tasks:
        tasks.discard(again.next()[2]["id"])
    assert watch(server, kinds="task", last_event_id="of long ago").next()[1] == "reset"


def test_a_browser_reads_it_with_its_cookie_until_it_logs_out(server, watch):
    session = requests.Session()
    session.post(f"{server.web}/api/auth.login", auth=server.keys, timeout=30)
    cookie = {"Cookie": f"clearml_token_basic={session.cookies['clearml_token_basic']}"}
    assert requests.get(f"{server.web}/api/stream", timeout=30).status_code == 401
    foreign = requests.get(f"{server.web}/api/stream", timeout=30, headers={**cookie, "Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 401

    stream = watch(server, base=f"{server.web}/api", headers=cookie, auth=False)
    assert stream.next()[1] == "ready"
    requests.post(f"{server.web}/api/auth.logout", headers=cookie, timeout=30)
    server.call("tasks.create", name="after the logout", type="training")
    assert stream.is_over.wait(30)


def test_it_ends_when_all_sessions_of_its_user_are_ended(own_server, watch):
    session = requests.Session()
    session.post(f"{own_server.web}/api/auth.login", auth=own_server.keys, timeout=30)
    cookie = {"Cookie": f"clearml_token_basic={session.cookies['clearml_token_basic']}"}
    stream = watch(own_server, base=f"{own_server.web}/api", headers=cookie, auth=False)
    assert stream.next()[1] == "ready"
    own_server.call("auth.end_sessions")
    own_server.call("tasks.create", name="after the end", type="training")
    assert stream.is_over.wait(30)


def test_what_means_nothing_is_refused(server):
    answer = requests.get(f"{server.api}/stream", params={"kinds": "task,cheese"}, auth=server.keys, timeout=30)
    assert answer.status_code == 400 and "cheese" in answer.json()["meta"]["result_msg"]


def test_a_server_that_stops_ends_its_streams(own_server, watch):
    stream = watch(own_server)
    assert stream.next()[1] == "ready"
    assert own_server.stop() == 0
    assert stream.is_over.wait(30)


@pytest.mark.skipif(not is_on_postgres(), reason="SQLite has one server")
def test_each_server_tells_what_the_other_did_under_the_same_ids(tmp_path, watch):
    url = postgres().new_database()
    first, second = (Server(tmp_path / name, database=url).start() for name in ("first", "second"))
    try:
        here, there = watch(first, kinds="task"), watch(second, kinds="task")
        assert here.next()[1] in ("ready", "reset") and there.next()[1] in ("ready", "reset")
        task = second.call("tasks.create", name="at the other", type="training")["id"]

        def told(stream):
            while True:
                event = stream.next()
                if event[2].get("id") == task:
                    return event

        at_first, at_second = told(here), told(there)
        assert at_first == at_second
        assert watch(second, kinds="task", last_event_id=at_first[0]) is not None
        later = first.call("tasks.create", name="later", type="training")["id"]
        resumed = watch(second, kinds="task", last_event_id=at_first[0])
        wait_until(lambda: resumed.next()[2].get("id") == later, 30, "the change that came later")
    finally:
        first.kill()
        second.kill()
