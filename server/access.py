"""Who may call what: every view says its roles, and what says nothing is refused to everybody.

    @roles(Role.PLANNER, Role.HEAD)
    def get(self): ...

`Role.PUBLIC` opens a view to anybody. Which agency's things a role may see is for services
(services/scoping.py). `enforce` runs before every request.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request

from server import edge
from server.edge import Recognise
from server.principal import PUBLIC, Principal
from server.refusals import NotSignedIn, UnmarkedView
from shared.errors import NotAllowed
from shared.roles import Role

View = TypeVar("View", bound=Callable[..., Any])
MARK = "__mingcha_roles__"
RECOGNISER = "__mingcha_recogniser__"
OF_CASES = (
    Role.OFFICER,
    Role.PLANNER,
    Role.HEAD,
    Role.AGENCY_ADMIN,
    Role.SUPERVISION,
    Role.ASSESSOR,
)
"""Who of an agency or of supervision may read of visits and their documents."""
PEOPLE = (*OF_CASES, Role.PLATFORM_ADMIN)
# Views of Flask and its extensions, which cannot be decorated.
MARKED_ELSEWHERE = {
    "static": frozenset({Role.PUBLIC}),
    "api-docs.openapi_json": frozenset({Role.PUBLIC}),
}


def roles(*allowed: Role) -> Callable[[View], View]:
    """Mark a view, a method of a view class or a whole view class with who may call it."""

    def mark(view: View) -> View:
        setattr(view, MARK, frozenset(allowed))
        return view

    return mark


def recognised_by(recognise: Recognise) -> Callable[[View], View]:
    """Mark a view as one that finds out who is asking together with what it is asked for."""

    def mark(view: View) -> View:
        setattr(view, RECOGNISER, recognise)
        return view

    return mark


def roles_of(app: Flask, endpoint: str, method: str) -> frozenset[Role] | None:
    """Who may call `endpoint` with `method`; None for a view that was never marked."""
    if endpoint in MARKED_ELSEWHERE:
        return MARKED_ELSEWHERE[endpoint]
    found = _marked(app, endpoint, method, MARK)
    return found if found is None else frozenset(found)


def _marked(app: Flask, endpoint: str, method: str, mark: str) -> Any:
    """What a view, its method or its class is marked with; None for nothing."""
    view = app.view_functions[endpoint]
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        return getattr(view, mark, None)
    asked = "get" if method == "HEAD" else method.lower()
    handler = getattr(view_class, asked, None)
    return getattr(handler, mark, None) or getattr(view_class, mark, None)


def enforce(app: Flask) -> None:
    """Find who is asking and refuse what they may not call. An unknown address is left to 404."""
    if request.endpoint is None or _is_plain_options():
        return
    allowed = roles_of(app, request.endpoint, request.method)
    if allowed is None:
        raise UnmarkedView("Nobody said who may call this.", endpoint=request.endpoint)
    recognise = _marked(app, request.endpoint, request.method, RECOGNISER)
    who = _principal(recognise, open_to_all=Role.PUBLIC in allowed)
    edge.remember_principal(who)
    if who.scopes is not None and not _is_in(who.scopes, allowed):
        raise NotAllowed("Outside the scopes of this token.")
    if Role.PUBLIC in allowed or who.is_any(allowed):
        return
    if who is PUBLIC:
        raise NotSignedIn("Sign in first.")
    raise NotAllowed("Another role is needed.")


def _is_in(scopes: frozenset[str], allowed: frozenset[Role]) -> bool:
    """Whether this request is of `scopes`, and only reads unless the view is for other systems."""
    reads = request.method in ("GET", "HEAD")
    return request.blueprint in scopes and (reads or Role.CLIENT in allowed)


def _principal(recognise: Recognise | None, *, open_to_all: bool) -> Principal:
    try:
        return edge.find_principal(recognise)
    except NotSignedIn:
        # A stale cookie must not lock anybody out of the page where one signs in.
        if open_to_all:
            return PUBLIC
        raise


def _is_plain_options() -> bool:
    # Flask answers these itself with the methods there are, and calls no view.
    return request.method == "OPTIONS" and bool(
        getattr(request.url_rule, "provide_automatic_options", False)
    )
