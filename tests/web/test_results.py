"""The results of a project: tasks by two of their values, as a chart and as a table."""
from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def choose(page: Page, axis: str, typed: str, option: str) -> None:
    page.get_by_label(axis, exact=True).fill(typed)
    page.get_by_role("option", name=option, exact=True).click()


def test_tasks_stand_by_a_metric_and_a_parameter_and_the_choice_is_kept(signed_in, workspace, server):
    page, project = signed_in, workspace["project vision/classification"]
    page.goto(f"/p/{project}/overview")
    results = page.get_by_role("region", name="Results").first
    chart = results.get_by_role("application", name=re.compile("tasks by accuracy . top1, last value and Start"))
    expect(chart).to_be_visible()
    measured = [one for one in server.call("tasks.get_all_ex", project=[project], include_subprojects=True, system_tags=["-archived"], only_fields=["last_metrics"])["tasks"] if one.get("last_metrics")]
    expect(chart.locator("circle")).to_have_count(len(measured))

    choose(page, "Up", "loss train", "loss / train")
    choose(page, "Across", "lr", "Args/lr")
    expect(results.get_by_role("application", name=re.compile("by loss . train, last value and Args.lr"))).to_be_visible()
    assert "h:Args/lr" in page.url
    page.goto(f"/p/{project}/overview")
    expect(results.get_by_role("application", name=re.compile("and Args.lr"))).to_be_visible()


def test_a_point_is_opened_by_mouse_and_by_keyboard(signed_in, workspace):
    page, project, main = signed_in, workspace["project vision/classification"], workspace["main"]
    page.goto(f"/p/{project}/overview?x=started&y=m:loss/train")
    point = page.locator(f"circle[data-id='{main}']")
    point.hover()
    expect(page.get_by_text("Start: ", exact=False).first).to_be_visible()
    point.click()
    expect(page.get_by_role("heading", name="resnet50 reference run")).to_be_visible()

    page.go_back()
    chart = page.get_by_role("application", name=re.compile("tasks by"))
    chart.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(chart.get_by_role("status")).to_contain_text("loss / train, last value")
    said = chart.get_by_role("status").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=said.split(", Start")[0])).to_be_visible()


def test_the_same_is_read_as_a_table(signed_in, workspace):
    page, project = signed_in, workspace["project vision/classification"]
    page.goto(f"/p/{project}/overview?x=h:Args/lr&y=m:loss/train:min")
    page.get_by_role("radio", name="Table").click()
    table = page.get_by_role("table", name="Results")
    expect(table.get_by_role("columnheader", name="loss / train, min value")).to_be_visible()
    row = table.get_by_role("row").filter(has_text="resnet50 reference run")
    expect(row).to_contain_text("0.001")
    row.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="resnet50 reference run")).to_be_visible()
