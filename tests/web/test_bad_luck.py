"""What goes wrong in a long day at an open page: restarts, sessions that end, colleagues, deletions, hostile and odd content."""
from __future__ import annotations

import json
import re

import pytest
import requests
from playwright.sync_api import Browser, Error, Frame, Page, expect

from jarvis_fixtures import Server
from seed import Seed, picture
from web_steps import TOLD_MS, send_events, sign_in

LONG_MS = 120_000


@pytest.fixture
def open_page(browser: Browser):
    """Makes signed-in pages, each of a browser of its own. The console may complain: the network is what breaks here."""
    contexts, errors = [], []

    def make(server: Server, path: str = "/") -> Page:
        context = browser.new_context(base_url=server.web)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: (errors.append(f"a script opened a window: {dialog.message}"), dialog.dismiss()) if dialog.type != "beforeunload" else dialog.accept())
        sign_in(page, *server.keys)
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def own_server(tmp_path):
    made = Server(tmp_path / "own").start()
    yield made
    made.stop()


def draft(server: Server, name: str, **parameters: str) -> str:
    args = {key: {"section": "Args", "name": key, "value": value} for key, value in (parameters or {"lr": "0.1", "epochs": "5"}).items()}
    return server.call("tasks.create", name=name, type="training", hyperparams={"Args": args})["id"]


def value(server: Server, task: str, name: str) -> str:
    return server.task(task)["hyperparams"]["Args"][name]["value"]


def begin_to_edit(page: Page, task: str, lr: str) -> None:
    page.goto(f"/t/{task}/config")
    page.get_by_role("button", name="Edit Args").click()
    page.get_by_label("Args/lr").fill(lr)
    page.evaluate("window.isSamePage = true")


def test_a_server_that_restarts_under_an_open_page_is_told_of_and_comes_back_by_itself(open_page, own_server):
    task = draft(own_server, "outlives the server")
    page = open_page(own_server)
    begin_to_edit(page, task, "0.7")
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=LONG_MS)

    own_server.stop()
    expect(page.get_by_role("alert").filter(has_text="The server does not answer")).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_text("Not connected", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Args is not saved")).to_be_visible()
    own_server.start()

    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_role("alert").filter(has_text="The server does not answer")).to_have_count(0)
    assert page.evaluate("window.isSamePage") is True
    expect(page.get_by_label("Args/lr")).to_have_value("0.7")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
    assert value(own_server, task, "lr") == "0.7"
    # And it hears of changes again.
    own_server.call("tasks.edit", task=task, name="renamed after the restart")
    expect(page.get_by_role("heading", name="renamed after the restart")).to_be_visible(timeout=TOLD_MS)


def test_a_session_that_ends_asks_who_one_is_over_the_page_and_nothing_is_lost(open_page, server):
    task = draft(server, "outlives the session")
    page = open_page(server)
    begin_to_edit(page, task, "0.8")
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=LONG_MS)

    server.call("auth.end_sessions")
    dialog = page.get_by_role("dialog", name="Your session ended")
    expect(dialog).to_be_visible(timeout=TOLD_MS)
    # To leave now would lose what was typed: one is asked, and may stay.
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Leave without saving?")).to_contain_text("Args")
    page.get_by_role("button", name="Stay").click()
    dialog.get_by_label("Access key").fill(server.keys[0])
    dialog.get_by_label("Secret key").fill(server.keys[1])
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)

    assert page.evaluate("window.isSamePage") is True
    expect(page.get_by_label("Args/lr")).to_have_value("0.8")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
    assert value(server, task, "lr") == "0.8"
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=LONG_MS)


def test_who_signs_in_is_where_the_link_led(browser, server):
    task = draft(server, "behind the door")
    context = browser.new_context(base_url=server.web)
    page = context.new_page()
    page.goto(f"/t/{task}/config?x=1")
    page.get_by_label("Access key").fill(server.keys[0])
    page.get_by_label("Secret key").fill(server.keys[1])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="behind the door")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/t/{task}/config"))
    context.close()


