"""Items an agency may inspect, their place on the published list, and their checklists by version.

Nothing published is rewritten: a list gets an end, a checklist a next version.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from server import edge
from server.access import roles
from server.services import catalogue, legal_bases, views_items
from server.services.catalogue import PointDraft, Scope
from server.services.views_items import READERS, ItemView
from server.web.console import fields, frame
from server.web.console.fields import Fields
from server.work import Work
from shared.errors import BadInput, Conflict
from shared.localtime import local_day
from shared.reference import Condition, FactRead
from shared.roles import Role

EMPTY_ROWS, MOST_POINTS = 4, 80
MOST_VERSIONS = 1_000_000
FIND = "find"
BASES = (Role.AGENCY_ADMIN, Role.PLATFORM_ADMIN)

blueprint = Blueprint("console_items", __name__, url_prefix="/console/items")


@blueprint.get("/")
@roles(*READERS)
def show() -> str:
    """The list."""
    wanted = frame.wanted()
    with edge.reading() as work:
        return frame.page(
            work,
            "console/items.html",
            wanted=wanted,
            kept=frame.kept(wanted),
            page=views_items.lines(work, wanted),
            may_change=Role.AGENCY_ADMIN in work.who.roles,
        )


@blueprint.get("/new")
@roles(Role.AGENCY_ADMIN)
def create_form() -> str:
    """An empty form."""
    with edge.reading() as work:
        return _form(work, Fields.empty())


@blueprint.post("/new")
@roles(Role.AGENCY_ADMIN)
def create() -> Response | tuple[str, int]:
    """A new item, published at once if a list is named; or draw it again with other legal bases."""
    typed = fields.typed()
    if typed["do"] == FIND:
        with edge.reading() as work:
            return _form(work, typed), HTTPStatus.OK
    code, name = typed.text("code", 60), typed.text("name", 200)
    standard, list_version = typed.text("standard", 300), typed.maybe("list_version", 40)
    since = typed.day("since") if list_version else None
    try:
        typed.require_good()
        with edge.working() as work:
            item = catalogue.add_item(
                work,
                code=code,
                name=name,
                standard=standard,
                basis_ids=typed.all("basis_ids"),
                scope=Scope(is_offsite=typed["remote"] == "yes"),
            )
            if since is not None:
                catalogue.publish_item(work, item.id, list_version=list_version, since=since)
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            return _form(work, typed.refused(refused)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("检查事项已登记。还要有检查表单，才能排进计划。"))
    return _back(item.id)


@blueprint.get("/bases")
@roles(*BASES)
def show_bases() -> str:
    """The legal bases, and an empty form for one more."""
    with edge.reading() as work:
        return _bases(work, Fields.empty())


@blueprint.post("/bases")
@roles(*BASES)
def change_bases() -> Response | tuple[str, int]:
    """Add an article, end one, or undo an end that has not come."""
    typed = fields.typed()
    try:
        if typed["do"] == "resume":
            with edge.working() as work:
                legal_bases.resume(work, typed["basis_id"])
            flash(_("已撤销失效，继续有效。"))
        elif typed["basis_id"]:
            _end_basis(typed)
        else:
            _add_basis(typed)
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            return _bases(work, typed.refused(refused)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("console_items.show_bases"), HTTPStatus.SEE_OTHER)


@blueprint.get("/<item_id>")
@roles(*READERS)
def one(item_id: str) -> str:
    """One item."""
    with edge.reading() as work:
        return _one(work, views_items.one(work, item_id), Fields.empty())


@blueprint.post("/<item_id>")
@roles(Role.AGENCY_ADMIN)
def put_on_list(item_id: str) -> Response | tuple[str, int]:
    """Publish an item or end that, put it right, withdraw a checklist to come."""
    typed = fields.typed()
    if typed["do"] == FIND:
        with edge.reading() as work:
            return _one(work, views_items.one(work, item_id), typed), HTTPStatus.OK
    try:
        if typed["do"] == "remote":
            _list_remote(item_id, typed)
        elif typed["do"] == "correct":
            _put_right(item_id, typed)
        elif typed["do"] == "withdraw":
            _withdraw_form(typed)
        elif typed["publication_id"]:
            _take_off(typed)
        else:
            _publish(item_id, typed)
    except (BadInput, Conflict) as refused:
        with edge.reading() as work:
            page = _one(work, views_items.one(work, item_id), typed.refused(refused))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return _back(item_id)


@blueprint.get("/<item_id>/form")
@roles(Role.AGENCY_ADMIN)
def form(item_id: str) -> str:
    """The next version of its checklist, filled with the present one."""
    with edge.reading() as work:
        view = views_items.one(work, item_id)
        return _checklist(work, view, _written(work, view))


@blueprint.post("/<item_id>/form")
@roles(Role.AGENCY_ADMIN)
def issue_form(item_id: str) -> Response | tuple[str, int]:
    """Issue it, or draw it again with more empty rows or other legal bases."""
    typed = fields.typed()
    if typed["do"] in {"more", FIND}:
        if typed["do"] == "more":
            typed.values["rows"] = str(min(_rows(typed) + EMPTY_ROWS, MOST_POINTS))
        with edge.reading() as work:
            return _checklist(work, views_items.one(work, item_id), typed), HTTPStatus.OK
    name, since = typed.text("name", 200), typed.day("since")
    try:
        with edge.working() as work:
            points = _points(work, typed)
            typed.require_good()
            issued = catalogue.issue_form(
                work,
                item_id=item_id,
                name=name,
                points=points,
                since=since or local_day(work.now),
                form_id=typed["form_id"] or None,
            )
    except (BadInput, Conflict) as refused:
        typed.refused(refused, {"points": "title.1"})
        with edge.reading() as work:
            page = _checklist(work, views_items.one(work, item_id), typed)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("检查表单第 %(n)s 版已发布。", n=issued.version))
    return _back(item_id)


def _publish(item_id: str, typed: Fields) -> None:
    list_version, since = typed.text("list_version", 40), typed.day("since")
    until = typed.maybe_day("until")
    typed.require_good()
    with edge.working() as work:
        day = since or local_day(work.now)
        catalogue.publish_item(work, item_id, list_version=list_version, since=day, until=until)
    flash(_("已列入公布清单，本机关的平板下次联网时更新。"))


def _list_remote(item_id: str, typed: Fields) -> None:
    with edge.working() as work:
        item = catalogue.list_remote(work, item_id, remote=typed["remote"] == "yes")
    if item.is_offsite:
        flash(_("已列为可以非现场检查：入企检查这一事项要说明为什么必须入企。"))
    else:
        flash(_("已改为只能入企检查。"))


def _put_right(item_id: str, typed: Fields) -> None:
    name, standard = typed.text("name", 200), typed.text("standard", 300)
    reason = typed.text("reason", 200)
    typed.require_good()
    with edge.working() as work:
        catalogue.put_right(
            work,
            item_id,
            name=name,
            standard=standard,
            basis_ids=typed.all("basis_ids"),
            reason=reason,
        )
    flash(_("检查事项已更正，更正前的内容记在操作日志里。"))


def _withdraw_form(typed: Fields) -> None:
    version = typed.count("version", 1, MOST_VERSIONS, 0)
    with edge.working() as work:
        catalogue.withdraw_form(work, typed["form_id"], version)
    flash(_("检查表单第 %(n)s 版已撤回。", n=version))


def _take_off(typed: Fields) -> None:
    last_day = typed.day("last_day")
    typed.require_good()
    with edge.working() as work:
        catalogue.take_off(work, typed["publication_id"], last_day=last_day or local_day(work.now))
    flash(_("已从公布清单撤下，此前的检查不受影响。"))


def _add_basis(typed: Fields) -> None:
    title, article = typed.text("title", 200), typed.text("article", 60)
    text, since = typed.text("text", 5000), typed.day("valid_from")
    typed.require_good()
    with edge.working() as work:
        day = since or local_day(work.now)
        legal_bases.add(work, title=title, article=article, text=text, valid_from=day)
    flash(_("法律依据已登记。"))


def _end_basis(typed: Fields) -> None:
    last_day = typed.day("last_day")
    typed.require_good()
    with edge.working() as work:
        legal_bases.end(work, typed["basis_id"], last_day or local_day(work.now))
    flash(_("已记下失效日期。以它为依据的事项此后不能检查。"))


def _points(work: Work, typed: Fields) -> list[PointDraft]:
    """The rows that say something, numbered in their order."""
    found: list[PointDraft] = []
    ids: dict[str, str] = {}
    for n in range(1, _rows(typed) + 1):
        if not typed[f"title.{n}"].strip() and not typed[f"content.{n}"].strip():
            continue
        ids[str(n)] = typed[f"id.{n}"] or work.ids()
        found.append(
            PointDraft(
                id=ids[str(n)],
                no=str(len(found) + 1),
                title=typed.text(f"title.{n}", 100),
                content=typed.text(f"content.{n}", 500),
                method=typed.maybe(f"method.{n}", 100),
                basis_id=typed[f"basis.{n}"] or None,
                key=bool(typed[f"key.{n}"]),
                applies_when=_condition(typed, n, ids),
                fact=_fact(typed, n),
            )
        )
    if not found:
        typed.wrong.setdefault("title.1", _("至少写一个检查要点。"))
    return found


def _fact(typed: Fields, n: int) -> FactRead | None:
    """The shared fact a row is about; None where there is none."""
    key = typed.maybe(f"fact.{n}", 60)
    at_least = typed.maybe(f"at_least.{n}", 12)
    if at_least and not re.fullmatch(r"\d{1,9}(\.\d{1,3})?", at_least, re.ASCII):
        typed.wrong[f"at_least.{n}"] = _("请填写数字。")
        return None
    return FactRead(key=key, at_least=float(at_least) if at_least else None) if key else None


def _condition(typed: Fields, n: int, ids: Mapping[str, str]) -> Condition | None:
    """At which answer to an earlier row this one is asked; None where it always is."""
    row, answers = typed[f"when.{n}"], typed[f"answers.{n}"]
    if not row:
        return None
    if row not in ids or not answers:
        typed.wrong[f"when.{n}"] = _("请选择前面的要点和它的答案。")
        return None
    return Condition(point=ids[row], answers=tuple(answers.split(",")))


def _rows(typed: Fields) -> int:
    return typed.count("rows", 1, MOST_POINTS, EMPTY_ROWS)


def _written(work: Work, view: ItemView) -> Fields:
    """The present version as it would be typed, with some empty rows below."""
    newest = view.form
    points = newest.points if newest else []
    typed = Fields.empty(
        name=newest.name if newest else _("%(item)s检查表", item=view.item.name),
        form_id=newest.id if newest else "",
        since=local_day(work.now).isoformat(),
        rows=str(min(len(points) + EMPTY_ROWS, MOST_POINTS)),
    )
    rows = {str(point["id"]): str(n) for n, point in enumerate(points, start=1)}
    for n, point in enumerate(points, start=1):
        asked, fact = point.get("applies_when") or {}, point.get("fact") or {}
        typed.values[f"fact.{n}"] = str(fact.get("key") or "")
        typed.values[f"at_least.{n}"] = _plain(fact.get("at_least"))
        typed.values[f"when.{n}"] = rows.get(asked.get("point", ""), "")
        typed.values[f"answers.{n}"] = ",".join(asked.get("answers", ()))
        for field in ("id", "title", "content", "method"):
            typed.values[f"{field}.{n}"] = str(point.get(field) or "")
        typed.values[f"basis.{n}"] = str(point.get("basis_id") or "")
        typed.values[f"key.{n}"] = "yes" if point.get("key") else ""
    return typed


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _form(work: Work, typed: Fields) -> str:
    return frame.page(
        work,
        "console/item_new.html",
        typed=typed,
        bases=views_items.bases(work, _law(typed), typed.all("basis_ids")),
        today=local_day(work.now),
    )


def _one(work: Work, view: ItemView, typed: Fields) -> str:
    chosen = typed.all("basis_ids") or list(view.item.basis_ids)
    return frame.page(
        work,
        "console/item.html",
        view=view,
        typed=typed,
        chosen=chosen,
        choice=views_items.bases(work, _law(typed), chosen) if view.may_change else None,
        today=local_day(work.now),
    )


def _bases(work: Work, typed: Fields) -> str:
    wanted = frame.wanted()
    return frame.page(
        work,
        "console/bases.html",
        typed=typed,
        wanted=wanted,
        kept=frame.kept(wanted),
        page=views_items.bases_page(work, wanted),
        may_end=Role.PLATFORM_ADMIN in work.who.roles,
        today=local_day(work.now),
    )


def _checklist(work: Work, view: ItemView, typed: Fields) -> str:
    return frame.page(
        work,
        "console/form_edit.html",
        view=view,
        typed=typed,
        rows=_rows(typed),
        most=MOST_POINTS,
        bases=views_items.bases(work, _law(typed), _bases_named(view, typed)),
    )


def _bases_named(view: ItemView, typed: Fields) -> set[str]:
    """The item's own, and those that its points name already."""
    rows = (typed[f"basis.{n}"] for n in range(1, _rows(typed) + 1))
    return {*view.item.basis_ids, *filter(None, rows)}


def _law(typed: Fields) -> str:
    """Part of the title of a law whose articles are looked for."""
    return typed["law"].strip()[: frame.LONGEST_SEARCH]


def _back(item_id: str) -> Response:
    return redirect(url_for("console_items.one", item_id=item_id), HTTPStatus.SEE_OTHER)
