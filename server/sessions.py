"""The cookie of pages. The interface takes bearer tokens only: there none is read or written."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from server.edge import API


class OfPages(SecureCookieSessionInterface):
    """Flask's own, for pages alone."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith(API):
            return SecureCookieSession()
        return super().open_session(app, request)
