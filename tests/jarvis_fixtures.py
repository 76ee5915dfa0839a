"""A real server on free ports, a real agent in a home of its own; used by tests, demo and benchmarks."""
from __future__ import annotations

import atexit
import contextlib
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import uuid

import requests

ROOT = pathlib.Path(__file__).resolve().parent.parent


def binary(name: str) -> str:
    build = os.environ.get("JARVIS_BUILD_DIR")
    folder = {"jarvis-server": "server", "jarvis-agent": "agent"}[name]
    for path in ([pathlib.Path(build) / "src" / folder / name] if build else []) + [ROOT / "bin" / name]:
        if path.is_file():
            return str(path)
    raise FileNotFoundError(f"{name} is not built: run ./dev build")


def stand_in(name: str) -> pathlib.Path:
    """The library that stands for a GPU's driver: "fake_nvml", "fake_rocm_smi"."""
    path = pathlib.Path(os.environ.get("JARVIS_BUILD_DIR", ROOT / "build" / "release")) / "src/agent/gpu" / name / f"libjarvis_{name}.so"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not built: ninja -C build/release jarvis_{name}, or set JARVIS_BUILD_DIR")
    return path


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# However little a condition needs on a free machine: tests run where others have the processors, too.
PATIENCE = 90


def wait_until(condition, seconds: float = PATIENCE, what: str = "the condition"):
    """The first true value of condition(), asked often; fails by name when the time is over, PATIENCE at least."""
    seconds = max(seconds, PATIENCE)
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


class Refused(Exception):
    """An API call's error: HTTP status, subcode, message."""

    def __init__(self, status: int, subcode: int, message: str):
        super().__init__(f"{status}/{subcode} {message}")
        self.status, self.subcode, self.message = status, subcode, message


