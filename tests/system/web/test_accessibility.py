"""axe-core over the console's pages, on a desk and on a phone: no serious finding, no scrolling."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.web.assets import nearest_node_modules
from tests.system.web import plans
from tests.system.web.site import NARROW, WIDE, Open, Site

pytestmark = [pytest.mark.browser, pytest.mark.long]
AXE = Path("axe-core/axe.min.js")
FINDINGS = """
() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(each => each.id + ": " + each.nodes.map(node => node.target.join(" ")).join(", ")))
"""
WIDER = "() => document.documentElement.scrollWidth - innerWidth"
PAGES = {
    "head": (
        "/console/",
        "/console/plans/",
        "/console/review/",
        "/console/rules/",
        "/console/parameters/yearly_cap?value=1",
        "/console/enterprises/",
        "/console/enterprises/91370100MA37XJ385W",
        "/console/tasks/task-1",
        "/console/plans/calendar?year=2026",
    ),
    "planner": (
        "/console/plans/new",
        "/console/plans/{amendment}",
        "/console/plans/{amendment}/edit",
        "/console/items/",
        "/console/recusals/",
        "/console/draws/",
        "/console/draws/new",
        "/console/merges/",
        "/console/imports/",
    ),
    "admin": (
        "/console/items/new",
        "/console/items/item-1",
        "/console/items/item-1/form",
        "/console/items/bases",
        "/console/officers/",
        "/console/officers/new",
        "/console/officers/officer-wang",
        "/console/people/new",
        "/console/webhooks/",
        "/items/",
        "/results/",
    ),
    "platform": (
        "/console/agencies/",
        "/console/agencies/new",
        "/console/people/",
        "/console/enterprises/new",
        "/console/parameters/",
        "/console/holidays/",
        "/console/holidays/2026",
    ),
}


@pytest.fixture(scope="module")
def amendment(county: Site) -> str:
    return plans.being_amended(county.parts, county.app)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_axe_finds_nothing_serious(look: Open, amendment: str, size: dict[str, int]) -> None:
    script = (nearest_node_modules() / AXE).read_text(encoding="utf-8")
    said = {}
    for who, paths in PAGES.items():
        for path in paths:
            page = look(path.format(amendment=amendment), who=who, size=size)
            expect(page.locator(".htmx-request")).to_have_count(0)  # what it asks for by itself
            page.evaluate(script)
            found = page.evaluate(FINDINGS)
            if page.evaluate(WIDER) > 0:
                found.append("wider than the window")
            if found:
                said[path] = found
    assert said == {}
