"""The pages served over a socket, and a Chromium that tells everything it dislikes."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from werkzeug.serving import WSGIRequestHandler, make_server

from server import assembly, edge
from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.services.bearer import Bearer
from server.work import Parts
from shared.roles import Role
from tests.server.conftest import SETTINGS
from tests.server.factories import add, person, sign_in
from tests.server.web.conftest import AFTERNOON, plant, push_visit
from tests.system.web import plans

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

Open = Callable[..., "Page"]
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

    def session(self, person_id: str) -> str:
        """The cookie that somebody's browser holds after signing in."""
        session = {edge.SESSION_SECRET: sign_in(self.parts, person_id, kind=Bearer.WEB)}
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        return str(signer.dumps(session))


@contextmanager
def served(app: Flask, parts: Parts) -> Iterator[Site]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", app, parts)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def furnished(migrated: Path, folder: Path) -> Iterator[Site]:
    """A county served from `folder`: plans before the head, a visit, the platform's person."""
    shutil.copytree(migrated, folder)
    settings = Settings.from_env({"MINGCHA_DATA_DIR": str(folder), **SETTINGS})
    parts = assembly.assemble(settings, clock=SetClock(AFTERNOON))
    app = create_app(parts)
    plant(parts)
    plans.before_the_head(parts, app)
    push_visit(parts)
    add(parts, [person("platform", Role.PLATFORM_ADMIN, agency=None)])
    try:
        with served(app, parts) as site:
            yield site
    finally:
        parts.engine.dispose()


def failed(request: "Request") -> list[str]:
    """A request that came to nothing, unless the browser gave it up for a newer one or page."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url} {request.failure}"]


def opened(chromium: "Browser", site: Site, who: str, size: dict[str, int]) -> "Page":
    """An empty page in the browser of somebody or nobody, on a desk or on a phone."""
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": size["width"], "height": size["height"]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=size is NARROW,
    )
    context.add_init_script(TELL)
    if who:
        context.add_cookies([{"name": "mingcha", "value": site.session(who), "url": site.url}])
    page = context.new_page()
    page.on("console", lambda said: site.complaints.append(said.text))
    page.on("pageerror", lambda error: site.complaints.append(str(error)))
    page.on("requestfailed", lambda request: site.complaints.extend(failed(request)))
    return page


def shot(page: "Page", name: str) -> None:
    """Keep a picture for people to look at."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)
