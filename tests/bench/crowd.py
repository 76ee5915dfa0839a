"""Ten thousand agents on one server: each waits with a long poll on a connection of its own."""
from __future__ import annotations

import contextlib
import select
import socket
import statistics
import time

QUEUES = 100


def percentile(seconds: list[float], part: float) -> float:
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class Crowd:
    """Agents by their sockets. `make_line` opens a connection and knows how to write a request."""

    def __init__(self, server, make_line, count: int):
        self.queues = [server.call("queues.create", name=f"crowd {number}")["id"] for number in range(QUEUES)]
        self.poll = select.epoll()
        lines = [make_line() for _ in range(count)]
        for number, line in enumerate(lines):  # all at once: they share their commits
            name, queue = f"crowd:{number}", self.queues[number % QUEUES]
            line.socket.sendall(line.request("workers.register", worker=name, queues=[queue], timeout=600))
            line.wanted = line.request("queues.get_next_task", queues=[queue], wait_sec=600, worker=name)
        for line in lines:
            line.answer()
        for line in lines:
            line.socket.sendall(line.wanted)
            line.socket.setblocking(False)
            self.poll.register(line.socket.fileno(), select.EPOLLIN)
        self.lines = {line.socket.fileno(): line for line in lines}

    def answers(self, seconds: float):
        """What came within so long: (when, text), each agent polls again."""
        for descriptor, _ in self.poll.poll(seconds):
            line = self.lines[descriptor]
            got = line.socket.recv(1 << 16)
            now = time.perf_counter()
            assert b" 200 " in got[:20], got[:300]
            yield now, got
            line.socket.sendall(line.wanted)

    def close(self):
        for line in self.lines.values():
            line.socket.close()


def wake_ups(server, make_line, crowd: Crowd, count: int, pause: float) -> tuple[list[float], float]:
    """Seconds from sending each enqueue until an agent has its task, and from the first to the last of all this."""
    tasks = [server.call("tasks.create", name="crowd task", type="training")["id"] for _ in range(count)]
    client = make_line()  # now: a connection that says nothing for long is closed
    sent, waits = {}, []
    left = list(enumerate(tasks))
    unread = 0
    begun = next_at = time.perf_counter()
    deadline = begun + 120
    while len(waits) < count:
        now = time.perf_counter()
        assert now < deadline, f"{len(waits)} of {count} tasks were handed out"
        if left and now >= next_at and unread < 64:
            number, task = left.pop(0)
            client.socket.sendall(client.request("tasks.enqueue", task=task, queue=crowd.queues[number % QUEUES]))
            sent[task] = time.perf_counter()
            unread += 1
            next_at += pause
        for when, got in crowd.answers(0.0005 if left else 0.05):
            text = got.decode()
            task = next((task for task in sent if task in text), None)
            if task:
                waits.append(when - sent.pop(task))
        with contextlib.suppress(BlockingIOError):
            unread -= client.socket.recv(1 << 20, socket.MSG_DONTWAIT).count(b"HTTP/1.1 200")
    return waits, time.perf_counter() - begun


def run(server, make_line, row, rss_mib, count: int = 10_000) -> None:
    before = rss_mib(server.process.pid)
    begun = time.perf_counter()
    crowd = Crowd(server, make_line, count)
    try:
        waiting = len(server.call("workers.get_all", last_seen=0)["workers"])
        row(f"{count} agents wait, each with a long poll of its own", "≤ 300 MiB", f"{rss_mib(server.process.pid):.0f} MiB ({before:.0f} before), {waiting} workers after {time.perf_counter() - begun:.1f} s")
        calm, _ = wake_ups(server, make_line, crowd, 500, 0.01)
        row("  100 enqueues a second: until an agent has it", "p99 ≤ 50 ms", f"p50 {1000 * statistics.median(calm):.1f} ms, p99 {percentile(calm, 0.99):.1f} ms")
        storm, seconds = wake_ups(server, make_line, crowd, 2000, 0)
        row("  2,000 enqueues as fast as one client sends them", "", f"{2000 / seconds:.0f}/s, p99 {percentile(storm, 0.99):.0f} ms; {rss_mib(server.process.pid):.0f} MiB")
    finally:
        crowd.close()
