"""Codes between tablets: whoever holds the platform's keys can tell whose they are, offline."""

from datetime import UTC, datetime, timedelta

import pytest
import segno

from shared import keyset, tablet_codes, tokens
from shared.certificates import key_id
from shared.tablet_codes import TabletHead
from shared.tokens import TokenExpired, TokenForged, TokenRevoked, TokenType, TokenWrongType
from tests.vectors import keys, made

NOW = datetime.fromtimestamp(made.IAT, UTC)
KEYS = keyset.read(keys.key_set_object())
CERTIFICATE = made.device_certificate()
PLACE = TabletHead(
    visit_id=keys.VISIT_ID,
    device_id=keys.DEVICE_ID,
    agency_id=CERTIFICATE["agency_id"],
    seq=4,
    head="b7" * 32,
    uscc="91370100MA37XJ385W",
)


def code(typ: TokenType = TokenType.JOIN, place: TabletHead = PLACE, key=keys.DEVICE) -> str:
    return tablet_codes.make(typ, place, certificate=CERTIFICATE, key=key, now=NOW, time_known=True)


def read(token: str, typ: TokenType = TokenType.JOIN, *, at: datetime = NOW, **other) -> TabletHead:
    return tablet_codes.read(token, typ, KEYS, at, **other)


@pytest.mark.parametrize("typ", [TokenType.JOIN, TokenType.ANSWER, TokenType.CLOSING])
def test_what_a_tablet_shows_another_reads(typ: TokenType) -> None:
    assert read(code(typ), typ) == PLACE


def test_a_code_for_one_step_serves_no_other() -> None:
    with pytest.raises(TokenWrongType):
        read(code(TokenType.ANSWER), TokenType.CLOSING)


def test_a_key_without_the_certificate_is_a_forgery() -> None:
    with pytest.raises(TokenForged):
        read(code(key=keys.WANG))


def test_another_tablets_certificate_does_not_serve() -> None:
    other = TabletHead(**{**_values(PLACE), "device_id": "tablet-9"})
    with pytest.raises(TokenForged):
        read(code(place=other))


@pytest.mark.parametrize("cert", [None, {}, {"kid": "x"}, {"issued_at": "never", "sig": "AA"}])
def test_a_code_without_a_readable_certificate_is_a_forgery(cert: dict[str, str] | None) -> None:
    claims = {
        "visit": PLACE.visit_id,
        "device": PLACE.device_id,
        "head": PLACE.head,
        "seq": PLACE.seq,
        "iat": made.IAT,
        "exp": made.IAT + 60,
        **({} if cert is None else {"cert": cert}),
    }
    with pytest.raises(TokenForged):
        read(tokens.make(TokenType.JOIN, claims, keys.DEVICE, key_id(keys.DEVICE.public)))


def test_it_ends_after_ten_minutes_and_with_its_tablet() -> None:
    with pytest.raises(TokenExpired):
        read(code(), at=NOW + timedelta(minutes=10))
    with pytest.raises(TokenRevoked):
        read(code(), revoked_devices={PLACE.device_id})


def test_a_camera_can_read_it_off_a_tablet() -> None:
    assert segno.make(code(), error="l", micro=False).version <= 24


def _values(place: TabletHead) -> dict[str, object]:
    return {name: getattr(place, name) for name in TabletHead.__slots__}
