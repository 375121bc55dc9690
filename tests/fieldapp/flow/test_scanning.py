"""What a scanned text is for a visit, judged with no network."""

import pytest

from fieldapp.flow.scanning import Seen
from fieldapp.sync import keys
from shared import tokens
from shared.certificates import key_id
from shared.errors import BadInput
from shared.events.kinds import EventKind
from shared.reference import ReferenceObject
from tests.fieldapp.conftest import Field
from tests.fieldapp.simulator import KID, SERVER, signing_key
from tests.world import NOON, OTHER_USCC, USCC, WANG


def code(uscc: str = USCC, premise: str = "premise-1", *, by: str = "platform") -> str:
    claims = {"uscc": uscc, "premise": premise, "iat": int(NOON.timestamp()), "nonce": "n-1"}
    token = tokens.make(tokens.TokenType.ENTERPRISE, claims, signing_key(by), KID)
    return tokens.url(SERVER, "e", token)


def test_the_right_code_gives_the_payload_of_the_scan(field: Field) -> None:
    flow = field.visit()
    field.network.on = False
    reading = flow.read_code(code())
    assert reading.seen is Seen.RIGHT
    assert reading.measured is not None
    assert not reading.measured.outside
    event = flow.take(EventKind.SCANNED_IN, officer_id=WANG, payload=reading.payload)
    assert (event.payload["kid"], event.payload["nonce"]) == (KID, "n-1")
    assert event.payload["distance_m"] == pytest.approx(14.2, abs=1)


def test_another_enterprises_code_is_a_mismatch_that_can_be_recorded(field: Field) -> None:
    flow = field.visit()
    reading = flow.read_code(code(OTHER_USCC))
    assert reading.seen is Seen.MISMATCH
    flow.take(EventKind.SCAN_MISMATCH, officer_id=WANG, payload=reading.payload)
    assert flow.state().mismatches == 1


def test_another_premise_of_the_same_enterprise_is_a_mismatch(field: Field) -> None:
    assert field.visit().read_code(code(premise="premise-2")).seen is Seen.MISMATCH


def test_a_code_signed_by_another_key_is_refused(field: Field) -> None:
    reading = field.visit().read_code(code(by="thief"))
    assert (reading.seen, reading.code) == (Seen.REFUSED, "token_forged")


def test_a_code_of_a_stolen_key_is_refused_though_the_visit_began_before(field: Field) -> None:
    flow = field.visit()
    assert flow.read_code(code()).seen is Seen.RIGHT
    field.platform.change_key(stolen=True)
    with field.held.store.transaction() as tx:
        keys.trust(tx, field.held, field.platform.key_set)
    reading = flow.read_code(code())
    assert (reading.seen, reading.code) == (Seen.REFUSED, "token_revoked")
    assert flow.state().scan is None


def test_a_token_of_another_type_is_no_enterprise_code(field: Field) -> None:
    flow = field.visit()
    claims = {"doc": "doc-1", "hash": "0" * 64, "iat": int(NOON.timestamp())}
    token = tokens.make(tokens.TokenType.DOCUMENT, claims, signing_key("platform"), KID)
    reading = flow.read_code(tokens.url(SERVER, "e", token))
    assert (reading.seen, reading.code) == (Seen.REFUSED, "token_wrong_type")
    assert flow.read_code(flow.officer_code(WANG)).seen is Seen.OTHER
    assert flow.state().scan is None


def test_a_code_called_back_since_the_visit_began_is_refused(field: Field) -> None:
    flow = field.visit()
    revoked = {"of": "code", "ref": "n-1", "since": "2026-11-01T00:00:00+00:00"}
    field.platform.publish(ReferenceObject("revocation", "code:n-1", 1, revoked))
    field.sync()
    reading = flow.read_code(code())
    assert (reading.seen, reading.code) == (Seen.REFUSED, "token_revoked")


def test_a_licence_gives_the_credit_code_alone(field: Field) -> None:
    reading = field.visit().read_code(f"http://example.invalid/licence?code={USCC}")
    assert reading.seen is Seen.RIGHT
    assert reading.payload["method"] == "licence"
    assert reading.payload["premise_id"] is None


@pytest.mark.parametrize("text", ["https://example.invalid/", "javascript:alert(1)", "", "\x00"])
def test_anything_else_is_shown_and_never_followed(field: Field, text: str) -> None:
    reading = field.visit().read_code(text)
    assert (reading.seen, reading.code) == (Seen.OTHER, "code_unknown")
    assert "\x00" not in reading.text


def test_far_from_the_premise_a_reason_is_due(field: Field) -> None:
    flow = field.visit()
    field.ports.location.position = field.ports.location.position.__class__(
        lat=36.70, lon=117.10, acc_m=5.0, crs="WGS84", provider="gps", age_ms=1, mock=False
    )
    reading = flow.read_code(code())
    assert reading.measured is not None
    assert reading.measured.outside
    assert reading.measured.distance_m > 5000


def test_an_officers_code_names_the_task_and_the_officers_key_for_five_minutes(
    field: Field,
) -> None:
    flow = field.visit()
    url = flow.officer_code(WANG)
    letter, token = tokens.from_url(url) or ("", "")
    assert letter == "o"
    public = field.held.officers.get(WANG).public_key

    def lookup(*_: object) -> str:
        return public

    claims = tokens.read(token, "officer", lookup, NOON)
    assert (claims["task"], claims["kid"]) == ("task-1", key_id(public))
    assert not {"officer", "device"} & set(claims)
    assert "unsure" not in claims
    field.clock.advance(seconds=301)
    with pytest.raises(tokens.TokenExpired):
        tokens.read(token, "officer", lookup, field.clock.read().wall)


def test_a_locked_officer_shows_no_code(field: Field) -> None:
    flow = field.visit()
    field.session.forget_officer(WANG)
    with pytest.raises(Exception, match="not unlocked"):
        flow.officer_code(WANG)


def test_a_scan_that_cannot_be_read_back_changes_nothing(field: Field) -> None:
    flow = field.visit()
    with pytest.raises(BadInput):
        flow.take(EventKind.SCANNED_IN, officer_id=WANG, payload={"uscc": "x"})
    assert len(flow.events()) == 1
