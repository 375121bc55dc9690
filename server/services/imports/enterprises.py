"""Enterprises and their premises, from a registry's list. An older telling replaces nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from server.database import any_of
from server.models import Enterprise, Premise, SyncObject
from server.models.named import initials_of
from server.services import enterprises, shared_facts
from server.services.imports import columns, faults
from server.services.imports.columns import Column
from server.services.imports.faults import Fault
from server.services.imports.kinds import Context, Kind, Tally, found, note_origins, upsert
from server.services.imports.staging import Staged, Values
from server.work import Work
from shared.localtime import local_day
from shared.reference import SharedFact
from shared.roles import Role
from shared.text import Text

STATUS = {"在营": "operating", "停业": "suspended", "注销": "closed", "吊销": "revoked"}
CRS = {"WGS84": "WGS84", "GCJ02": "GCJ02", "BD09": "BD09", "CGCS2000": "CGCS2000"}
USCC = Column(
    field="uscc", heading="统一社会信用代码", en="unified social credit code", read=columns.code
)
REGION = Column(
    field="region", heading="区划代码", en="region code, 6 or 12 digits", read=columns.region
)
TOLD = ("name", "address", "region", "legal_rep", "industry", "grade", "status")


def publish_enterprises(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """Store those that are new, or told newer and otherwise; tablets that hold them hear of it."""
    known = {
        uscc: (as_of, tuple(told))
        for uscc, as_of, *told in work.session.execute(
            select(
                Enterprise.uscc, Enterprise.as_of, *(getattr(Enterprise, n) for n in TOLD)
            ).where(any_of(Enterprise.uscc, "usccs")),
            {"usccs": [values["uscc"] for _, values in rows]},
        )
    }
    new: list[dict[str, Any]] = []
    for _, values in rows:
        as_of = context.as_of_of(values)
        before = known.get(values["uscc"])
        told = tuple(values[name] for name in TOLD)
        if before is not None and (as_of < before[0] or (as_of == before[0] and told == before[1])):
            continue
        new.append(
            {
                "uscc": values["uscc"],
                **dict(zip(TOLD, told, strict=True)),
                "initials": initials_of(values["name"]),
                "source": context.source_of(values),
                "as_of": as_of,
                "retention_class": str(Enterprise.retention_default),
                "legal_hold": False,
            }
        )
    upsert(work, Enterprise, new, "uscc")
    _tell(work, [row["uscc"] for row in new if row["uscc"] in known])
    return Tally(len(new), len(rows) - len(new))


def _tell(work: Work, usccs: Sequence[str]) -> None:
    held = select(SyncObject.id).where(
        SyncObject.kind == "enterprise", any_of(SyncObject.id, "usccs")
    )
    for uscc in work.session.scalars(held, {"usccs": list(usccs)}).all() if usccs else ():
        enterprises.tell(work, work.session.get_one(Enterprise, uscc, populate_existing=True))


def _premises(work: Work, _context: Context, rows: Sequence[Staged]) -> Iterator[Fault]:
    known = found(work, Enterprise.uscc, (values["uscc"] for _, values in rows))
    for row, values in rows:
        if values["uscc"] not in known:
            yield Fault(row, USCC.heading, faults.UNKNOWN.filled(what=values["uscc"]))
        if (values["lat"] is None) != (values["lon"] is None):
            yield Fault(
                row, "纬度", Text("纬度和经度要一起填", "Latitude and longitude come together")
            )


def publish_premises(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """Add places, or renew those of the same enterprise and name."""
    known = {
        (place.uscc, place.name): place
        for place in work.session.scalars(
            select(Premise).where(any_of(Premise.uscc, "usccs")),
            {"usccs": sorted({values["uscc"] for _, values in rows})},
        )
    }
    stored: list[tuple[str, Staged]] = []
    for row, values in rows:
        before = known.get((values["uscc"], values["name"]))
        draft = enterprises.PremiseDraft(
            **{name: values[name] for name in ("name", "address", "region", "lat", "lon", "crs")},
            radius_m=values["radius_m"],
        )
        if before is None:
            place = Premise(id=work.ids(), uscc=values["uscc"], **_fields(draft))
            work.session.add(place)
        elif any(getattr(before, name) != value for name, value in _fields(draft).items()):
            place = enterprises.put_right(work, before, draft)
        else:
            continue
        stored.append((place.id, (row, values)))
    work.session.flush()
    note_origins(work, context, "premise", stored)
    return Tally(len(stored), len(rows) - len(stored))


def _fields(draft: enterprises.PremiseDraft) -> dict[str, Any]:
    names = ("name", "address", "region", "lat", "lon", "crs", "radius_m")
    return {name: getattr(draft, name) for name in names}


def _premise_key(values: Values) -> str:
    return f"{values['uscc']} {values['name']}"


def _known(work: Work, _context: Context, rows: Sequence[Staged]) -> Iterator[Fault]:
    known = found(work, Enterprise.uscc, (values["uscc"] for _, values in rows))
    for row, values in rows:
        if values["uscc"] not in known:
            yield Fault(row, USCC.heading, faults.UNKNOWN.filled(what=values["uscc"]))


def publish_facts(work: Work, context: Context, rows: Sequence[Staged]) -> Tally:
    """Note what a register knows of enterprises; of one fact the newest telling stands."""
    told: dict[str, list[SharedFact]] = {}
    for _, values in rows:
        told.setdefault(values["uscc"], []).append(
            SharedFact(
                key=values["key"],
                name=values["name"],
                value=values["value"],
                source=context.source_of(values),
                as_of=local_day(context.as_of_of(values)),
            )
        )
    news = sum(shared_facts.note(work, uscc, facts) for uscc, facts in sorted(told.items()))
    return Tally(news, len(rows) - news)


FACTS = Kind(
    name="facts",
    title=Text("企业共享数据", "Shared facts of enterprises"),
    roles=(Role.PLATFORM_ADMIN, Role.SYSTEM),
    columns=(
        USCC,
        Column(field="key", heading="数据项", en="code of the shared fact", read=columns.text(60)),
        Column(field="name", heading="名称", en="its name", read=columns.text(60)),
        Column(field="value", heading="值", en="its value, with the unit", read=columns.text(200)),
    ),
    key=lambda values: f"{values['uscc']}\t{values['key']}",
    check=_known,
    publish=publish_facts,
)
ENTERPRISES = Kind(
    name="enterprises",
    title=Text("企业", "Enterprises"),
    roles=(Role.PLATFORM_ADMIN, Role.SYSTEM),
    columns=(
        USCC,
        Column(field="name", heading="名称", en="name", read=columns.text(200)),
        REGION,
        Column(
            field="address", heading="地址", en="address", read=columns.text(300), required=False
        ),
        Column(
            field="legal_rep",
            heading="法定代表人",
            en="legal representative",
            read=columns.text(60),
            required=False,
        ),
        Column(
            field="industry", heading="行业", en="industry", read=columns.text(60), required=False
        ),
        Column(
            field="grade",
            heading="风险等级",
            en="risk grade",
            read=columns.text(10),
            required=False,
        ),
        Column(
            field="status",
            heading="状态",
            en="status: 在营, 停业, 注销, 吊销",
            read=columns.word(STATUS),
            required=False,
            default="operating",
        ),
    ),
    key=lambda values: str(values["uscc"]),
    check=None,
    publish=publish_enterprises,
    apart=True,
)
PREMISES = Kind(
    name="premises",
    title=Text("场所", "Premises"),
    roles=(Role.PLATFORM_ADMIN, Role.SYSTEM),
    columns=(
        USCC,
        Column(field="name", heading="场所名称", en="name of the place", read=columns.text(200)),
        Column(field="address", heading="地址", en="address", read=columns.text(300)),
        REGION,
        Column(
            field="lat",
            heading="纬度",
            en="latitude",
            read=columns.decimal(-90, 90),
            required=False,
            default=None,
        ),
        Column(
            field="lon",
            heading="经度",
            en="longitude",
            read=columns.decimal(-180, 180),
            required=False,
            default=None,
        ),
        Column(
            field="crs",
            heading="坐标系",
            en="datum of the point",
            read=columns.word(CRS),
            required=False,
            default="WGS84",
        ),
        Column(
            field="radius_m",
            heading="围栏半径",
            en="geofence radius in metres",
            read=columns.whole(50, 5000),
            required=False,
            default=300,
        ),
    ),
    key=_premise_key,
    check=_premises,
    publish=publish_premises,
)
