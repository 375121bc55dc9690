"""Items with their place on a published list, and checklists point by point."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select, tuple_

from server.models import Form, InspectionItem, ItemPublication, LegalBasis
from server.services import catalogue_publishing, origins
from server.services.imports import columns, faults
from server.services.imports.columns import Column
from server.services.imports.faults import Fault
from server.services.imports.kinds import Context, Kind, Tally, note_origins
from server.services.imports.staging import Staged, Values
from server.work import Work
from shared.content import words
from shared.flow import skipping
from shared.localtime import local_day
from shared.reference import Condition, FactRead
from shared.roles import Role
from shared.text import Text

PAST = Text("不能早于今天：公布和启用不追溯", "Not before today: nothing holds for the past")
YES = {"是": "yes", "否": "no"}
ANSWERS = {zh: answer for answer, zh in words.ANSWERS.items()}
NO_SUCH_CONDITION = Text(
    "前提要写同一张表单里排在前面的序号，和它的答案（不能三种都写）",
    "A condition names an earlier point of the same checklist and its answers, not all three",
)
ITEM_CODE = Column(field="code", heading="事项编码", en="code of the item", read=columns.text(60))


def bases(work: Work, rows: Sequence[Staged]) -> dict[tuple[str, str], str]:
    """Ids of the legal bases that rows name, by title and article."""
    wanted = {(v["basis"], v["article"]) for _, v in rows if v["basis"]}
    if not wanted:
        return {}
    found = work.session.execute(
        select(LegalBasis.title, LegalBasis.article, LegalBasis.id).where(
            tuple_(LegalBasis.title, LegalBasis.article).in_(wanted)
        )
    )
    return {(title, article): id_ for title, article, id_ in found}


def items_of(work: Work, context: Context, codes: set[str]) -> dict[str, InspectionItem]:
    """The agency's items by their code."""
    rows = work.session.scalars(
        select(InspectionItem).where(
            InspectionItem.agency_id == context.agency_id, InspectionItem.code.in_(codes)
        )
    )
    return {row.code: row for row in rows}


def _unknown_bases(work: Work, rows: Sequence[Staged]) -> Iterator[Fault]:
    known = bases(work, rows)
    for row, values in rows:
        pair = (values["basis"], values["article"])
        if values["basis"] and pair not in known:
            yield Fault(row, "依据名称", faults.UNKNOWN.filled(what=" ".join(pair)))


def check_items(work: Work, context: Context, rows: Sequence[Staged]) -> Iterator[Fault]:
    yield from _unknown_bases(work, rows)
    today = local_day(work.now).isoformat()
    listed = _listed(work, context, rows)
    for row, values in rows:
        is_new = (values["code"], values["list_version"]) not in listed
        if is_new and values["since"] < today:
            yield Fault(row, "公布日期", PAST)
        if values["until"] and values["until"] < values["since"]:
            yield Fault(row, "公布截止", Text("早于公布日期", "Before the day it is published"))


def _listed(work: Work, context: Context, rows: Sequence[Staged]) -> set[tuple[str, str]]:
    found = work.session.execute(
        select(InspectionItem.code, ItemPublication.list_version)
        .join(ItemPublication, ItemPublication.item_id == InspectionItem.id)
        .where(
            InspectionItem.agency_id == context.agency_id,
            InspectionItem.code.in_({values["code"] for _, values in rows}),
        )
    )
    return {(code, version) for code, version in found}


