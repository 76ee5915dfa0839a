"""Reports: pictures pasted, dropped and chosen; tags; another project."""
from __future__ import annotations

import base64

import pytest
import requests
from playwright.sync_api import Page, expect

from seed import picture
from web_steps import serious_findings

PNG = picture(40, 30, 3)
GIVE = """(element, [kind, bytes, type, name]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0))], name, {type}));
    const rect = element.getBoundingClientRect();
    element.dispatchEvent(kind === 'paste' ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
        : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true, clientX: rect.left + 5, clientY: rect.top + 5}));
}"""


@pytest.fixture
def report(server, request) -> str:
    return server.call("reports.create", name=f"report of {request.node.name}", report="# Aim\n")["id"]


def give(page: Page, kind: str, content: bytes, type_: str, name: str) -> None:
    page.get_by_role("textbox", name="Text of the report").evaluate(GIVE, [kind, base64.b64encode(content).decode(), type_, name])


def is_shown(page: Page, name: str) -> bool:
    picture_ = page.get_by_role("region", name="As it reads").get_by_role("img", name=name)
    expect(picture_).to_be_visible()
    return picture_.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == 40


def test_pictures_are_pasted_dropped_and_chosen_and_belong_to_the_report(signed_in, server, report):
    page = signed_in
    page.goto(f"/reports/{report}")
    page.get_by_role("button", name="Edit", exact=True).click()
    give(page, "paste", PNG, "image/png", "pasted.png")
    assert is_shown(page, "pasted")
    give(page, "drop", PNG, "image/png", "dropped [1].png")
    assert is_shown(page, "dropped 1")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Insert a picture").click()
    chooser.value.set_files({"name": "chosen.png", "mimeType": "image/png", "buffer": PNG})
    assert is_shown(page, "chosen")
    give(page, "paste", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "drawing.svg")
    expect(page.get_by_text("drawing.svg is no PNG, JPEG, GIF or WebP picture.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("region", name="Report").get_by_role("img", name="chosen")).to_be_visible()

    stored = server.call("reports.get_all_ex", id=[report])["tasks"][0]
    assets = stored["report_assets"]
    assert len(assets) == 3 and all(f"/reports/{report}/" in url and url in stored["report"] for url in assets)
    assert requests.get(assets[0], auth=server.keys, timeout=90).content == PNG
    assert requests.get(assets[0], timeout=90).status_code == 401


def test_who_may_not_write_uploads_nothing(server, report):
    assert requests.put(f"{server.web}/files/reports/{report}/x.png", data=PNG, timeout=90).status_code == 401
    server.call("auth.create_user", name="Guest", username="guest", password="a long password", role="guest")
    token = requests.post(f"{server.api}/auth.login", auth=("guest", "a long password"), timeout=90).json()["data"]["token"]
    assert requests.put(f"{server.web}/files/reports/{report}/x.png", data=PNG, headers={"Authorization": f"Bearer {token}"}, timeout=90).status_code == 403


def test_a_report_gets_tags_and_moves_to_a_project(signed_in, server, report):
    page = signed_in
    name = server.call("reports.get_all_ex", id=[report])["tasks"][0]["name"]
    page.goto(f"/reports/{report}")
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name="Tags").click()
    page.get_by_role("dialog").get_by_label("Tags").fill("summary")
    page.keyboard.press("Enter")
    # The list of tags goes with the focus.
    page.keyboard.press("Tab")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("article").get_by_text("summary", exact=True)).to_be_visible()

    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name="Move to a project").click()
    page.get_by_role("dialog").get_by_label("About which project").fill("speech/new")
    page.get_by_role("option", name="New project").click()
    page.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect(page.get_by_text("moved to speech/new")).to_be_visible()
    stored = server.call("reports.get_all_ex", id=[report], only_fields=["tags", "project.name"])["tasks"][0]
    assert stored["tags"] == ["summary"] and stored["project"]["name"] == "speech/new/.reports"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_writing_is_open_to_everybody(signed_in, report, theme):
    page = signed_in
    page.emulate_media(color_scheme=theme)
    page.goto(f"/reports/{report}")
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_role("textbox", name="Text of the report")).to_be_visible()
    assert serious_findings(page) == []
