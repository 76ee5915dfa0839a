#!/usr/bin/env python3
"""Fails when a package that ships with the web UI has a licence that is not on the list."""
import json
import pathlib
import re
import sys

WEB = pathlib.Path(__file__).resolve().parent.parent / "web"
ALLOWED = {"MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "Zlib", "Unlicense", "CC0-1.0", "BSL-1.0", "PostgreSQL", "Python-2.0"}
# What the lock file does not say, looked up in the package.
KNOWN = {"xtend": "MIT", "stack-trace": "MIT"}
# What Plotly brings for maps and for Node, which the pages do not import: no line of them is in the bundle.
NOT_BUNDLED = re.compile(r"^(maplibre-gl|@mapbox/.*|@maplibre/.*|graceful-fs|sax)$")


def is_allowed(expression: str) -> bool:
    """Of "A OR B" one is enough, of "A AND B" both are needed."""
    parts = expression.strip("() ")
    if " OR " in parts:
        return any(is_allowed(part) for part in parts.split(" OR "))
    return all(part.strip("() ") in ALLOWED for part in parts.split(" AND "))


def main() -> int:
    lock = json.loads((WEB / "package-lock.json").read_text())
    bad = []
    for path, package in lock["packages"].items():
        name = path.rsplit("node_modules/", 1)[-1]
        if not path or package.get("dev") or package.get("optional") or NOT_BUNDLED.match(name):
            continue
        licence = package.get("license") or KNOWN.get(name, "")
        if not is_allowed(licence or "none"):
            bad.append(f"{name}: {licence or 'names no licence'}")
    print("\n".join(bad) or f"{len(lock['packages'])} packages, all on the list")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
