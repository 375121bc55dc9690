"""Officers and their certificates: who may inspect, and who soon may not.

ID numbers and phones are typed in here and never shown again.
"""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.models import OfficerKind
from server.sentences import sentence
from server.services import officers, portraits, views_people
from server.services.officers import LONGEST_NAME, CertificateDraft, OfficerDraft
from server.services.portraits import PortraitUnreadable
from server.services.views_people import Show
from server.web.console import fields, frame
from server.web.console.fields import Fields
from server.web.downloads import portrait
from server.web.language import said
from server.web.typed import required, required_day
from server.work import Work
from shared.errors import BadInput, Conflict, DomainError, OutOfOrder
from shared.roles import Role

LONGEST = 120
LARGEST_PHOTO = 10 * 1024 * 1024

blueprint = Blueprint("console_officers", __name__, url_prefix="/console/officers")


@blueprint.get("/")
@roles(*frame.CERTIFICATES)
def show() -> str:
    """The list, all or those that end soon, narrowed by name, initials or number."""
    asked = request.args.get("show", "")
    wanted = Show(asked) if asked in set(Show) else Show.ALL
    text = request.args.get("text", "").strip()[: frame.LONGEST_SEARCH]
    with edge.reading() as work:
        lines, further = views_people.officers_page(
            work, wanted, text, request.args.get("before", "")
        )
        return frame.page(
            work,
            "console/officers.html",
            show=wanted,
            text=text,
            lines=lines,
            further=further,
            may_change=Role.AGENCY_ADMIN in work.who.roles,
        )


@blueprint.get("/new")
@roles(Role.AGENCY_ADMIN)
def create_form() -> str:
    """An empty form."""
    with edge.reading() as work:
        return _form(work)


@blueprint.post("/new")
@roles(Role.AGENCY_ADMIN)
def create() -> Response | tuple[str, int]:
    """Register somebody who goes on inspections."""
    try:
        kind = required("kind", LONGEST)
        with edge.working() as work:
            row = officers.register(
                work,
                name=required("name", LONGEST),
                kind=OfficerKind(kind) if kind in set(OfficerKind) else OfficerKind.OFFICER,
                unit=required("unit", LONGEST),
                id_number=required("id_number", LONGEST),
                phone=required("phone", LONGEST),
            )
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            return _form(work, refused=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已登记。执法人员还要登记执法证，才能实施检查。"))
    return _back(row.id)


@blueprint.get("/<officer_id>")
@roles(*frame.CERTIFICATES)
def one(officer_id: str) -> str:
    """One officer with every certificate."""
    with edge.reading() as work:
        return _one(work, officer_id)


@blueprint.post("/<officer_id>")
@roles(Role.AGENCY_ADMIN)
def put_right(officer_id: str) -> Response | tuple[str, int]:
    """Put right what is known of somebody; what it said before stays in the audit log."""
    typed = fields.typed()
    try:
        kind = typed.text("kind", LONGEST)
        draft = OfficerDraft(
            name=typed.text("name", LONGEST_NAME),
            kind=OfficerKind(kind) if kind in set(OfficerKind) else OfficerKind.OFFICER,
            unit=typed.text("unit", LONGEST),
            region=typed.maybe("region", LONGEST) or None,
            phone=typed.maybe("phone", LONGEST),
        )
        reason = typed.text("reason", LONGEST)
        typed.require_good()
        with edge.working() as work:
            officers.put_right(work, officer_id, draft, reason)
    except (BadInput, OutOfOrder) as refused:
        with edge.reading() as work:
            return _one(
                work, officer_id, typed=typed.refused(refused)
            ), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("人员信息已更正，更正前的内容记在操作日志里。"))
    return _back(officer_id)


@blueprint.get("/<officer_id>/portrait")
@roles(*frame.CERTIFICATES)
def photograph(officer_id: str) -> Response:
    """The photograph on the certificate."""
    with edge.reading() as work:
        reply = portrait(portraits.of_officer(work, officer_id))
    return reply.make_conditional(request)


@blueprint.post("/<officer_id>/portrait")
@roles(Role.AGENCY_ADMIN)
def put_photograph(officer_id: str) -> Response | tuple[str, int]:
    """Take the photograph on the certificate in; the agency's tablets hear of it."""
    request.max_content_length = LARGEST_PHOTO
    sent = request.files.get("photo")
    try:
        with edge.working() as work:
            portraits.put(work, officer_id, sent.stream.read() if sent else b"")
    except PortraitUnreadable as refused:
        with edge.reading() as work:
            return _one(work, officer_id, unreadable=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("照片已更新，本机关的平板下次联网时更新。"))
    return _back(officer_id)


@blueprint.post("/<officer_id>/certificates")
@roles(Role.AGENCY_ADMIN)
def certify(officer_id: str) -> Response | tuple[str, int]:
    """Register a certificate; the agency's tablets hear of it."""
    try:
        draft = CertificateDraft(
            number=required("number", LONGEST),
            unit=required("unit", LONGEST),
            valid_from=required_day("valid_from"),
            valid_to=required_day("valid_to"),
        )
        with edge.working() as work:
            officers.certify(work, officer_id, draft)
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            return _one(work, officer_id, refused=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("执法证已登记，本机关的平板下次联网时更新。"))
    return _back(officer_id)


@blueprint.post("/<officer_id>/certificates/<certificate_id>/correct")
@roles(Role.AGENCY_ADMIN)
def correct(officer_id: str, certificate_id: str) -> Response | tuple[str, int]:
    """Put right what was typed wrong; what it said before stays in the audit log."""
    try:
        unit, reason = required("unit", LONGEST), required("reason", LONGEST)
        since, until = required_day("valid_from"), required_day("valid_to")
        with edge.working() as work:
            officers.correct_certificate(
                work, certificate_id, unit=unit, valid_from=since, valid_to=until, reason=reason
            )
    except BadInput as refused:
        with edge.reading() as work:
            return _one(work, officer_id, wrong=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("执法证已更正，更正前的内容记在操作日志里。"))
    return _back(officer_id)


@blueprint.post("/<officer_id>/certificates/<certificate_id>/revoke")
@roles(Role.AGENCY_ADMIN)
def revoke(officer_id: str, certificate_id: str) -> Response:
    """Revoke a certificate from now on."""
    with edge.working() as work:
        officers.revoke_certificate(work, certificate_id, required("reason", LONGEST))
    flash(_("执法证已吊销，所有平板下次联网时更新。"))
    return _back(officer_id)


def _one(
    work: Work,
    officer_id: str,
    *,
    refused: DomainError | None = None,
    unreadable: PortraitUnreadable | None = None,
    wrong: DomainError | None = None,
    typed: Fields | None = None,
) -> str:
    return frame.page(
        work,
        "console/officer.html",
        view=views_people.officer(work, officer_id),
        problem=said(sentence(refused.code)) if refused else "",
        list_problem=said(sentence(wrong.code)) if wrong else "",
        photo_problem=said(sentence(unreadable.code)) if unreadable else "",
        filled=request.form,
        typed=typed or Fields.empty(),
    )


def _form(work: Work, *, refused: DomainError | None = None) -> str:
    return frame.page(
        work,
        "console/officer_new.html",
        problem=said(sentence(refused.code)) if refused else "",
        filled=request.form,
    )


def _back(officer_id: str) -> Response:
    return redirect(url_for("console_officers.one", officer_id=officer_id), HTTPStatus.SEE_OTHER)
