#!/usr/bin/env python3
"""Writes web/src/api/requests.ts: what each action takes, so that the type check holds the web UI to the schemas in api/.

Run it after a schema changed:  python3 tools/generate_web_api.py   (--check only says whether the file is up to date)
"""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "web" / "src" / "api" / "requests.ts"

HEAD = """// Made by tools/generate_web_api.py from the schemas in api/. Do not edit.

/** Filters and fields below a free-form one: "last_metrics.<id>.<id>.value", "hyperparams.Args.rate.value". */
export type FreePaths = { [path: `${string}.${string}`]: unknown };

"""


def type_of(schema: object) -> str:
    if not isinstance(schema, dict) or "$ref" in schema:
        return "object"
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    names = schema.get("type")
    if isinstance(names, list):
        return " | ".join(dict.fromkeys(type_of({**schema, "type": name}) for name in names))
    if names == "array":
        inner = type_of(schema["items"]) if "items" in schema else "unknown"
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    return {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null", "object": "object"}.get(names, "unknown")


def is_plain(name: str) -> bool:
    return name.isidentifier()


def fields(schema: dict) -> list[str]:
    required = set(schema.get("required", []))
    lines = []
    for name, inner in sorted(schema.get("properties", {}).items()):
        shown = name if is_plain(name) else json.dumps(name)
        lines.append(f"    {shown}: {type_of(inner)};" if name in required else f"    {shown}?: {type_of(inner)} | undefined;")
    return lines


def merged(base: object, extra: object) -> object:
    if isinstance(base, dict) and isinstance(extra, dict):
        return {**base, **{key: merged(base.get(key), value) for key, value in extra.items()}}
    return extra


def text() -> str:
    actions: dict[str, dict] = {}
    for path in sorted((ROOT / "api").glob("*.json")):
        if path.name == "extensions.json":
            continue
        document = json.loads(path.read_text())
        for action, schema in document["actions"].items():
            actions[f"{document['service']}.{action}"] = schema
    for service, extra in json.loads((ROOT / "api" / "extensions.json").read_text()).items():
        for action, schema in extra.items():
            name = f"{service}.{action}"
            actions[name] = merged(actions.get(name, {}), schema)
    lines = ["export interface Requests {"]
    for name, schema in sorted(actions.items()):
        own = fields(schema)
        lines += [f'  "{name}": {{', *own, "  };"] if own else [f'  "{name}": Record<string, unknown>;']
    return HEAD + "\n".join([*lines, "}", ""])


def main() -> int:
    wanted = text()
    if "--check" in sys.argv:
        if OUT.read_text() == wanted:
            return 0
        print(f"{OUT.relative_to(ROOT)} is not what the schemas say: run tools/generate_web_api.py")
        return 1
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
