"""The small county of tests/world.py as the server's own rows, and tablets that push for real.

`Pad` is tests/world.py's tablet with a key the server knows: what it records can be pushed through
the interface or straight through the service.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.models import (
    Agency,
    AgencyStatus,
    AgencyType,
    Base,
    Certificate,
    Device,
    DeviceStatus,
    DeviceToken,
    Enterprise,
    Form,
    InspectionItem,
    ItemPublication,
    LegalBasis,
    Officer,
    OfficerKind,
    Premise,
    SyncObject,
    Task,
    TaskOfficer,
)
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import (
    bearer,
    catalogue_publishing,
    intake,
    key_certificates,
    platform_keys,
    task_publishing,
)
from server.services.bearer import Bearer
from server.services.intake import Reply
from server.work import Parts, Work, open_work
from shared.events.envelope import Event
from shared.reference import ReferenceObject, References
from shared.roles import Role
from tests import world
from tests.server.factories import LONG_AGO, add, person
from tests.world import HELPER, LI, NOON, TASK, USCC, WANG, ZHAO, Tablet, key

HOME, REGION = "agency-1", "370102"
BUREAU = "agency-bureau"  # the supervision of the region, which inspects nobody
STRANGER = "agency-2"
FILED_AT = NOON - timedelta(days=5)


def _data(kind: str, id_: str) -> dict[str, Any]:
    return next(dict(o.data) for o in world.objects() if (o.kind, o.id) == (kind, id_))


def _person(id_: str, agency: str) -> list[Base]:
    data = _data("officer", id_)
    rows: list[Base] = [
        Officer(
            id=id_,
            agency_id=agency,
            name=data["name"],
            unit=data["unit"],
            kind=OfficerKind(data["kind"]),
        )
    ]
    if data["certificate_no"]:
        rows.append(
            Certificate(
                id=f"certificate-{id_}",
                officer_id=id_,
                number=data["certificate_no"],
                unit=data["unit"],
                valid_from=date(2024, 1, 1),
                valid_to=date(2029, 12, 31),
                checked_at=NOON - timedelta(hours=4),
            )
        )
    return rows


def _agency(
    id_: str,
    name: str,
    region: str,
    *,
    abbr: str = "市监",
    type_: AgencyType = AgencyType.ADMINISTRATIVE,
) -> Agency:
    return Agency(
        id=id_,
        name=name,
        abbr=abbr,
        type=type_,
        region=region,
        region_abbr="历下",
        status=AgencyStatus.CONFIRMED,
        published_on=date(2026, 1, 1),
        phone="0531-00000001",
        supervision_phone="0531-00000002",
    )


def task_row(id_: str = TASK, *, agency: str = HOME, **other: Any) -> Task:
    data = _data("task", TASK)
    values: dict[str, Any] = {
        "id": id_,
        "no": data["no"] if id_ == TASK else f"{data['no']}-{id_}",
        "plan_no": data["plan_no"],
        "plan_version": 1,
        "agency_id": agency,
        "kind": data["kind"],
        "trigger": data["trigger"],
        "visit_type": data["visit_type"],
        "uscc": data["uscc"],
        "premise_id": data["premise_id"],
        "item_ids": data["item_ids"],
        "forms": data["forms"],
        "officer_ids": data["officer_ids"],
        "window_from": date(2026, 11, 20),
        "window_to": date(2026, 11, 30),
        "status": "issued",
        "counts": True,
        "filed_at": FILED_AT,
        "frequency": data["frequency"],
        "code": f"CODE-{id_}",
    }
    return Task(**{**values, **other})


def plant(parts: Parts, *tasks: Task, points: int = 0) -> None:
    """Put the county's rows in and publish them, as the seed and the plans do.

    The form has its three points, or `points` like the first, `p1` and so on.
    """
    form, item = _data("form", world.FORM), _data("item", "item-1")
    premise, basis = _data("premise", "premise-1"), _data("legal_basis", "basis-1")
    planned = tasks or (task_row(),)
    rows: list[Base] = [
        _agency(HOME, _data("agency", HOME)["name"], REGION),
        _agency(STRANGER, "青岛市市南区应急管理局", "370202"),
        *(row for id_ in (WANG, LI, ZHAO, HELPER) for row in _person(id_, HOME)),
        person("admin", Role.AGENCY_ADMIN, agency=HOME),
        person("admin2", Role.AGENCY_ADMIN, agency=HOME),
        _agency(BUREAU, "济南市历下区司法局", REGION, abbr="司", type_=AgencyType.SUPERVISION),
        person("super", Role.SUPERVISION, agency=BUREAU),
        person("reader", Role.OFFICER, agency=HOME),
        person("other-admin", Role.AGENCY_ADMIN, agency=STRANGER),
        person("other-super", Role.SUPERVISION, agency=STRANGER),
        Enterprise(
            uscc=USCC,
            name=_data("enterprise", USCC)["name"],
            address=premise["address"],
            region=REGION,
            as_of=LONG_AGO,
        ),
        Premise(
            id=premise["id"],
            uscc=USCC,
            name=premise["name"],
            address=premise["address"],
            region=REGION,
            lat=premise["lat"],
            lon=premise["lon"],
            radius_m=300,
        ),
        LegalBasis(
            id=basis["id"],
            title=basis["title"],
            article=basis["article"],
            text="",
            valid_from=date(2021, 4, 29),
        ),
        InspectionItem(
            id=item["id"],
            agency_id=HOME,
            code=item["code"],
            name=item["name"],
            basis_ids=item["basis_ids"],
        ),
        ItemPublication(
            id="publication-1",
            item_id=item["id"],
            list_version="2026",
            published_from=date(2025, 6, 1),
        ),
        Form(
            id=form["id"],
            version=form["version"],
            item_id=item["id"],
            name=form["name"],
            valid_from=date(2026, 1, 1),
            points=_points(form["points"], points),
        ),
        *planned,
        *(
            TaskOfficer(task_id=task.id, officer_id=officer)
            for task in planned
            for officer in task.officer_ids
        ),
    ]
    add(parts, rows)
    with open_work(parts, SYSTEM) as work:
        work.now = FILED_AT
        platform_keys.ensure(work)
        catalogue_publishing.publish_catalogue(work, work.session.get_one(Agency, HOME))
        task_publishing.publish_tasks(
            work, [work.session.get_one(Task, task.id) for task in planned]
        )


def file_offsite(parts: Parts, task_id: str = TASK) -> None:
    """Make a filed task one that nobody enters for, as its tablets are told."""
    with open_work(parts, SYSTEM) as work:
        work.now = FILED_AT
        row = work.session.get_one(Task, task_id)
        row.visit_type, row.counts, row.code = "offsite", False, None
        task_publishing.publish_tasks(work, [row])


def _points(three: list[dict[str, Any]], wanted: int) -> list[dict[str, Any]]:
    return [{**three[0], "id": f"p{n}", "no": str(n)} for n in range(1, wanted + 1)] or three


def enrolled(
    parts: Parts, device_id: str = "tablet-1", *, officers: Iterable[str] = (WANG, LI, HELPER)
) -> None:
    """A tablet with its officers, as if they had been enrolled a month ago."""
    with open_work(parts, SYSTEM) as work:
        work.now = NOON - timedelta(days=30)
        device = Device(
            id=device_id,
            agency_id=HOME,
            name=f"平板 {device_id}",
            public_key=key(device_id).public,
            sealed_store_key="intl-1.sealed",
            status=DeviceStatus.ACTIVE,
            enrolled_at=work.now,
            lease_until=NOON + timedelta(days=7),
            last_device_seq=0,
            missing_seqs=[],
        )
        device.certificate = key_certificates.of_device(work, device)
        work.session.add(device)
        work.session.flush()
        for officer_id in officers:
            officer = work.session.get_one(Officer, officer_id)
            name = officer_id if device_id == "tablet-1" else f"{device_id}/{officer_id}"
            key_certificates.give(work, device, officer, key(name).public)


def token(parts: Parts, device_id: str = "tablet-1") -> str:
    """A bearer token of a tablet, as if it had just asked for one."""
    secret, kept = bearer.make(Bearer.DEVICE, parts.chance)
    now = parts.clock.now()
    row = DeviceToken(
        token_hash=kept, device_id=device_id, issued_at=now, expires_at=now + timedelta(minutes=30)
    )
    add(parts, [row])
    return secret


def as_tablet(device_id: str = "tablet-1", agency: str = HOME, region: str = REGION) -> Principal:
    return Principal(
        kind=PrincipalKind.DEVICE,
        id=device_id,
        roles=frozenset({Role.DEVICE}),
        agency_id=agency,
        region=region,
    )


def named_now(work: Work) -> list[dict[str, Any]]:
    """Everything that is published now, as `visit_opened` names it."""
    rows = work.session.scalars(select(SyncObject).order_by(SyncObject.kind, SyncObject.id))
    return [
        {"kind": row.kind, "id": row.id, "version": row.version}
        for row in rows
        if row.kind not in ("key_set", "holidays", "revocation")
    ]


@dataclass
class Pad(Tablet):
    """A tablet that knows what it was sent, and can push what it recorded."""

    named: Sequence[dict[str, Any]] = field(default_factory=list)

    def opened_payload(self) -> dict[str, Any]:
        return {**super().opened_payload(), "references": list(self.named)}

    @property
    def raws(self) -> list[dict[str, Any]]:
        return [dict(event.raw) for event in self.events]


def pad(parts: Parts, **other: Any) -> Pad:
    """A tablet with everything published by now."""
    with open_work(parts, SYSTEM) as work:
        named = named_now(work)
        refs = _references(work)
    return Pad(**{"named": named, "refs": refs, **other})


def _references(work: Work) -> References:
    rows = work.session.scalars(select(SyncObject))
    return References.from_objects(
        ReferenceObject(row.kind, row.id, row.version, row.data) for row in rows
    )


def push(
    parts: Parts,
    events: Sequence[Event | dict[str, Any]],
    *,
    device_id: str = "tablet-1",
    at: datetime | None = None,
) -> Reply:
    """Push straight through the service, in a transaction of its own."""
    batch = [dict(e.raw) if isinstance(e, Event) else e for e in events]
    with intake.try_again_on_clash(), open_work(parts, as_tablet(device_id)) as work:
        work.now = at or work.now
        return intake.receive(work, intake.Batch.read(batch, work.who.id))


def statuses(reply: Reply) -> list[str]:
    return [str(answer.status) for answer in reply.results]
