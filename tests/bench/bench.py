#!/usr/bin/env python3
"""./dev bench: the budgets beside what this machine shows now. Figures, not verdicts: the exit code is 0."""
from __future__ import annotations

import argparse
import contextlib
import http.client
import importlib.metadata
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

import base64  # noqa: E402

import crowd  # noqa: E402
import requests  # noqa: E402
import scale  # noqa: E402
from jarvis_fixtures import Agent, Server, binary, git_repository, wait_until  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
rows: list[tuple[str, str, str, str]] = []


def row(what: str, budget: str, measured: str, peer: str = "") -> None:
    rows.append((what, budget, measured, peer))
    print(f"{what:58} {budget:24} {measured:34} {peer}", flush=True)


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mib(pid: int) -> float:
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {1000 * statistics.median(ordered):.1f} ms, p99 {1000 * p99:.1f} ms"


def basic(server: Server) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(":".join(server.keys).encode()).decode()}


def new_task(server: Server, diff: str, requirements: str = "", repository: str = "") -> str:
    return server.call("tasks.create", name="bench task", type="training", script={
        "repository": repository, "entry_point": "main.py", "working_dir": ".", "diff": diff, "branch": "main" if repository else "",
        "requirements": {"pip": requirements}})["id"]


class Line:
    """One keep-alive connection that costs this process next to nothing: what is measured is the server."""

    def __init__(self, server: Server):
        self.head = f"Host: x\r\nAuthorization: {basic(server)['Authorization']}\r\nContent-Type: application/json\r\n"
        self.socket = socket.create_connection(("127.0.0.1", server.ports[0]))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def request(self, action: str, **arguments) -> bytes:
        body = json.dumps(arguments)
        return f"POST /v2.23/{action} HTTP/1.1\r\n{self.head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    def answer(self) -> bytes:
        got = self.socket.recv(1 << 16)
        assert b" 200 " in got[:20], got
        return got


def dispatch(server: Server) -> None:
    queue = server.call("queues.create", name="bench dispatch")["id"]
    agent, client = Line(server), Line(server)
    waits = []
    for _ in range(300):
        task = server.call("tasks.create", name="bench task", type="training")["id"]
        agent.socket.sendall(agent.request("queues.get_next_task", queues=[queue], wait_sec=30, worker="bench"))
        time.sleep(0.02)  # until the poll is parked
        enqueue = client.request("tasks.enqueue", task=task, queue=queue)
        begun = time.perf_counter()
        client.socket.sendall(enqueue)
        got = agent.answer()
        waits.append(time.perf_counter() - begun)
        assert task.encode() in got, got
        client.answer()
        server.call("tasks.started", task=task)  # or it is queued again after 30 s
    row("enqueue → agent has it (long poll, loopback)", "p50 ≤ 2, p99 ≤ 20 ms", percentiles(waits), "polls every 5 s")


def first_line(server: Server, queue: str, count: int, repository: str, requirements) -> list[float]:
    """Seconds from enqueue to the user's first line, by the line's own clock."""
    out = []
    for number in range(count):
        task = new_task(server, "", requirements(number), repository)
        begun = time.time()
        server.call("tasks.enqueue", task=task, queue_name=queue)
        server.wait_for_status(task, "completed", "failed", seconds=180)
        line = next((line for line in server.log_text(task).splitlines() if "first line at" in line), None)
        if line is None:
            raise AssertionError(server.log_text(task))
        out.append(float(line.rsplit(" ", 1)[1]) - begun)
    return out


