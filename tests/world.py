"""A small county for tests: two officers, an assistant, one task with three points, all in force.

`Tablet` drafts and seals real events against the shared engine, as a tablet does, so that a test
only says what it is about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from shared import chain
from shared.content import notice, record, result
from shared.content.hashing import content_hash
from shared.crypto import SigningKey
from shared.events.envelope import Event, read_event
from shared.events.kinds import OFFICER_SIGNED, EventKind
from shared.flow import engine
from shared.flow.state import VisitState
from shared.reference import ReferenceObject, References

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
USCC = "91370100MA37XJ385W"
OTHER_USCC = "91370200MA32MTH01U"
TASK, FORM = "task-1", "form-1"
WANG, LI, ZHAO, HELPER = "officer-wang", "officer-li", "officer-zhao", "helper-sun"
POINTS = ("p1", "p2", "p3")


def key(name: str) -> SigningKey:
    return SigningKey.from_seed(sha256(name.encode()).digest())


def officer(id_: str, name: str, number: str | None, **other: Any) -> ReferenceObject:
    data = {
        "id": id_,
        "agency_id": "agency-1",
        "name": name,
        "unit": "执法二大队",
        "certificate_no": number,
        "kind": "officer" if number else "assistant",
        "valid_from": "2024-01-01",
        "valid_to": "2029-12-31",
        "revoked_at": None,
        "checked_at": "2026-11-23T00:00:00+00:00",
        **other,
    }
    return ReferenceObject("officer", id_, 1, data)


def task(**other: Any) -> ReferenceObject:
    data = {
        "id": TASK,
        "no": "历下市监检任〔2026〕0001号",
        "plan_id": "plan-1",
        "plan_no": "历下市监检备〔2026〕0001号",
        "plan_version": 1,
        "agency_id": "agency-1",
        "kind": "daily",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "uscc": USCC,
        "premise_id": "premise-1",
        "item_ids": ["item-1"],
        "forms": [{"id": FORM, "version": 2}],
        "officer_ids": [WANG, LI, HELPER],
        "assistant_count": 0,
        "window_from": "2026-11-20",
        "window_to": "2026-11-30",
        "status": "issued",
        "frequency": {"year": 2026, "agency_count": 1, "cap": 4, "enterprise_count": 2},
        **other,
    }
    return ReferenceObject("task", data["id"], 1, data)


def form(points: Mapping[str, Mapping[str, Any]] | None = None) -> ReferenceObject:
    """The county's checklist; `points` changes its points by id."""
    changed = points or {}
    data = {
        "id": FORM,
        "version": 2,
        "name": "食品经营检查表",
        "item_id": "item-1",
        "valid_from": "2026-01-01",
        "points": [
            {
                "id": id_,
                "no": str(number),
                "title": f"要点{number}",
                "content": "证照在显著位置公示",
                "method": "查看",
                "basis_id": "basis-1",
                "key": number == 1,
                **changed.get(id_, {}),
            }
            for number, id_ in enumerate(POINTS, start=1)
        ],
    }
    return ReferenceObject("form", FORM, 2, data)


def objects(*more: ReferenceObject) -> tuple[ReferenceObject, ...]:
    """The county as it is sent to a tablet; `more` replaces what has the same kind and id."""
    plain = (
        ReferenceObject(
            "agency",
            "agency-1",
            1,
            {
                "id": "agency-1",
                "name": "济南市历下区市场监督管理局",
                "region": "370102",
                "phone": "0531-00000001",
                "supervision_phone": "0531-00000002",
            },
        ),
        officer(WANG, "王建国", "15010100001"),
        officer(LI, "李秀英", "15010100002"),
        officer(ZHAO, "赵强", "15010100003"),
        officer(HELPER, "孙小辅", None),
        task(),
        ReferenceObject(
            "enterprise",
            USCC,
            1,
            {"id": USCC, "name": "济南泉城食品有限公司", "address": "历下区泉城路1号"},
        ),
        ReferenceObject(
            "enterprise", OTHER_USCC, 1, {"id": OTHER_USCC, "name": "青岛海风餐饮有限公司"}
        ),
        ReferenceObject(
            "premise",
            "premise-1",
            1,
            {
                "id": "premise-1",
                "uscc": USCC,
                "name": "总店",
                "address": "历下区泉城路1号",
                "lat": 36.6683,
                "lon": 117.0207,
                "radius_m": 300.0,
            },
        ),
        ReferenceObject(
            "item",
            "item-1",
            1,
            {
                "id": "item-1",
                "code": "37-SPLT-01",
                "name": "食品经营主体资质与过程检查",
                "agency_id": "agency-1",
                "basis_ids": ["basis-1"],
                "published_from": "2025-06-01",
                "published_to": None,
            },
        ),
        form(),
        ReferenceObject(
            "legal_basis",
            "basis-1",
            1,
            {"id": "basis-1", "title": "中华人民共和国食品安全法", "article": "第三十三条"},
        ),
    )
    replaced = {(o.kind, o.id): o for o in (*plain, *more)}
    return tuple(replaced.values())


