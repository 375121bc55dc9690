"""The plan editor: written with the rules looking on, without a script too.

Every button of the form sends the whole form. `save` and `submit` store it; `find`, `add` and
`drop` only draw it again. With the script the same pieces are fetched one by one.
"""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.refusals import ExplanationMissing, PlanBlocked
from server.sentences import sentence
from server.services import (
    exports,
    plan_editing,
    plan_lists,
    plans,
    views_enterprises,
    views_plan_form,
)
from server.services.views_enterprises import Place
from server.web.console import fields, frame, plan_form
from server.web.console.fields import Fields
from server.web.console.plan_form import MOST_TARGETS, PlanForm
from server.web.downloads import CSV, XLSX, attached
from server.web.language import said
from server.work import Work
from shared.errors import BadInput, DomainError, NotFound
from shared.plans.catalogue import RULES
from shared.plans.model import Approver, Term, Trigger, VisitType
from shared.plans.rule import Effect, Finding
from shared.roles import Role

FOUND_AT_ONCE = 8
LONGEST_REASON = 500

blueprint = Blueprint("editor", __name__)


@blueprint.get("/new")
@roles(Role.PLANNER)
def create_form() -> str:
    """An empty plan."""
    with edge.reading() as work:
        return _page(work, PlanForm(Fields.empty()), None)


@blueprint.post("/new")
@roles(Role.PLANNER)
def create() -> Response | tuple[str, int]:
    """Whatever was pressed on a new plan."""
    return _pressed(None)


@blueprint.get("/<plan_id>/edit")
@roles(Role.PLANNER)
def edit_form(plan_id: str) -> str | Response:
    """A plan nobody has approved yet, as it was written; back to it where it is too long."""
    with edge.reading() as work:
        draft = plan_editing.draft_to_change(work, plan_id)
        if len(draft.targets) <= MOST_TARGETS:
            return _page(work, plan_form.of(draft), plan_id)
    flash(plan_form.too_many(len(draft.targets)))
    return _back(plan_id)


@blueprint.post("/<plan_id>/edit")
@roles(Role.PLANNER)
def edit(plan_id: str) -> Response | tuple[str, int]:
    """Whatever was pressed on it."""
    return _pressed(plan_id)


@blueprint.post("/check")
@roles(Role.PLANNER)
def check() -> str:
    """What the rules say of the form as it is; nothing is kept."""
    form = PlanForm(fields.typed())
    draft = form.draft(is_trial=True)
    if draft is None:
        return _findings(form, (), "")
    try:
        with edge.trying() as work:
            found = plan_editing.try_out(work, draft, request.form.get("plan_id") or None)
    except DomainError as refused:
        return _findings(form, (), said(sentence(refused.code)))
    return _findings(form, found, "")


@blueprint.get("/find")
@roles(Role.PLANNER)
def find() -> str:
    """Premises that are called like what was typed."""
    with edge.reading() as work:
        return render_template("console/plan_found.html", **_found(work, request.args))


@blueprint.get("/target")
@roles(Role.PLANNER)
def target() -> str:
    """The fields of one more target."""
    with edge.reading() as work:
        place = views_enterprises.places_by_id(work, [request.args.get("premise", "")])
        return "".join(_card(work, found) for found in place.values())


@blueprint.get("/<plan_id>/targets.<ending>")
@roles(Role.PLANNER)
def listed(plan_id: str, ending: str) -> Response:
    """A plan's enterprises as the import reads them: changed rows come back that way."""
    if ending not in ("csv", "xlsx"):
        raise NotFound("No such kind of file.")
    with edge.reading() as work:
        told = plan_lists.rows(work, plan_id)
        pieces = exports.as_csv(told) if ending == "csv" else exports.as_xlsx(told)
        return attached(b"".join(pieces), CSV if ending == "csv" else XLSX, f"plan.{ending}")


@blueprint.post("/<plan_id>/copy")
@roles(Role.PLANNER)
def copy(plan_id: str) -> Response:
    """A new draft like it, opened for writing."""
    with edge.working() as work:
        title = _("%(title)s（副本）", title=plans.get(work, plan_id).title)
        made = plan_editing.copy(work, plan_id, title).id
    address = url_for("console_plans.editor.edit_form", plan_id=made)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.post("/<plan_id>/cancel")