def publish_items(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """Add items and their publication on a list; what is on that list already stays."""
    known, listed = (
        items_of(work, context, {v["code"] for _, v in rows}),
        _listed(work, context, rows),
    )
    ids = bases(work, rows)
    stored: list[tuple[str, Staged]] = []
    for row, values in rows:
        item = known.get(values["code"])
        told = (values["name"], values["standard"], [ids[values["basis"], values["article"]]])
        remote = values["remote"] == "yes" if values["remote"] else bool(item and item.is_offsite)
        if item is None:
            item = InspectionItem(id=work.ids(), agency_id=context.agency_id, code=values["code"])
            known[values["code"]] = item
            work.session.add(item)
        elif (values["code"], values["list_version"]) in listed and (*told, remote) == (
            item.name,
            item.standard,
            item.basis_ids,
            item.is_offsite,
        ):
            continue
        item.name, item.standard, item.basis_ids = told
        item.is_offsite = remote
        if (values["code"], values["list_version"]) not in listed:
            work.session.add(
                ItemPublication(
                    id=work.ids(),
                    item_id=item.id,
                    list_version=values["list_version"],
                    published_from=date.fromisoformat(values["since"]),
                    published_to=_day(values["until"]),
                )
            )
        stored.append((item.id, (row, values)))
    return _told(work, context, "inspection_item", stored, len(rows))


def check_forms(work: Work, context: Context, rows: Sequence[Staged]) -> Iterator[Fault]:
    yield from _unknown_bases(work, rows)
    known = items_of(work, context, {values["code"] for _, values in rows})
    today = local_day(work.now).isoformat()
    newest = _newest(work, [item.id for item in known.values()])
    for row, values in rows:
        item = known.get(values["code"])
        if item is None:
            yield Fault(row, ITEM_CODE.heading, faults.UNKNOWN.filled(what=values["code"]))
            continue
        before = newest.get((item.id, values["form"]))
        started = before.valid_from.isoformat() if before else ""
        if values["since"] != started and values["since"] < max(today, started):
            yield Fault(row, "启用日期", PAST)
    yield from _bad_conditions(rows)


def _bad_conditions(rows: Sequence[Staged]) -> Iterator[Fault]:
    for _, group in groupby(rows, key=lambda each: form_group(each[1])):
        earlier: list[str] = []
        for row, values in group:
            told = bool(values["when_no"]), bool(values["when_answers"])
            if any(told) and (not all(told) or skipping.fault(earlier, _condition(values))):
                yield Fault(row, "前提序号", NO_SUCH_CONDITION)
            earlier.append(_point_id(values["no"]))


def publish_forms(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """Issue checklists; one that reads as its newest version does is left as it is."""
    known = items_of(work, context, {values["code"] for _, values in rows})
    newest = _newest(work, [item.id for item in known.values()])
    ids = bases(work, rows)
    stored: list[tuple[str, Staged]] = []
    asked: list[tuple[str, Staged]] = []
    forms = 0
    for _, group in groupby(rows, key=lambda each: form_group(each[1])):
        points = list(group)
        first = points[0][1]
        item = known[first["code"]]
        before = newest.get((item.id, first["form"]))
        told = [_point(values, ids) for _, values in points]
        forms += 1
        if before is not None and _reads_so(before, told):
            continue
        form = Form(
            id=before.id if before else work.ids(),
            version=before.version + 1 if before else 1,
            item_id=item.id,
            name=first["form"],
            valid_from=date.fromisoformat(first["since"]),
            points=told,
        )
        work.session.add(form)
        newest[item.id, first["form"]] = form
        stored.append((f"{form.id} {form.version}", points[0]))
        asked += [
            (origins.point_name(form.id, form.version, _point_id(staged[1]["no"])), staged)
            for staged in points
        ]
    work.session.flush()
    note_origins(work, context, origins.POINT, asked)
    return _told(work, context, "form", stored, forms)


def form_group(values: Values) -> str:
    return f"{values['code']}\t{values['form']}"


def _point_id(no: str) -> str:
    return f"p{no}"


def _condition(values: Values) -> Condition:
    return Condition(point=_point_id(values["when_no"]), answers=tuple(values["when_answers"]))


def _fact(values: Values) -> FactRead:
    return FactRead(key=values["fact"], at_least=values["at_least"])


def _point(values: Values, ids: dict[tuple[str, str], str]) -> dict[str, Any]:
    asked = {"applies_when": _condition(values).as_object()} if values["when_no"] else {}
    return {
        "id": _point_id(values["no"]),
        "no": values["no"],
        "title": values["title"],
        "content": values["content"],
        "method": values["method"],
        "basis_id": ids[values["basis"], values["article"]] if values["basis"] else None,
        "key": values["key"] == "yes",
        **asked,
        **({"fact": _fact(values).as_object()} if values["fact"] else {}),
    }


def _reads_so(form: Form, points: Sequence[dict[str, Any]]) -> bool:
    is_there = form.withdrawn_at is None
    return is_there and [_plain(p) for p in form.points] == [_plain(p) for p in points]


def _plain(point: dict[str, Any]) -> dict[str, Any]:
    return {name: point.get(name) for name in point if name != "id"}


def _newest(work: Work, item_ids: Sequence[str]) -> dict[tuple[str, str], Form]:
    """By item and name, withdrawn ones too: their numbers are not given again."""
    latest = (
        select(Form.id, func.max(Form.version)).where(Form.item_id.in_(item_ids)).group_by(Form.id)
    )
    rows = work.session.scalars(
        select(Form).where(tuple_(Form.id, Form.version).in_(latest)).order_by(Form.valid_from)
    )
    return {(row.item_id, row.name): row for row in rows}


def _told(
    work: Work, context: Context, kind: str, stored: Sequence[tuple[str, Staged]], seen: int
) -> Tally:
    work.session.flush()
    note_origins(work, context, kind, stored)
    if stored and context.agency is not None:
        catalogue_publishing.publish_catalogue(work, context.agency)
    return Tally(len(stored), seen - len(stored))


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _basis(*, required: bool) -> tuple[Column, Column]:
    return (
        Column(
            field="basis",
            heading="依据名称",
            en="title of the legal basis",
            read=columns.text(200),
            required=required,
        ),
        Column(
            field="article",
            heading="依据条款",
            en="its article",
            read=columns.text(60),
            required=required,
        ),
    )


ITEMS = Kind(
    name="items",
    title=Text("检查事项", "Items"),
    roles=(Role.AGENCY_ADMIN, Role.SYSTEM),
    columns=(
        ITEM_CODE,
        Column(field="name", heading="事项名称", en="name", read=columns.text(200)),
        Column(
            field="standard",
            heading="检查标准",
            en="standard",
            read=columns.text(300),
            required=False,
        ),
        *_basis(required=True),
        Column(
            field="list_version",
            heading="清单版本",
            en="version of the published list",
            read=columns.text(40),
        ),
        Column(field="since", heading="公布日期", en="published from", read=columns.day),
        Column(
            field="until",
            heading="公布截止",
            en="published to",
            read=columns.day,
            required=False,
            default=None,
        ),
        Column(
            field="remote",
            heading="可非现场检查",
            en="是 if papers, data or pictures will do; as it stands if empty",
            read=columns.word(YES),
            required=False,
            default=None,
        ),
    ),
    key=lambda values: f"{values['code']}\t{values['list_version']}",
    check=check_items,
    publish=publish_items,
)
CHECKLISTS = Kind(
    name="checklists",
    title=Text("检查表单", "Checklists"),
    roles=(Role.AGENCY_ADMIN, Role.SYSTEM),
    columns=(
        ITEM_CODE,
        Column(
            field="form", heading="表单名称", en="name of the checklist", read=columns.text(200)
        ),
        Column(field="since", heading="启用日期", en="in use from", read=columns.day),
        Column(field="no", heading="序号", en="number of the point", read=columns.text(20)),
        Column(field="title", heading="检查项目", en="point", read=columns.text(200)),
        Column(field="content", heading="检查内容", en="what is checked", read=columns.text(1000)),
        Column(
            field="method", heading="检查方法", en="how", read=columns.text(200), required=False
        ),
        *_basis(required=False),
        Column(
            field="key",
            heading="重点项",
            en="是 for a key point",
            read=columns.word(YES),
            required=False,
            default="no",
        ),
        Column(
            field="when_no",
            heading="前提序号",
            en="number of the earlier point that decides whether this one is asked",
            read=columns.text(20),
            required=False,
        ),
        Column(
            field="when_answers",
            heading="前提答案",
            en="its answers, parted by 、, at which this one is asked",
            read=columns.several(columns.word(ANSWERS)),
            required=False,
            default=[],
        ),
        Column(
            field="fact",
            heading="共享数据项",
            en="code of the shared fact the point is about",
            read=columns.text(60),
            required=False,
        ),
        Column(
            field="at_least",
            heading="不少于",
            en="how much of it the standard wants",
            read=columns.decimal(0, 10**9),
            required=False,
            default=None,
        ),
    ),
    key=lambda values: f"{form_group(values)}\t{values['no']}",
    group=form_group,
    check=check_forms,
    publish=publish_forms,
)
