"""What scripts print, however they print it, arrives whole; the job's memory stays small."""
import os
import pathlib

import pytest

from jarvis_fixtures import wait_until

SCRIPT = r"""import pathlib, sys, time
out = sys.stdout.buffer
for i in range({lines}):
    out.write(b"line %d\n" % i)
out.write(b"x" * 2_000_000 + b"\n")
out.write(b"bad \xff\xfe end\n")
for i in range(20_000):
    out.write("\r{{}}|███ | step".format(i).encode())
out.write(b"\nthe end\n")
out.flush()
while not pathlib.Path({go!r}).exists():
    time.sleep(0.05)
"""


@pytest.mark.parametrize("is_away", [False, True], ids=["the server there", "the server away"])
def test_lines_long_lines_bars_and_bytes_that_are_no_text(own_server, agent_of, tmp_path, is_away):
    lines, go = 400_000, tmp_path / "go"
    agent = agent_of(own_server, name=f"loud-{os.urandom(3).hex()}")
    script = ("print('begun', flush=True)\nimport os, time\nwhile not os.path.exists(%r): time.sleep(0.05)\n" % str(tmp_path / "print")) + SCRIPT.format(lines=lines, go=str(go))
    task = own_server.call("tasks.create", name="loud", type="training", script={"entry_point": "main.py", "diff": script, "requirements": {"pip": ""}})["id"]
    own_server.call("tasks.enqueue", task=task, queue_name="default")
    wait_until(lambda: "begun" in own_server.log_text(task), 60, "the script")
    if is_away:
        own_server.kill()
    (tmp_path / "print").touch()
    (job,) = agent.jobs()
    runs = agent.home / ".jarvis" / "jobs"
    wait_until(lambda: any(spool.stat().st_size > 6_000_000 for spool in runs.rglob("spool.log")) if is_away else "the end" in own_server.log_text(task), 120, "the output")
    peak = int(next(line for line in pathlib.Path(f"/proc/{job}/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1])
    if is_away:
        own_server.start()
    go.touch()
    own_server.wait_for_status(task, "completed")

    told = own_server.log_text(task).split("\n")
    assert [line for line in told if line.startswith("line ")] == [f"line {i}" for i in range(lines)]
    assert sum(len(line) for line in told if line.startswith("xx")) == 2_000_000 and max(map(len, told)) <= 16 << 10
    assert "bad \ufffd\ufffd end" in told and "19999|███ | step" in told and "the end" in told
    if "asan" not in os.environ.get("JARVIS_BUILD_DIR", "") and "debug" not in os.environ.get("JARVIS_BUILD_DIR", ""):
        assert peak < 48 << 10, f"{peak} KiB"
