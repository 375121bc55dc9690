"""Compliance reports: asked for, looked at, shown to others by a link, and the link ended again."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.refusals import NoIssuer, UnreadResults
from server.sentences import sentence
from server.services import compliance_reports, report_links
from server.services.compliance_reports import Preview
from server.services.portal_visits import ENTERPRISE
from server.web import qr
from server.web.language import said
from server.work import Work
from shared.content.compliance import Period
from shared.errors import BadInput, DomainError, TooMany
from shared.localtime import local_day
from shared.roles import Role

LONGEST_DAY = 40

blueprint = Blueprint("portal_reports", __name__, url_prefix="/portal/reports")


@blueprint.get("")
@roles(*ENTERPRISE)
def listed() -> str:
    """Every one, the newest first."""
    with edge.reading() as work:
        return render_template(
            "portal/reports.html",
            page=compliance_reports.listed(work, request.args.get("before", "")),
            who=work.who,
        )


@blueprint.get("/new")
@roles(Role.ENTERPRISE_OWNER)
def form() -> str | tuple[str, int]:
    """A period, and what a report over it would say; a year up to today if none is named."""
    return _form(request.args)


@blueprint.post("")
@roles(Role.ENTERPRISE_OWNER)
def make() -> Response | tuple[str, int]:
    """Make it. What cannot be made is said above the form, with what was chosen."""
    try:
        with edge.working() as work:
            period = _period(work, request.form)
            made = compliance_reports.make(work, period, set(request.form.getlist("leave_out")))
            report_id = made.id
    except (BadInput, UnreadResults, NoIssuer, TooMany) as refused:
        page = _form(request.form, refused)
        return page if isinstance(page, tuple) else (page, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("报告已生成。"))
    address = url_for("portal_reports.one", report_id=report_id)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.get("/<report_id>")
@roles(*ENTERPRISE)
def one(report_id: str) -> str:
    """One: its first page, its paper, and who may see it."""
    return _page(report_id)


@blueprint.post("/<report_id>/links")
@roles(Role.ENTERPRISE_OWNER)
def share(report_id: str) -> str | tuple[str, int]:
    """A new link. Its address is on this page alone: it is kept nowhere."""
    days = request.form.get("days", "")
    try:
        with edge.working() as work:
            address = report_links.issue(
                work,
                report_id,
                days=int(days) if days in set(map(str, report_links.DAYS)) else 0,
                label=request.form.get("label", ""),
            )
    except BadInput as refused:
        return _page(report_id, problem=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(report_id, address=address)


@blueprint.post("/<report_id>/links/<link_id>/revoke")
@roles(Role.ENTERPRISE_OWNER)
def revoke(report_id: str, link_id: str) -> Response:
    """End a link."""
    with edge.working() as work:
        report_links.revoke(work, report_id, link_id)
    flash(_("已撤销，凭这个链接不能再打开报告。"))
    return redirect(url_for("portal_reports.one", report_id=report_id), HTTPStatus.SEE_OTHER)


def _form(asked: Mapping[str, str], problem: DomainError | None = None) -> str | tuple[str, int]:
    with edge.reading() as work:
        preview: Preview | None = None
        try:
            preview = compliance_reports.preview(work, _period(work, asked))
        except (BadInput, NoIssuer) as refused:
            problem = refused
        default = compliance_reports.last_year(local_day(work.now))
        page = render_template(
            "portal/report_new.html",
            preview=preview,
            since=asked.get("since") or default.since.isoformat(),
            until=asked.get("until") or default.until.isoformat(),
            today=default.until.isoformat(),
            left_out=set(request.form.getlist("leave_out")),
            problem=said(sentence(problem.code)) if problem else "",
            who=work.who,
        )
    # That nobody issues reports here is an answer, and no fault of whoever asks.
    is_fine = preview is not None or isinstance(problem, NoIssuer)
    return page if is_fine else (page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _period(work: Work, asked: Mapping[str, str]) -> Period:
    default = compliance_reports.last_year(local_day(work.now))
    return Period(
        since=_day(asked, "since") or default.since, until=_day(asked, "until") or default.until
    )


def _day(asked: Mapping[str, str], name: str) -> date | None:
    typed = asked.get(name, "").strip()[:LONGEST_DAY]
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise BadInput("Not a day.", errors={f"/{name}": "YYYY-MM-DD"}) from None


def _page(report_id: str, *, address: str = "", problem: DomainError | None = None) -> str:
    with edge.reading() as work:
        return render_template(
            "portal/report.html",
            view=compliance_reports.read(work, report_id),
            links=report_links.of_report(work, report_id),
            spans=report_links.DAYS,
            address=address,
            code=qr.svg(address) if address else "",
            problem=said(sentence(problem.code)) if problem else "",
            who=work.who,
        )
