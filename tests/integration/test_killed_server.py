"""`kill -9` of the server while many clients write: what it acknowledged is there, once, and nothing is half-written.

JARVIS_KILLS (3) says how often, JARVIS_KILLS_SEED what happens when."""
from __future__ import annotations

import concurrent.futures
import json
import os
import random
import time
from dataclasses import dataclass, field

import pytest
import requests

from jarvis_fixtures import Server

KILLS = int(os.environ.get("JARVIS_KILLS", "3"))
SEED = int(os.environ.get("JARVIS_KILLS_SEED", "1"))
POINTS = 20


class NotSaid(Exception):
    """No answer came, or one that says "not now": whether it was done is not known."""


@dataclass
class Writer:
    """A client with tasks of its own that remembers what was acknowledged."""
    server: Server
    queue: str
    random: random.Random
    task: str = ""
    session: requests.Session = field(default_factory=requests.Session)
    created: list[str] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)
    comment: int = 0  # acknowledged; the next one may or may not have arrived
    points: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    next_line: int = 0

    def call(self, action: str, events: list[dict] | None = None, **body) -> dict:
        # A batch of events is one JSON text a line.
        text = "\n".join(map(json.dumps, events)) if events else json.dumps(body)
        try:
            answer = self.session.post(f"{self.server.api}/{action}", data=text, headers={"Content-Type": "application/json"}, auth=self.server.keys, timeout=60)
            data = answer.json()["data"]
        except (requests.RequestException, ValueError) as error:
            raise NotSaid from error
        if answer.status_code >= 500:
            raise NotSaid
        assert answer.status_code == 200, answer.text
        return data

    def create(self) -> None:
        self.created.append(self.call("tasks.create", name="made under load", type="training")["id"])

    def enqueue(self) -> None:
        task = self.call("tasks.create", name="to be queued", type="training")["id"]
        self.call("tasks.enqueue", task=task, queue=self.queue)
        self.queued.append(task)

    def edit(self) -> None:
        self.call("tasks.edit", task=self.task, force=True, comment=str(self.comment + 1))
        self.comment += 1

    def report(self) -> None:
        # Each number is sent once: what was not acknowledged is left open.
        first, self.next_line = self.next_line, self.next_line + POINTS
        numbers = range(first, self.next_line)
        self.call("events.add_batch", events=[
            *({"type": "training_stats_scalar", "task": self.task, "metric": "m", "variant": "v", "iter": n, "value": n / 7} for n in numbers),
            *({"type": "log", "task": self.task, "timestamp": 1_700_000_000_000 + n, "msg": f"line {n}"} for n in numbers)])
        self.points += numbers
        self.lines += [f"line {n}" for n in numbers]

    def run_until_killed(self) -> None:
        """One call after the other until one is not answered."""
        try:
            while True:
                self.random.choice([self.create, self.enqueue, self.edit, self.report, self.report])()
        except NotSaid:
            self.session = requests.Session()

    def check(self) -> None:
        found = {task["id"]: task["status"] for ids in (self.created, self.queued) for begin in range(0, len(ids), 500)
                 for task in self.server.call("tasks.get_all", id=ids[begin:begin + 500], page=0, page_size=500, only_fields=["id", "status"])["tasks"]}
        assert found.keys() >= {*self.created, *self.queued}
        assert {found[task] for task in self.queued} <= {"queued"}
        comment = int(self.server.task(self.task)["comment"] or 0)
        assert comment in (self.comment, self.comment + 1)
        self.comment = comment
        lines = self.server.log_text(self.task).split("\n")
        assert len(lines) == len(set(lines)) and set(lines) >= set(self.lines)
        values = self.values()
        assert values.keys() >= set(self.points)
        assert all(value == pytest.approx(n / 7, rel=1e-6) for n, value in values.items())

    def values(self) -> dict[int, float]:
        out: dict[int, float] = {}
        scroll: dict[str, str] = {}
        while True:
            page = self.server.call("events.scalar_metrics_iter_raw", task=self.task, metric={"metric": "m", "variants": ["v"]}, batch_size=10_000, **scroll)
            if not page["returned"]:
                return out
            out |= dict(zip(page["variants"]["v"]["iter"], page["variants"]["v"]["y"]))
            scroll = {"scroll_id": page["scroll_id"]}


def test_what_was_acknowledged_is_there_once_after_kill_9_at_any_moment(tmp_path):
    chance = random.Random(SEED)
    server = Server(tmp_path / "server").start()
    queue = server.call("queues.create", name="load")["id"]
    writers = [Writer(server, queue, random.Random(SEED * 100 + number)) for number in range(6)]
    for writer in writers:
        writer.task = server.call("tasks.create", name="reports", type="training")["id"]
        server.call("tasks.started", task=writer.task)
    starts = []
    try:
        for _ in range(KILLS):
            with concurrent.futures.ThreadPoolExecutor(len(writers)) as pool:
                running = [pool.submit(writer.run_until_killed) for writer in writers]
                time.sleep(chance.uniform(0.05, 1.5))  # the moment of the kill: whatever it is, the same must hold
                server.kill()
                for one in running:
                    one.result()
            begun = time.monotonic()
            server.start()
            starts.append(time.monotonic() - begun)

            for writer in writers:
                writer.check()
            entries = [entry["task"] for entry in server.call("queues.get_by_id", queue=queue)["queue"]["entries"]]
            assert len(entries) == len(set(entries)) and set(entries) >= {task for writer in writers for task in writer.queued}
            states = {task["id"]: task["status"] for begin in range(0, len(entries), 500)
                      for task in server.call("tasks.get_all", id=entries[begin:begin + 500], page=0, page_size=500, only_fields=["id", "status"])["tasks"]}
            assert states.keys() == set(entries) and set(states.values()) <= {"queued"}
        assert sum(len(writer.points) for writer in writers) > 0 and sum(len(writer.queued) for writer in writers) > 0
        print(f"{KILLS} kills: {sum(len(w.created) + len(w.queued) for w in writers)} tasks, {sum(len(w.points) for w in writers)} points and lines;"
              f" started again in {max(starts):.2f} s at most")
    finally:
        server.kill()
