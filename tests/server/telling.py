"""A sealed visit in the server's database, and the enterprise that is to be told of it.

The visit is walked by the same `Tablet` the tests of shared/ use, so what is signed is really
signed; it is laid into the ledger's tables as a push would leave it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from server.models import (
    Agency,
    AgencyStatus,
    Contact,
    Document,
    Enterprise,
    Notice,
    OutboxMessage,
    ServerFact,
    SyncObjectVersion,
    TraceEvent,
)
from server.principal import SYSTEM, Principal, PrincipalKind
from server.services import contacts, platform_keys, results, visit_fold, visit_material
from server.services.contacts import ContactDraft
from server.services.visit_facts import FactKind
from server.services.visit_fold import Folded
from server.work import Parts, Work, open_work
from shared.canonical import canonical
from shared.localtime import local_day
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import LONG_AGO, add
from tests.world import LI, NOON, POINTS, TASK, USCC, WANG, Tablet, objects

PHONE, EMAIL = "13800138000", "shop@example.test"
AGENCY = "agency-1"


class NamingTablet(Tablet):
    """A tablet that says which references it used, as a real one does."""

    def opened_payload(self) -> dict[str, Any]:
        named = [{"kind": o.kind, "id": o.id, "version": o.version} for o in objects()]
        return {**super().opened_payload(), "references": named}


def clean(tablet: Tablet) -> None:
    tablet.clean_visit()


def with_problems(tablet: Tablet) -> None:
    """One problem to rectify, one to be told about, a photo, and a photo's finding."""
    begin(tablet)
    tablet.answer(POINTS[0])
    tablet.photo("冷柜", point_id=POINTS[1], caption="冷柜温度计")
    tablet.answer(
        POINTS[1],
        "nonconform",
        severity="rectify",
        note="冷柜温度 12 ℃",
        fact="冷柜：4 ℃（上次检查，截至 2026-05-01）",
    )
    tablet.answer(POINTS[2], "nonconform", severity="guidance", note="台账字迹不清")
    finish(tablet)


def offsite_with_problems(tablet: Tablet) -> None:
    """The same two problems, found in papers at the office: nobody enters, nobody there signs."""
    tablet.open_offsite()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.answer(POINTS[0])
    tablet.photo("年报", point_id=POINTS[1], caption="年报截图")
    tablet.answer(POINTS[1], "nonconform", severity="rectify", note="年报未填写从业人数")
    tablet.answer(POINTS[2], "nonconform", severity="guidance", note="台账字迹不清")
    tablet.read_out()
    tablet.attest(WANG)
    tablet.attest(LI)
    tablet.tell()
    tablet.seal()


def begin(tablet: Tablet) -> None:
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()


def finish(tablet: Tablet) -> None:
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.leave()
    tablet.seal()


EITHER_WAY = pytest.mark.parametrize("over", ["on_site", "offsite"], indirect=True)
"""For what comes after a result, which is one path: `over` is walked with and without a visit."""


def sealed(parts: Parts, how: str = "on_site") -> str:
    """A visit with two problems, pushed and told; the first must be put right. Its id."""
    if how == "offsite":
        sync_world.file_offsite(parts)
    pad = sync_world.pad(parts)
    (offsite_with_problems if how == "offsite" else with_problems)(pad)
    sync_world.push(parts, pad.events)
    return pad.visit_id


