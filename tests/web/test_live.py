"""The UI hears of changes as they happen, by one connection; what it says about that is true; a hidden tab does nothing."""
from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from web_steps import TOLD_MS, send_events, settled


@pytest.fixture
def calls(signed_in: Page) -> list[str]:
    """The paths of what the page asks the server for, as it asks."""
    asked: list[str] = []
    signed_in.on("request", lambda request: asked.append(request.url.split("/api/", 1)[1]) if "/api/" in request.url else None)
    return asked


def live(page: Page) -> None:
    expect(page.get_by_text("Live", exact=True)).to_be_visible()


def test_a_table_shows_what_others_do_at_once(signed_in, workspace, server):
    page = signed_in
    page.goto("/tasks")
    live(page)
    task = server.call("tasks.create", name="made by somebody else", type="training")["id"]
    row = page.get_by_role("row").filter(has_text="made by somebody else")
    expect(row).to_contain_text("Draft", timeout=TOLD_MS)
    server.call("tasks.started", task=task)
    expect(row).to_contain_text("Running", timeout=TOLD_MS)
    server.call("tasks.delete", task=task, force=True)
    expect(row).to_have_count(0, timeout=TOLD_MS)


def test_a_tasks_page_shows_its_output_and_its_curves_as_they_come(signed_in, workspace, server, calls):
    page = signed_in
    task = server.call("tasks.create", name="prints and reports", type="training")["id"]
    server.call("tasks.started", task=task)
    page.goto(f"/t/{task}/console")
    live(page)
    for number in range(3):
        send_events(server, [{"type": "log", "task": task, "level": "info", "msg": f"line number {number}", "timestamp": number}])
        expect(page.get_by_role("log")).to_contain_text(f"line number {number}", timeout=TOLD_MS)

    page.get_by_role("tab", name="Scalars").click()
    send_events(server, [{"type": "training_stats_scalar", "task": task, "metric": "loss", "variant": "train", "iter": step, "value": 1 / (step + 1)} for step in range(20)])
    expect(page.locator("canvas").first).to_be_visible(timeout=TOLD_MS)
    # It asks for this task only.
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    streams = [path for path in calls if path.startswith("stream")]
    assert f"task={task}" in streams[-1], streams


def test_queues_and_workers_are_shown_as_they_are(signed_in, workspace, server):
    page = signed_in
    page.goto("/workers")
    live(page)
    server.call("workers.register", worker="here all of a sudden", queues=[])
    expect(page.get_by_text("here all of a sudden")).to_be_visible(timeout=TOLD_MS)
    page.goto(f"/queues/{workspace['queue services']}")
    live(page)
    task = server.call("tasks.create", name="waits all of a sudden", type="training")["id"]
    server.call("tasks.enqueue", task=task, queue=workspace["queue services"])
    expect(page.get_by_role("grid", name="Order of the queue").get_by_role("link", name="waits all of a sudden")).to_be_visible(timeout=TOLD_MS)


def test_a_busy_task_is_asked_for_four_times_a_second_at_most(signed_in, workspace, server, calls):
    page = signed_in
    task = server.call("tasks.create", name="never still", type="training")["id"]
    server.call("tasks.started", task=task)
    page.goto(f"/t/{task}")
    live(page)
    before = len([path for path in calls if path == "tasks.get_by_id_ex"])
    began = page.evaluate("performance.now()")
    for number in range(60):
        server.call("tasks.edit", task=task, comment=f"comment {number}", force=True)
    server.call("tasks.edit", task=task, comment="the last word", force=True)
    expect(page.get_by_text("the last word")).to_be_visible(timeout=TOLD_MS)
    seconds = (page.evaluate("performance.now()") - began) / 1000
    asked = len([path for path in calls if path == "tasks.get_by_id_ex"]) - before
    assert 1 <= asked <= seconds * 4 + 3


def test_without_the_stream_the_page_asks_now_and_then_and_says_so(signed_in, workspace, server):
    page = signed_in
    page.route("**/api/stream?*", lambda route: route.fulfill(status=204))
    page.goto("/workers")
    expect(page.get_by_text("Every few seconds", exact=True)).to_be_visible()
    server.call("workers.register", worker="heard of by asking", queues=[])
    expect(page.get_by_text("heard of by asking")).to_be_visible()


def test_who_comes_back_to_a_hidden_tab_finds_what_happened_and_it_did_nothing_meanwhile(signed_in, workspace, server, calls):
    page = signed_in
    page.add_init_script("""
        window.hide = (isHidden) => {
          Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => isHidden ? 'hidden' : 'visible'});
          document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
          window.dispatchEvent(new Event('visibilitychange'));
        }""")
    page.clock.install()
    page.goto("/workers")
    live(page)
    settled(page)  # what it asks for while it loads is no answer to being hidden
    page.evaluate("hide(true)")
    before = len(calls)
    server.call("workers.register", worker="came while nobody looked", queues=[])
    page.clock.fast_forward(120_000)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert calls[before:] == []
    page.evaluate("hide(false)")
    expect(page.get_by_text("came while nobody looked")).to_be_visible(timeout=TOLD_MS)
    live(page)
