"""The reader's own page, and the way of a newcomer to the first task."""
from __future__ import annotations

import datetime
import re

import requests
from playwright.sync_api import expect

from web_steps import serious_findings


def test_a_key_is_made_shown_once_labelled_and_revoked(signed_in, server):
    page = signed_in
    page.goto("/settings/credentials")
    page.get_by_label("Label of the new key").fill("laptop")
    page.get_by_role("button", name="Create credentials").click()
    conf = page.get_by_label("client configuration", exact=True).inner_text()
    access, secret = (re.search(rf'{name}: "([^"]+)"', conf).group(1) for name in ("access_key", "secret_key"))
    assert f'api_server: "{server.api}"' in conf and f'files_server: "{server.files}"' in conf
    assert requests.post(server.api + "/users.get_current_user", auth=(access, secret), timeout=90).status_code == 200

    page.reload()
    expect(page.get_by_label(f"Label of {access}")).to_have_value("laptop")
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_label(f"Label of {access}").fill("old laptop")
    page.get_by_label("Label of the new key").focus()
    page.get_by_role("button", name="Revoke old laptop").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text(access)).to_have_count(0)
    assert requests.post(server.api + "/users.get_current_user", auth=(access, secret), timeout=90).status_code == 401


def test_a_name_is_changed_and_a_theme_stays(signed_in, server):
    page = signed_in
    page.goto("/settings/profile")
    page.get_by_label("Your name").fill("Ada <b>L.</b>")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_role("button", name="You: Ada <b>L.</b>")).to_be_visible()
    page.goto("/settings/ui")
    body = page.locator("body")
    page.get_by_role("radio", name="Dark").click()
    expect(body).to_have_css("background-color", "rgb(16, 18, 22)")
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    expect(body).to_have_css("background-color", "rgb(16, 18, 22)")
    page.get_by_role("radio", name="Light").click()
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")


def test_a_newcomer_sees_the_first_task_appear(signed_in, server):
    page = signed_in
    page.goto("/welcome")
    page.get_by_role("button", name="Create credentials").click()
    expect(page.get_by_text("access_key")).to_be_visible()
    expect(page.get_by_text("Waiting for the first task")).to_be_visible()

    server.call("tasks.create", name="hello", type="training")
    page.get_by_role("link", name="hello", exact=True).click()
    expect(page.get_by_role("heading", name="hello")).to_be_visible()


def test_a_key_ends_by_itself_when_it_is_told_to(signed_in, server):
    page = signed_in
    page.goto("/settings/credentials")
    page.get_by_label("Label of the new key").fill("nightly")
    page.get_by_label("Ends").select_option("in 7 days")
    page.get_by_role("button", name="Create credentials").click()
    conf = page.get_by_label("client configuration", exact=True).inner_text()
    access = re.search(r'access_key: "([^"]+)"', conf).group(1)
    row = page.get_by_role("row").filter(has_text=access)
    expect(row).to_contain_text(re.compile("in [67] d"))

    keys = {key["access_key"]: key for key in server.call("auth.get_credentials")["credentials"]}
    ends = datetime.datetime.fromisoformat(keys[access]["expires"].replace("Z", "+00:00"))
    assert abs((ends - datetime.datetime.now(datetime.timezone.utc)).total_seconds() - 7 * 86_400) < 600
    expect(page.get_by_role("row").filter(has_text=server.keys[0])).to_contain_text("never")


def test_what_uses_the_disk_is_shown_by_project_and_by_task(signed_in, server):
    page = signed_in
    project = server.call("projects.create", name="large/films")["id"]
    task = server.call("tasks.create", name="render", type="training", project=project)["id"]
    path = f"large/films/render.{task}/artifacts/film/film.bin"
    upload = requests.post(server.files, files={path: ("film.bin", b"x" * (3 << 20))}, auth=server.keys, timeout=60)
    assert upload.status_code == 200, upload.text
    page.goto("/settings/storage")
    page.get_by_role("button", name="Measure now").click()
    projects, tasks = page.get_by_role("table", name="By project"), page.get_by_role("table", name="By task")
    expect(projects.get_by_role("row").filter(has_text="large/films")).to_contain_text("3.0 MiB")
    expect(tasks.get_by_role("row").filter(has_text="render")).to_contain_text("3.0 MiB")
    assert serious_findings(page) == []

    projects.get_by_role("button", name="large/films").click()
    expect(page).to_have_url(re.compile(f"project={project}"))
    expect(projects.get_by_role("row")).to_have_count(2)
    tasks.get_by_role("link", name="render").click()
    expect(page.get_by_role("heading", name="render")).to_be_visible()
