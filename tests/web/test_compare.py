"""Runs compared by what they wrote: logs line by line, plots over each other."""
from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from web_steps import send_events, serious_findings


@pytest.fixture(scope="module")
def two(server) -> tuple[str, str]:
    """Two runs with logs and plots that differ a little."""
    made = []
    for name, device, loss in (("first run", "cuda:0", 0.5), ("second run", "cpu", 0.25)):
        task = server.call("tasks.create", name=name, type="training")["id"]
        server.call("tasks.edit", task=task, hyperparams={"Args": {"lr": {"section": "Args", "name": "lr", "value": str(loss / 10)}}})
        server.call("tasks.started", task=task)
        send_events(server, [{"type": "training_stats_scalar", "task": task, "metric": "loss", "variant": "train", "iter": 0, "value": loss}])
        lines = ["loading data", f"device is {device}", *[f"epoch {epoch} loss {loss / (epoch + 1):.4f}" for epoch in range(400)], "saved"]
        if name == "second run":
            lines.insert(2, "warning: no driver found")
            lines.append("all is written")
        send_events(server, [{"type": "log", "task": task, "level": "INFO", "worker": "w", "timestamp": 1_750_000_000_000 + at, "msg": text} for at, text in enumerate(lines)])
        plots = {"precision": {"data": [{"type": "scatter", "x": [0, 1], "y": [loss, 1]}], "layout": {"title": {"text": "PR"}}}, "confusion": {"data": [{"type": "heatmap", "z": [[1, 2], [3, 4]]}], "layout": {}}}
        send_events(server, [{"type": "plot", "task": task, "metric": metric, "variant": "validation", "iter": 3, "plot_str": json.dumps(plot)} for metric, plot in plots.items()])
        server.call("tasks.completed", task=task)
        made.append(task)
    return made[0], made[1]


def test_logs_are_compared_line_by_line(signed_in, two):
    page = signed_in
    page.goto(f"/compare/console?ids={two[0]},{two[1]}")
    expect(page.get_by_role("log")).to_have_count(2)
    page.get_by_role("radio", name="Differences").click()
    table = page.get_by_role("table", name="Logs")
    expect(page.get_by_text("3 lines differ")).to_be_visible()
    device = table.get_by_role("row").filter(has_text="device is cuda:0")
    expect(device).to_contain_text("device is cpu")
    warning = table.get_by_role("row").filter(has_text="warning: no driver found")
    expect(warning.get_by_role("img", name="only here")).to_be_visible()

    page.get_by_label("Only differences").click()
    expect(table.get_by_text("397 lines are the same")).to_be_visible()
    page.get_by_label("Numbers may differ").click()
    expect(page.get_by_text("403 lines differ")).to_be_visible()
    expect(table.get_by_role("row").filter(has_text="epoch 1 loss").first.locator("mark").first).to_have_text("0.2500")
    assert serious_findings(page) == []
    # A line leads to its place in its log.
    device.get_by_role("link", name="Line 2 of first run").click()
    expect(page).to_have_url(re.compile(f"/t/{two[0]}/console"))


def test_the_next_difference_is_a_key_away(signed_in, two):
    page = signed_in
    page.goto(f"/compare/console?ids={two[0]},{two[1]}")
    page.get_by_role("radio", name="Differences").click()
    table = page.get_by_role("table", name="Logs")
    expect(table.get_by_role("row").filter(has_text="loading data")).to_be_visible()
    table.focus()
    current = table.locator("[aria-current]")
    page.keyboard.press("n")
    expect(current).to_contain_text("device is cuda:0")
    page.keyboard.press("n")
    expect(current).to_contain_text("all is written")
    page.keyboard.press("Shift+N")
    expect(current).to_contain_text("device is cuda:0")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plots_of_one_name_are_laid_over_each_other_where_they_can_be(signed_in, two, theme):
    page = signed_in
    page.emulate_media(color_scheme=theme)
    page.goto(f"/compare/plots?ids={two[0]},{two[1]}")
    lines = page.get_by_role("region", name="precision / validation").first
    expect(page.frame_locator("iframe").locator(".legendtext", has_text="second run").first).to_be_visible()
    expect(lines.get_by_role("heading", level=3)).to_have_count(1)
    # Heat maps would cover each other.
    expect(page.get_by_role("region", name="confusion / validation").first.get_by_role("heading", level=3)).to_have_count(2)
    page.get_by_role("radio", name="Beside each other").click()
    expect(lines.get_by_role("heading", level=3)).to_have_count(2)
    expect(lines.get_by_role("heading", name="second run")).to_be_visible()
    assert serious_findings(page) == []


def test_a_result_stands_over_a_parameter_with_a_point_for_each_run(signed_in, two):
    page = signed_in
    page.goto(f"/compare/params?ids={two[0]},{two[1]}")
    page.get_by_role("radio", name="Points").click()
    chart = page.get_by_role("application", name=re.compile("2 runs by loss.train and Args.lr"))
    expect(chart.locator("circle")).to_have_count(2)
    first, second = (chart.locator(f"circle[data-id='{task}']") for task in two)
    # Greater by both: further to the right, and higher.
    assert float(first.get_attribute("cx")) > float(second.get_attribute("cx"))
    assert float(first.get_attribute("cy")) < float(second.get_attribute("cy"))
    assert serious_findings(page) == []
    first.hover()
    expect(page.get_by_role("status").filter(has_text="first run, Args/lr")).to_be_visible()
    first.click()
    expect(page).to_have_url(re.compile(f"/t/{two[0]}"))