@dataclass
class Scene:
    """A county with one enterprise. `seal` puts a visit into the ledger without telling it."""

    parts: Parts
    visits: int = 0
    contacts: list[str] = field(default_factory=list)

    def seal(self, walk: Callable[[Tablet], None] = with_problems, **known: Any) -> str:
        """Walk a visit and store it; returns its id. `known` is put over what the server knew."""
        self.visits += 1
        tablet = NamingTablet(visit=self.visits)
        walk(tablet)
        self.store(tablet, **known)
        return tablet.visit_id

    def store(self, tablet: Tablet, **known: Any) -> None:
        task = {
            "agency_id": AGENCY,
            "filed_at": LONG_AGO.isoformat(),
            "withdrawn_at": None,
            "window_from": "2026-11-20",
            "window_to": "2026-11-30",
            "officer_ids": [WANG, LI],
        }
        fact = ServerFact(
            id=f"fact-{tablet.visit_id}",
            visit_id=tablet.visit_id,
            seq=1,
            kind=FactKind.REFERENCE_SNAPSHOT,
            payload={"known": {f"task:{TASK}": task, **known}},
            at=NOON,
        )
        received = NOON + timedelta(hours=2)
        add(
            self.parts,
            [
                fact,
                *(
                    TraceEvent(
                        id=event.id,
                        received_at=received,
                        visit_id=event.visit_id,
                        device_id=event.device_id,
                        device_seq=event.device_seq,
                        seq=event.seq,
                        officer_id=event.officer_id,
                        kind=event.kind,
                        prev=event.prev,
                        hash=event.hash,
                        canonical=canonical(event.raw),
                        judged_by=1,
                    )
                    for event in tablet.events
                ),
            ],
        )

    def folded(self, visit_id: str) -> Folded:
        with open_work(self.parts, SYSTEM) as work:
            return visit_fold.fold(visit_material.load(work, [visit_id])[visit_id])

    def tell(self, visit_id: str) -> Document:
        """Tell a visit's result, as the projection does; returns the result's document."""
        with open_work(self.parts, SYSTEM) as work:
            document = results.on_visit_sealed(work, visit_id)
        assert document is not None
        return document

    def told(self, walk: Callable[[Tablet], None] = with_problems) -> Document:
        return self.tell(self.seal(walk))

    def contact(self, *, phone: str = PHONE, email: str = EMAIL, language: str = "zh") -> str:
        """A confirmed contact of the enterprise."""
        with open_work(self.parts, SYSTEM) as work:
            draft = ContactDraft(
                name="林小满", capacity="店长", phone=phone, email=email, language=language
            )
            row = contacts.add(work, USCC, draft)
            work.session.flush()
            contacts.confirm(work, row.id, "paper")
            self.contacts.append(row.id)
            return row.id

    def remove_contact(self, contact_id: str) -> None:
        with open_work(self.parts, SYSTEM) as work:
            contacts.remove(work, contact_id)

    def messages(self) -> list[OutboxMessage]:
        with open_work(self.parts, SYSTEM) as work:
            return work.session.query(OutboxMessage).order_by(OutboxMessage.id).all()

    def notice(self, document: Document) -> Notice:
        with open_work(self.parts, SYSTEM) as work:
            return work.session.query(Notice).filter_by(document_id=document.id).one()

    def count(self, table: type[Any]) -> int:
        with open_work(self.parts, SYSTEM) as work:
            return work.session.query(table).count()

    def reader(self, contact_id: str | None = None, uscc: str = USCC) -> Principal:
        """The enterprise's contact as the edge would have recognised it after the code."""
        return Principal(
            kind=PrincipalKind.ENTERPRISE,
            id=contact_id or self.contacts[0],
            roles=frozenset({Role.ENTERPRISE_USER}),
            uscc=uscc,
        )

    def contact_row(self, work: Work) -> Contact:
        return work.session.get_one(Contact, self.contacts[0])


def scene(parts: Parts) -> Scene:
    """Agency, enterprise and what tablets were sent; no contact yet."""
    add(
        parts,
        [
            Agency(
                id=AGENCY,
                name="济南市历下区市场监督管理局",
                abbr="市监",
                region="370102",
                region_abbr="历下",
                status=AgencyStatus.CONFIRMED,
                published_on=local_day(LONG_AGO),
            ),
            Enterprise(uscc=USCC, name="济南泉城食品有限公司", region="370102", as_of=LONG_AGO),
            *(
                SyncObjectVersion(
                    kind=o.kind,
                    id=o.id,
                    version=o.version,
                    data=dict(o.data),
                    recorded_at=LONG_AGO,
                )
                for o in objects()
            ),
        ],
    )
    with open_work(parts, SYSTEM) as work:
        platform_keys.ensure(work)
    return Scene(parts)
