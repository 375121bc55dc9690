"""Sites of a test's own and one that many look at, each seen through Chromium."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from server.work import Parts
from tests.server.conftest import (  # noqa: F401 -- fixtures
    app,
    clock,
    lendable,
    migrated,
    parts,
    settings,
)
from tests.server.web.conftest import irregular, planted, visit  # noqa: F401 -- fixtures
from tests.system.web.site import WIDE, Open, Site, furnished, opened, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def site(app: Flask, parts: Parts) -> Iterator[Site]:  # noqa: F811 -- the fixtures of that name
    with served(app, parts) as found:
        yield found
    assert found.complaints == []


@pytest.fixture(scope="module")
def county(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:  # noqa: F811
    """A county with plans before the head and a visit, for pages that are only looked at."""
    with furnished(migrated, tmp_path_factory.mktemp("county") / "data") as found:
        yield found
    assert found.complaints == []


@pytest.fixture
def browse(chromium: "Browser", site: Site) -> Iterator[Open]:
    """Open a page as somebody or nobody, on a desk or on a phone."""
    pages = []

    def open_page(path: str, *, who: str = "", size: dict[str, int] = WIDE) -> "Page":
        page = opened(chromium, site, who, size)
        pages.append(page)
        page.goto(path)
        return page

    yield open_page
    for page in pages:
        page.context.close()


@pytest.fixture(scope="module")
def windows(county: Site, chromium: "Browser") -> Iterator[Open]:
    """The same for looking around the county: everybody's window stays open."""
    open_windows: dict[tuple[str, int], Page] = {}

    def open_page(path: str, *, who: str = "", size: dict[str, int] = WIDE) -> "Page":
        key = (who, size["width"])
        if key not in open_windows:
            open_windows[key] = opened(chromium, county, who, size)
        open_windows[key].goto(path)
        return open_windows[key]

    yield open_page
    for page in open_windows.values():
        page.context.close()


@pytest.fixture
def look(windows: Open, county: Site) -> Iterator[Open]:
    """Look around; each test answers for what its own looking made the browser complain of."""
    yield windows
    said, county.complaints[:] = list(county.complaints), []
    assert said == []
