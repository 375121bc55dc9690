"""Accounts and roles of an agency. A secret is shown once, on the page that made it."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.sentences import sentence
from server.services import people, views_people
from server.services.people import OF_PEOPLE, WITHIN_AGENCY, Added
from server.web import qr
from server.web.console import frame
from server.web.language import said
from server.work import Work
from shared import base64url
from shared.errors import BadInput, Conflict, DomainError
from shared.roles import Role

PASSWORD_BYTES = 9  # twelve letters, 72 bits

blueprint = Blueprint("console_people", __name__, url_prefix="/console/people")


@blueprint.get("/")
@roles(*frame.PEOPLE_DESK)
def show() -> str:
    """The list."""
    wanted = frame.wanted()
    with edge.reading() as work:
        return frame.page(
            work,
            "console/people.html",
            wanted=wanted,
            kept=frame.kept(wanted),
            page=views_people.people(work, wanted),
            sees_agencies=_is_platforms(work),
        )


@blueprint.get("/new")
@roles(*frame.PEOPLE_DESK)
def create_form() -> str:
    """An empty form."""
    with edge.reading() as work:
        return _form(work)


@blueprint.post("/new")
@roles(*frame.PEOPLE_DESK)
def create() -> str | tuple[str, int]:
    """Add somebody; what they sign in with is shown once."""
    try:
        with edge.working() as work:
            password = _fresh_password(work)
            added = people.add(
                work,
                agency_id=_agency_id(work),
                username=request.form.get("username", "").strip(),
                name=request.form.get("name", "").strip(),
                roles=_roles(),
                password=password,
            )
            return _secrets(work, added, password=password)
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            return _form(work, refused=refused), HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.get("/<person_id>")
@roles(*frame.PEOPLE_DESK)
def one(person_id: str) -> str:
    """One account."""
    with edge.reading() as work:
        return frame.page(
            work,
            "console/person.html",
            line=views_people.person(work, person_id),
            given=_given(work),
            is_self=person_id == work.who.id,
        )


@blueprint.post("/<person_id>/roles")
@roles(*frame.PEOPLE_DESK)
def set_roles(person_id: str) -> str | Response:
    """Give exactly the roles ticked."""
    with edge.working() as work:
        added = people.set_roles(work, person_id, _roles())
        if added.otpauth:
            return _secrets(work, added)
    flash(_("角色已保存，本人需要重新登录。"))
    return _back(person_id)


@blueprint.post("/<person_id>/password")
@roles(*frame.PEOPLE_DESK)
def reset_password(person_id: str) -> str:
    """A new first password."""
    with edge.working() as work:
        password = _fresh_password(work)
        person = people.reset_password(work, person_id, password)
        return _secrets(work, Added(person=person, otpauth=""), password=password)


@blueprint.post("/<person_id>/totp")
@roles(*frame.PEOPLE_DESK)
def reset_totp(person_id: str) -> str:
    """A new second factor."""
    with edge.working() as work:
        return _secrets(work, people.reset_second_factor(work, person_id))


@blueprint.post("/<person_id>/let-go")
@roles(*frame.PEOPLE_DESK)
def let_go(person_id: str) -> Response:
    """End somebody's access."""
    with edge.working() as work:
        people.let_go(work, person_id)
    flash(_("账号已停用。"))
    return _back(person_id)


def _form(work: Work, *, refused: DomainError | None = None) -> str:
    return frame.page(
        work,
        "console/person_new.html",
        given=_given(work),
        agencies=views_people.agencies(work) if _is_platforms(work) else (),
        problem=said(sentence(refused.code)) if refused else "",
        filled={
            "name": request.form.get("name", ""),
            "username": request.form.get("username", ""),
            "agency_id": request.form.get("agency_id", ""),
            "roles": request.form.getlist("roles"),
        },
    )


def _secrets(work: Work, added: Added, *, password: str = "") -> str:
    return frame.page(
        work,
        "console/person_secret.html",
        person=added.person,
        password=password,
        drawing=qr.svg(added.otpauth) if added.otpauth else "",
    )


def _fresh_password(work: Work) -> str:
    return base64url.encode(work.chance(PASSWORD_BYTES))


def _agency_id(work: Work) -> str | None:
    return (request.form.get("agency_id") or None) if _is_platforms(work) else work.who.agency_id


def _roles() -> list[Role]:
    return [Role(word) for word in request.form.getlist("roles") if word in set(Role)]


def _given(work: Work) -> list[Role]:
    """The roles this administrator may give, in the order they are declared."""
    may = OF_PEOPLE if _is_platforms(work) else WITHIN_AGENCY
    return [role for role in Role if role in may]


def _is_platforms(work: Work) -> bool:
    return Role.PLATFORM_ADMIN in work.who.roles


def _back(person_id: str) -> Response:
    return redirect(url_for("console_people.one", person_id=person_id), HTTPStatus.SEE_OTHER)
