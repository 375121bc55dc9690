"""A person's browser without a screen: cookies, the token of each form, and what a page says."""

import html
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server import edge
from server.services.bearer import Bearer
from server.work import Parts
from tests.server.factories import sign_in

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"|name="csrf-token" content="([^"]+)"')
TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Page:
    reply: TestResponse

    @property
    def status(self) -> int:
        return self.reply.status_code

    @property
    def source(self) -> str:
        return self.reply.get_data(as_text=True)

    @property
    def text(self) -> str:
        """What a reader sees, with every run of white space as one space."""
        return " ".join(html.unescape(TAGS.sub(" ", self.source)).split())

    @property
    def location(self) -> str:
        return self.reply.headers.get("Location", "")


@dataclass(slots=True)
class Browser:
    client: FlaskClient
    token: str = ""

    def get(self, path: str, *, htmx: str = "", **more: Any) -> Page:
        headers = {"HX-Request": "true"} if htmx else {}
        return self._seen(Page(self.client.get(path, headers=headers, **more)))

    def post(self, path: str, *, htmx: str = "", **form: Any) -> Page:
        """Send a form with the token of the last page that had one; follow where it leads."""
        headers = {"HX-Request": "true"} if htmx else {}
        reply = self.client.post(
            path, data={"csrf_token": self.token, **form}, headers=headers, follow_redirects=True
        )
        return self._seen(Page(reply))

    def _seen(self, page: Page) -> Page:
        found = TOKEN.search(page.source) if page.reply.mimetype == "text/html" else None
        self.token = (found[1] or found[2]) if found else self.token
        return page


def browser(app: Flask) -> Browser:
    """Nobody's."""
    return Browser(app.test_client())


def signed_in(app: Flask, parts: Parts, person_id: str) -> Browser:
    """A person's, past the sign-in page, holding a form token."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[edge.SESSION_SECRET] = sign_in(parts, person_id, kind=Bearer.WEB)
    found = Browser(client)
    found.get("/console/")
    return found
