"""The web UI in a real browser against a real server: a researcher's round, from signing in to a changed clone in a queue."""
from __future__ import annotations

import re

import requests
from playwright.sync_api import expect

from web_steps import sign_in


def test_wrong_keys_are_refused_with_a_reason_and_right_ones_survive_a_reload(page, server):
    sign_in(page, "nobody", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("nvalid credentials")

    sign_in(page, *server.keys)
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Secret key")).to_be_visible()


def test_a_project_leads_to_its_tasks_and_a_task_to_what_it_reported(signed_in, task):
    page = signed_in
    page.get_by_role("link", name="vision").click()
    row = page.get_by_role("row").filter(has_text="train a net")
    expect(row).to_contain_text("Completed")
    expect(row).to_contain_text("0.02")  # the last loss
    page.get_by_role("link", name="train a net").click()

    expect(page.get_by_label("Repository")).to_have_value("https://example.com/r.git")
    page.get_by_role("tab", name="Console").click()
    expect(page.get_by_role("log")).to_contain_text("epoch 799: ok")
    page.get_by_role("button", name="Show older").click()
    expect(page.get_by_role("log")).to_contain_text("epoch 0: ok")
    page.get_by_label("Filter lines").fill("epoch 42:")
    expect(page.get_by_text("1 of 800 lines")).to_be_visible()
    page.get_by_role("tab", name="Scalars").click()
    expect(page.locator("figure canvas")).to_be_visible()
    page.get_by_role("tab", name="Artifacts").click()
    expect(page.get_by_role("row").filter(has_text="weights")).to_contain_text("2.0 KiB")
    page.get_by_role("tab", name="Info").click()
    expect(page.get_by_text(task)).to_be_visible()


def test_a_clone_is_changed_and_enqueued_by_mouse(signed_in, task, server):
    page = signed_in
    page.goto(f"/tasks/{task}")
    page.get_by_role("button", name="Actions for train a net").click()
    page.get_by_role("menuitem", name="Clone").click()
    page.get_by_label("Name of the clone").fill("slower")
    page.get_by_role("button", name="Clone", exact=True).click()
    expect(page.get_by_role("heading", name="slower")).to_be_visible()

    page.get_by_role("tab", name="Configuration").click()
    page.get_by_label("Args/rate").fill("0.25")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_role("tab", name="Execution").click()
    page.get_by_label("Branch").fill("experiment")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Save")).to_be_hidden()
    page.get_by_role("button", name="Actions for slower").click()
    page.get_by_role("menuitem", name="Enqueue").click()
    page.get_by_role("button", name="Enqueue", exact=True).click()
    expect(page.locator("header").get_by_text("Queued")).to_be_visible()

    clone = next(one for one in server.call("tasks.get_all", name="slower")["tasks"])
    assert clone["hyperparams"]["Args"]["rate"]["value"] == "0.25"
    assert clone["script"]["branch"] == "experiment" and clone["script"]["requirements"]["pip"] == "torch==2.1.0"
    page.get_by_role("link", name="Queues").click()
    expect(page.get_by_role("link", name="slower")).to_be_visible()
    expect(page.get_by_text("no worker watches it")).to_be_visible()


def test_filters_are_in_the_address_and_a_search_finds_by_name(signed_in, task):
    page = signed_in
    page.goto("/tasks?status=completed")
    expect(page.get_by_role("row").filter(has_text="train a net")).to_be_visible()
    page.get_by_label("Search tasks").fill("no such thing")
    expect(page.get_by_text("No task matches.")).to_be_visible()
    assert "search=no+such+thing" in page.url and "status=completed" in page.url


def test_the_addresses_that_the_sdk_prints_lead_to_our_pages(signed_in, task, server):
    page = signed_in
    project = server.task(task)["project"]
    page.goto(f"/projects/{project}/tasks/{task}/output/log")
    expect(page.get_by_role("tab", name="Console")).to_have_attribute("aria-selected", "true")
    page.goto(f"/projects/{project}/experiments/{task}/info-output/metrics/scalar")
    expect(page.get_by_role("tab", name="Scalars")).to_have_attribute("aria-selected", "true")


def test_a_menu_is_worked_by_keyboard(signed_in, task):
    page = signed_in
    page.goto("/tasks")
    page.get_by_role("button", name="Actions for train a net").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Enqueue")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Clone")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()


def test_files_are_served_packed_and_guarded(server):
    index = requests.get(server.web + "/any/page", timeout=20)
    assert index.status_code == 200 and "<div id=\"root\">" in index.text
    policy = index.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and server.files in policy
    assert index.headers["Cache-Control"] == "no-cache"
    script = index.text.split('src="')[1].split('"')[0]
    asset = requests.get(server.web + script, timeout=20, headers={"Accept-Encoding": "gzip"})
    assert asset.headers["Content-Encoding"] == "gzip" and "immutable" in asset.headers["Cache-Control"]
    assert requests.get(server.web + script, timeout=20, headers={"Accept-Encoding": "identity"}).text == asset.text
    assert requests.get(server.web + "/assets/none.js", timeout=20).status_code == 404
    assert requests.post(server.web + "/api/debug.ping", json={"x": 1}, timeout=20).json()["data"]["x"] == 1
    assert requests.post(server.web + "/tasks", timeout=20).status_code == 405


def test_the_first_page_is_small(server):
    index = requests.get(server.web, timeout=20).text
    paths = re.findall(r'(?:src|href)="(/assets/[^"]+)"', index)
    assert len(paths) >= 2
    sizes = [int(requests.head(server.web + path, timeout=20, headers={"Accept-Encoding": "gzip"}).headers["Content-Length"]) for path in paths]
    assert sum(sizes) <= 250_000