def test_of_two_who_edit_one_draft_the_second_is_told_and_decides(open_page, server):
    task = draft(server, "of two people")
    first, second = open_page(server), open_page(server)
    begin_to_edit(first, task, "0.11")
    begin_to_edit(second, task, "0.22")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_role("button", name="Edit Args")).to_be_visible()

    expect(second.get_by_label("Args/lr")).to_have_value("0.22")
    second.get_by_role("button", name="Save", exact=True).click()
    dialog = second.get_by_role("dialog", name="Somebody else changed Args")
    expect(dialog).to_contain_text("0.11")
    assert value(server, task, "lr") == "0.11"
    dialog.get_by_role("button", name="Take theirs").click()
    expect(second.get_by_label("Args/lr")).to_have_value("0.11")
    second.get_by_label("Args/lr").fill("0.33")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_role("button", name="Edit Args")).to_be_visible()
    assert value(server, task, "lr") == "0.33"
    # The first one's page shows it.
    expect(first.get_by_text("0.33")).to_be_visible(timeout=TOLD_MS)


def test_what_is_edited_stays_when_somebody_else_takes_the_whole_section_away(open_page, server):
    task = draft(server, "loses a section")
    server.call("tasks.edit_configuration", task=task, configuration=[{"name": "net", "value": "layers: 4\n"}])
    page = open_page(server)
    begin_to_edit(page, task, "0.9")
    server.call("tasks.delete_hyper_params", task=task, hyperparams=[{"section": "Args"}])
    server.call("tasks.edit", task=task, name="lost a section")
    expect(page.get_by_role("heading", name="lost a section")).to_be_visible(timeout=TOLD_MS)
    expect(page.get_by_label("Args/lr")).to_have_value("0.9")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("dialog", name="Somebody else changed Args").get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
    assert value(server, task, "lr") == "0.9"


def test_a_task_that_is_deleted_while_it_is_looked_at_says_so(open_page, server):
    task = draft(server, "here today")
    page = open_page(server, f"/t/{task}/console")
    expect(page.get_by_role("heading", name="here today")).to_be_visible()
    beside = open_page(server, f"/tasks?task={task}")
    expect(beside.get_by_role("heading", name="here today")).to_be_visible()

    server.call("tasks.delete", task=task, force=True)
    for one in (page, beside):
        expect(one.get_by_text("here today was deleted")).to_be_visible(timeout=TOLD_MS)
    beside.get_by_role("button", name="Close").first.click()
    expect(beside.get_by_role("grid", name="Tasks")).to_be_visible()
    page.get_by_role("button", name="All tasks").click()
    expect(page.get_by_role("grid", name="Tasks")).to_be_visible()


