"""The pages served over a socket, and a Chromium that tells everything it dislikes."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from werkzeug.serving import WSGIRequestHandler, make_server

from server import edge
from server.app import create_app
from server.services.bearer import Bearer
from server.work import Parts
from tests.server.conftest import clock, migrated, parts, settings  # noqa: F401 -- fixtures
from tests.server.factories import sign_in
from tests.server.web.conftest import irregular, planted, visit  # noqa: F401 -- fixtures

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

OUTPUT = Path("tests/output/web")
WIDE, NARROW = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
TELL = """
document.addEventListener("securitypolicyviolation", function (event) {
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI);
});
"""


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@dataclass
class Site:
    """A running server, and what browsers complained about while they looked at it."""

    url: str
    app: Flask
    parts: Parts
    complaints: list[str] = field(default_factory=list)

    def cookie(self, person_id: str) -> dict[str, str]:
        """What somebody's browser holds after signing in."""
        session = {edge.SESSION_SECRET: sign_in(self.parts, person_id, kind=Bearer.WEB)}
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        return {"name": "mingcha", "value": str(signer.dumps(session)), "url": self.url}


@pytest.fixture
def site(parts: Parts) -> Iterator[Site]:  # noqa: F811 -- the fixture of that name
    app = create_app(parts)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found = Site(f"http://127.0.0.1:{server.server_port}", app, parts)
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert found.complaints == []


def failed(request: "Request") -> list[str]:
    """A request that came to nothing, unless the browser gave it up for a newer one or page."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url} {request.failure}"]


Open = Callable[..., "Page"]


@pytest.fixture
def browse(chromium: "Browser", site: Site) -> Iterator[Open]:
    """Open a page as somebody or nobody, on a desk or on a phone."""
    contexts = []

    def open_page(path: str, *, who: str = "", size: dict[str, int] = WIDE) -> "Page":
        context = chromium.new_context(
            base_url=site.url,
            viewport=size,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=size is NARROW,
        )
        contexts.append(context)
        context.add_init_script(TELL)
        if who:
            context.add_cookies([site.cookie(who)])
        page = context.new_page()
        page.on("console", lambda said: site.complaints.append(said.text))
        page.on("pageerror", lambda error: site.complaints.append(str(error)))
        page.on("requestfailed", lambda request: site.complaints.extend(failed(request)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def shot(page: "Page", name: str) -> None:
    """Keep a picture for people to look at."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)
