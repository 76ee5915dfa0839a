"""Every page, in both themes: nothing that axe calls serious; and on a phone: nothing wider than the window."""
from __future__ import annotations

import pytest
from playwright.sync_api import expect

from web_steps import serious_findings, settled

PAGES = ["/", "/tasks", "/projects", "/p/{project vision/classification}/overview", "/p/{project vision/classification}/workloads", "/t/{main}", "/t/{main}/config", "/t/{main}/exec",
         "/t/{main}/artifacts", "/t/{main}/console", "/t/{main}/scalars", "/t/{main}/plots", "/t/{main}/samples", "/t/{main}/info", "/t/{queued 1}", "/queues", "/queues/{queue gpu}", "/workers",
         "/workers/gpu-1:0", "/search?q=resnet", "/compare/details?ids={main},{running}", "/compare/params?ids={main},{running}", "/compare/scalars?ids={main},{running}", "/compare/plots?ids={main},{running}", "/compare/console?ids={main},{running}", "/compare/details", "/reports", "/models", "/models/{model}", "/models/{model}/network", "/pipelines", "/pipelines/{pipeline}", "/t/{run}/pipeline", "/datasets", "/datasets/{dataset}", "/t/{version}/dataset", "/settings/profile", "/settings/credentials", "/settings/ui", "/settings/keys", "/settings/users", "/settings/storage", "/settings/about", "/welcome", "/nowhere"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_open_to_everybody(signed_in, workspace, theme):
    page = signed_in
    page.emulate_media(color_scheme=theme)
    found = {}
    for path in PAGES:
        page.goto(path.format(**workspace))
        expect(page.get_by_role("main")).to_be_visible()
        settled(page)
        findings = serious_findings(page)
        if findings:
            found[path] = findings
    assert found == {}


def test_pages_fit_a_phone(signed_in, workspace):
    page = signed_in
    page.set_viewport_size({"width": 360, "height": 740})
    too_wide = []
    for path in PAGES:
        page.goto(path.format(**workspace))
        expect(page.get_by_role("main")).to_be_visible()
        settled(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            too_wide.append(path)
    assert too_wide == []
