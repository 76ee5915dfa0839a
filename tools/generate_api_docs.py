#!/usr/bin/env python3
"""Writes docs/api.md: every action with its fields, who may call it, and the tests that exercise it.

Read from api/*.json (schemas), the endpoint tables in src/server/services/*.cc, and the tests' own texts:
python3 tools/generate_api_docs.py        (`./dev fmt` runs it; a test fails when the file is not what it would write)
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROW = re.compile(r'Endpoint\{\s*"([a-z_]+\.[a-z_]+)",\s*\{(\d+), (\d+)\},\s*(?:Access::)?(\w+)')
NAMED = re.compile(r"\b([a-z]+\.[a-z_]+)\b")
ACCESS = {"everyone": "everyone", "signed_in": "users", "admin": "administrators", "system": "the system"}
SHOWN_MAX = 3


def schemas() -> dict[str, dict]:
    out = {}
    for path in sorted((ROOT / "api").glob("*.json")):
        document = json.loads(path.read_text())
        for action, schema in document.get("actions", {}).items():
            out[f"{document['service']}.{action}"] = schema
    return out


def rows() -> dict[str, tuple[str, str]]:
    """Action → (oldest version, who may call it)."""
    out: dict[str, tuple[tuple[int, int], str]] = {}
    for path in sorted((ROOT / "src/server/services").glob("*.cc")):
        for name, major, minor, access in ROW.findall(path.read_text()):
            since = (int(major), int(minor))
            if name not in out or since < out[name][0]:
                out[name] = (since, ACCESS.get(access, access))
    return {name: (f"{since[0]}.{since[1]}", access) for name, (since, access) in out.items()}


def cpp_tests(path: pathlib.Path):
    """(name, text) of each test; what stands outside of them is the file's steps."""
    text = path.read_text()
    starts = list(re.finditer(r"^TEST(?:_[FP])?\((\w+), (\w+)\)", text, re.M))
    for i, start in enumerate(starts):
        end = starts[i + 1].start() if i + 1 < len(starts) else len(text)
        yield f"{start[1]}.{start[2]}", text[start.start():end]
    yield f"steps of {path.name}", text[:starts[0].start()] if starts else text


def python_tests(path: pathlib.Path):
    text = path.read_text()
    starts = list(re.finditer(r"^def (test_\w+)\(", text, re.M))
    for i, start in enumerate(starts):
        end = starts[i + 1].start() if i + 1 < len(starts) else len(text)
        yield f"{path.stem}.{start[1]}", text[start.start():end]
    yield f"steps of {path.name}", text[:starts[0].start()] if starts else text


def tests(actions) -> dict[str, list[str]]:
    """Action → names of the tests whose text names it."""
    out: dict[str, list[str]] = {action: [] for action in actions}
    sources = [(path, cpp_tests) for path in sorted((ROOT / "src/server").rglob("*_test.cc"))]
    sources += [(path, cpp_tests) for path in sorted((ROOT / "src/server").rglob("*steps.h"))]
    sources += [(path, python_tests) for folder in ("integration", "e2e") for path in sorted((ROOT / "tests" / folder).glob("*.py"))
                if path.name != "test_api_docs.py"]
    for path, split in sources:
        for name, text in split(path):
            for action in sorted(set(NAMED.findall(text)) & out.keys()):
                out[action].append(name)
    return out


def fields(schema: dict) -> str:
    required = set(schema.get("required", []))
    names = sorted(schema.get("properties", {}), key=lambda name: (name not in required, name))
    return ", ".join(f"**{name}**" if name in required else name for name in names).replace("_any_", r"\_any\_").replace("_all_", r"\_all\_")


def shown(names: list[str]) -> str:
    # Whole tests say more than the steps that many of them take.
    whole = [name for name in names if not name.startswith("steps of")] or names
    text = ", ".join(f"`{name}`" for name in whole[:SHOWN_MAX])
    return text + (f" and {len(whole) - SHOWN_MAX} more" if len(whole) > SHOWN_MAX else "")


def document() -> str:
    known, table = schemas(), rows()
    tested = tests(table)
    lines = ["# The API", "",
             "Made by `tools/generate_api_docs.py` from the schemas in `api/`, the endpoint tables and the tests. Required fields",
             "are **bold**. Paths, envelopes, errors and versions are those of ClearML's API; what this server adds to it is in",
             "[protocol-extensions.md](protocol-extensions.md). The C++ tests run on SQLite and on PostgreSQL.", ""]
    for service in sorted({name.split(".")[0] for name in table}):
        actions = sorted(name for name in table if name.startswith(service + "."))
        lines += [f"## {service}", "", f"{len(actions)} actions.", "", "| action | since | for | fields | tests |", "| --- | --- | --- | --- | --- |"]
        for name in actions:
            since, access = table[name]
            lines.append(f"| `{name.split('.')[1]}` | {since} | {access} | {fields(known.get(name, {}))} | {shown(tested[name])} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    path = ROOT / "docs" / "api.md"
    if "--check" in sys.argv:
        return 0 if path.is_file() and path.read_text() == document() else 1
    path.write_text(document())
    return 0


if __name__ == "__main__":
    sys.exit(main())