def references(*more: ReferenceObject) -> References:
    return References.from_objects(objects(*more))


@dataclass
class Tablet:
    """One tablet at one visit. `act` seals an event and folds it, lawful or not."""

    refs: References = field(default_factory=references)
    device_id: str = "tablet-1"
    visit: int = 1
    now: datetime = NOON
    task_ids: tuple[str, ...] = (TASK,)
    counted_before: int = 0
    state: VisitState = field(default_factory=VisitState)
    events: list[Event] = field(default_factory=list)

    @property
    def visit_id(self) -> str:
        return str(UUID(int=0x7000_0000_0000 + self.visit))

    def officer_key(self, officer: str) -> SigningKey:
        return key(officer)

    def device_seq(self, seq: int) -> int:
        return self.counted_before + seq

    def draft(
        self, kind: EventKind, by: str, payload: Mapping[str, Any], *, loc: Any = None
    ) -> Event:
        """Seal the event that would come next, one second after the last."""
        before = self.events[-1] if self.events else None
        seq = len(self.events) + 1
        at = self.now + timedelta(seconds=seq)
        number = int.from_bytes(
            sha256(f"{self.device_id}/{self.visit}/{seq}".encode()).digest()[:16]
        )
        raw = {
            "v": 1,
            "suite": "intl-1",
            "id": str(UUID(int=number)),
            "visit_id": self.visit_id,
            "task_ids": list(self.task_ids),
            "device_id": self.device_id,
            "device_seq": self.device_seq(seq),
            "seq": seq,
            "officer_id": by,
            "kind": kind.value,
            "at": {
                "wall": at.isoformat(),
                "elapsed_ms": seq * 1000,
                "boot_id": "boot-1",
                "server_offset_ms": 0,
                "suspect": False,
            },
            "loc": loc,
            "payload": dict(payload),
            "prev": before.hash if before else "",
        }
        officer_key = self.officer_key(by) if kind in OFFICER_SIGNED else None
        return read_event(chain.seal(raw, key(self.device_id), officer_key))

    def keep(self, event: Event) -> Event:
        self.events.append(event)
        self.state = engine.apply(self.state, event, self.refs)
        return event

    def act(self, kind: EventKind, by: str = WANG, **payload: Any) -> Event:
        return self.keep(self.draft(kind, by, payload))

    def refusals(self, kind: EventKind, by: str = WANG, **payload: Any) -> tuple[str, ...]:
        """Codes of what the engine says against the event that would come next."""
        said = engine.check(self.state, self.draft(kind, by, payload), self.refs)
        return tuple(refusal.code for refusal in said)

    # The steps of a clean visit, each lawful when its turn has come.

    def opened_payload(self) -> dict[str, Any]:
        return {
            "preflight": {
                "battery_percent": 80,
                "free_bytes": 8_000_000_000,
                "clock_offset_ms": 40,
                "has_fix": True,
                "certificate_checked_hours": 5,
            },
            "references": [],
            "provisional_no": f"T-{self.device_id}-{self.visit}",
            "app_version": "0.1",
        }

    def open(self) -> Event:
        return self.act(EventKind.VISIT_OPENED, **self.opened_payload())

    def open_offsite(self) -> Event:
        return self.act(EventKind.OFFSITE_OPENED, **self.opened_payload())

    def attest(self, by: str) -> Event:
        assert self.state.record is not None
        return self.act(EventKind.RECORD_SIGNED, by, content_hash=self.state.record.content_hash)

    def open_emergency(self) -> Event:
        return self.act(
            EventKind.EMERGENCY_OPENED,
            **self.opened_payload(),
            reason="emergency",
            explanation="群众举报正在排放",
            oral_approver="陈局长",
            oral_approved_at=self.now.isoformat(),
        )

    def scan(self, **other: Any) -> Event:
        payload = {"method": "enterprise_code", "uscc": USCC, "premise_id": "premise-1", **other}
        return self.act(EventKind.SCANNED_IN, **payload)

    def show(self, by: str, **other: Any) -> Event:
        known = self.refs.officers[by]
        payload = {
            "officer_id": by,
            "certificate_no": known.certificate_no or "无证",
            "valid_to": (known.valid_to or NOON.date()).isoformat(),
            "status_checked_at": NOON.isoformat(),
            **other,
        }
        return self.act(EventKind.CREDENTIALS_SHOWN, by, **payload)

    def serve(self) -> Event:
        return self.act(EventKind.NOTICE_SERVED, **self.notice_payload())

    def notice_payload(self) -> dict[str, Any]:
        built = notice.build(self.state, self.refs, device_id=self.device_id)
        return {
            "content_hash": content_hash(built),
            "outcome": "signed",
            "name": "周老板",
            "capacity": "店长",
            "strokes": [[[0, 0, 0], [500, 500, 120]]],
        }

    def answer(self, point: str, answer: str = "conform", **other: Any) -> Event:
        payload = {"form_id": FORM, "form_version": 2, "point_id": point, "answer": answer, **other}
        return self.act(EventKind.POINT_ANSWERED, **payload)

    def photo(self, name: str = "photo", **other: Any) -> Event:
        payload = {
            "evidence_id": name,
            "sha256": sha256(name.encode()).hexdigest(),
            "size": 1234,
            "media_type": "image/jpeg",
            **other,
        }
        return self.act(EventKind.EVIDENCE_ADDED, **payload)

    def read_out(self) -> Event:
        return self.act(EventKind.RECORD_READ, content_hash=self.record_hash())

    def record_hash(self) -> str:
        built = record.build(self.state, self.refs, device_id=self.device_id, statement=None)
        return content_hash(built)

    def sign(self) -> Event:
        assert self.state.record is not None
        return self.act(
            EventKind.SIGNED,
            content_hash=self.state.record.content_hash,
            name="周老板",
            capacity="店长",
            strokes=[[[0, 0, 0], [500, 500, 120]]],
        )

    def tell(self) -> Event:
        return self.act(EventKind.RESULT_GIVEN, **self.result_payload())

    def result_payload(self) -> dict[str, Any]:
        built = result.build(self.state, self.refs, device_id=self.device_id)
        return {
            "conclusion": built["conclusion"],
            "content_hash": content_hash(built),
            "given": "later" if self.state.offsite else "on_the_spot",
        }

    def leave(self) -> Event:
        return self.act(EventKind.LEFT)

    def seal(self) -> Event:
        return self.act(EventKind.SEALED, **self.seal_payload())

    def seal_payload(self) -> dict[str, Any]:
        own = [e for e in self.state.evidence if e.device_id == self.device_id]
        quoted = [q for q in self.state.quotes if q.by == self.device_id]
        return {
            "head": self.events[-1].hash,
            "events": len(self.events),
            "evidence": [e.sha256 for e in own],
            "quoted": [{"device_id": q.device_id, "seq": q.seq, "head": q.head} for q in quoted],
        }

    def clean_visit(self, answers: Iterable[str] = POINTS) -> "Tablet":
        """Walk the whole lawful way, from opening to the seal."""
        self.open()
        self.scan()
        self.show(WANG)
        self.show(LI)
        self.serve()
        for point in answers:
            self.answer(point)
        self.read_out()
        self.sign()
        self.tell()
        self.leave()
        self.seal()
        return self

    def clean_offsite(self, answers: Iterable[str] = POINTS) -> "Tablet":
        """Walk the whole lawful way of an inspection that nobody enters for."""
        self.open_offsite()
        self.show(WANG)
        self.show(LI)
        for point in answers:
            self.answer(point)
        self.read_out()
        self.attest(WANG)
        self.attest(LI)
        self.tell()
        self.seal()
        return self
