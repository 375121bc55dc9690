"""A case file holds, or its report says what does not and where."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import chain, keyset, signed
from shared.canonical import canonical, parse_object
from shared.case_file import layout, verify
from shared.case_file.report import NOTES, Anchor, Report
from shared.case_file.sentences import SENTENCES
from shared.events.kinds import EventKind
from shared.keyset import KeySet
from tests.shared.case_file.cases import (
    EXPORTED,
    PHOTO,
    SIGNED_BY,
    Case,
    device_certificate,
    lines,
    officer_certificate,
    receipt,
    sha256_of,
)
from tests.vectors import keys
from tests.world import LI, WANG, Tablet, key

CASE = Case().walk()
TABLET = CASE.tablet
FILE = CASE.file()
CHAIN = layout.chain(TABLET.visit_id, "tablet-1")
TRUSTED = keys.key_set()


def codes(entries: dict[str, bytes], trusted: KeySet | None = TRUSTED) -> set[str]:
    return {finding.code for finding in verify(entries, trusted).findings}


def resealed(which: int, **change: Any) -> list[bytes]:
    """The chain's lines with one event changed and everything from it on sealed anew."""
    raws = [dict(event.raw) for event in TABLET.events]
    for at in range(which, len(raws)):
        more = change if at == which else {}
        prev = raws[at - 1]["hash"] if at else ""
        officer = key(raws[at]["officer_id"]) if "officer_sig" in raws[at] else None
        raws[at] = chain.seal({**raws[at], "prev": prev, **more}, key("tablet-1"), officer)
    return [canonical(raw) for raw in raws]


def with_chain(chain_lines: list[bytes], **other: Any) -> dict[str, bytes]:
    return CASE.file(chains={(TABLET.visit_id, "tablet-1"): chain_lines}, **other)


def index_of(kind: EventKind) -> int:
    return next(at for at, event in enumerate(TABLET.events) if event.kind is kind)


def payload_of(kind: EventKind, **change: Any) -> dict[str, Any]:
    return {**TABLET.events[index_of(kind)].raw["payload"], **change}


def test_a_whole_case_holds_and_is_counted() -> None:
    report = verify(FILE, TRUSTED)

    assert report.findings == ()
    assert report.holds
    assert report.anchor is Anchor.TRUSTED
    assert report.heads == {CHAIN: TABLET.events[-1].hash}
    assert report.counts == {
        "certificates": 3,
        "chains": 1,
        "documents": 3,
        "events": len(TABLET.events),
        "evidence": 1,
        "officer_signatures": sum(event.officer_sig is not None for event in TABLET.events),
        "receipts": 1,
        "signatures": len(TABLET.events),
    }


def test_without_a_key_set_from_elsewhere_the_report_says_so() -> None:
    report = verify(FILE, None)

    assert report.holds
    assert report.anchor is Anchor.ITSELF
    assert [note.code for note in report.notes] == ["key_set_unanchored"]
    assert report.key_set_fingerprint == keyset.fingerprint(keys.key_set_object())


@given(entry=st.sampled_from(sorted(FILE)), where=st.integers(0), flip=st.integers(1, 255))
def test_no_byte_of_any_entry_can_change_unnoticed(entry: str, where: int, flip: int) -> None:
    data = bytearray(FILE[entry])
    data[where % len(data)] ^= flip

    assert not verify({**FILE, entry: bytes(data)}, TRUSTED).holds


@pytest.mark.parametrize("entry", sorted(FILE))
def test_no_entry_can_be_taken_away(entry: str) -> None:
    left = {name: FILE[name] for name in FILE if name != entry}

    assert not verify(left, TRUSTED).holds


@pytest.mark.parametrize("name", ["evidence/more", "chains/v/d.jsonl", "receipts/9.json", "x"])
@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"[]\n", b'{"at":[]}\n'])
def test_no_entry_can_be_added(name: str, data: bytes) -> None:
    assert "entry_unlisted" in codes({**FILE, name: data})


def test_a_file_made_by_somebody_else_is_not_believed() -> None:
    stranger = keys.DEVICE
    obj = keyset.make(
        version=9,
        keys=[replace(keys.KEYS[0], public=stranger.public)],
        recovery="x",
        issued_at=keys.START,
        key=stranger,
        kid=keys.PLATFORM_KID,
    )
    entries = {**FILE, layout.KEY_SET: canonical(obj)}

    assert "bad_signature" in codes(entries)
    assert verify(entries, TRUSTED).faults[0].where == layout.KEY_SET


def test_a_newer_key_set_in_the_file_is_believed_if_a_trusted_key_signed_it() -> None:
    newer = keyset.make(version=2, keys=keys.KEYS, recovery="x", issued_at=keys.NOON, **SIGNED_BY)

    assert verify(CASE.file(key_set=newer), TRUSTED).holds


