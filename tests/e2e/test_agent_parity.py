"""docs/agent-parity.md against the released clearml-agent: nothing of theirs is missing, and what is called done has a test."""
import pathlib
import re
import subprocess

import pytest

from jarvis_fixtures import ROOT

PAGE = ROOT / "docs" / "agent-parity.md"
STATES = {"done", "better", "left out", "not yet"}
# Lines of prose in their configuration file that look like settings.
PROSE = {"agent.https", "agent.package_manager.example", "agent.package_manager.direct", "agent.package_manager.none",
         "agent.package_manager.notice", "agent.bootstrap.optional"}


def rows() -> dict[str, tuple[str, str, str]]:
    """Name → state, what is said of it, tests."""
    out = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) == 4:
            for name in re.findall(r"`([^`]+)`", cells[0]):
                assert name not in out, f"{name} stands twice on the page"
                out[name] = (cells[1], cells[2], cells[3].strip(" |"))
    return out


def package(stock_agent: pathlib.Path) -> pathlib.Path:
    return next((stock_agent.parents[1] / "lib").glob("python3*/site-packages/clearml_agent"))


def sources(stock_agent: pathlib.Path) -> str:
    return "\n".join(path.read_text() for path in sorted(package(stock_agent).rglob("*.py")) if "_vendor" not in path.parts)


def flags(stock_agent: pathlib.Path) -> set[str]:
    def help_of(*words: str) -> str:
        return subprocess.run([stock_agent, *words, "--help"], capture_output=True, text=True, timeout=60, env={"COLUMNS": "200", "HOME": "/nonexistent"}).stdout

    top = help_of()
    commands = re.search(r"\{([a-z,-]+)\}", top)[1].split(",")
    out = set(commands) | set(re.findall(r"^  (--?[a-z-]+)", top, re.M))
    for command in commands:
        out |= {f"{command} {flag}" for flag in re.findall(r"(?:^  |, )(--?[a-zA-Z-]+)\b", help_of(command), re.M)} - {f"{command} -h"}
    return out


def settings(stock_agent: pathlib.Path) -> set[str]:
    """Of the default files, also those that are commented out, and those that only the program itself asks for."""
    out = set()
    for name in ("agent", "api"):
        inside: list[str] = []
        for line in (package(stock_agent) / "backend_api/config/default" / f"{name}.conf").read_text().splitlines():
            text = line.strip()
            is_comment = text.startswith("#")
            body = text.lstrip("#").strip()
            key = re.match(r'"?([a-z_][a-z0-9_.]*)"?\s*(?:[:=]\s*(.*)|(\{))$', body)
            if key and (not is_comment or re.match(r"#\s?[a-z_]", text)):
                out.add(".".join([name, *filter(None, inside), key[1]]))
            if not is_comment:
                opened = sum(body.count(c) for c in "{[") - sum(body.count(c) for c in "}]")
                inside += [key[1] if key else ""] * opened if opened > 0 else []
                for _ in range(-opened):
                    if inside:
                        inside.pop()
    out |= set(re.findall(r"""["']((?:agent|api)\.[a-z_]+(?:\.[a-z_]+)*)["']""", sources(stock_agent)))
    out = {key for key in out if ".match_rules." not in key}
    groups = {key.rsplit(".", 1)[0] for key in out}
    return out - groups - PROSE - {"agent.conf"}


def variables(stock_agent: pathlib.Path) -> set[str]:
    found = set(re.findall(r"""["']((?:CLEARML|TRAINS|NVIDIA|CUDA|CPU|K8S|ALG|SM|FORCE|UV)_[A-Z0-9_]*[A-Z0-9])["']""", sources(stock_agent)))
    return {name for name in found if name.replace("TRAINS_", "CLEARML_") == name or name.replace("TRAINS_", "CLEARML_") not in found}


@pytest.mark.parametrize("theirs", [flags, settings, variables])
def test_everything_of_theirs_is_on_the_page(stock_agent, theirs):
    expected = theirs(stock_agent)
    assert len(expected) > 30, "the package does not look as it did: mend this test"

    missing = sorted(expected - rows().keys())

    assert not missing, f"{len(missing)} not on docs/agent-parity.md: {missing}"


def test_what_is_called_done_names_tests_that_exist():
    known = set()
    for path in (ROOT / "src").rglob("*_test.cc"):
        known |= {f"{suite}.{name}" for suite, name in re.findall(r"^TEST(?:_[FP])?\((\w+), (\w+)\)", path.read_text(), re.M)}
    for path in (ROOT / "tests").rglob("test_*.py"):
        known |= {f"{path.stem}.{name}" for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.M)}

    for name, (state, said, tests) in rows().items():
        assert state in STATES, f"{name}: {state}"
        named = re.findall(r"`([^`]+)`", tests)
        if state in ("done", "better"):
            assert named, f"{name} is called {state} and names no test"
        if state in ("better", "left out"):
            assert said, f"{name}: say how, or why"
        assert not set(named) - known, f"{name}: no such test: {set(named) - known}"
