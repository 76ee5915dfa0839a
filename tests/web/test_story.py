"""The whole story with the real SDK and the real agent: a script is run once, its task cloned, changed, enqueued, run by the agent and
compared, in the browser alone; once with the mouse, once with the keyboard."""
from __future__ import annotations

import os
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from jarvis_fixtures import Agent, git_repository

SCRIPT = """import argparse
from clearml import Task
parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.5)
args = parser.parse_args()
task = Task.init(project_name="story", task_name="first try", reuse_last_task_id=False)
for step in range(5):
    task.get_logger().report_scalar("loss", "train", value=args.rate / (step + 1), iteration=step)
print("the rate is", args.rate)
"""
# The agent makes an environment for the first run.
RUN_MS = 240_000


@pytest.fixture(scope="module")
def agent(server, tmp_path_factory):
    made = Agent(tmp_path_factory.mktemp("agent"), server, "default").start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def recorded(server, tmp_path_factory) -> str:
    """The task that running the script by hand has recorded."""
    home = tmp_path_factory.mktemp("home")
    repository = git_repository(home / "repo", {"train.py": SCRIPT})
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CLEARML_", "TRAINS_", "JARVIS_"))}
    done = subprocess.run([sys.executable, "train.py"], cwd=repository, env={**kept, "HOME": str(home), "CLEARML_CONFIG_FILE": str(server.conf)}, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    return server.call("tasks.get_all", name="^first try$")["tasks"][0]["id"]


def it_ran_with(page: Page, server, name: str, rate: str) -> None:
    """Followed in the console until the end, and seen as it is."""
    expect(page.get_by_role("log")).to_contain_text(f"the rate is {rate}", timeout=RUN_MS)
    expect(page.get_by_role("article").get_by_text("Completed").first).to_be_visible()
    task = server.call("tasks.get_all", name=f"^{name}$")["tasks"][0]
    assert task["status"] == "completed" and task["hyperparams"]["Args"]["rate"]["value"] == rate


def test_with_the_mouse(signed_in, server, agent, recorded):
    page = signed_in
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Tasks").click()
    page.get_by_role("grid", name="Tasks").get_by_role("link", name="first try").click()
    page.get_by_role("button", name="Clone", exact=True).click()
    page.get_by_label("Name of the clone").fill("by mouse")
    page.get_by_role("dialog").get_by_role("button", name="Clone", exact=True).click()
    page.get_by_role("button", name="Edit Args").click()
    page.get_by_label("Args/rate").fill("0.25")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
    page.get_by_role("button", name="Enqueue", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Enqueue", exact=True).click()
    page.get_by_role("tab", name="Console").click()
    it_ran_with(page, server, "by mouse", "0.25")

    page.get_by_role("button", name="Actions for by mouse").click()
    page.get_by_role("menuitem", name="Compare with…").click()
    page.get_by_role("button", name="Add or remove").click()
    page.get_by_role("dialog").get_by_label("first try").check()
    page.get_by_role("dialog").get_by_role("button", name="Compare 2").click()
    page.get_by_role("tab", name="Parameters").click()
    row = page.get_by_role("table", name="Parameters").get_by_role("row").filter(has_text="rate")
    expect(row).to_contain_text("0.25")
    expect(row).to_contain_text("0.5")


def test_with_the_keyboard(signed_in, server, agent, recorded):
    page = signed_in
    press, write = page.keyboard.press, page.keyboard.type
    press("Control+k")
    write("first try")
    expect(page.get_by_role("option").filter(has_text="story")).to_be_visible()
    press("Enter")
    expect(page.get_by_role("heading", name="first try")).to_be_visible()
    press("c")
    expect(page.get_by_label("Name of the clone")).to_be_focused()
    press("Control+a")
    write("by keyboard")
    press("Enter")
    expect(page.get_by_role("heading", name="by keyboard")).to_be_visible()
    expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
    press("i")
    rate = page.get_by_label("Args/rate")
    expect(rate).to_be_visible()
    for _ in range(8):
        if rate.evaluate("(field) => field === document.activeElement"):
            break
        press("Tab")
    press("Control+a")
    write("0.125")
    press("Control+Enter")
    expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
    press("e")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Queue")).to_be_focused()
    press("Escape") if dialog.get_by_role("option").first.is_visible() else None
    press("Enter")
    expect(dialog).to_be_hidden()
    for _ in range(12):
        if page.get_by_role("tab", name="Console").get_attribute("aria-selected") == "true":
            break
        press("]")
    it_ran_with(page, server, "by keyboard", "0.125")
