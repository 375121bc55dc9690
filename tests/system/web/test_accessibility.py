"""axe-core over the console's pages, on a desk and on a phone: no serious finding."""

from pathlib import Path

import pytest

from server.web.assets import nearest_node_modules
from server.work import Parts
from shared.roles import Role
from tests.server.factories import add, person
from tests.server.sync_world import Pad
from tests.system.web.conftest import NARROW, WIDE, Open, Site
from tests.system.web.test_console import desk  # noqa: F401 -- a fixture

pytestmark = pytest.mark.browser
AXE = Path("axe-core/axe.min.js")
FINDINGS = """
() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(each => each.id + ": " + each.nodes.map(node => node.target.join(" ")).join(", ")))
"""
PAGES = {
    "head": ("/console/", "/console/plans/", "/console/rules/", "/console/enterprises/"),
    "planner": ("/console/plans/new", "/console/items/"),
    "admin": (
        "/console/items/new",
        "/console/items/item-1",
        "/console/items/item-1/form",
        "/console/items/bases",
        "/console/officers/",
        "/console/people/new",
    ),
    "platform": ("/console/agencies/", "/console/agencies/new", "/console/enterprises/new"),
}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_axe_finds_nothing_serious(
    site: Site,
    desk: Parts,  # noqa: F811 -- the fixture of that name
    visit: Pad,
    browse: Open,
    size: dict[str, int],
) -> None:
    script = (nearest_node_modules() / AXE).read_text(encoding="utf-8")
    add(desk, [person("platform", Role.PLATFORM_ADMIN, agency=None)])
    said = {}
    for who, paths in PAGES.items():
        page = browse(paths[0], who=who, size=size)
        for path in paths:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.evaluate(script)
            found = page.evaluate(FINDINGS)
            if found:
                said[path] = found
    assert said == {}