def test_a_parameter_of_twenty_thousand_letters_is_shown_kept_and_edited(open_page, server):
    long = "".join(f"{number:05d} " for number in range(3_334))[:20_000]
    task = draft(server, "long winded", lr="0.1", prompt=long)
    page = open_page(server, f"/t/{task}/config")
    expect(page.get_by_text("00000 00001").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Edit Args").click()
    page.get_by_label("Args/lr").fill("0.5")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
    assert value(server, task, "prompt") == long and value(server, task, "lr") == "0.5"

    page.get_by_role("button", name="Edit Args").click()
    page.get_by_role("textbox", name="Args/prompt").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("FIRST ")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
    assert value(server, task, "prompt") == "FIRST " + long


NAMES = {
    "japanese": "実験 ベースライン", "arabic": "تجربة ٤٢ (خط الأساس)", "hebrew": "ניסוי 7, גרסה ב", "thai": "การทดลองพื้นฐาน", "devanagari": "प्रयोग आधार",
    "emoji": "👩🏽‍🔬🧪 run 🏳️‍🌈", "zalgo": "r\u0301\u0302\u0303\u0304u\u0301\u0302\u0303n\u0301\u0302", "turned": "model \u202egnp.exe", "long": "w" * 300, "percent": "100% & <b> \" ' \\ / ? # %zz",
}


def test_names_of_every_script_are_shown_whole_and_stay_in_their_place(open_page, server):
    project = server.call("projects.create", name="names of every script")["id"]
    tasks = {kind: server.call("tasks.create", name=name, type="training", project=project, tags=[name[:60]])["id"] for kind, name in NAMES.items()}
    for task in tasks.values():
        server.call("tasks.started", task=task)
        send_events(server, [{"type": "log", "task": task, "level": "info", "msg": NAMES["arabic"] + " " + NAMES["emoji"], "timestamp": 1},
                             *({"type": "training_stats_scalar", "task": task, "metric": name, "variant": name, "iter": step, "value": step} for name in list(NAMES.values())[:3] for step in range(3))])
    page = open_page(server, f"/p/{project}/tasks")
    grid = page.get_by_role("grid", name="Tasks")
    for name in NAMES.values():
        expect(grid.get_by_role("link", name=name, exact=True)).to_have_count(1)
    # A name that turns the direction of text turns nothing but itself.
    turned = grid.get_by_role("row").filter(has_text="gnp.exe")
    expect(turned).to_contain_text("Running")
    assert grid.get_by_role("link", name=NAMES["turned"], exact=True).evaluate("(link) => getComputedStyle(link).unicodeBidi") in ("isolate", "plaintext", "isolate-override")
    for kind, task in tasks.items():
        for tab in ("", "/scalars", "/console"):
            page.goto(f"/t/{task}{tab}")
            expect(page.get_by_role("heading", name=NAMES[kind]).first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (kind, tab)
    page.get_by_role("button", name=re.compile("^Actions for")).first.click()
    page.get_by_role("menuitem", name="Clone").click()
    expect(page.get_by_label("Name of the clone")).to_be_visible()
    page.goto(f"/compare/params?ids={','.join(tasks.values())}")
    expect(page.get_by_role("main")).to_contain_text("実験")


RUN = "(parent.document.documentElement.dataset.broken='yes',document.documentElement.dataset.broken='yes')"
TAG = f'<img src=x onerror="{RUN}"><script>{RUN}</script><svg onload="{RUN}">'
LINK = f"javascript:{RUN}"


def of_frame(frame: Frame, expression: str):
    """Its value there; nothing when the frame is gone by now. One that loads meanwhile is asked again."""
    while not frame.is_detached():
        try:
            return frame.evaluate(expression)
        except Error as error:
            if "context was destroyed" not in str(error) and not frame.is_detached():
                raise
    return None


def test_hostile_names_links_files_and_plots_run_nothing_and_break_nothing(open_page, server):
    seed = Seed(server)
    project = server.call("projects.create", name="hostile", description=f"# Aim\n{TAG}\n[a]({LINK}) <a href='{LINK}'>b</a> [c](data:text/html,<script>{RUN}</script>)", default_output_destination=LINK)["id"]
    task = server.call("tasks.create", name=TAG, type="training", project=project, comment=f"{TAG} [x]({LINK})", tags=[TAG], script={"repository": LINK, "entry_point": TAG, "branch": TAG, "diff": TAG},
                       hyperparams={TAG.replace(".", ""): {"a": {"section": TAG.replace(".", ""), "name": "a", "value": LINK, "description": TAG}}}, configuration={"net": {"name": "net", "value": TAG, "type": "html"}},
                       container={"image": TAG, "arguments": LINK})["id"]
    server.call("tasks.started", task=task)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60" onload="{RUN}"><script>{RUN}</script><rect width="90" height="60" fill="red"/><a href="{LINK}"><text y="20">x</text></a></svg>'
    page_file = seed.upload(f"samples/{task}/page.html", f"<script>{RUN}</script><h1>a page</h1>".encode(), "text/html")
    urls = [seed.upload(f"samples/{task}/drawn.svg", svg.encode(), "image/svg+xml"), page_file, LINK, f"data:text/html,<script>{RUN}</script>", "http://[broken", f"{server.files}/samples/{task}/%ff%zz.html",
            f"{server.files}/samples/{task}/none.png", "x" * 3_000, seed.upload(f"samples/{task}/fine.png", picture(40, 30, 3), "image/png")]
    plots = [
        {"data": [{"type": "scatter", "x": [1, 2], "y": [3, 4], "text": [TAG, f"<a href=\"{LINK}\">a</a>"], "mode": "markers+text", "name": TAG}],
         "layout": {"title": {"text": f"{TAG}<a href=\"{LINK}\">title</a>"}, "annotations": [{"text": f"<a href=\"{LINK}\">note</a>{TAG}", "x": 1, "y": 3}], "images": [{"source": LINK, "x": 0, "y": 1, "sizex": 1, "sizey": 1}]}},
        {"data": [{"type": "table", "header": {"values": [TAG]}, "cells": {"values": [[TAG, f"<a href='{LINK}'>x</a>"]]}}], "layout": {}},
        {"data": [{"type": TAG}], "layout": {}}, {"data": "no list", "layout": 7}, {"data": [None, {"type": "scatter", "x": {"a": 1}}], "layout": None}, [], 5,
        {"data": [{"type": "scatter", "x": [1], "y": [1]}], "layout": {"width": -5, "height": 1e9, "margin": {"l": 1e9}}},
        {"data": [], "layout": {"updatemenus": [{"buttons": [{"method": "skip", "args": [TAG], "label": TAG}]}]}, "config": {"plotlyServerURL": LINK}, "frames": [{"name": TAG}]},
    ]
    events = [{"type": "plot", "task": task, "metric": f"plot {number} {TAG}", "variant": TAG, "iter": 0, "plot_str": json.dumps(plot)} for number, plot in enumerate(plots)]
    events.append({"type": "plot", "task": task, "metric": "no JSON", "variant": "x", "iter": 0, "plot_str": "{not json"})
    events += [{"type": "training_debug_image", "task": task, "metric": TAG, "variant": f"{number} {TAG}", "iter": 0, "url": url} for number, url in enumerate(urls)]
    events += [{"type": "training_stats_scalar", "task": task, "metric": TAG, "variant": TAG, "iter": step, "value": step} for step in range(5)]
    events += [{"type": "log", "task": task, "level": "info", "msg": f"{TAG} \x1b]8;;{LINK}\x07link\x1b]8;;\x07 \x1b]0;title\x07", "timestamp": 1}]
    for event in events:
        answer = requests.post(f"{server.api}/events.add", json=event, auth=server.keys, timeout=30)
        assert answer.status_code in (200, 400), answer.text
    server.call("tasks.add_or_update_artifacts", task=task, force=True, artifacts=[{"key": TAG, "type": "html", "mode": "output", "uri": LINK, "type_data": {"preview": TAG, "content_type": TAG}}, {"key": "page", "type": "html", "mode": "output", "uri": page_file}])
    model = server.call("models.create", name=TAG, uri=LINK, framework=TAG, task=task, project=project, comment=TAG, labels={TAG.replace(".", ""): 1})["id"]
    report = server.call("reports.create", name="hostile report", project=project, report=f"# R\n{TAG}\n[a]({LINK})\n<iframe src=\"{LINK}\"></iframe><iframe srcdoc=\"<script>{RUN}</script>\"></iframe><form action='{LINK}'><button>b</button></form>")["id"]

    page = open_page(server)
    places = [f"/t/{task}", *(f"/t/{task}/{tab}" for tab in ("config", "exec", "artifacts", "console", "scalars", "plots", "samples", "info")), f"/p/{project}/overview", f"/p/{project}/tasks", "/projects",
              f"/models/{model}", f"/reports/{report}", f"/compare/details?ids={task},{task}", f"/search?q={'img'}", "/tasks?q=" + TAG[:30].replace("%", ""), "/t/" + "%ff", "/p/%00/tasks", "/queues/..%2f..%2f", "/workers/%3Cscript%3E", "/tasks?sort=" + "x" * 500]
    for place in places:
        page.goto(place)
        expect(page.get_by_role("main")).to_be_visible()
        page.wait_for_load_state("load")
        expect(page.get_by_text("This page broke")).to_have_count(0)
        if place.endswith("/plots"):
            expect(page.get_by_role("heading", name=re.compile("^no JSON"))).to_be_visible()
            expect(page.frame_locator("iframe").locator(".main-svg").first).to_be_visible(timeout=LONG_MS)
        if place.endswith("/samples"):
            expect(page.get_by_role("img", name=re.compile("iteration 0")).first).to_be_visible()
        for frame in page.frames:
            broken, hrefs = of_frame(frame, "[document.documentElement.dataset.broken ?? null, [...document.querySelectorAll('a')].map((a) => a.getAttribute('href') || a.getAttribute('xlink:href') || '')]") or (None, [])
            assert broken is None, (place, frame.url)
            assert [href for href in hrefs if re.match(r"\s*(javascript|data|vbscript):", href, re.I)] == [], (place, frame.url)