def test_what_a_key_signed_before_it_was_revoked_still_holds() -> None:
    def with_revocation(at: Any) -> KeySet:
        revoked = [replace(keys.KEYS[0], revoked_at=at), keys.KEYS[1]]
        obj = keyset.make(
            version=2,
            keys=revoked,
            recovery="x",
            issued_at=EXPORTED,
            key=keys.NEXT_PLATFORM,
            kid=keys.NEXT_KID,
        )
        return keyset.read(obj)

    assert verify(FILE, with_revocation(EXPORTED.replace(month=12, day=2))).holds
    assert "key_revoked" in codes(FILE, with_revocation(EXPORTED))


def test_an_event_taken_from_the_middle_is_missed() -> None:
    gone = [line for at, line in enumerate(lines(TABLET)) if at != 4]

    assert {"seq_gap", "receipt_mismatch"} & codes(with_chain(gone))


def test_a_chain_cut_short_contradicts_its_receipt() -> None:
    assert "receipt_mismatch" in codes(with_chain(lines(TABLET)[:-2]))


def test_an_event_sealed_by_another_tablet_is_a_bad_signature() -> None:
    forged = canonical(chain.seal(TABLET.events[0].raw, key("tablet-2")))

    found = verify(with_chain([forged, *lines(TABLET)[1:]]), TRUSTED).faults
    assert [(fault.code, fault.where) for fault in found] == [("bad_signature", f"{CHAIN}:1")]
    assert found[0].detail == TABLET.events[0].id


def test_one_officer_cannot_sign_for_the_other() -> None:
    at = index_of(EventKind.CREDENTIALS_SHOWN)
    forged = canonical(chain.seal(TABLET.events[at].raw, key("tablet-1"), key(LI)))
    changed = [forged if n == at else line for n, line in enumerate(lines(TABLET))]

    assert codes(with_chain(changed)) == {"officer_signature_bad"}


def test_an_act_that_needs_the_person_cannot_do_without() -> None:
    at = index_of(EventKind.SIGNED)
    bare = canonical(chain.seal(TABLET.events[at].raw, key("tablet-1")))
    changed = [bare if n == at else line for n, line in enumerate(lines(TABLET))]

    assert codes(with_chain(changed)) == {"officer_signature_missing"}


def test_keys_without_a_certificate_are_named() -> None:
    only_device = CASE.file(certificates=[device_certificate()])
    only_officers = CASE.file(certificates=[officer_certificate(WANG), officer_certificate(LI)])

    assert codes(only_device) == codes(only_officers) == {"no_certificate"}


def test_a_certificate_no_platform_key_signed_does_not_count() -> None:
    own = signed.sign(
        {name: value for name, value in device_certificate().items() if name != "sig"},
        key("tablet-1"),
        keys.PLATFORM_KID,
    )
    entries = CASE.file(certificates=[own, officer_certificate(WANG), officer_certificate(LI)])

    assert codes(entries) == {"bad_signature", "no_certificate"}


def test_a_certificate_out_of_its_time_is_noted_and_takes_nothing_away() -> None:
    early = device_certificate(valid_to=keys.START.replace(month=2))
    entries = CASE.file(certificates=[early, officer_certificate(WANG), officer_certificate(LI)])
    report = verify(entries, TRUSTED)

    assert report.holds
    assert {note.code for note in report.notes} == {"certificate_not_in_force"}


def test_an_event_of_another_visit_is_out_of_place() -> None:
    entries = CASE.file(chains={("another-visit", "tablet-1"): lines(TABLET)})

    assert "wrong_place" in codes(entries)


@pytest.mark.parametrize("change", [{"head": "0" * 64}, {"events": 3}, {"events": True}])
def test_a_seal_that_does_not_fit_is_found(change: dict[str, Any]) -> None:
    at = index_of(EventKind.SEALED)
    changed = resealed(at, payload=payload_of(EventKind.SEALED, **change))

    assert "seal_mismatch" in codes(with_chain(changed, receipts=[]))


def test_a_line_that_is_spelled_otherwise_is_found() -> None:
    loose = lines(TABLET)[0].replace(b'","', b'", "', 1)

    assert codes(with_chain([loose, *lines(TABLET)[1:]])) == {"not_canonical"}


@pytest.mark.parametrize("line", [b"", b"not json", b"[]", b'{"a":1,"a":1}', b"[" * 10_000])
def test_a_line_that_cannot_be_read_is_found(line: bytes) -> None:
    assert "unreadable" in codes(with_chain([*lines(TABLET), line]))


def test_a_chain_whose_last_line_is_cut_off_is_found() -> None:
    assert "unreadable" in codes({**FILE, CHAIN: FILE[CHAIN][:-1]})
    assert "unreadable" in codes({**FILE, CHAIN: b""})


