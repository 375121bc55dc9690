"""The Flask app, put together: nothing is decided here and nothing happens at import."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from server import access, api, characters, edge, errors, headers, limits, packing, sessions, web
from server.work import Parts

PAGE_SESSION = timedelta(hours=12)


class App(Flask):
    """Flask whose views are all plain functions: none is asked each time whether it is async."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(parts: Parts) -> Flask:
    """The app over `parts` (server/assembly.py makes them)."""
    settings = parts.settings
    app = App(
        "server",
        root_path=str(Path(__file__).parent),
        static_folder="web/static",
        static_url_path="/static",
        template_folder="web/templates",
    )
    app.extensions[edge.EXTENSION] = parts
    app.config.update(
        SECRET_KEY=parts.secrets.flask,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_json_bytes,
        SESSION_COOKIE_NAME="mingcha",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.served_over_https,
        PERMANENT_SESSION_LIFETIME=PAGE_SESSION,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = sessions.OfPages()
    csrf = CSRFProtect(app)
    if settings.proxies:
        near = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=near, x_proto=near, x_host=near)  # type: ignore[method-assign]

    @app.before_request
    def guard() -> None:
        access.enforce(app)
        # The interface takes bearer tokens only, which no other site can make a browser send.
        if app.config["WTF_CSRF_ENABLED"] and not edge.is_api():
            csrf.protect(apply_exemptions=True)
        characters.refuse_nul()

    headers.register(app)
    errors.register(app)
    packing.register(app)
    limits.register(app, settings)
    api.register(app)
    web.register(app)
    return app
