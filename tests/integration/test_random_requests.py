"""Requests made by chance from the schemas of all actions: each is answered or refused, none makes the server fail.

JARVIS_RANDOM_REQUESTS (2500) says how many, JARVIS_RANDOM_SEED=7 (or 7,8,9) which: a failure names its seed."""
import json
import os
import random

import pytest
import requests

from jarvis_fixtures import ROOT, Server

SEEDS = [int(seed) for seed in os.environ.get("JARVIS_RANDOM_SEED", "1,2,3").split(",")]
COUNT = int(os.environ.get("JARVIS_RANDOM_REQUESTS", "2500")) // len(SEEDS)
# These end what the test works with, or wait.
LEFT_OUT = {"auth.logout", "login.logout", "auth.end_sessions", "auth.set_password", "auth.edit_user", "auth.revoke_credentials"}
TEXTS = ["", "a", "name", "x" * 3000, "ünï → 漢字", "\u0000", "a\nb", "../..", "%00", "$where", "a.b.c", "-tag", "__$all", "[", "(?", ".*", "'; DROP TABLE tasks; --",
         "2024-01-01T00:00:00", ">=2024-01-01", "queued", "training", "loss", "md5", "null", "asc", "desc", "iter"]
NUMBERS = [0, 1, -1, 2, 10, 500, 2**31, 2**53, -2**63, 2**63 - 1]
REALS = [0.5, -1.5, 1e300, -1e-300]


class Maker:
    """Bodies that fit a schema, mostly."""

    def __init__(self, rng, ids):
        self.rng, self.ids = rng, ids

    def text(self, name):
        kind = next((kind for kind in self.ids if kind in name), None)
        if kind and self.rng.random() < 0.7:
            return self.rng.choice(self.ids[kind])
        return self.rng.choice(TEXTS + sum(self.ids.values(), []))

    def anything(self, depth=0):
        choice = self.rng.randrange(8 if depth < 3 else 6)
        if choice == 6:
            return [self.anything(depth + 1) for _ in range(self.rng.randrange(3))]
        if choice == 7:
            return {self.rng.choice(TEXTS): self.anything(depth + 1) for _ in range(self.rng.randrange(3))}
        return (None, True, self.rng.choice(NUMBERS), self.rng.choice(REALS), self.rng.choice(TEXTS), self.text("task"))[choice]

    def value(self, schema, definitions, name="", depth=0):
        if self.rng.random() < 0.03 or depth > 6:
            return self.anything(depth)
        if "$ref" in schema:
            schema = definitions.get(schema["$ref"].rsplit("/", 1)[-1], {})
        if schema.get("enum") and self.rng.random() < 0.8:
            return self.rng.choice(schema["enum"])
        kinds = schema.get("type", ["string", "integer", "object", "array"])
        kind = self.rng.choice([kinds] if isinstance(kinds, str) else kinds)
        if kind == "object":
            return self.object(schema, definitions, depth)
        if kind == "array":
            items = schema.get("items", {})
            return [self.value(items if isinstance(items, dict) else {}, definitions, name, depth + 1) for _ in range(self.rng.randrange(4))]
        return {"string": lambda: self.text(name), "integer": lambda: self.rng.choice(NUMBERS), "number": lambda: self.rng.choice(NUMBERS + REALS),
                "boolean": lambda: self.rng.random() < 0.5, "null": lambda: None}[kind]()

    def object(self, schema, definitions, depth=0):
        properties, required = schema.get("properties", {}), schema.get("required", [])
        out = {}
        for name, inner in properties.items():
            if (name in required and self.rng.random() < 0.97) or self.rng.random() < 2.5 / (len(properties) + 1):
                out[name] = self.value(inner, definitions, name, depth + 1)
        if not properties or self.rng.random() < 0.05:
            more = schema.get("additionalProperties")
            for _ in range(self.rng.randrange(3)):
                out[self.rng.choice(TEXTS)] = self.value(more, definitions, "", depth + 1) if isinstance(more, dict) else self.anything(depth + 1)
        return out


def schemas():
    out = {}
    for path in sorted((ROOT / "api").glob("*.json")):
        document = json.loads(path.read_text())
        out |= {f"{document['service']}.{action}": schema for action, schema in document.get("actions", {}).items()}
    return {action: schema for action, schema in out.items() if action not in LEFT_OUT}


def some_of_everything(server):
    project = server.call("projects.create", name="random/inner")["id"]
    queue = server.call("queues.create", name="random queue")["id"]
    tasks = [server.call("tasks.create", name=f"random {number}", type="training", project=project, tags=["a"])["id"] for number in range(4)]
    model = server.call("models.create", name="random", uri="file:///x", project=project, task=tasks[0])["id"]
    server.call("tasks.enqueue", task=tasks[1], queue=queue)
    server.call("tasks.started", task=tasks[2])
    for kind in ("log", "training_stats_scalar"):
        server.call("events.add", type=kind, task=tasks[2], metric="loss", variant="train", iter=1, value=1.0, msg="x", level="info", timestamp=1)
    server.call("workers.register", worker="w:0", queues=[queue])
    return {"task": tasks, "project": [project], "queue": [queue], "model": [model], "worker": ["w:0"], "user": [server.call("users.get_current_user")["user"]["id"]]}


@pytest.mark.parametrize("seed", SEEDS)
def test_none_makes_the_server_fail(tmp_path, seed):
    server = Server(tmp_path / "server").start()
    try:
        rng = random.Random(seed)
        maker = Maker(rng, some_of_everything(server))
        actions = sorted(schemas().items())
        session, failed, answered = requests.Session(), [], set()
        for number in range(COUNT):
            # Each action in turn, so that the budget reaches all of them.
            action, schema = actions[number % len(actions)]
            body = maker.object(schema, schema.get("definitions", {}))
            body.pop("wait_sec", None)
            answer = session.post(f"{server.api}/{action}", json=body, auth=server.keys, timeout=60)
            if answer.status_code >= 500:
                failed.append((action, json.dumps(body)[:2000], answer.text[:500]))
            if answer.status_code == 200:
                answered.add(action)
        how = f"again: JARVIS_RANDOM_SEED={seed} JARVIS_RANDOM_REQUESTS={COUNT}\n"
        assert not failed, how + "\n".join(map(str, failed[:10]))
        # Had the schemas been misread, nearly everything would have been refused.
        assert len(answered) > len(actions) * 0.5, (how, sorted(set(dict(actions)) - answered))
        assert server.call("debug.ping") is not None
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.kill()
