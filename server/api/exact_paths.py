"""An address that is spelt out is never read as an id: `/devices/enrol` is no tablet "enrol".

OpenAPI says so (concrete paths come before templated ones), and the router does not: with a method
that the first lacks it tries the second, and it says in `Allow` what either may.
"""

from functools import cache

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed

from server import edge

NONE: frozenset[str] = frozenset()


def register(app: Flask) -> None:
    """Answer 405 where a spelt-out address lacks a method, and name the methods there are."""

    @cache
    def spelt_out() -> dict[str, frozenset[str]]:
        rules = (rule for rule in app.url_map.iter_rules() if not rule.arguments)
        return {rule.rule: frozenset(rule.methods or ()) for rule in rules}

    @app.before_request
    def refuse_to_read_it_as_an_id() -> None:
        own = spelt_out().get(request.path, NONE) if edge.is_api() else NONE
        if own and request.url_rule is not None and request.method not in own:
            raise MethodNotAllowed(valid_methods=sorted(own))

    @app.after_request
    def name_its_own_methods(reply: Response) -> Response:
        own = spelt_out().get(request.path, NONE) if "Allow" in reply.headers else NONE
        if own and edge.is_api():
            reply.headers["Allow"] = ", ".join(sorted(own))
        return reply
