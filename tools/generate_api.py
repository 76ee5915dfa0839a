#!/usr/bin/env python3
"""Writes api/<service>.json: each action's request schema, from the request classes of the released `clearml` package.

Only facts are taken (field names, types, required marks); what this server adds stands in api/extensions.json, by hand.
Run it after the package's version changed:  python3 tools/generate_api.py   (needs `pip install clearml`)
"""
import importlib
import json
import pathlib
import pkgutil

import clearml.backend_api.services as services

API = pathlib.Path(__file__).resolve().parent.parent / "api"
SERVICES = ("auth", "events", "models", "organization", "pipelines", "projects", "queues", "tasks", "workers")
KEPT = ("type", "properties", "items", "enum", "$ref", "additionalProperties", "required", "definitions", "minLength")


def facts(schema):
    """The schema without its prose."""
    if isinstance(schema, list):
        return [facts(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {}
    for key in KEPT:
        if key not in schema:
            continue
        value = schema[key]
        if key in ("properties", "definitions"):
            out[key] = {name: facts(inner) for name, inner in sorted(value.items())}
        elif key in ("items", "additionalProperties"):
            out[key] = facts(value)
        else:
            out[key] = value
    return out


def newest_first():
    names = [m.name for m in pkgutil.iter_modules(services.__path__) if m.name.startswith("v")]
    return sorted(names, key=lambda name: tuple(int(part) for part in name[1:].split("_")), reverse=True)


def requests_of(module):
    for name in dir(module):
        cls = getattr(module, name)
        if isinstance(cls, type) and name.endswith("Request") and getattr(cls, "_action", None):
            schema = getattr(cls, "_schema", None) or getattr(cls, "_item_schema", None)
            if isinstance(schema, dict):
                yield cls._action, facts(schema)


def merge(base, extra):
    """Lays the hand-written schema over the generated one, key by key."""
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = value


def main():
    extensions = json.loads((API / "extensions.json").read_text())
    for service in sorted(set(SERVICES) | set(extensions)):
        actions = {}
        for version in newest_first():
            try:
                module = importlib.import_module(f"clearml.backend_api.services.{version}.{service}")
            except ImportError:
                continue
            for action, schema in requests_of(module):
                actions.setdefault(action, schema)
        merge(actions, extensions.get(service, {}))
        text = json.dumps({"service": service, "actions": dict(sorted(actions.items()))}, indent=1)
        (API / f"{service}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