class Postgres:
    """A real PostgreSQL (Debian's package) with fsync, in a directory of its own, reached by a socket there.

    The same directory again is the same databases again; `settings` are those of postgresql.conf, "name=value"."""

    def __init__(self, directory: pathlib.Path | None = None, settings: tuple[str, ...] = ()) -> None:
        self.directory = directory or pathlib.Path(tempfile.mkdtemp(prefix="jarvis-postgres-", dir="/tmp"))
        self.settings = ("listen_addresses=", "fsync=on", "max_connections=300", *settings)
        # PostgreSQL refuses to be root.
        self.user = pwd.getpwnam("postgres").pw_name if os.getuid() == 0 else None
        if not (self.directory / "data").exists():
            self._make()
        self.process: subprocess.Popen | None = None
        self.start()

    def _make(self) -> None:
        self.directory.mkdir(exist_ok=True)
        if self.user:
            shutil.chown(self.directory, self.user, self.user)
        subprocess.run([self.program("initdb"), "-D", self.directory / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
                       user=self.user, cwd="/", check=True, stdout=subprocess.DEVNULL)

    @staticmethod
    def program(name: str) -> str:
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
        return str(found[-1]) if found else name

    def start(self) -> "Postgres":
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program("postgres"), "-D", self.directory / "data", "-k", self.directory, *(word for setting in self.settings for word in ("-c", setting))],
                user=self.user, cwd="/", stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: self.psql("postgres", "SELECT 1", check=False) == "1", 30, "PostgreSQL")
        return self

    def crash(self) -> None:
        """Ends it at once: nothing is finished, nothing is written out."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(60)

    def remove(self) -> None:
        self.crash()
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.directory}"

    def new_database(self) -> str:
        name = "jarvis_" + uuid.uuid4().hex
        self.psql("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def psql(self, database: str, sql: str, check: bool = True) -> str:
        url = database if "://" in database else self.url(database)
        done = subprocess.run([self.program("psql"), url, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql], capture_output=True, text=True)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.strip()


_postgres: list[Postgres] = []


def postgres() -> Postgres:
    """One for all tests of this process, started when the first asks for it."""
    if not _postgres:
        _postgres.append(Postgres())
        atexit.register(_postgres[0].remove)
    return _postgres[0]


def is_on_postgres() -> bool:
    """Whether this run of the tests is the one over PostgreSQL: JARVIS_TEST_DATABASE=postgresql."""
    return os.environ.get("JARVIS_TEST_DATABASE") == "postgresql"


class Server:
    """One jarvis-server process with its data directory. start() after stop() or kill() uses the same ports and data.

    `database` is an address of PostgreSQL, "" for SQLite; by default what this run of the tests is about."""

    def __init__(self, directory: pathlib.Path, *flags: str, web_host: str = "127.0.0.1", database: str | None = None):
        self.directory = directory
        self.database = database if database is not None else postgres().new_database() if is_on_postgres() else ""
        self.data = directory / "data"
        self.flags, self.web_host = flags, web_host
        self.ports = [free_port() for _ in range(3)]
        self.process: subprocess.Popen | None = None
        self._has_run = False
        self.log = directory / "server.log"
        self._session = requests.Session()
        self._token = ""

    def command(self) -> list[str]:
        api, files = (f"127.0.0.1:{port}" for port in self.ports[:2])
        web = f"{self.web_host}:{self.ports[2]}"
        return [binary("jarvis-server"), "--data-dir", str(self.data), "--api-listen", api, "--files-listen", files,
                "--web-listen", web, *(["--database", self.database] if self.database else []), *self.flags]

    def start(self) -> "Server":
        self.directory.mkdir(parents=True, exist_ok=True)
        for is_last in (False, False, True):
            with self.log.open("ab") as log:
                before = self.log.stat().st_size
                self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, start_new_session=True)
            try:
                wait_until(lambda: self._is_ready(before), 30, "the server")
                return self
            except AssertionError:
                # A port that was free a moment ago may be taken by now. One that was ours before stays ours.
                if is_last or self._has_run or b"Address already in use" not in self.log.read_bytes()[before:]:
                    raise
                self.ports = [free_port() for _ in range(3)]
        raise AssertionError("unreachable")

    def _is_ready(self, offset: int) -> bool:
        assert self.process is not None
        text = self.log.read_bytes()[offset:].decode()
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended: {text}")
        self._has_run = self._has_run or "\nready\n" in text
        return "\nready\n" in text

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def sql(self, statement: str) -> None:
        """Changes the database behind the server's back."""
        if self.database:
            postgres().psql(self.database, statement)
        else:
            with sqlite3.connect(self.data / "jarvis.db") as db:
                db.execute(statement)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def files(self) -> str:
        return f"http://127.0.0.1:{self.ports[1]}"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.ports[2]}"

    @property
    def conf(self) -> pathlib.Path:
        return self.data / "client.conf"

    @property
    def keys(self) -> tuple[str, str]:
        text = self.conf.read_text()
        return tuple(re.search(rf'{name}: "([^"]+)"', text).group(1) for name in ("access_key", "secret_key"))  # type: ignore[union-attr,return-value]

    def call(self, action: str, timeout: float = 120, headers: dict | None = None, **body):
        """One API call as the administrator: the answer's data, or Refused."""
        answer = self._session.post(f"{self.api}/{action}", json=body, auth=self.keys, timeout=timeout, headers=headers)
        parsed = answer.json()
        if answer.status_code != 200:
            meta = parsed["meta"]
            raise Refused(answer.status_code, meta["result_subcode"], meta["result_msg"])
        return parsed["data"]

    def task(self, task_id: str) -> dict:
        return self.call("tasks.get_by_id", task=task_id)["task"]

    def log_text(self, task_id: str) -> str:
        """The whole log of a task, oldest line first."""
        lines, since = [], -1
        while True:
            page = self.call("events.get_task_log", task=task_id, order="asc", navigate_earlier=False, from_timestamp=since, batch_size=5000)
            if not page["events"]:
                return "\n".join(lines)
            lines += [event["msg"] for event in page["events"]]
            since = page["events"][-1]["timestamp"]

    def wait_for_status(self, task_id: str, *statuses: str, seconds: float = 300) -> dict:
        def reached():
            task = self.task(task_id)
            return task if task["status"] in statuses else None

        try:
            return wait_until(reached, seconds, f"task {task_id} to be {' or '.join(statuses)}")
        except AssertionError as error:
            task = self.task(task_id)
            raise AssertionError(f"{error}; it is {task['status']} ({task.get('status_reason')}: {task.get('status_message')})\n"
                                 f"{self.log_text(task_id)[-3000:]}") from None


