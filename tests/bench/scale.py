"""./dev bench --scale: a database as years of work would leave it, and what people do with it, at p50 and p99."""
from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import Callable, Iterator

from jarvis_fixtures import Postgres, Server, binary

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = {"page": 0, "page_size": 50}
# What a table of tasks shows.
COLUMNS = ["id", "name", "type", "status", "project.name", "user.name", "tags", "system_tags", "started", "last_update", "last_iteration",
           "active_duration", "parent.name", "comment"]


@dataclass
class Sizes:
    tasks: int
    projects: int
    points: int
    log_lines: int
    longest: int


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mib(pid: int) -> float:
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


class Client:
    """One keep-alive connection as the administrator."""

    def __init__(self, server: Server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.ports[0], timeout=600)
        pair = base64.b64encode(":".join(server.keys).encode()).decode()
        self.headers = {"Authorization": "Basic " + pair, "Content-Type": "application/json"}
        self.headers["Authorization"] = "Bearer " + self.call("auth.login")["token"]
        self.size = 0

    def call(self, action: str, **body) -> dict:
        self.connection.request("POST", "/v2.23/" + action, json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        self.size = len(text)
        assert answer.status == 200, text[:2000]
        return json.loads(text)["data"]

    def timed(self, action: str, body: dict) -> float:
        text = json.dumps(body)
        begun = time.perf_counter()
        self.connection.request("POST", "/v2.23/" + action, text, self.headers)
        answer = self.connection.getresponse()
        got = answer.read()
        took = time.perf_counter() - begun
        self.size = len(got)
        assert answer.status == 200, got[:2000]
        return took


def seed(directory: pathlib.Path, sizes: Sizes, seeder: pathlib.Path) -> dict[str, str]:
    """A SQLite store in the directory, made once; names to ids of what the measurements look at."""
    notes = directory / "notable.json"
    if not notes.exists():
        server = Server(directory / "server")
        server.start().stop()
        begun = time.perf_counter()
        done = subprocess.run([str(seeder), str(server.data / "jarvis.db"), "--tasks", str(sizes.tasks), "--projects", str(sizes.projects),
                               "--points", str(sizes.points), "--longest", str(sizes.longest), "--log-lines", str(sizes.log_lines)],
                              stdout=subprocess.PIPE, text=True, check=True)
        print(f"seeded in {time.perf_counter() - begun:.0f} s", flush=True)
        notes.write_text(json.dumps(dict(line.split("=") for line in done.stdout.split())))
    return json.loads(notes.read_text())


def move(data: pathlib.Path, postgres: Postgres, done: pathlib.Path) -> None:
    """By `migrate`, as such a database comes about, and far quicker than task by task. Once."""
    if done.exists():
        return
    if not postgres.psql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'jarvis'"):
        postgres.psql("postgres", "CREATE DATABASE jarvis")
    begun = time.perf_counter()
    subprocess.run([binary("jarvis-server"), "migrate", "--data-dir", str(data), "--to", postgres.url("jarvis")], check=True)
    print(f"migrated in {time.perf_counter() - begun:.0f} s", flush=True)
    postgres.psql("jarvis", "VACUUM ANALYZE")  # as autovacuum would have done in the years between
    done.touch()


class Scale:
    """One seeded database with a server on it."""

    def __init__(self, name: str, directory: pathlib.Path, sizes: Sizes, seeder: pathlib.Path):
        self.name, self.sizes = name, sizes
        seeded = directory / "sqlite"
        self.notable = seed(seeded, sizes, seeder)
        self.postgres: Postgres | None = None
        self.server = Server(seeded / "server")
        if name == "postgresql":
            # What docs/postgresql.md advises for such a database.
            self.postgres = Postgres(directory / "postgres", ("shared_buffers=1GB", "random_page_cost=1.1", "max_wal_size=4GB"))
            move(self.server.data, self.postgres, directory / "moved")
            self.server.database = self.postgres.url("jarvis")
        self.rss_max = 0.0

    def start(self) -> "Scale":
        self.server.start()
        self.client = Client(self.server)
        return self

    def close(self) -> None:
        if self.server.process and self.server.process.poll() is None:
            self.server.kill()
        if self.postgres:
            self.postgres.crash()

    def cpu(self) -> float:
        """Of the server and, where there is one, its database: what a call costs, whatever else this machine does."""
        assert self.server.process is not None
        total = cpu_seconds(self.server.process.pid)
        if self.postgres and self.postgres.process:
            main = self.postgres.process.pid
            for pid in [main, *map(int, pathlib.Path(f"/proc/{main}/task/{main}/children").read_text().split())]:
                with contextlib.suppress(OSError):
                    total += cpu_seconds(pid)
        return total

    def measure(self, what: str, budget: str, action: str, bodies: Callable[[], dict] | Iterator[dict], repeats: int = 100, patience: float = 20) -> None:
        """Repeats until `repeats` or, for what is slow, `patience` seconds are over."""
        assert self.server.process is not None
        times: list[float] = []
        following = bodies if callable(bodies) else lambda: next(bodies)
        self.client.timed(action, following())  # what is cold is cold once
        before, begun = self.cpu(), time.perf_counter()
        while len(times) < repeats and (time.perf_counter() - begun < patience or len(times) < 3):
            times.append(self.client.timed(action, following()))
        used = (self.cpu() - before) / len(times)
        rss = rss_mib(self.server.process.pid)
        self.rss_max = max(self.rss_max, rss)
        ordered = sorted(times)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        print(f"{what:58} {budget:>12} {1000 * statistics.median(ordered):9.1f} {1000 * p99:9.1f} {1000 * used:9.1f} {self.client.size / 1024:9.1f} {rss:8.0f} {len(times):6}",
              flush=True)


HEAD = f"{'what':58} {'p99 budget':>12} {'p50 ms':>9} {'p99 ms':>9} {'CPU ms':>9} {'KiB':>9} {'RSS MiB':>8} {'calls':>6}"


def lists(scale: Scale, rng: random.Random) -> None:
    """Pages of 50 tasks."""
    client = scale.client
    users = [user["id"] for user in client.call("users.get_all_ex", only_fields=["id", "name"])["users"]]
    projects = [project["id"] for project in client.call("projects.get_all_ex", only_fields=["id"], page=0, page_size=500)["projects"]]
    sizes = {project: sum(scale.client.call("projects.get_all_ex", id=[project], include_stats=True, stats_with_children=False)["projects"][0]["stats"]["active"]["status_count"].values())
             for project in rng.sample(projects, min(12, len(projects)))}
    by_size = sorted(sizes, key=sizes.__getitem__)
    some_tasks = [task["id"] for task in client.call("tasks.get_all", **PAGE, only_fields=["id"], order_by=["id"])["tasks"]]
    metric = client.call("tasks.get_all", page=0, page_size=1, status=["completed"])["tasks"][0]["last_metrics"]
    key = next(iter(metric))
    value = f"last_metrics.{key}.{next(iter(metric[key]))}.value"
    shown = {**PAGE, "only_fields": COLUMNS, "search_hidden": False}

    def page(what: str, budget: str = "10", **fields) -> None:
        scale.measure(what, budget, "tasks.get_all_ex", lambda: {**shown, **{name: each() if callable(each) else each for name, each in fields.items()}})

    page("newest changes first")
    page("page 200 of them", page=200)
    page("page 5,000 of them (by number)", "", page=min(5000, scale.sizes.tasks // 100))
    page("status: failed", status=["failed"])
    page("status: in_progress (few)", status=["in_progress"])
    page("user", user=lambda: [rng.choice(users)])
    page("type", type=lambda: [rng.choice(["training", "testing", "qc", "controller"])])
    page("user + status + type", user=lambda: [rng.choice(users)], status=["failed", "stopped"], type=["testing"])
    page("project", project=lambda: [rng.choice(projects)])
    page("project + status", project=lambda: [rng.choice(projects)], status=["completed"])
    page("parent", parent=lambda: rng.choice(some_tasks))
    page("created in one month", created=["2026-01-01T00:00:00", "2026-01-31T00:00:00"])
    page("last update since a week", last_update=[">=2026-07-01T00:00:00"])
    page("started before", started=["<=2025-06-01T00:00:00"], order_by=["-started"])
    page("tag (common)", tags=["tag-000"])
    page("tag (seldom)", tags=lambda: [f"tag-{rng.randrange(250, 300)}"])
    page("tags: any of three", tags=lambda: [f"tag-{rng.randrange(300):03}" for _ in range(3)])
    page("tags: all of two", tags=lambda: ["__$all", "tag-000", f"tag-{rng.randrange(300):03}"])
    page("tags: all but", tags=["-tag-000", "-tag-001"])
    page("tags: filters any + exclude", filters={"tags": {"any": {"include": ["tag-000", "tag-010"]}, "all": {"exclude": ["tag-001"]}}})
    page("archived only", system_tags=["archived"])
    page("not archived", system_tags=["-archived"])
    page("hyperparameter value, in all", "", **{"hyperparams.Args.optimizer.value": "adam"})
    page("hyperparameter value (seldom), in all", "", **{"hyperparams.Args.seed.value": lambda: str(rng.randrange(100_000))})
    page("hyperparameter value, in a project", project=lambda: [rng.choice(projects)], **{"hyperparams.Args.optimizer.value": "adam"})
    page("name: regex that many have", name="resnet")
    page("name: regex that few have", "", name=lambda: f"#{rng.randrange(scale.sizes.tasks)}$")
    page("name: regex that none has", "", name="zebra.*lion")
    page("search text in name, comment, id", "", search_text=lambda: f"#{rng.randrange(scale.sizes.tasks)}")
    for name in ("name", "-name", "-started", "started", "-completed", "-last_iteration", "active_duration", "status", "-type", "user", "-created"):
        page(f"order: {name}", order_by=[name])
    page("order: -status, -last_update", order_by=["-status", "-last_update"])
    page("order: type, name", "", order_by=["type", "name"])
    page("status + user, order: name", status=["completed"], user=lambda: [rng.choice(users)], order_by=["name"])
    for which, project in (("small", by_size[0]), ("middle", by_size[len(by_size) // 2]), ("large", by_size[-1])):
        page(f"order: metric, in a {which} project ({sizes[project]} tasks)", project=[project], order_by=["-" + value])
        page(f"order: hyperparameter, in a {which} project", project=[project], order_by=["hyperparams.Args.lr"])
        page(f"order: -started, in a {which} project", project=[project], order_by=["-started"])
    page("order: metric, in all", "", order_by=["-" + value])
    page("order: hyperparameter, in all", "", order_by=["hyperparams.Args.lr"])

    def scroll() -> Iterator[dict]:
        scroll_id = None
        for _ in range(200):
            page = client.call("tasks.get_all_ex", size=500, scroll_id=scroll_id, only_fields=["id"])
            scroll_id = page["scroll_id"]
            if not page["tasks"]:
                break
        while True:
            yield {"size": 50, "scroll_id": scroll_id, "only_fields": COLUMNS}

    scale.measure("scroll: the page behind 100,000 rows", "10", "tasks.get_all_ex", scroll())
    scale.measure("tasks.get_by_id", "", "tasks.get_by_id", lambda: {"task": rng.choice(some_tasks)}, 500)
    for count in (2, 12, 100):
        scale.measure(f"compare {count} tasks: documents", "", "tasks.get_all_ex", lambda n=count: {"id": rng.choices(some_tasks, k=n), "page": 0, "page_size": n})


def projects(scale: Scale) -> None:
    scale.measure("projects: first page with statistics", "", "projects.get_all_ex",
                  lambda: {"page": 0, "page_size": 24, "shallow_search": True, "include_stats": True, "stats_for_state": "active", "order_by": ["-last_update"]}, 20)
    scale.measure("projects: 500 by name", "", "projects.get_all_ex", lambda: {"page": 0, "page_size": 500, "only_fields": ["name"], "order_by": ["name"]}, 20)
    scale.measure("tags of all tasks", "", "organization.get_tags", lambda: {}, 20)
    scale.measure("parents of tasks in all projects", "", "projects.get_task_parents", lambda: {"projects": [], "tasks_state": "active"}, 5)
    largest = max(scale.client.call("projects.get_all_ex", page=0, page_size=24, shallow_search=True, include_stats=True)["projects"],
                  key=lambda project: project["stats"]["active"]["total_tasks"])["id"]
    scale.measure("names of hyperparameters, a large project", "", "projects.get_hyper_parameters", lambda: {"project": largest, "page": 0, "page_size": 500}, 5)
    scale.measure("values of one, a large project", "", "projects.get_hyperparam_values",
                  lambda: {"projects": [largest], "section": "Args", "name": "optimizer"}, 5)
    scale.measure("metrics and variants, a large project", "", "projects.get_unique_metric_variants", lambda: {"project": largest}, 5)


def curves(scale: Scale, rng: random.Random) -> None:
    tasks = scale.notable
    kinds = {kind: [task for name, task in tasks.items() if name.startswith(kind + "_") and name[len(kind) + 1:].isdigit()] for kind in ("very_long", "long", "ordinary")}
    for kind, some in kinds.items():
        if not some:
            continue
        one = lambda some=some: rng.choice(some)  # noqa: E731
        scale.measure(f"curves of a task ({kind})", "", "events.scalar_metrics_iter_histogram", lambda: {"task": one(), "samples": 2000}, 20)
        scale.measure(f"names of its curves ({kind})", "", "events.get_scalar_metrics_and_variants", lambda: {"task": one()}, 20)
        scale.measure(f"raw points of one, the first 10,000 ({kind})", "", "events.scalar_metrics_iter_raw",
                      lambda: {"task": one(), "metric": {"metric": "metric 0", "variants": ["train"]}, "batch_size": 10_000}, 20)
    for count in (2, 12):
        some = (kinds["long"] + kinds["ordinary"])[:count]
        scale.measure(f"compare {count} tasks: curves", "", "events.multi_task_scalar_metrics_iter_histogram", lambda: {"tasks": some, "samples": 1000}, 20)
    scale.measure("log: the newest 100 of a long one", "", "events.get_task_log", lambda: {"task": tasks["long_log"], "batch_size": 100}, 50)
    middle = 1_700_000_000_000 + scale.sizes.log_lines // 4 * 20
    scale.measure("log: 100 from its middle", "", "events.get_task_log",
                  lambda: {"task": tasks["long_log"], "batch_size": 100, "from_timestamp": middle + rng.randrange(100_000), "navigate_earlier": False}, 50)


def restart(scale: Scale) -> None:
    """From a kill -9 in the middle of writing to the first answer."""
    assert scale.server.process is not None
    for number in range(200):
        scale.client.call("tasks.create", name=f"written before the kill {number}", type="training")
    scale.server.kill()
    begun = time.perf_counter()
    scale.start()
    scale.client.call("tasks.get_all", **PAGE)
    print(f"start after kill -9 to the first page: {time.perf_counter() - begun:.2f} s (budget 2 s)", flush=True)


def run(options, seeder: pathlib.Path) -> None:
    sizes = Sizes(options.tasks, max(30, options.tasks // 1000), options.points, options.log_lines, max(1000, options.points // 100))
    with contextlib.ExitStack() as stack:
        directory = pathlib.Path(options.keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="jarvis-scale-")))
        (directory / "sqlite").mkdir(parents=True, exist_ok=True)
        directory.chmod(0o755)  # PostgreSQL runs as a user of its own
        for name in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
            print(f"\n{name}: {sizes.tasks} tasks, {sizes.projects} projects, {sizes.points} points, {sizes.log_lines} log lines; load {os.getloadavg()[0]:.1f}", flush=True)
            with contextlib.closing(Scale(name, directory, sizes, seeder)) as scale:
                measure(scale, options.part)


def measure(scale: Scale, parts: list[str] | None) -> None:
    scale.start()
    assert scale.server.process is not None
    before = rss_mib(scale.server.process.pid)
    print(HEAD)
    rng = random.Random(7)
    if not parts or "lists" in parts:
        lists(scale, rng)
    if not parts or "projects" in parts:
        projects(scale)
    if not parts or "curves" in parts:
        curves(scale, rng)
    print(f"RSS {before:.0f} MiB at the start, at most {scale.rss_max:.0f} MiB (budget 400 MiB); load {os.getloadavg()[0]:.1f}")
    restart(scale)
