"""Takes the pictures of docs/ui.md from a server that is filled for them:  python3 tests/web/take_pictures.py  (after ./dev build)"""
from __future__ import annotations

import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from jarvis_fixtures import ROOT, Server  # noqa: E402
from seed import Seed, fill  # noqa: E402
from web_steps import settled, sign_in  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"


def clone(page: Page) -> None:
    page.keyboard.press("c")
    page.get_by_label("Name of the clone").wait_for()


def palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("res")


def nothing(_: Page) -> None:
    pass


# Name, address, colours, what is done there, how long it takes to stand.
SHOTS = [
    ("tasks", "/p/{project vision/classification}/tasks", "light", nothing, 1),
    ("clone", "/t/{main}", "light", clone, 1),
    ("configuration", "/t/{draft}/config", "light", nothing, 1),
    ("waiting", "/t/{queued 3}", "dark", nothing, 1),
    ("console", "/t/{main}/console", "dark", nothing, 1),
    ("scalars", "/t/{main}/scalars", "light", nothing, 2),
    ("plots", "/t/{main}/plots", "dark", nothing, 5),
    ("compare", "/compare/params?ids={main},{running},{draft},{queued 1}", "light", nothing, 1),
    ("queue", "/queues/{queue gpu}", "light", nothing, 1),
    ("pipeline", "/t/{run}/pipeline", "light", nothing, 1),
    ("palette", "/tasks", "dark", palette, 1),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        server = Server(pathlib.Path(directory) / "server").start()
        try:
            made = fill(server)
            Seed(server).busy("gpu-1:0", made["running"], int(time.time() * 1000))
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            PICTURES.mkdir(exist_ok=True)
            for name, path, colours, act, seconds in SHOTS:
                page = browser.new_context(base_url=server.web, viewport={"width": 1280, "height": 760}, color_scheme=colours).new_page()
                sign_in(page, *server.keys)
                page.get_by_role("navigation", name="Main").wait_for()
                page.goto(path.format(**made))
                settled(page)
                act(page)
                page.wait_for_timeout(seconds * 1000)
                page.screenshot(path=PICTURES / f"{name}.png")
                page.context.close()
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