class Agent:
    """One jarvis-agent daemon with a home of its own, or that of another. `name` is its worker id; one that begins with the
    host's name is left to the agent to find."""

    def __init__(self, directory: pathlib.Path, server: Server, *queues: str, name: str = "tester", flags: tuple[str, ...] = (),
                 variables: dict[str, str] | None = None, home: pathlib.Path | None = None):
        self.directory = directory
        self.home = home or directory / "home"
        self.server, self.queues, self.name, self.flags = server, queues or ("default",), name, flags
        self.variables = variables or {}
        self.log = directory / "agent.log"
        self.extra_conf = ""  # settings beside the server and its keys
        self.program = binary("jarvis-agent")
        self.process: subprocess.Popen | None = None

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLEARML_", "TRAINS_", "JARVIS_"))}
        # uv's own cache is shared by all tests: environments are new, downloads are not.
        kept.setdefault("UV_CACHE_DIR", str(ROOT / ".dev" / "uv-cache"))
        for name in ("NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"):
            kept.pop(name, None)
        named = {} if self.name.startswith(socket.gethostname() + ":") else {"JARVIS_WORKER_ID": self.name}
        return {**kept, "HOME": str(self.home), **named, **self.variables}

    def configure(self) -> "Agent":
        """Its home and configuration, for commands that need no daemon."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.home / "jarvis.conf").write_text(self.server.conf.read_text() + self.extra_conf)
        return self

    def start(self) -> "Agent":
        self.configure()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([self.program, "daemon", "--foreground", "--queue", *self.queues, *self.flags],
                                            stdout=log, stderr=log, env=self.environment(), start_new_session=True)
        wait_until(self._is_registered, 30, "the agent to register")
        return self

    def _is_registered(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the agent ended: {self.log.read_text()}")
        return any(worker["id"] == self.name for worker in self.server.call("workers.get_all")["workers"])

    def run(self, *arguments: str, **options) -> subprocess.CompletedProcess:
        return subprocess.run([self.program, *arguments], env=self.environment(), capture_output=True, text=True, **{"timeout": 300, **options})

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def tree(self) -> list[int]:
        """Process ids of all that the daemon has started and that what it started has, zombies too."""
        assert self.process is not None
        done = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in done.splitlines())}
        below, found = [], [self.process.pid]
        while found:
            found = [pid for pid, parent in parents.items() if parent in found]
            below += found
        return below

    def jobs(self) -> list[int]:
        """Process ids of the job processes of its home."""
        out = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                environ = (entry / "environ").read_bytes()
                if len(words) > 1 and words[0].endswith(b"jarvis-agent") and words[1] == b"execute" and f"HOME={self.home}".encode() in environ:
                    out.append(int(entry.name))
        return out


def git_repository(directory: pathlib.Path, files: dict[str, str]) -> str:
    """A repository with one commit; its path, which is its address."""
    directory.mkdir(parents=True)
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
        if text.startswith("#!"):
            (directory / name).chmod(0o755)
    git(directory, "init", "-q", "-b", "main")
    commit(directory, "first")
    git(directory, "remote", "add", "origin", str(directory))
    return str(directory)


def git(directory: pathlib.Path, *words: str) -> str:
    done = subprocess.run(["git", "-c", "user.name=test", "-c", "user.email=test@localhost", *words], cwd=directory, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(directory: pathlib.Path, message: str) -> str:
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", message)
    return git(directory, "rev-parse", "HEAD")


def dump(value) -> str:
    return json.dumps(value, indent=1, sort_keys=True)


def fill(disk: pathlib.Path) -> pathlib.Path:
    """Leaves no room on a disk: the file that takes it."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    return filler
