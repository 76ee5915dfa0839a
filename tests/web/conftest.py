"""A real browser on a real server: what the tests of the web UI share."""
from __future__ import annotations

import shutil

import pytest
import requests
from playwright.sync_api import Page, expect, sync_playwright

from jarvis_fixtures import Server
from web_steps import sign_in


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("web")).start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "no Chromium: ./dev setup installs it"
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def page(browser, server):
    """A signed-out page; what the browser complains about fails the test."""
    context = browser.new_context(base_url=server.web)
    made = context.new_page()
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    # A refused sign-in is an answer, which the console shows as well.
    made.on("console", lambda message: complaints.append(message.text)
            if message.type == "error" and "401" not in message.text else None)
    yield made
    context.close()
    assert complaints == []


@pytest.fixture
def signed_in(page: Page, server) -> Page:
    sign_in(page, *server.keys)
    expect(page.get_by_role("navigation")).to_be_visible()
    return page


@pytest.fixture(scope="module")
def task(server) -> str:
    """A completed task with everything a page shows."""
    project = server.call("projects.create", name="vision", description="pictures")["id"]
    made = server.call("tasks.create", name="train a net", type="training", project=project, tags=["baseline"], script={
        "repository": "https://example.com/r.git", "branch": "main", "entry_point": "train.py", "working_dir": ".", "diff": "",
        "requirements": {"pip": "torch==2.1.0"}}, hyperparams={"Args": {"rate": {"section": "Args", "name": "rate", "value": "0.5", "type": "float"}}})["id"]
    server.call("tasks.started", task=made)
    lines = [f'{{"type":"training_stats_scalar","task":"{made}","metric":"loss","variant":"train","iter":{i},"value":{1 / (i + 1)}}}' for i in range(50)]
    lines += [f'{{"type":"log","task":"{made}","level":"INFO","worker":"w","timestamp":{1_700_000_000_000 + i},"msg":"epoch {i}: \\u001b[32mok\\u001b[0m"}}' for i in range(800)]
    answer = requests.post(f"{server.api}/events.add_batch", data="\n".join(lines), auth=server.keys, timeout=20,
                           headers={"Content-Type": "application/json-lines"})
    assert answer.json()["data"]["added"] == 850, answer.text
    server.call("tasks.add_or_update_artifacts", task=made, artifacts=[{"key": "weights", "type": "dict", "uri": f"{server.files}/w.bin", "content_size": 2048}])
    server.call("tasks.completed", task=made)
    return made