def test_missing_evidence_is_a_fault_unless_it_is_explained() -> None:
    assert codes(CASE.file(evidence={})) == {"evidence_missing"}

    explained = verify(CASE.file(evidence={}, absent={sha256_of(PHOTO): "上传中"}), TRUSTED)
    assert explained.holds
    assert {(note.code, note.detail) for note in explained.notes} == {("evidence_absent", "上传中")}


def test_evidence_under_anothers_hash_is_found() -> None:
    assert codes(CASE.file(evidence={sha256_of(PHOTO): b"other"})) >= {"evidence_changed"}


def test_evidence_of_another_size_than_was_signed_is_found() -> None:
    at = index_of(EventKind.EVIDENCE_ADDED)
    changed = resealed(at, payload=payload_of(EventKind.EVIDENCE_ADDED, size=1))

    assert "evidence_size" in codes(with_chain(changed, receipts=[]))


def test_what_was_signed_must_be_in_the_file() -> None:
    assert codes(CASE.file(documents=CASE.documents[:2])) == {"content_missing"}


def test_a_content_other_than_listed_is_found() -> None:
    changed = [replace(CASE.documents[0], content=b"{}"), *CASE.documents[1:]]

    assert codes(CASE.file(documents=changed)) == {"content_missing"}
    path = layout.document_content("d-notice")
    assert {"content_changed", "entry_changed"} <= codes({**FILE, path: b"{}"})


def test_a_receipt_for_another_head_is_found() -> None:
    other = receipt(TABLET.events[:-1])
    wrong = receipt([replace(TABLET.events[-1], hash="0" * 64)])

    assert codes(CASE.file(receipts=[other])) == {"not_receipted"}
    assert codes(CASE.file(receipts=[wrong])) == {"receipt_mismatch", "not_receipted"}
    assert verify(CASE.file(receipts=[]), TRUSTED).holds


def test_what_is_not_a_receipt_does_not_count_as_one() -> None:
    assert codes(CASE.file(receipts=[device_certificate()])) >= {"bad_input", "not_receipted"}


def joint(head: str | None = None) -> dict[str, bytes]:
    """A second tablet that joined this visit, quoting the first one's opening."""
    other = Tablet(device_id="tablet-2")
    first = TABLET.events[0]
    lead = {"device_id": "tablet-1", "seq": 1, "head": head or first.hash}
    other.act(EventKind.JOINED, LI, lead=lead, agency_id="agency-2", references=[])
    return CASE.file(
        chains={
            (TABLET.visit_id, "tablet-1"): lines(TABLET),
            (TABLET.visit_id, "tablet-2"): lines(other),
        },
        certificates=[
            device_certificate(),
            device_certificate("tablet-2"),
            officer_certificate(WANG),
            officer_certificate(LI),
            officer_certificate(LI, "tablet-2"),
        ],
        receipts=[receipt(TABLET.events), receipt(other.events)],
    )


def test_a_joint_visit_holds_with_both_its_chains() -> None:
    assert codes(joint()) == set()


def test_a_quoted_head_that_nobody_has_is_found() -> None:
    assert codes(joint("0" * 64)) == {"quote_mismatch"}


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {layout.MANIFEST: b""},
        {layout.MANIFEST: b"{}"},
        {layout.MANIFEST: b'{"typ":"case"}', layout.KEY_SET: b"{}"},
        {layout.MANIFEST: b'{"documents":{},"files":[],"typ":"case"}'},
        {layout.MANIFEST: b'{"documents":[1],"files":{"x":2},"absent":[],"typ":"case"}'},
        {"certificates/1.json": b'{"typ":[]}', "receipts/1.json": b'{"heads":[]}'},
        {"chains/x.jsonl": b'{"kind":[],"payload":[],"at":7,"seq":{},"id":null}\n'},
        {"chains/v/d.jsonl": b'{"payload":{"lead":{"head":[]},"evidence":[[]]}}\n' * 2},
    ],
    ids=lambda entries: str(entries)[:40],
)
def test_any_contents_end_in_a_report(entries: dict[str, bytes]) -> None:
    for trusted in (TRUSTED, None):
        report = verify(entries, trusted)
        assert isinstance(report, Report)
        assert not report.holds


def test_every_code_has_its_sentence_in_both_languages() -> None:
    assert set(SENTENCES) >= NOTES
    assert all(text.zh and text.en for text in SENTENCES.values())


def test_a_report_keeps_the_manifest_readable_for_people() -> None:
    manifest = parse_object(FILE[layout.MANIFEST])

    assert manifest["visit_id"] == TABLET.visit_id
    assert set(manifest["files"]) == set(FILE) - {layout.MANIFEST}