def get_by_id(server: Server) -> None:
    task = server.call("tasks.create", name="bench task", type="training", comment="x" * 2600)["id"]
    size = len(json.dumps(server.task(task)))
    connection = http.client.HTTPConnection("127.0.0.1", server.ports[0])
    token = requests.get(server.api + "/auth.login", auth=server.keys, timeout=20).json()["data"]["token"]
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    body = json.dumps({"task": task})
    request = (f"GET /v2.23/tasks.get_by_id HTTP/1.1\r\nHost: x\r\nAuthorization: {headers['Authorization']}\r\nContent-Type: application/json\r\n"
               f"Content-Length: {len(body)}\r\n\r\n{body}").encode()
    connection.connect()
    sock = connection.sock
    # Pipelined, so that this client, which is Python, does not become what is measured.
    burst, total = 50, 20_000
    before, answers = cpu_seconds(server.process.pid), 0
    sock.sendall(request)
    one = sock.recv(1 << 20)
    while len(one) < size:
        one += sock.recv(1 << 20)
    for _ in range(total // burst):
        sock.sendall(request * burst)
        wanted, got = len(one) * burst, 0
        while got < wanted:
            got += len(sock.recv(1 << 20))
        answers += burst
    used = cpu_seconds(server.process.pid) - before
    row(f"tasks.get_by_id ({size / 1024:.1f} KB document)", "≥ 25 k/CPU-s", f"{answers / used / 1000:.1f} k/CPU-s")


def server_side(server: Server) -> None:
    row("server RSS, idle", "≤ 40 MiB", f"{rss_mib(server.process.pid):.1f} MiB")
    dispatch(server)
    get_by_id(server)
    ingest(server)
    crowd.run(server, lambda: Line(server), row, rss_mib)
    row("server RSS, after all of this", "", f"{rss_mib(server.process.pid):.1f} MiB")


def ingest(server: Server) -> None:
    headers = {**basic(server), "Content-Type": "application/json-lines"}
    session = requests.Session()

    def measure(lines: str, count: int, repeats: int) -> float:
        before = cpu_seconds(server.process.pid)
        for _ in range(repeats):
            answer = session.post(f"{server.api}/events.add_batch", data=lines, headers=headers, timeout=60)
            assert answer.json()["data"]["added"] == count, answer.text
        return count * repeats / (cpu_seconds(server.process.pid) - before)

    task = server.call("tasks.create", name="bench scalars", type="training")["id"]
    points = "\n".join(json.dumps({"type": "training_stats_scalar", "task": task, "metric": f"m{i % 10}", "variant": "v", "iter": i // 10,
                                   "value": 1 / (i + 1), "timestamp": 1_700_000_000_000 + i}) for i in range(20_000))
    row("scalar points taken in", "≥ 600 k/s a core", f"{measure(points, 20_000, 20) / 1000:.0f} k/CPU-s")
    task = server.call("tasks.create", name="bench logs", type="training")["id"]
    lines_per_event = 50
    logs = "\n".join(json.dumps({"type": "log", "task": task, "level": "INFO", "worker": "w",
                                 "msg": "\n".join(f"step {i}.{n}: loss 0.123456 accuracy 0.9" for n in range(lines_per_event))}) for i in range(2_000))
    row(f"log lines taken in ({lines_per_event} lines an event)", "≥ 400 k/s", f"{measure(logs, 2_000, 10) * lines_per_event / 1000:.0f} k/CPU-s")


def stock_agent(server: Server, directory: pathlib.Path, repository: str, *flags: str, sdk: tuple[str, str] | None = None) -> dict[str, str]:
    """The released agent on the same server: what it needs from enqueue to first line, and its memory. `sdk`: a repository that calls
    Task.init, and what it requires."""
    program = ROOT / ".dev" / "stock-agent" / "bin" / "clearml-agent"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(program.parents[1])], check=True)
        subprocess.run([str(program.parent / "pip"), "install", "-q", "clearml-agent==3.0.3", "setuptools<81"], check=True)
    if not any(queue["name"] == "stock" for queue in server.call("queues.get_all")["queues"]):
        server.call("queues.create", name="stock")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CLEARML_", "TRAINS_", "JARVIS_"))}
    environment.update(HOME=str(directory), CLEARML_CONFIG_FILE=str(server.conf), CLEARML_WORKER_ID="stock")
    begun = time.perf_counter()
    agent = subprocess.Popen([str(program), "daemon", "--queue", "stock", "--foreground", *flags], env=environment, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_until(lambda: any(w["id"].startswith("stock") for w in server.call("workers.get_all")["workers"]), 60, "the stock agent")
        started = time.perf_counter() - begun
        waits = first_line(server, "stock", 3, repository, lambda _: "")
        if flags:
            return {"first line": f"p50 {statistics.median(waits):.1f} s"}
        with_init = first_line(server, "stock", 3, sdk[0], lambda _: sdk[1]) if sdk else [0.0]
        return {"with init": f"p50 {statistics.median(with_init):.1f} s", "start": f"{started:.1f} s", "first line": f"p50 {statistics.median(waits):.1f} s", "rss": f"{rss_mib(agent.pid):.0f} MiB", "loud": f"{loud(server, 'stock', directory):.2f} s"}
    finally:
        os.killpg(agent.pid, signal.SIGTERM)
        try:
            agent.wait(30)
        except subprocess.TimeoutExpired:  # seen when it has just finished a task
            os.killpg(agent.pid, signal.SIGKILL)
            agent.wait()


# Prints 100 MB/s for a second, as fast as a pipe lets it, and leaves beside itself how long that took.
LOUD = """import pathlib, sys, time
piece = b"step 1: loss 0.123456 accuracy 0.9".ljust(99, b".") + b"\\n"
begun = time.perf_counter()
for i in range(1000):
    sys.stdout.buffer.write(piece * 1000)
    sys.stdout.buffer.flush()
    time.sleep(max(0, begun + i / 1000 - time.perf_counter()))
pathlib.Path({where!r}).write_text(str(time.perf_counter() - begun))
"""


# The same without a pace, of other kinds: what it prints, again and again.
NOISE = """import os, pathlib, sys, time
piece = {piece}
begun = time.perf_counter()
for i in range({times}):
    sys.stdout.buffer.write(piece)
sys.stdout.buffer.flush()
pathlib.Path({where!r}).write_text(str(time.perf_counter() - begun))
"""
NOISES = {
    "10 M lines (240 MB)": ("b'step 1234567: loss 0.12\\n' * 1000", 10_000),
    "2 M states of a progress bar (80 MB)": ("('\\r 37%|###7      | 370/1000 [00:10<00:17]' * 1000).encode()", 2_000),
    "10 lines of 10 MB": ("b'x' * 10_000_000 + b'\\n'", 10),
    "50 MB that are no text": ("os.urandom(1_000_000)", 50),
}


def loud(server: Server, queue: str, directory: pathlib.Path, while_running=lambda: None, script: str = LOUD, **fields) -> float:
    """Seconds that a script needs for its output when the agent takes it."""
    where = directory / f"loud-{os.urandom(4).hex()}"
    task = new_task(server, script.format(where=str(where), **fields))
    server.call("tasks.enqueue", task=task, queue_name=queue)
    wait_until(lambda: while_running() or where.exists() and where.read_text(), 300, "the output")
    server.call("tasks.stop", task=task, force=True)
    server.wait_for_status(task, "completed", "stopped", seconds=300)
    return float(where.read_text())


def output(server: Server, agent: Agent, directory: pathlib.Path, theirs: str) -> None:
    where = directory / "loud-alone"

    def by_itself(script: str, **fields) -> float:
        subprocess.run([sys.executable, "-c", script.format(where=str(where), **fields)], stdout=subprocess.PIPE, check=True)
        return float(where.read_text())

    alone = by_itself(LOUD)
    highest = 0.0

    def look() -> None:
        nonlocal highest
        for job in agent.jobs():
            highest = max(highest, rss_mib(job))

    taken = loud(server, "bench", directory, look)
    row("100 MB of output in a second: the script takes longer by", "≤ 10 %", f"{100 * (taken / alone - 1):.0f} % ({alone:.2f} → {taken:.2f} s), job {highest:.0f} MiB", theirs)
    for what, (piece, times) in NOISES.items():
        highest = 0.0
        alone = by_itself(NOISE, piece=piece, times=times)
        taken = loud(server, "bench", directory, look, NOISE, piece=piece, times=times)
        row(f"{what}, as fast as it goes", "memory bounded", f"{alone:.2f} → {taken:.2f} s, job {highest:.0f} MiB")


def containers(server: Server, directory: pathlib.Path, image: str, repository: str, peer: bool) -> None:
    """From enqueue to the first line in a container, once the environment is there."""
    agent = Agent(directory / "docker", server, "bench-docker", name="bench-docker", flags=("--create-queue", "--docker", image)).start()
    try:
        first_line(server, "bench-docker", 1, repository, lambda _: "")
        ours = first_line(server, "bench-docker", 5, repository, lambda _: "")
    finally:
        agent.stop()
    theirs = ""
    if peer:
        try:
            theirs = stock_agent(server, directory, repository, "--cpu-only", "--docker", image)["first line"]
        except AssertionError as failure:  # it installs packages in each container, and has to reach the server from within
            theirs = "did not run: " + (str(failure).strip().splitlines() or [""])[-1]
    row(f"enqueue → first line in a container of {image}", "", percentiles(ours), theirs)


def services(server: Server, directory: pathlib.Path, count: int = 100) -> None:
    agent = Agent(directory / "services", server, "bench-services", name="bench-services", flags=("--services-mode", "--create-queue")).start()
    try:
        gate, up = directory / "gate", directory / "up"
        up.mkdir()
        script = f"import os, time\nopen('{up}/' + os.environ['CLEARML_TASK_ID'], 'w').close()\nwhile not os.path.exists('{gate}'): time.sleep(0.2)\n"
        tasks = [new_task(server, script) for _ in range(count)]
        begun = time.perf_counter()
        for task in tasks:
            server.call("tasks.enqueue", task=task, queue_name="bench-services")
        wait_until(lambda: len(list(up.iterdir())) == count, 600, "the services")
        row(f"{count} services side by side: all run after", "", f"{time.perf_counter() - begun:.1f} s; daemon {rss_mib(agent.process.pid):.1f} MiB, a job {rss_mib(agent.jobs()[0]):.1f} MiB")
        gate.touch()
        for task in tasks:
            server.wait_for_status(task, "completed", seconds=300)
    finally:
        agent.stop()


def of_the_wheel(server: Server, directory: pathlib.Path, repository: str) -> str:
    """The idle daemon that `pip install` brings, where ./dev wheel has made it: it carries its libraries instead of loading those of
    the distribution."""
    program = ROOT / "dist" / "jarvis-agent"
    if not program.exists():
        return ""
    agent = Agent(directory / "wheel", server, "wheel", name="wheel", flags=("--create-queue",))
    agent.program = str(program)
    agent.start()
    try:
        first_line(server, "wheel", 1, repository, lambda _: "")
        return f" ({rss_mib(agent.process.pid):.1f} from the wheel)"
    finally:
        agent.stop()


def agent_side(server: Server, directory: pathlib.Path, peer: bool, image: str) -> None:
    repository = git_repository(directory / "repository", {"main.py": "import time\nprint('first line at', time.time(), flush=True)\n"})
    with_sdk = f"clearml=={importlib.metadata.version('clearml')}"
    sdk = git_repository(directory / "with-sdk", {"main.py": "from clearml import Task\nimport time\nTask.init()\nprint('first line at', time.time(), flush=True)\n"})
    theirs = stock_agent(server, directory, repository, sdk=(sdk, with_sdk)) if peer else {}
    agent = Agent(directory / "agent", server, "bench", name="bench", flags=("--create-queue",))
    begun = time.perf_counter()
    agent.start()
    row("daemon start → worker registered", "≤ 100 ms", f"{1000 * (time.perf_counter() - begun):.0f} ms", theirs.get("start", ""))
    begun = time.perf_counter()
    for _ in range(20):
        subprocess.run([binary("jarvis-agent"), "--help"], capture_output=True, check=True)
    row("jarvis-agent --help", "≤ 20 ms", f"{1000 * (time.perf_counter() - begun) / 20:.1f} ms")
    try:
        first_line(server, "bench", 1, repository, lambda _: "")
        cached = first_line(server, "bench", 15, repository, lambda _: "")
        row("enqueue → first line, environment cached", "p50 ≤ 150 ms", percentiles(cached), theirs.get("first line", ""))
        first_line(server, "bench", 1, sdk, lambda _: with_sdk)
        row("enqueue → first line after Task.init, environment cached", "p50 ≤ 2500 ms", percentiles(first_line(server, "bench", 5, sdk, lambda _: with_sdk)), theirs.get("with init", ""))
        packages = ["iniconfig==2.0.0", "six==1.16.0", "toml==0.10.2", "idna==3.7", "certifi==2024.7.4", "packaging==24.1"]  # as the SDK records them
        for package in packages:  # fills uv's cache
            first_line(server, "bench", 1, repository, lambda _, p=package: p)
        fresh = first_line(server, "bench", 5, repository, lambda number: "\n".join(packages[: number + 2]))
        row("enqueue → first line, new environment, uv cache warm", "p50 ≤ 400 ms", percentiles(fresh))
        row("agent RSS, idle daemon", "≤ 12 MiB", f"{rss_mib(agent.process.pid):.1f} MiB{of_the_wheel(server, directory, repository)}", theirs.get("rss", ""))
        task = new_task(server, "import time\nprint('up', flush=True)\ntime.sleep(60)\n")
        server.call("tasks.enqueue", task=task, queue_name="bench")
        wait_until(lambda: "up" in server.log_text(task), 60, "the job")
        row("agent RSS, job process", "≤ 16 MiB", f"{rss_mib(agent.jobs()[0]):.1f} MiB")
        server.call("tasks.stop", task=task)
        server.wait_for_status(task, "stopped", seconds=60)
        output(server, agent, directory, theirs.get("loud", ""))
    finally:
        agent.stop()
    services(server, directory)
    if image:
        containers(server, directory, image, repository, peer)


@contextlib.contextmanager
def started(directory: pathlib.Path):
    begun = time.perf_counter()
    server = Server(directory).start()
    try:
        row("server start, first time", "≤ 200 ms", f"{1000 * (time.perf_counter() - begun):.0f} ms")
        yield server
    finally:
        server.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-peer", action="store_true", help="do not run the released clearml-agent beside")
    parser.add_argument("--only", choices=("server", "agent"), help="one half of the figures")
    parser.add_argument("--image", metavar="IMAGE", default="", help="also the start of a container of this image, which has Python and git")
    large = parser.add_argument_group("--scale: many tasks, on each database; --web: the same in a browser, on SQLite")
    large.add_argument("--web", action="store_true", help="what the web UI costs in a browser, instead of the above")
    large.add_argument("--scale", action="store_true", help="what a million tasks cost, instead of the above")
    large.add_argument("--tasks", type=int, default=1_000_000)
    large.add_argument("--points", type=int, default=100_000_000, help="of scalars")
    large.add_argument("--log-lines", type=int, default=10_000_000)
    large.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    large.add_argument("--part", nargs="*", choices=("lists", "projects", "curves"), help="only these measurements")
    large.add_argument("--keep", metavar="DIRECTORY", help="keep what was seeded there, and use it again")
    options = parser.parse_args()
    if options.web:
        import web  # needs a browser

        web.run(options)
        return 0
    if options.scale:
        scale.run(options, ROOT / "build" / "release" / "tests" / "bench" / "jarvis-bench-seed")
        return 0
    with tempfile.TemporaryDirectory(prefix="jarvis-bench-") as name:
        directory = pathlib.Path(name)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start\n")
        print(f"{'what':58} {'budget':24} {'measured':34} released clearml-agent, same run")
        # A server for each half: the agents of one measurement are not to be in the lists of the other.
        if options.only != "agent":
            with started(directory / "server") as server:
                server_side(server)
        if options.only != "server":
            with started(directory / "agents-server") as server:
                agent_side(server, directory, not options.no_peer, options.image)
        print(f"\nload {os.getloadavg()[0]:.1f} at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
