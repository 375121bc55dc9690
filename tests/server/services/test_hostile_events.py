"""Whatever a tablet's key signs, a push answers it, stops nothing and stores only what can be read.

Events of every kind are drawn from the schemas that read them, each field to its limits, and half
of them spoiled somewhere. They go to PostgreSQL, whose columns and numbers have an end.
"""

import copy
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.models import TraceEvent
from server.principal import SYSTEM
from server.services import rebuild
from server.work import Parts, open_work
from shared import chain
from shared.canonical import canonical
from shared.errors import BadInput, NewerApp
from shared.events.envelope import EnvelopeSchema, read_event
from shared.events.kinds import OFFICER_SIGNED, EventKind
from shared.events.payloads import PAYLOADS
from tests.server import sync_world
from tests.server.planted import AFTERNOON
from tests.server.sync_world import Pad, enrolled, pad, push
from tests.servers import Cluster
from tests.shared.events.strategies import JSON, of_field, of_schema
from tests.world import NOON, key

pytestmark = pytest.mark.postgres
EVENTS = 20
"""A visit has fewer; each begins so far on in the tablet's own count."""
ENVELOPE = EnvelopeSchema()
IN_THE_ENVELOPE = ("at", "loc", "task_ids", "officer_id")
"""What may hold anything without the chain being another's."""
EACH_KIND = pytest.mark.parametrize("kind", EventKind)
visits = count(1)
Test = Callable[..., None]


@pytest.fixture(scope="module")
def county(postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """The small county on PostgreSQL, the same for all: each draw is a visit of its own."""
    name = postgres_cluster.create_database()
    told = {
        "MINGCHA_DATA_DIR": str(tmp_path_factory.mktemp("hostile")),
        "MINGCHA_DATABASE_URL": postgres_cluster.url(name),
    }
    clock = SetClock(NOON - timedelta(days=60))
    parts = assembly.set_up(Settings.from_env(told), clock=clock)
    founding.found(parts)
    clock.moment = AFTERNOON
    sync_world.plant(parts)
    enrolled(parts)
    yield parts
    parts.engine.dispose()
    postgres_cluster.drop_database(name)


def drawing(examples: int, *, always_the_same: bool) -> Callable[[Test], Test]:
    return settings(
        max_examples=examples,
        derandomize=always_the_same,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@EACH_KIND
@given(data=st.data())
@drawing(2, always_the_same=True)
def test_an_event_with_anything_in_it_is_answered(
    county: Parts, kind: EventKind, data: st.DataObject
) -> None:
    answered_and_kept(county, kind, data)


@pytest.mark.torture
@EACH_KIND
@given(data=st.data())
@drawing(50, always_the_same=False)
def test_many_events_with_anything_in_them_are_answered(
    county: Parts, kind: EventKind, data: st.DataObject
) -> None:
    answered_and_kept(county, kind, data)


def answered_and_kept(county: Parts, kind: EventKind, data: st.DataObject) -> None:
    """A visit of which one event is of this kind, with anything in it; the others follow it."""
    number = next(visits)
    tablet = pad(county, visit=number, counted_before=number * EVENTS).clean_visit()
    events = copy.deepcopy(tablet.raws)
    place = data.draw(st.integers(0, len(events) - 1), label="place")
    make(events[place], kind, data)
    if data.draw(st.booleans(), label="spoiled"):
        path = data.draw(st.sampled_from(places(events[place])), label="where")
        spoil(events[place], path, data.draw(JSON, label="what"))
    sent = seal_from(tablet, events, place)

    reply = push(county, sent)

    said = [str(answer.status) for answer in reply.results]
    assert len(said) == len(sent)
    assert said[:place] == ["applied"] * place
    with open_work(county, SYSTEM) as work:
        kept = set(
            work.session.scalars(
                select(TraceEvent.canonical).where(TraceEvent.visit_id == tablet.visit_id)
            )
        )
        assert kept == {
            canonical(raw) for raw, status in zip(sent, said, strict=True) if status == "applied"
        }
        there = [tablet.visit_id] if kept else []
        assert list(rebuild.differences(work, there)) == []
    assert readable(sent[place]) or said[place] == "quarantined"


def make(raw: dict[str, Any], kind: EventKind, data: st.DataObject) -> None:
    """Turn an event into one of this kind, with whatever its schemas allow."""
    raw["kind"] = kind.value
    raw["payload"] = data.draw(of_schema(PAYLOADS[kind]()), label="payload")
    for name in data.draw(st.sets(st.sampled_from(IN_THE_ENVELOPE)), label="also"):
        raw[name] = data.draw(of_field(ENVELOPE.fields[name]), label=name)
    if kind in OFFICER_SIGNED:
        raw["officer_sig"] = ""
    else:
        raw.pop("officer_sig", None)


def readable(raw: dict[str, Any]) -> bool:
    try:
        read_event(raw)
    except (BadInput, NewerApp):
        return False
    return True


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for name in sorted(value):
            found += places(value[name], (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += places(inner, (*path, number))
    return found


def spoil(raw: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    holder: Any = raw
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value


def seal_from(tablet: Pad, events: list[dict[str, Any]], first: int) -> list[dict[str, Any]]:
    """The chain sealed again from `first` on, as whoever holds the keys could do it."""
    sealed = events[:first]
    for raw in events[first:]:
        if sealed:
            raw["prev"] = sealed[-1]["hash"]
        officer = raw.get("officer_id")
        signer = key(officer) if "officer_sig" in raw and isinstance(officer, str) else None
        try:
            sealed.append(chain.seal(raw, key(tablet.device_id), signer))
        except (BadInput, chain.ChainBroken, chain.Untrusted):
            sealed.append(raw)
    return sealed
