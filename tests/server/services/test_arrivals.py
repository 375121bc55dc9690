"""One member of a batch: read plainly or closely, the same comes out."""

import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services import arrivals
from server.services.arrivals import Arrival
from shared import chain
from shared.canonical import canonical
from shared.crypto import sha256_hex
from shared.errors import BadJson, DomainError
from tests.shared.spoiling import of_every_kind, spoil
from tests.world import Tablet

EVENTS = of_every_kind()
SENDER = Tablet().device_id


def closely(raw: Any) -> Arrival | None:
    """As it is read where nothing of it is plain to see; None for what is no JSON."""
    with pytest.MonkeyPatch.context() as unseen:
        unseen.setattr(arrivals, "read_plainly", lambda _raw: None)
        return read(raw)


def read(raw: Any) -> Arrival | None:
    try:
        return arrivals.read(raw, SENDER)
    except BadJson:
        return None


def rehashed(raw: dict[str, Any]) -> None:
    with suppress(DomainError):
        raw["hash"] = chain.event_hash(raw)


@given(st.sampled_from(EVENTS), st.booleans(), st.data())
def test_what_is_plain_to_see_is_what_a_closer_look_finds(
    sample: dict[str, Any], hashed: bool, data: st.DataObject
) -> None:
    raw = copy.deepcopy(sample)
    spoil(raw, data)
    if hashed:
        rehashed(raw)

    assert read(raw) == closely(raw)


def test_a_whole_event_has_no_fault_and_is_kept_as_it_is_hashed() -> None:
    for event in Tablet().clean_visit().events:
        found = arrivals.read(event.raw, SENDER)

        assert found.fault is None
        assert found.event == event
        assert (found.id, found.hash, found.visit_id) == (event.id, event.hash, event.visit_id)
        assert found.canonical == canonical(event.raw)
        assert found.raw_hash == sha256_hex(found.canonical)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"device_id": "tablet-9"}, "other_device"),
        ({"seq": 9}, "hash_mismatch"),
        ({"v": 2}, "newer_app"),
        ({"v": 0}, "unreadable"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], code: str) -> None:
    raw = {**Tablet().open().raw, **change}

    fault = arrivals.read(raw, SENDER).fault

    assert fault is not None
    assert fault.code == code


def test_a_time_no_clock_shows_is_unreadable() -> None:
    raw = copy.deepcopy(dict(Tablet().open().raw))
    raw["at"]["wall"] = "2201-01-01T00:00:00+00:00"
    rehashed(raw)

    found = arrivals.read(raw, SENDER)

    assert found.event is None
    assert found.fault is not None
    assert found.fault.code == "unreadable"
