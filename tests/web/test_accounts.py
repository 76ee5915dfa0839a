"""Accounts in the pages: one's own password and sessions; for administrators everybody's."""
from __future__ import annotations

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from web_steps import serious_findings, sign_in_by_name


def login(server, username: str, password: str) -> int:
    return requests.post(f"{server.api}/auth.login", auth=(username, password), timeout=90).status_code


@pytest.fixture
def jane(server, request) -> tuple[str, str]:
    """A user of her own for each test: name to sign in with, password."""
    name = f"jane-{request.node.name[-24:]}"
    server.call("auth.create_user", name="Jane Doe", username=name, password="first password", role="user")
    return name, "first password"


@pytest.fixture
def at_home(page: Page, jane) -> Page:
    """Jane, signed in, at her profile."""
    sign_in_by_name(page, *jane)
    expect(page.get_by_role("button", name="You: Jane Doe")).to_be_visible()
    page.goto("/settings/profile")
    return page


def test_one_changes_ones_password_and_stays_signed_in(at_home, server, jane):
    page, (name, password) = at_home, jane
    page.get_by_label("Current password").fill("not it at all")
    page.get_by_label("New password", exact=True).fill("second password")
    page.get_by_label("New password again").fill("second passwort")
    expect(page.get_by_text("The two are not the same.")).to_be_visible()
    expect(page.get_by_role("button", name="Change password")).to_be_disabled()
    page.get_by_label("New password again").fill("second password")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not your password.")

    page.get_by_label("Current password").fill(password)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="You: Jane Doe")).to_be_visible()
    assert login(server, name, password) == 401 and login(server, name, "second password") == 200


def test_signing_out_everywhere_ends_every_session_and_no_key(at_home, server, jane):
    page = at_home
    elsewhere = requests.post(f"{server.api}/auth.login", auth=jane, timeout=90).json()["data"]["token"]
    bearer = {"Authorization": f"Bearer {elsewhere}"}
    key = requests.post(f"{server.api}/auth.create_credentials", json={}, headers=bearer, timeout=90).json()["data"]["credentials"]
    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert requests.post(f"{server.api}/users.get_current_user", headers=bearer, timeout=90).status_code == 401
    pair = (key["access_key"], key["secret_key"])
    assert requests.post(f"{server.api}/users.get_current_user", auth=pair, timeout=90).status_code == 200


def test_who_is_no_administrator_sees_no_accounts(at_home):
    page = at_home
    expect(page.get_by_role("navigation", name="Settings").get_by_role("link", name="Users")).to_have_count(0)
    page.goto("/settings/users")
    expect(page.get_by_text("There is no such page")).to_be_visible()


def test_an_administrator_adds_a_user_who_then_signs_in(signed_in, server, browser):
    page = signed_in
    page.goto("/settings/users")
    page.get_by_role("button", name="Add a user").click()
    page.get_by_label("Name", exact=True).fill("Ada <i>Lovelace</i>")
    page.get_by_label("Sign-in name").fill("with space")
    expect(page.get_by_role("alert")).to_contain_text("Without spaces and colons")
    expect(page.get_by_role("dialog").get_by_role("button", name="Add")).to_be_disabled()
    page.get_by_label("Sign-in name").fill("ada")
    page.get_by_label("Role", exact=True).select_option("guest")
    page.get_by_role("dialog").get_by_role("button", name="Add").click()
    told = page.get_by_label("what to pass on", exact=True).inner_text()
    password = re.search(r"password: (\S+)", told).group(1)
    assert server.web in told and len(password) == 20
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row").filter(has_text="Ada <i>Lovelace</i>")).to_contain_text("ada")

    other = browser.new_context(base_url=server.web).new_page()
    sign_in_by_name(other, "ada", password)
    expect(other.get_by_role("button", name="You: Ada <i>Lovelace</i>")).to_be_visible()
    other.context.close()


def test_role_name_password_and_state_of_others_are_an_administrators(signed_in, server, jane):
    page, (name, password) = signed_in, jane
    page.goto("/settings/users")
    row = page.get_by_role("row").filter(has_text=name)
    row.get_by_label("Role of Jane Doe").select_option("annotator")
    expect(page.get_by_text("The role of Jane Doe is changed")).to_be_visible()

    row.get_by_role("button", name="Actions for Jane Doe").click()
    page.get_by_role("menuitem", name="New password").click()
    page.get_by_role("dialog").get_by_label("Password", exact=True).fill("from the boss")
    page.get_by_role("dialog").get_by_role("button", name="Set").click()
    page.get_by_role("button", name="Done").click()
    assert login(server, name, password) == 401 and login(server, name, "from the boss") == 200

    row.get_by_role("button", name="Actions for Jane Doe").click()
    page.get_by_role("menuitem", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(row.get_by_text("Disabled", exact=True)).to_be_visible()
    assert login(server, name, "from the boss") == 401
    row.get_by_role("button", name="Actions for Jane Doe").click()
    page.get_by_role("menuitem", name="Enable").click()
    expect(row.get_by_text("Disabled", exact=True)).to_have_count(0)
    assert login(server, name, "from the boss") == 200

    row.get_by_role("button", name="Actions for Jane Doe").click()
    page.get_by_role("menuitem", name="Change the name").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Jane D.")
    page.keyboard.press("Enter")
    expect(row.get_by_role("rowheader")).to_contain_text("Jane D.")
    user = next(one for one in server.call("users.get_all_ex")["users"] if one.get("username") == name)
    assert (user["name"], user["role"]) == ("Jane D.", "annotator")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_dialogs_are_open_to_everybody(signed_in, theme):
    page = signed_in
    page.emulate_media(color_scheme=theme)
    page.goto("/settings/users")
    page.get_by_role("button", name="Add a user").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert serious_findings(page) == []
