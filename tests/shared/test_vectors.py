"""The golden vectors are what the code makes today, and what it made on the first day."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared import chain, crypto, enrolment, keyset, receipts, signed, tokens, wipe
from shared.canonical import canonical
from shared.certificates import read_device_certificate, read_officer_certificate
from shared.draws import replay
from shared.events.envelope import read_event
from tests.vectors import keys, made

FOLDER = Path(made.__file__).parent
NOW = keys.NOON

# A vector is never changed, since tablets and archives hold what was made that way. To add some,
# run `python -m tests.vectors`, and add each new name with half its hash.
FROZEN: dict[str, str] = {
    "events.json/01 visit_opened": "78c233182ce12a9ba3fef166026ad4a9",
    "events.json/02 scanned_in": "f62a01e8f0acc302f7a298a9ecff5e87",
    "events.json/03 credentials_shown": "ebe051d479ea2d2570826c9bbaca1657",
    "events.json/04 credentials_shown": "4233da4ea469d8eb9d50068d6e141b35",
    "events.json/05 notice_served": "704ec03fa8cc2cf60b3c965c6c29337b",
    "events.json/06 point_answered": "cc4794b372995f81f3ff5b77c4a004f8",
    "events.json/07 evidence_added": "3800185781e7a89a356c13307447c8e6",
    "events.json/08 signed": "4debfe5f34482ba47e2ea93e1aca6695",
    "events.json/09 left": "86f8c295a1d2faa005478452d5236642",
    "events.json/10 sealed": "84eb86c7e0371b1d347feb072bccafe0",
    "tokens.json/enterprise": "c26dc3e202dfde908d387b464008975f",
    "tokens.json/officer": "76adb26679dc5eaa1f20b3fabdc99cc7",
    "tokens.json/join": "9f1f7adb7413b04342c4c32ce427786f",
    "tokens.json/answer": "aff43104980541677eb979d84e3e94dd",
    "tokens.json/closing": "945699d3039d9942f5344cf3d0ab25f4",
    "tokens.json/document": "135fd0b9f3edc3cd25c97bc1dd1bfe70",
    "signed.json/key_set": "84003384cbf831aaa55a5fad93ebfed0",
    "signed.json/device_certificate": "204b1947e7ac59bea49dd09105a68030",
    "signed.json/officer_certificate": "688e8cb2d095b48ddd23c3141c3bc0d4",
    "signed.json/receipt": "b002d9934e98d2211832c9f95bb45802",
    "signed.json/wipe": "8763221d1f8e59e63e2ae12b632d5140",
    "enrolment.json/enrolment": "e90adadc9b03a10d1068e027d2c57b2c",
    "crypto.json/signing": "99255b20e597470192e670996d3aa369",
    "crypto.json/aead": "d82780475e8fbac1facfb79472fe9495",
    "crypto.json/pin": "493dc55ac0d1b41275394913eb7f2182",
    "crypto.json/sealed box": "54cba92f1b0c7c11d8a4b6227204687c",
    "draws.json/draw": "24067bb413044ea33199b426e3e5f3ec",
    "draws.json/void": "19a9fd8e3af37f5f3b3c1df8206b32a1",
}


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", made.FILES)
def test_the_code_still_makes_every_vector(name: str) -> None:
    assert made.FILES[name]() == vectors(name)


@pytest.mark.parametrize(("name", "digest"), FROZEN.items())
def test_vectors_are_only_added_to(name: str, digest: str) -> None:
    file, _, vector = name.partition("/")

    assert crypto.sha256_hex(canonical(vectors(file)[vector]))[:32] == digest


def test_every_vector_is_frozen() -> None:
    assert {f"{file}/{name}" for file in made.FILES for name in vectors(file)} == set(FROZEN)


def test_the_ten_events_are_readable_and_form_one_chain() -> None:
    events = [each["event"] for each in vectors("events.json").values()]

    assert len(events) == 10
    assert [read_event(event).seq for event in events] == list(range(1, 11))
    assert chain.verify_chain(events, keys.DEVICE.public) == ()
    assert chain.covered_by_newest(events, keys.DEVICE.public) == 10


@pytest.mark.parametrize("name", vectors("events.json"))
def test_an_event_vector_can_be_checked_by_hand(name: str) -> None:
    vector = vectors("events.json")[name]
    digest = crypto.sha256_hex(vector["canonical"].encode())
    signer = vector["event"]["officer_id"]

    assert digest == vector["hash"] == vector["event"]["hash"]
    assert chain.signature_ok(vector["event"], vector["device_public"])
    if vector["officer_sig"]:
        officer = keys.WANG if signer == keys.WANG_ID else keys.LI
        assert chain.officer_signature_ok(vector["event"], officer.public)


@pytest.mark.parametrize("typ", list(tokens.TokenType))
def test_every_type_of_token_has_a_vector_that_is_read(typ: tokens.TokenType) -> None:
    vector = vectors("tokens.json")[typ]
    read = tokens.read(vector["token"], typ, lambda _kid, _at: vector["public"], NOW)

    assert {**vector["claims"], "kid": vector["kid"], "typ": typ} == {
        name: read[name] for name in read if name not in ("v", "suite")
    }


def test_the_signed_objects_are_read_with_their_key_set() -> None:
    objects = {name: each["object"] for name, each in vectors("signed.json").items()}
    trusted = keyset.trust_first(objects["key_set"], keyset.fingerprint(objects["key_set"]))

    device = read_device_certificate(objects["device_certificate"], trusted, NOW)
    officer = read_officer_certificate(objects["officer_certificate"], trusted, NOW)
    receipt = receipts.read_receipt(objects["receipt"], trusted, keys.DEVICE_ID)
    order = wipe.read_wipe(objects["wipe"], trusted, keys.DEVICE_ID, NOW)

    assert (device.public_key, officer.name) == (keys.DEVICE.public, "王建国")
    assert receipt.heads[keys.VISIT_ID].seq == 10
    assert order.form is wipe.WipeForm.LOST


@pytest.mark.parametrize("name", vectors("signed.json"))
def test_what_is_signed_is_the_object_without_its_signature(name: str) -> None:
    vector = vectors("signed.json")[name]

    assert signed.holds(vector["object"], vector["public"])
    body = {key: vector["object"][key] for key in vector["object"] if key != "sig"}
    assert canonical(body).decode() == vector["signed_bytes"]


def test_the_enrolment_vector_is_read_and_its_proof_holds() -> None:
    vector = vectors("enrolment.json")["enrolment"]
    found = enrolment.decode(vector["text"])

    assert (found.server, found.code) == (vector["server"], vector["code"])
    proof = bytes.fromhex(vector["proof"])
    assert crypto.verify(vector["public_key"], proof, vector["proof_bytes"].encode())


def test_the_draw_vector_is_replayed_from_its_file_and_by_hand() -> None:
    vector = vectors("draws.json")["draw"]
    report = replay.verify(vector["file"].encode())
    parts = (vector["pool_hash"], *(vector["secrets"][p] for p in ("agency", "supervision")))

    assert report.faults == ()
    assert (report.pool_hash, report.file_hash) == (vector["pool_hash"], vector["file_hash"])
    assert crypto.sha256_hex(vector["pool"].encode()) == vector["pool_hash"]
    assert crypto.sha256_hex(b"".join(map(bytes.fromhex, parts))) == vector["seed"]
    assert replay.verify(vectors("draws.json")["void"]["file"].encode()).holds
