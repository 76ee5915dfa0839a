"""./dev bench --web: what the UI costs in a real browser on a server with many tasks, long curves and a long log."""
from __future__ import annotations

import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable

from playwright.sync_api import Page, expect, sync_playwright

from jarvis_fixtures import ROOT
from scale import Scale, Sizes

sys.path.insert(0, str(ROOT / "tests" / "web"))
from web_steps import settled, sign_in  # noqa: E402

# The browser's own clock, from what the user does until a frame shows that the page has answered.
UNTIL = """([act, done]) => new Promise((resolve, reject) => {
  const isDone = new Function('return ' + done);
  const begun = performance.now();
  new Function(act)();
  const look = () => {
    if (isDone()) requestAnimationFrame(() => resolve(performance.now() - begun));
    else if (performance.now() - begun > 30_000) reject(new Error('never: ' + done));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""

# Something was painted on the first canvas inside the axes, not only the canvas laid out.
DRAWN = """(() => {
  const canvas = document.querySelector('[role=tabpanel] canvas');
  if (!canvas || !canvas.width) return false;
  const { data } = canvas.getContext('2d').getImageData(Math.round(canvas.width / 2), 0, 1, canvas.height);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
  return [...colours].some((one) => { const [r, g, b] = [one >> 16, (one >> 8) & 255, one & 255]; return Math.max(r, g, b) - Math.min(r, g, b) > 60; });
})()"""

WHEEL_STEPS = 60


def row(what: str, budget: str, measured: str) -> None:
    print(f"{what:62} {budget:16} {measured}", flush=True)


def ms(values: list[float]) -> str:
    ordered = sorted(values)
    return f"p50 {statistics.median(ordered):.0f} ms, worst of {len(ordered)} {ordered[-1]:.0f} ms"


def until(page: Page, act: str, done: str) -> float:
    return page.evaluate(UNTIL, [act, done])


def repeated(page: Page, times: int, act: Callable[[int], str], done: Callable[[int], str]) -> list[float]:
    out = []
    for number in range(times):
        out.append(until(page, act(number), done(number)))
        settled(page)
    return out


def traced(page: Page, act: Callable[[], None]) -> dict[str, float]:
    """What the page's main thread did meanwhile, from the browser's own trace: milliseconds a frame that it drew."""
    session = page.context.new_cdp_session(page)
    events: list[dict] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    ended: list[bool] = []
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": ["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel", "__metadata"]}})
    act()
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)
    session.detach()
    mains = {(event["pid"], event["tid"]) for event in events if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"}
    best = {"cpu": 0.0, "frames": 1.0, "longest": 0.0}
    for main in mains:
        own = [event for event in events if (event["pid"], event["tid"]) == main]
        spent = [event.get("tdur", event["dur"]) / 1000 for event in own if event["name"] == "RunTask" and event["ph"] == "X"]
        if sum(spent) > best["cpu"]:
            best = {"cpu": sum(spent), "frames": max(1, sum(event["name"] == "AnimationFrame::Render" and event["ph"] != "e" for event in own)), "longest": max(spent)}
    return best


def scrolled(page: Page, selector: str, what: str, step: int = 400) -> None:
    box = page.locator(selector).first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def wheel() -> None:
        for _ in range(WHEEL_STEPS):
            page.mouse.wheel(0, step)
            page.evaluate("() => new Promise(requestAnimationFrame)")

    seen = traced(page, wheel)
    row(f"{what}: main thread a frame", "≤ 8 ms", f"{seen['cpu'] / seen['frames']:.1f} ms of CPU over {seen['frames']:.0f} frames, longest task {seen['longest']:.0f} ms")


def first_route(page: Page) -> None:
    page.goto("/tasks")
    expect(page.get_by_role("grid", name="Tasks")).to_be_visible()
    sizes = page.evaluate("performance.getEntriesByType('resource').filter((one) => /\\.(js|css)$/.test(one.name)).map((one) => one.encodedBodySize)")
    row("first route (the task table), gzip", "≤ 250 kB", f"{sum(sizes) / 1000:.1f} kB in {len(sizes)} files")


def table(page: Page, tasks: int) -> None:
    rows = "document.querySelectorAll('[role=grid] [role=row]').length > 5"
    times = []
    for _ in range(5):
        page.goto("/queues")
        settled(page)
        times.append(until(page, "document.querySelector('nav a[href=\"/tasks\"]').click()", rows))
        settled(page)
    row(f"table of {tasks:,} tasks: from the click to its rows", "≤ 300 ms", ms(times))

    first = "document.querySelector('[role=grid] [role=row][aria-rowindex=\"2\"]')?.textContent"
    header = "[...document.querySelectorAll('[role=columnheader]')].find((one) => one.textContent.includes('Name'))"
    sort = f"window.before = {first}; {header}.querySelector('button').dispatchEvent(new MouseEvent('click', {{bubbles: true, detail: 1}}))"
    row("the same: sort by another column", "≤ 300 ms", ms(repeated(page, 6, lambda _: sort, lambda _: f"({first}) !== window.before && !!({first})")))

    search = """const input = document.querySelector('[data-page-search]'); input.focus();
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, %s); input.dispatchEvent(new Event('input', {bubbles: true}));"""
    texts = ["#1234", "#777", "#4321", "#99", "#2468"]
    shown = "(() => { const rows = [...document.querySelectorAll('[role=grid] [role=row]')].slice(1, 6); return rows.length > 0 && rows.every((one) => one.textContent.includes(%s)); })()"
    row("the same: filter by typing (its wait of the hand included)", "≤ 500 ms", ms(repeated(page, len(texts), lambda n: search % json.dumps(texts[n]), lambda n: shown % json.dumps(texts[n]))))
    page.goto("/tasks")
    settled(page)
    scrolled(page, "[role=grid]", "scrolling the table", 300)


def curves(page: Page, task: str) -> None:
    times = []
    for _ in range(5):
        page.goto(f"/t/{task}/info")
        settled(page)
        times.append(until(page, "[...document.querySelectorAll('[role=tab]')].find((one) => one.textContent.startsWith('Scalars')).click()", DRAWN))
    row("3 series × 1 M points: from the click to the drawn curves", "≤ 300 ms", ms(times))


def console(page: Page, task: str, lines: int) -> None:
    times = []
    shown = "document.querySelector('[role=log] [data-line]') !== null"
    for _ in range(5):
        page.goto(f"/t/{task}/info")
        settled(page)
        times.append(until(page, "[...document.querySelectorAll('[role=tab]')].find((one) => one.textContent.startsWith('Console')).click()", shown))
    row(f"log of {lines:,} lines: from the click to its end", "≤ 300 ms", ms(times))

    settled(page)
    at = "Number(document.querySelector('[role=log] [data-line]')?.dataset.line ?? -1)"
    jumps = [0.5, 0.1, 0.9, 0.33, 0.66]
    drag = "const box = document.querySelector('[role=log]'); box.scrollTop = (box.scrollHeight - box.clientHeight) * %f"
    row("the same: the bar dragged to another place", "≤ 300 ms", ms(repeated(page, len(jumps), lambda n: drag % jumps[n], lambda n: f"Math.abs({at} / {lines} - {jumps[n]}) < 0.02")))
    page.goto(f"/t/{task}/console?line={lines // 3}")
    expect(page.locator(f"[data-line='{lines // 3 - 1}']")).to_be_visible()
    row("the same: a link to a line leads to it", "", "yes")
    search = """const input = document.querySelector('[aria-label="Search the log"]');
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, 'step %d:'); input.dispatchEvent(new Event('input', {bubbles: true}));"""
    found = []
    for number in range(3):
        # What the search before found is gone, so that it does not count for this one.
        page.get_by_role("searchbox", name="Search the log").fill("")
        expect(page.get_by_text("1 line", exact=True)).to_have_count(0)
        found += repeated(page, 1, lambda _, line=lines - 1_000 - number: search % line, lambda _: "[...document.querySelectorAll('[role=status]')].some((one) => /^1 line *$/.test(one.textContent))")
    row("the same: search of all of it (its wait of the hand included)", "≤ 3 s", ms(found))
    page.goto(f"/t/{task}/console?line={lines // 2}")
    settled(page)
    scrolled(page, "[role=log]", "scrolling the log")


def run(options) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "no Chromium: ./dev setup installs it"
    lines = options.log_lines
    sizes = Sizes(tasks=options.tasks, projects=100, points=3_000_000, log_lines=lines * 2, longest=1_000_000)
    with tempfile.TemporaryDirectory(prefix="jarvis-web-bench-") as name:
        scale = Scale("sqlite", pathlib.Path(options.keep or name), sizes, ROOT / "build" / "release" / "tests" / "bench" / "jarvis-bench-seed").start()
        try:
            print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_context(base_url=scale.server.web, viewport={"width": 1400, "height": 900}).new_page()
                sign_in(page, *scale.server.keys)
                expect(page.get_by_role("navigation", name="Main")).to_be_visible()
                first_route(page)
                table(page, options.tasks)
                curves(page, scale.notable["very_long_0"])
                console(page, scale.notable["long_log"], lines)
                browser.close()
            print(f"load {os.getloadavg()[0]:.1f} at the end")
        finally:
            scale.close()
