"""The documentation says what the programs do."""
import os
import pathlib
import re
import subprocess

import pytest

from jarvis_fixtures import ROOT, binary, free_port, wait_until


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


def lines_of_shell(document: str) -> list[str]:
    blocks = re.findall(r"```bash\n(.*?)```", (ROOT / document).read_text(), re.S)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.split("#")[0].strip()]


# What a line that goes on running says when it is ready.
READY = {"bin/jarvis-server": "\nready\n", "bin/jarvis-agent": " registered "}


def test_the_commands_of_the_readme_run_as_written(tmp_path):
    """But for ./dev, which others build with just now, and the ports, which others may have."""
    helped = run(str(ROOT / "dev"), "--help", home=tmp_path)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JARVIS_", "CLEARML_", "TRAINS_", "XDG_"))}
    listen = {f"JARVIS_SERVER_{what}_LISTEN": f"127.0.0.1:{free_port()}" for what in ("API", "FILES", "WEB")}
    (tmp_path / "bin").mkdir()
    for name in READY:
        (tmp_path / name).symlink_to(binary(pathlib.Path(name).name))
    running = []
    try:
        for line in lines_of_shell("README.md"):
            words = line.split()
            if words[0] == "./dev":
                assert re.search(rf"^  {words[1]}\b", helped, re.M), line
                continue
            log = tmp_path / f"{len(running)}.log"
            with log.open("wb") as out:
                process = subprocess.Popen(["bash", "-c", "exec " + line], cwd=tmp_path, env={**kept, **listen, "HOME": str(tmp_path)}, stdout=out, stderr=out)
            if words[0] not in READY:
                assert process.wait(60) == 0, f"{line}: {log.read_text()}"
                continue
            running.append(process)
            wait_until(lambda: READY[words[0]] in log.read_text() or process.poll() is not None, 60, line)
            assert process.poll() is None, f"{line}: {log.read_text()}"
    finally:
        ends = [(process.terminate(), process.wait(60))[1] for process in reversed(running)]
    assert ends == [0] * len(READY)
