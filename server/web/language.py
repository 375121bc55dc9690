"""Chinese first, English by a switch. The msgid is the Chinese sentence itself.

Only pages are translated here; what shared/ says comes as a `Text` that holds both languages.
"""

from urllib.parse import urlencode

from flask import Flask, redirect, request
from flask_babel import Babel
from werkzeug.wrappers import Response

from server import edge
from shared.text import Language, Text

ARGUMENT = "lang"


def register(app: Flask) -> None:
    """Translate the pages of `app` by server/locale, and obey `?lang=` on any page."""
    app.config.update(BABEL_DEFAULT_LOCALE=str(Language.ZH), BABEL_TRANSLATION_DIRECTORIES="locale")
    Babel(app, locale_selector=lambda: str(edge.language()))
    app.before_request(_switch)
    app.jinja_env.globals.update(language=edge.language, other_language_url=other_language_url)
    app.jinja_env.filters["said"] = said


def said(text: Text) -> str:
    """A sentence of shared/ in the language of this request."""
    return text.into(edge.language())


def other_language_url() -> str:
    """This very page, in the other language."""
    other = Language.ZH if edge.language() is Language.EN else Language.EN
    return _address({ARGUMENT: str(other)})


def _switch() -> Response | None:
    wanted = request.args.get(ARGUMENT)
    if request.method != "GET" or edge.is_api() or wanted not in set(Language):
        return None
    edge.choose_language(Language(wanted))
    return redirect(_address({}))


def _address(more: dict[str, str]) -> str:
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != ARGUMENT]
    query = urlencode([*kept, *more.items()])
    return f"{request.path}?{query}" if query else request.path