@roles(Role.PLANNER, Role.HEAD)
def cancel(plan_id: str) -> Response:
    """Give it up, with the reason."""
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        raise BadInput("Nothing was written.", errors={"/reason": "Required."})
    with edge.working() as work:
        plan_editing.cancel(work, plan_id, reason)
    return _back(plan_id)


@blueprint.post("/<plan_id>/targets/<target_id>/drop")
@roles(Role.PLANNER)
def drop(plan_id: str, target_id: str) -> Response:
    """Take one enterprise out."""
    with edge.working() as work:
        plans.drop(work, plan_id, target_id)
    return _back(plan_id)


def _pressed(plan_id: str | None) -> Response | tuple[str, int]:
    form = PlanForm(fields.typed())
    if form.typed["drop"]:
        return _again(form.without(form.typed["drop"]), plan_id)
    if form.typed["add"]:
        return _added(form, plan_id)
    if form.typed["do"] == "find":
        return _again(form, plan_id)
    draft = form.draft()
    if draft is None:
        form.typed.problem = _("有 %(n)s 处要改。", n=len(form.typed.wrong))
        return _again(form, plan_id, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with edge.working() as work:
            made = plans.change(work, plan_id, draft) if plan_id else plans.create(work, draft)
    except BadInput as refused:
        form.typed.refused(refused)
        return _again(form, plan_id, HTTPStatus.UNPROCESSABLE_ENTITY)
    if form.typed["do"] == "submit":
        return _submitted(made.id)
    flash(_("已保存为草稿。"))
    return _back(made.id)


def _submitted(plan_id: str) -> Response:
    """Handed to the head, or kept as a draft whose page says what stands against that."""
    try:
        with edge.working() as work:
            plans.submit(work, plan_id)
    except (PlanBlocked, ExplanationMissing) as held:
        flash(_("已保存为草稿，还不能提交：%(why)s", why=said(sentence(held.code))))
    else:
        flash(_("已提交审批。"))
    return _back(plan_id)


def _added(form: PlanForm, plan_id: str | None) -> tuple[str, int]:
    with edge.reading() as work:
        for place in views_enterprises.places_by_id(work, [form.typed["add"]]).values():
            form = form.with_target(_key(work), place.premise.id, place.enterprise.uscc)
    return _again(form, plan_id)


def _again(
    form: PlanForm, plan_id: str | None, status: HTTPStatus = HTTPStatus.OK
) -> tuple[str, int]:
    with edge.reading() as work:
        return _page(work, form, plan_id), status


def _page(work: Work, form: PlanForm, plan_id: str | None) -> str:
    return frame.page(
        work,
        "console/plan_edit.html",
        form=form,
        typed=form.typed,
        plan_id=plan_id,
        places=views_enterprises.places_by_id(work, [form.premise_of(k) for k in form.keys]),
        choices=views_plan_form.choices(work),
        triggers=list(Trigger),
        visit_types=list(VisitType),
        terms=list(Term),
        approvers=list(Approver),
        most_targets=MOST_TARGETS,
        **_found(work, form.typed.values),
    )


def _card(work: Work, place: Place) -> str:
    """One target's fields, its officers still to be chosen."""
    key = _key(work)
    form = PlanForm(Fields.empty()).with_target(key, place.premise.id, place.enterprise.uscc)
    return render_template(
        "console/plan_target.html",
        key=key,
        form=form,
        typed=form.typed,
        place=place,
        choices=views_plan_form.choices(work),
        number="",
    )


def _found(work: Work, asked: Mapping[str, str]) -> dict[str, object]:
    text = asked.get("find", "").strip()[: frame.LONGEST_SEARCH]
    return {
        "find": text,
        "found": views_enterprises.places(work, text, FOUND_AT_ONCE),
    }


def _findings(form: PlanForm, found: tuple[Finding, ...], refused: str) -> str:
    with edge.reading() as work:
        places = views_enterprises.places_by_id(work, [form.premise_of(k) for k in form.keys])
    return render_template(
        "console/plan_findings.html",
        form=form,
        typed=form.typed,
        findings=found,
        counts={effect: sum(f.effect is effect for f in found) for effect in Effect},
        places=places,
        rules=RULES,
        refused=refused,
    )


def _key(work: Work) -> str:
    return work.ids().replace("-", "")[-12:]


def _back(plan_id: str) -> Response:
    return redirect(url_for("console_plans.one", plan_id=plan_id), HTTPStatus.SEE_OTHER)
