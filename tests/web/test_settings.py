"""The reader's own page, and the way of a newcomer to the first task."""
from __future__ import annotations

import re

import pytest
import requests
from playwright.sync_api import expect

from web_steps import serious_findings


def test_a_key_is_made_shown_once_labelled_and_revoked(signed_in, server):
    page = signed_in
    page.goto("/settings")
    page.get_by_label("Label of the new key").fill("laptop")
    page.get_by_role("button", name="Create credentials").click()
    conf = page.get_by_label("client configuration", exact=True).inner_text()
    access, secret = (re.search(rf'{name}: "([^"]+)"', conf).group(1) for name in ("access_key", "secret_key"))
    assert f'api_server: "{server.api}"' in conf and f'files_server: "{server.files}"' in conf
    assert requests.post(server.api + "/users.get_current_user", auth=(access, secret), timeout=20).status_code == 200

    page.reload()
    expect(page.get_by_label(f"Label of {access}")).to_have_value("laptop")
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_label(f"Label of {access}").fill("old laptop")
    page.get_by_label("Your name").focus()
    page.get_by_role("button", name="Revoke old laptop").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text(access)).to_have_count(0)
    assert requests.post(server.api + "/users.get_current_user", auth=(access, secret), timeout=20).status_code == 401


def test_a_name_is_changed_and_a_theme_stays(signed_in, server):
    page = signed_in
    page.goto("/settings")
    page.get_by_label("Your name").fill("Ada <b>L.</b>")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_role("navigation").get_by_text("Ada <b>L.</b>")).to_be_visible()
    page.get_by_label("Dark").check()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 19, 26)"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 19, 26)"
    page.get_by_label("Light").check()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(247, 247, 249)"


def test_a_newcomer_sees_the_first_task_appear(signed_in, server):
    page = signed_in
    page.goto("/tasks")
    page.get_by_role("link", name="First steps").click()
    page.get_by_role("button", name="Create credentials").click()
    expect(page.get_by_text("access_key")).to_be_visible()
    expect(page.get_by_text("Waiting for the first task")).to_be_visible()

    server.call("tasks.create", name="hello", type="training")
    page.get_by_role("link", name="hello").click()
    expect(page.get_by_role("heading", name="hello")).to_be_visible()


@pytest.mark.parametrize("path", ["/settings", "/welcome"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_open_to_everybody(signed_in, path, theme):
    page = signed_in
    page.emulate_media(color_scheme=theme)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert serious_findings(page) == []
