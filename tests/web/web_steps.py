"""What people do on every page, and what every page is held to."""
from __future__ import annotations

import json
import pathlib
import re

import requests
from playwright.sync_api import Page

from jarvis_fixtures import ROOT, Server

# What happens elsewhere is told at once; by itself a page would ask only after a minute, while the stream is there.
TOLD_MS = 50_000
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"


def sign_in(page: Page, access: str, secret: str) -> None:
    page.goto("/")
    page.get_by_label(re.compile("access key", re.I)).fill(access)
    page.get_by_label(re.compile("secret key", re.I)).fill(secret)
    page.get_by_role("button", name="Sign in").click()


def sign_in_by_name(page: Page, name: str, password: str) -> None:
    page.goto("/")
    page.get_by_label("Name or access key").fill(name)
    page.get_by_label("Password or secret key").fill(password)
    page.get_by_role("button", name="Sign in").click()


def settled(page: Page) -> None:
    """Until half a second has passed in which nothing was asked for: "networkidle", but for the stream, which always is."""
    page.evaluate("performance.setResourceTimingBufferSize(100_000); window.jarvisSeen = {last: performance.now(), count: 0}")
    page.wait_for_function("""() => {
        const seen = window.jarvisSeen ??= {last: performance.now(), count: 0};
        const count = performance.getEntriesByType('resource').length;
        if (count !== seen.count) Object.assign(seen, {count, last: performance.now()});
        return document.readyState === 'complete' && performance.now() - seen.last > 500;
    }""", polling=50)


def send_events(server: Server, events: list[dict]) -> None:
    answer = requests.post(f"{server.api}/events.add_batch", data="\n".join(map(json.dumps, events)), auth=server.keys, timeout=90,
                           headers={"Content-Type": "application/json-lines"})
    assert answer.json()["data"]["added"] == len(events), answer.text


def serious_findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands in the colours it has: serious and worse."""
    # evaluate() is the browser's own tool: the page's policy, which allows no foreign script, does not bind it.
    page.evaluate(pathlib.Path(AXE).read_text() + "; undefined")
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{one['id']}: {node['html'][:160]}" for one in found if one["impact"] in ("serious", "critical") for node in one["nodes"]]
