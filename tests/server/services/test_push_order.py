"""However a visit's events come (order, batches, repetitions, retries), it ends the same."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import assembly
from server.clock import SetClock
from server.config import Settings
from server.models import (
    ChainHead,
    Device,
    Document,
    LedgerEntry,
    TraceEvent,
    Visit,
    VisitAnswer,
)
from server.principal import SYSTEM
from server.services import rebuild
from server.work import Parts, open_work
from tests.server import sync_world
from tests.server.sync_world import Pad, pad, push
from tests.world import LI, NOON, POINTS, WANG

DONE_BY_RECEIPT = ("received_at", "changed_at")
EVENTS = 16


@pytest.fixture(scope="module")
def prepared(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planted county in a folder of its own, to be copied for each example."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    shutil.copytree(migrated, folder)
    parts = assemble(folder)
    sync_world.plant(parts)
    sync_world.enrolled(parts)
    parts.engine.dispose()
    return folder


def assemble(folder: Path) -> Parts:
    settings_ = Settings.from_env({"MINGCHA_DATA_DIR": str(folder)})
    return assembly.assemble(settings_, clock=SetClock(NOON + timedelta(hours=2)))


def recorded(parts: Parts) -> Pad:
    tablet = pad(parts)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    tablet.photo()
    tablet.answer(POINTS[1], "nonconform", severity="guidance")
    for point in POINTS:  # which takes a finding back
        tablet.answer(point)
    tablet.answer(POINTS[0], "nonconform", severity="guidance")
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.leave()
    tablet.seal()
    return tablet


def outcome(parts: Parts) -> dict[str, Any]:
    """Everything that must not depend on how the events came."""
    with Session(parts.engine) as session:
        (visit,) = session.scalars(select(Visit))
        return {
            "visit": {
                c.name: getattr(visit, c.name)
                for c in Visit.__table__.columns
                if c.name not in DONE_BY_RECEIPT
            },
            "events": sorted(session.scalars(select(TraceEvent.hash))),
            "ledger": sorted(session.execute(select(LedgerEntry.event_id, LedgerEntry.status))),
            "heads": list(session.execute(select(ChainHead.seq, ChainHead.hash))),
            "answers": sorted(
                session.execute(select(VisitAnswer.event_id, VisitAnswer.counts)).all()
            ),
            "missing": session.get_one(Device, "tablet-1").missing_seqs,
            "documents": sorted(
                session.execute(select(Document.kind, Document.version, Document.content_hash))
            ),
        }


@cache
def expected(folder: Path) -> dict[str, Any]:
    with TemporaryDirectory() as place:
        parts = copied(folder, Path(place))
        push(parts, recorded(parts).events)
        found = outcome(parts)
        parts.engine.dispose()
        return found


def copied(folder: Path, place: Path) -> Parts:
    shutil.copytree(folder, place / "data")
    return assemble(place / "data")


@st.composite
def deliveries(draw: st.DrawFn) -> list[Sequence[int]]:
    """Batches of places in the chain: every place at least once, in any order, some twice."""
    places = draw(st.permutations(range(EVENTS)))
    repeated = [*places, *draw(st.lists(st.integers(0, EVENTS - 1), max_size=12))]
    order = draw(st.permutations(repeated)) if draw(st.booleans()) else repeated
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), max_size=6)))
    return [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]


@given(deliveries())
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_visit_ends_the_same(prepared: Path, batches: list[Sequence[int]]) -> None:
    with TemporaryDirectory() as place:
        parts = copied(prepared, Path(place))
        tablet = recorded(parts)
        assert len(tablet.events) == EVENTS
        clock = parts.clock
        assert isinstance(clock, SetClock)
        for batch in batches:
            clock.move(timedelta(seconds=1))
            push(parts, [tablet.events[number] for number in batch])
            with open_work(parts, SYSTEM) as work:
                visits = rebuild.visit_ids(work)
                assert [one.where for one in rebuild.differences(work, visits)] == []
                assert rebuild.unledgered(work) == 0

        assert outcome(parts) == expected(prepared)
        parts.engine.dispose()
