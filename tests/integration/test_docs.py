"""The documentation says what the programs do."""
import os
import pathlib
import re
import subprocess

import pytest

from jarvis_fixtures import ROOT, binary


def run(*command, home):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JARVIS_", "CLEARML_", "TRAINS_")) or k == "JARVIS_BUILD_DIR"}
    return subprocess.run(command, capture_output=True, text=True, timeout=30, env={**kept, "HOME": str(home)}).stdout


def documented(section: str) -> list[str]:
    """The table rows of one section of docs/configuration.md."""
    text = (ROOT / "docs" / "configuration.md").read_text()
    part = text[text.index(section):].split("\n## ", 1)[0]
    return [line for line in part.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("program,section", [("jarvis-server", "## jarvis-server"), ("jarvis-agent", "## jarvis-agent")])
def test_every_setting_is_documented_and_every_documented_setting_exists(program, section, tmp_path):
    shown = {line.split(" ")[0] for line in run(binary(program), "config", home=tmp_path).splitlines() if " = " in line}
    written = {key for row in documented(section) for key in re.findall(r"`([a-z_.]+)`", row.split("|")[1])}
    assert written == shown


def test_documented_flags_exist(tmp_path):
    helped = run(binary("jarvis-server"), "--help", home=tmp_path)
    for row in documented("## jarvis-server"):
        for flag in re.findall(r"`(--[a-z-]+)`", row):
            assert flag in helped


def test_files_that_the_documents_name_exist():
    for document in [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]:
        text = document.read_text()
        for name in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"`((?:src|tools|tests|api|docs|sdk|examples)/[\w./-]+\w)`", text):
            assert (ROOT / name).exists(), f"{document.name}: {name}"


def test_the_commands_of_the_readme_exist(tmp_path):
    helped = run(str(ROOT / "dev"), "--help", home=tmp_path)
    for command in re.findall(r"^\./dev (\w+)", (ROOT / "README.md").read_text(), re.M):
        assert re.search(rf"^  {command}\b", helped, re.M), command
    agent = run(binary("jarvis-agent"), "daemon", "--help", home=tmp_path)
    assert "--queue" in agent and pathlib.Path(ROOT / "README.md").read_text().count("jarvis-agent daemon --queue") == 1
