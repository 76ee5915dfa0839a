#!/usr/bin/env python3
"""Holds every #include between our folders to the allowed direction. Exit 1 names each line that goes against it."""
import pathlib
import re
import sys

SRC = pathlib.Path(__file__).resolve().parent.parent / "src"

# folder: the folders it may include from, besides itself and base.
ALLOWED = {
    "base": set(),
    "proc": set(),
    "config": {"proc"},
    "wire": set(),
    "server": {"server/store", "server/auth", "server/domain", "server/scheduler", "server/events", "server/files",
               "server/http", "server/live", "server/services", "config", "proc"},
    "server/store": {"server", "proc"},
    "server/domain": {"server", "server/store"},
    "server/live": {"server", "server/store"},
    "server/auth": {"server", "server/store", "proc"},
    "server/scheduler": {"server", "server/store", "server/domain"},
    "server/events": {"server", "server/store", "server/domain"},
    "server/services": {"server", "server/store", "server/domain", "server/auth", "server/scheduler", "server/events"},
    "server/http": {"server", "server/store", "server/auth", "server/events", "server/live", "server/services", "wire"},
    "server/files": {"server", "server/http", "proc"},
    "agent": {"config", "proc", "agent/cli", "agent/session"},
    "agent/session": {"proc"},
    "agent/network": {"proc"},
    "agent/logs": {"proc"},
    "agent/gpu": {"proc"},
    "agent/gpu/fake_nvml": {"agent/gpu"},
    "agent/gpu/fake_rocm_smi": {"agent/gpu"},
    "agent/monitor": {"proc", "agent/gpu"},
    "agent/git": {"agent", "agent/network", "config", "proc"},
    "agent/python": {"agent/network", "proc"},
    "agent/cache": {"proc"},
    "agent/runtime": {"proc", "agent/logs", "agent/network"},
    "agent/stages": {"agent", "agent/cache", "agent/git", "agent/gpu", "agent/network", "agent/python", "agent/logs", "agent/runtime", "agent/job", "agent/session", "proc", "config"},
    "agent/job": {"agent", "agent/gpu", "agent/git", "agent/python", "agent/logs", "agent/monitor", "agent/runtime", "agent/session", "agent/stages", "proc", "config"},
    "agent/dispatch": {"agent", "agent/cache", "agent/gpu", "agent/job", "agent/monitor", "agent/session", "proc", "config"},
    "agent/cli": {"agent", "agent/gpu", "agent/stages", "agent/dispatch", "agent/job", "agent/session", "proc", "config"},
}
INCLUDE = re.compile(r'^\s*#include "([^"]+)/[^/"]+"')


def main() -> int:
    bad = 0
    for path in sorted(SRC.rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        folder = path.parent.relative_to(SRC).as_posix()
        is_test = path.stem.endswith("_test") or "fixture" in path.stem or "test_" in path.stem
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found or found.group(1) in (folder, "base"):
                continue
            # A test may stand on real parts from below its folder: processes and the store.
            if is_test and found.group(1) in ("proc", "server/store", "server/domain"):
                continue
            if found.group(1) not in ALLOWED.get(folder, set()):
                print(f"{path.relative_to(SRC.parent)}:{number}: {folder} may not include from {found.group(1)}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
