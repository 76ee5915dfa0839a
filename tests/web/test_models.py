"""The model table: columns of what models reported and of what is written about them, and the table as a file."""
from __future__ import annotations

import csv
import io
import pathlib

import pytest
from playwright.sync_api import expect

from web_steps import send_events


@pytest.fixture(scope="module")
def weights(server) -> dict[str, str]:
    """Three models with a metric and with metadata, one of it under a name with a dot; names to ids."""
    project = server.call("projects.create", name="weights")["id"]
    made = {}
    for name, accuracy in (("small", 0.7), ("medium", 0.8), ("large", 0.75)):
        model = server.call("models.create", name=name, uri=f"s3://nets/{name}.pt", project=project, framework="PyTorch", metadata=[
            {"key": "size.mb", "type": "str", "value": str(len(name) * 10)}, {"key": "licence", "type": "str", "value": "MIT"}])["id"]
        send_events(server, [{"type": "training_stats_scalar", "task": model, "model_event": True, "metric": "accuracy", "variant": "top1", "iter": 1, "value": accuracy}])
        made[name] = model
    return {"project": project, **made}


def test_models_are_ordered_by_a_metric_and_shown_with_their_metadata_and_saved(signed_in, weights, tmp_path: pathlib.Path):
    page = signed_in
    page.goto(f"/p/{weights['project']}/models")
    grid = page.get_by_role("grid", name="Models")
    expect(grid.get_by_role("link", name="medium")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="last of accuracy / top1").click()
    page.get_by_label("size.mb").check()
    page.keyboard.press("Escape")
    expect(grid.get_by_role("row").filter(has_text="medium")).to_contain_text("0.8")
    expect(grid.get_by_role("row").filter(has_text="medium")).to_contain_text("60")

    grid.get_by_role("columnheader", name="accuracy / top1").click()
    expect(grid.get_by_role("row").nth(1)).to_contain_text("medium")
    expect(grid.get_by_role("row").nth(3)).to_contain_text("small")

    page.get_by_role("button", name="Save as CSV").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="All rows of this table").click()
    path = tmp_path / "models.csv"
    download.value.save_as(path)
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ["medium", "large", "small"]
    assert rows[0]["Metadata: size.mb"] == "60" and rows[0]["accuracy / top1, last value"] == "0.8"


def test_columns_of_all_models_are_offered_beside_all_models(signed_in, weights):
    page = signed_in
    page.goto("/models")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("searchbox", name="Find a column").fill("licence")
    page.get_by_label("licence", exact=True).check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("grid", name="Models").get_by_role("row").filter(has_text="large")).to_contain_text("MIT")
