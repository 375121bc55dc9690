"""Whatever a tablet's key signs, a push answers it and stops nothing."""

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.principal import SYSTEM
from server.services import rebuild
from server.work import Parts, open_work
from shared import chain
from shared.errors import BadInput
from tests.server.sync_world import Pad, pad, push
from tests.world import key

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "kind", "head", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)
NEVER: dict[str, int] = {"visit": 0}


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


@given(data=st.data())
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_signed_event_with_anything_in_it_is_answered(
    planted: Parts, data: st.DataObject
) -> None:
    NEVER["visit"] += 1
    number = NEVER["visit"]
    tablet = pad(planted, visit=number, counted_before=number * 20).clean_visit()
    events = copy.deepcopy(tablet.raws)
    spoiled = data.draw(st.integers(0, len(events) - 1))
    path = data.draw(st.sampled_from(places(events[spoiled])))
    spoil(events[spoiled], path, data.draw(JSON))
    resealed = seal_from(tablet, events, spoiled)

    reply = push(planted, resealed)

    assert len(reply.results) == len(events)
    assert [str(a.status) for a in reply.results[:spoiled]] == ["applied"] * spoiled
    with open_work(planted, SYSTEM) as work:
        there = [id_ for id_ in rebuild.visit_ids(work, limit=1000) if id_ == tablet.visit_id]
        assert list(rebuild.differences(work, there)) == []


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
