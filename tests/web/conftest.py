"""A real browser on a real server: what the tests of the web UI share."""
from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from jarvis_fixtures import Server
from seed import fill
from web_steps import sign_in


# A page has as long as a click has: machines that run tests do other things as well.
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS)


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
        new_context = made.new_context

        def patient_context(**options):
            context = new_context(**options)
            context.set_default_timeout(PATIENCE_MS)
            return context

        made.new_context = patient_context
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
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    return page


@pytest.fixture(scope="module")
def workspace(server) -> dict[str, str]:
    """A server as a small team leaves it; names to ids of what the tests look at."""
    return fill(server, tasks=30)
