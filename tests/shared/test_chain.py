"""The hash chain: any change, gap, swap or fork is found, and the newest signature covers all."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import base64url, chain
from shared.canonical import canonical, parse_object
from shared.errors import BadInput, DomainError, UnknownSuite
from tests.vectors import events, keys

TEN = events.ten()
PUBLIC = keys.DEVICE.public


def reseal(event: dict[str, Any], **change: Any) -> dict[str, Any]:
    return chain.seal({**event, **change}, keys.DEVICE)


def codes(*altered: dict[str, Any]) -> list[str]:
    return [fault.code for fault in chain.verify_chain(altered, PUBLIC)]


def test_a_sealed_chain_holds() -> None:
    assert chain.verify_chain(TEN, PUBLIC) == ()
    assert chain.verify_chain((), PUBLIC) == ()


def test_signatures_and_hash_lie_outside_the_hash() -> None:
    event = TEN[2]

    assert chain.event_hash({**event, "sig": "x", "officer_sig": "y", "hash": "z"}) == event["hash"]
    assert chain.event_hash({**event, "seq": 4}) != event["hash"]


def test_sealing_an_event_again_gives_the_same_event() -> None:
    assert chain.seal(TEN[0], keys.DEVICE) == TEN[0]
    assert chain.seal(TEN[2], keys.DEVICE, keys.WANG) == TEN[2]


def test_the_officer_signs_the_same_hash_with_their_own_key() -> None:
    assert chain.officer_signature_ok(TEN[2], keys.WANG.public)
    assert not chain.officer_signature_ok(TEN[2], keys.LI.public)
    assert not chain.officer_signature_ok(TEN[2], PUBLIC)
    assert not chain.officer_signature_ok(TEN[0], keys.WANG.public)


@given(
    which=st.integers(min_value=0, max_value=9),
    where=st.integers(min_value=0),
    flip=st.integers(min_value=1, max_value=255),
)
def test_no_byte_of_any_event_can_change_unnoticed(which: int, where: int, flip: int) -> None:
    raw = bytearray(canonical(TEN[which]))
    raw[where % len(raw)] ^= flip
    try:
        changed = parse_object(bytes(raw))
    except BadInput:
        return
    altered = [*TEN[:which], changed, *TEN[which + 1 :]]
    officer = keys.LI if TEN[which]["officer_id"] == keys.LI_ID else keys.WANG
    officer_held = chain.officer_signature_ok(TEN[which], officer.public)

    noticed = chain.verify_chain(altered, PUBLIC) != ()
    assert noticed or chain.officer_signature_ok(changed, officer.public) is not officer_held


@given(st.permutations(range(10)))
def test_no_other_order_holds(order: list[int]) -> None:
    if order != sorted(order):
        assert chain.verify_chain([TEN[index] for index in order], PUBLIC) != ()


@pytest.mark.parametrize("gone", range(9))
def test_an_event_cannot_be_left_out(gone: int) -> None:
    assert chain.verify_chain(TEN[:gone] + TEN[gone + 1 :], PUBLIC) != ()


def test_each_way_of_not_following_has_its_code() -> None:
    first, second = TEN[0], TEN[1]

    assert codes({**first, "kind": "left"}) == ["hash_mismatch"]
    assert codes(reseal(first, seq=2)) == ["seq_gap"]
    assert codes(reseal(first, prev="0" * 64)) == ["prev_mismatch"]
    assert codes(first, reseal(second, visit_id="another")) == ["other_chain"]
    assert codes(first, reseal(second, device_id="another")) == ["other_chain"]
    assert codes(first, reseal(second, seq=3)) == ["seq_gap"]
    assert codes(first, reseal(second, prev="0" * 64)) == ["prev_mismatch"]
    assert codes(first, reseal(second, device_seq=1)) == ["device_seq_backwards"]
    assert codes(first, {**second, "sig": first["sig"]}) == ["bad_signature"]
    assert codes({**first, "suite": "sm-1"}) == ["unknown_suite", "bad_signature"]


def test_a_fault_says_which_event_it_is_about() -> None:
    faults = chain.verify_chain([TEN[0], {**TEN[1], "sig": ""}], PUBLIC)

    assert [(fault.index, fault.event_id) for fault in faults] == [(1, TEN[1]["id"])]


def test_the_newest_signature_covers_all_before_it() -> None:
    spoiled = [{**event, "sig": TEN[9]["sig"]} for event in TEN[:9]]

    assert chain.covered_by_newest([*spoiled, TEN[9]], PUBLIC) == 10


def test_when_the_newest_does_not_hold_the_next_older_one_counts() -> None:
    spoiled = [*TEN[:7], *({**event, "sig": TEN[0]["sig"]} for event in TEN[7:])]

    assert chain.covered_by_newest(spoiled, PUBLIC) == 7


def test_nothing_is_covered_when_no_signature_holds() -> None:
    assert chain.covered_by_newest(TEN, keys.WANG.public) == 0
    assert chain.covered_by_newest([], PUBLIC) == 0


def test_a_broken_link_ends_what_is_covered() -> None:
    broken = deepcopy(TEN)
    broken[4]["payload"]["reason"] = "另一个理由"

    assert chain.covered_by_newest(broken, PUBLIC) == 4


def test_a_later_batch_is_judged_from_the_event_already_held() -> None:
    assert chain.covered_by_newest(TEN[6:], PUBLIC, after=TEN[5]) == 4
    assert chain.covered_by_newest(TEN[6:], PUBLIC) == 0
    assert chain.covered_by_newest(TEN[6:], PUBLIC, after=TEN[4]) == 0


ANY = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers())


@given(name=st.sampled_from(sorted(TEN[2])), value=ANY)
def test_events_of_any_shape_are_judged_without_a_crash(name: str, value: Any) -> None:
    strange = {**TEN[2], name: value}
    faults = chain.verify_chain([*TEN[:2], strange, TEN[3]], PUBLIC)

    assert faults or name == "officer_sig" or strange == TEN[2]


@pytest.mark.parametrize("event", [{}, {"suite": None}, {"suite": []}])
def test_an_event_without_a_suite_has_no_hash(event: dict[str, Any]) -> None:
    with pytest.raises(UnknownSuite):
        chain.event_hash(event)


def test_a_hash_that_is_spelled_otherwise_is_not_the_hash() -> None:
    upper = {**TEN[0], "hash": TEN[0]["hash"].upper()}
    with pytest.raises(chain.HashMismatch):
        chain.check_link(upper, None)


def test_a_signature_is_over_the_raw_bytes_of_the_hash() -> None:
    signature = base64url.decode(TEN[0]["sig"])

    assert signature == keys.DEVICE.sign(bytes.fromhex(TEN[0]["hash"]))


def test_every_way_of_breaking_a_chain_is_one_tree() -> None:
    for error in (chain.HashMismatch, chain.OtherChain, chain.SeqGap, chain.PrevMismatch):
        assert issubclass(error, chain.ChainBroken)
        assert issubclass(error, DomainError)


_MEMBERS = st.sampled_from(("a", "hash", "sig", "officer_sig", "v", "明"))
_VALUES = st.sampled_from(("", "ab_-", "x", 'b","hash":"x', "x\\", "\t", "明察", 1, None))


@given(
    event=st.dictionaries(
        _MEMBERS, _VALUES | st.dictionaries(_MEMBERS, _VALUES) | st.lists(_VALUES), min_size=1
    )
)
def test_the_hash_taken_from_what_is_written_already_is_the_same(event: dict[str, Any]) -> None:
    event = {**event, "suite": TEN[0]["suite"]}

    assert chain.event_hash(event, written=canonical(event)) == chain.event_hash(event)


def test_a_member_inside_the_payload_is_not_taken_for_the_event_s_own() -> None:
    event = {**TEN[2], "payload": {"hash": TEN[2]["hash"], "z": [{"sig": TEN[2]["sig"], "zz": 1}]}}

    assert chain.event_hash(event, written=canonical(event)) == chain.event_hash(event)
