"""Codes a camera sees: refused for every reason but being right."""

import json
import string
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from shared import base64url, tokens
from shared.canonical import canonical
from shared.errors import BadInput, BadJson, KeyRevoked, UnknownKey
from shared.tokens import (
    LONGEST_LIFE,
    TokenExpired,
    TokenForged,
    TokenRefused,
    TokenRevoked,
    TokenTooEarly,
    TokenType,
    TokenUnreadable,
    TokenWrongType,
)
from tests.shared.spoiling import spoil
from tests.vectors import keys, made

VECTORS = made.token_vectors()
NOW = datetime.fromtimestamp(made.IAT, UTC)
PUBLIC = {kid: key.public for key, kid in made.TOKEN_SIGNERS.values()}
EXPIRING = sorted(LONGEST_LIFE)
LETTERS = string.ascii_letters + string.digits + "-_.=+/ "


def lookup(kid: str, _at: datetime) -> str:
    if kid not in PUBLIC:
        raise UnknownKey("No such key.", kid=kid)
    return PUBLIC[kid]


def read(token: str, typ: str, at: datetime = NOW, **other: Any) -> dict[str, Any]:
    return tokens.read(token, typ, lookup, at, **other)


def token_of(typ: str, **change: Any) -> str:
    key, kid = made.TOKEN_SIGNERS[typ]
    return tokens.make(typ, {**VECTORS[typ]["claims"], **change}, key, kid)


@pytest.mark.parametrize("typ", list(TokenType))
def test_what_was_claimed_is_read(typ: TokenType) -> None:
    claims = read(token_of(typ), typ)

    assert claims.items() >= VECTORS[typ]["claims"].items()


@pytest.mark.parametrize("made_as", list(TokenType))
@pytest.mark.parametrize("wanted", list(TokenType))
def test_no_type_serves_as_another(made_as: TokenType, wanted: TokenType) -> None:
    if made_as is not wanted:
        with pytest.raises(TokenWrongType):
            read(token_of(made_as), wanted)


@given(
    typ=st.sampled_from(list(TokenType)),
    where=st.integers(min_value=0),
    letter=st.sampled_from(LETTERS),
)
def test_one_changed_character_is_enough_to_refuse(typ: TokenType, where: int, letter: str) -> None:
    token = VECTORS[typ]["token"]
    at = where % len(token)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        with pytest.raises(TokenRefused):
            read(changed, typ)


@given(st.text(max_size=120))
def test_any_text_is_refused_in_order(text: str) -> None:
    with pytest.raises(TokenRefused):
        read(text, "enterprise")
    assert tokens.type_of(text) is None


def signed(body: Any) -> str:
    raw = canonical(body)
    return f"{base64url.encode(raw)}.{base64url.encode(keys.PLATFORM.sign(raw))}"


HEADER = {"v": 1, "suite": "intl-1", "kid": keys.PLATFORM_KID, "typ": "enterprise"}


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {},
        HEADER,
        {**HEADER, "iat": "now"},
        {**HEADER, "iat": -1},
        {**HEADER, "iat": 1e15},
        {**HEADER, "iat": made.IAT, "uscc": "short", "premise": "p", "nonce": "n"},
        {**HEADER, "iat": made.IAT, "uscc": "9" * 18, "premise": 1, "nonce": "n"},
        {**HEADER, "v": 2, "iat": made.IAT},
        {**HEADER, "kid": None, "iat": made.IAT},
        {**HEADER, "typ": 7, "iat": made.IAT},
    ],
    ids=lambda body: json.dumps(body)[-30:],
)
def test_even_signed_a_body_that_does_not_fit_is_unreadable(body: Any) -> None:
    with pytest.raises(TokenUnreadable):
        read(signed(body), "enterprise")


DOCUMENT = {"doc": "d1", "hash": "ab" * 32, "iat": made.IAT}
ENTERPRISE = {"uscc": "9" * 18, "premise": "p1", "nonce": "n", "iat": made.IAT}


@given(
    st.sampled_from([(TokenType.DOCUMENT, DOCUMENT), (TokenType.ENTERPRISE, ENTERPRISE)]), st.data()
)
def test_claims_make_a_token_where_their_schema_takes_them(
    sample: tuple[TokenType, dict[str, Any]], data: st.DataObject
) -> None:
    typ, claims = sample[0], dict(sample[1])
    spoil(claims, data)
    (key, kid) = made.TOKEN_SIGNERS[typ]
    if tokens.SCHEMAS[typ].validate(claims):
        with pytest.raises(BadInput):
            tokens.make(typ, claims, key, kid)
    else:
        with suppress(BadJson):  # what is said besides may have no canonical form
            assert tokens.unverified(tokens.make(typ, claims, key, kid)).items() >= claims.items()


def test_another_spelling_of_the_same_claims_is_unreadable() -> None:
    claims = VECTORS["enterprise"]["claims"]
    loose = json.dumps({**HEADER, **claims}).encode()
    token = f"{base64url.encode(loose)}.{base64url.encode(keys.PLATFORM.sign(loose))}"

    with pytest.raises(TokenUnreadable):
        read(token, "enterprise")


def test_a_very_long_text_is_unreadable() -> None:
    with pytest.raises(TokenUnreadable):
        read("A" * 10_000_000, "enterprise")


def test_a_key_nobody_trusts_makes_a_forgery() -> None:
    claims = VECTORS["enterprise"]["claims"]
    for key, kid in ((keys.DEVICE, "stranger"), (keys.DEVICE, keys.PLATFORM_KID)):
        with pytest.raises(TokenForged):
            read(tokens.make("enterprise", claims, key, kid), "enterprise")


def test_a_suite_nobody_has_makes_a_forgery() -> None:
    with pytest.raises(TokenForged):
        read(signed({**HEADER, "suite": "sm-1", "iat": made.IAT}), "enterprise")


@pytest.mark.parametrize("typ", EXPIRING)
def test_a_code_expires_to_the_second(typ: TokenType) -> None:
    token = token_of(typ, exp=made.IAT + 60)

    assert read(token, typ, NOW + timedelta(seconds=59.9))
    with pytest.raises(TokenExpired):
        read(token, typ, NOW + timedelta(seconds=60))


@pytest.mark.parametrize("typ", EXPIRING)
def test_codes_cannot_be_made_for_later(typ: TokenType) -> None:
    assert read(token_of(typ), typ, NOW - tokens.CLOCK_SKEW)
    with pytest.raises(TokenTooEarly):
        read(token_of(typ), typ, NOW - tokens.CLOCK_SKEW - timedelta(seconds=1))


@pytest.mark.parametrize("typ", EXPIRING)
@pytest.mark.parametrize("life", [0, -1, 3600])
def test_a_code_cannot_give_itself_a_long_life(typ: TokenType, life: int) -> None:
    claims = {**VECTORS[typ]["claims"], "exp": made.IAT + life}
    key, kid = made.TOKEN_SIGNERS[typ]
    with pytest.raises(BadInput):
        tokens.make(typ, claims, key, kid)

    raw = canonical({**claims, "v": 1, "suite": "intl-1", "kid": kid, "typ": typ})
    with pytest.raises(TokenUnreadable):
        read(f"{base64url.encode(raw)}.{base64url.encode(key.sign(raw))}", typ)


@pytest.mark.parametrize("typ", EXPIRING)
def test_a_tablet_that_does_not_know_the_time_says_so_and_is_not_judged_by_it(typ: Any) -> None:
    token = token_of(typ, unsure=True)

    assert read(token, typ, NOW + timedelta(days=3))["unsure"] is True
    with pytest.raises(TokenExpired):
        read(token_of(typ, unsure=False), typ, NOW + timedelta(days=3))


def test_a_code_on_a_door_does_not_expire() -> None:
    assert read(token_of("enterprise"), "enterprise", NOW + timedelta(days=3650))


def test_a_code_called_back_is_refused() -> None:
    for typ, ref in (("enterprise", "n-1"), ("document", "doc-1")):
        assert read(token_of(typ), typ, revoked={"another"})
        with pytest.raises(TokenRevoked):
            read(token_of(typ), typ, revoked={ref})


def test_a_code_whose_key_is_revoked_is_refused() -> None:
    def revoked(kid: str, at: datetime) -> str:
        raise KeyRevoked("Revoked.", kid=kid, at=at)

    with pytest.raises(TokenRevoked):
        tokens.read(token_of("enterprise"), "enterprise", revoked, NOW)


def test_a_key_set_can_be_asked_for_keys() -> None:
    held = keys.key_set()

    assert tokens.read(token_of("enterprise"), "enterprise", held.public, NOW)


@pytest.mark.parametrize("typ", ["enterprise", "officer", "document"])
@pytest.mark.parametrize("host", ["mingcha.example", "http://127.0.0.1:8080", "https://a.b/c/"])
def test_an_address_carries_its_token(typ: str, host: str) -> None:
    letter, token = tokens.LETTERS[TokenType(typ)], token_of(typ)
    address = tokens.url(host, letter, token)

    assert address.startswith(("http://127.0.0.1:8080/q/", "https://"))
    assert tokens.from_url(address) == (letter, token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://x/q/e/",
        "https://x/q/z/a.b",
        "https://x/q/e/a",
        "https://x/q/e/a.b?c=d",
        "ftp://x/q/e/a.b",
        "x/q/e/a.b",
        "https:///q/e/a.b",
        "https://x/q/e/a.b\n",
        "https://x/" + "y/" * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_another_address_carries_none(text: str) -> None:
    assert tokens.from_url(text) is None


SHORT = {"t": base64url.encode(bytes(range(16)))}
TASK_ID = "00010203-0405-0607-0809-0a0b0c0d0e0f"


def officer_token(**claims: Any) -> str:
    key, kid = made.TOKEN_SIGNERS["officer"]
    return tokens.make("officer", {"iat": made.IAT, "exp": made.IAT + 299, **claims}, key, kid)


def test_a_task_named_by_sixteen_bytes_is_read_as_its_whole_id() -> None:
    assert tokens.task_claim(TASK_ID) == SHORT
    assert read(officer_token(**SHORT), "officer")["task"] == TASK_ID


@pytest.mark.parametrize("other", ["task-1", TASK_ID.upper(), TASK_ID.replace("-", ""), ""])
def test_an_id_that_is_no_plain_uuid_is_named_as_it_stands(other: str) -> None:
    assert tokens.task_claim(other) == {"task": other}


@pytest.mark.parametrize(
    "claims",
    [{}, {**SHORT, "task": "task-1"}, {"t": "A" * 21 + "B"}, {"t": "A" * 23}, {"t": "é" * 22}],
    ids=["none", "both", "stray bits", "long", "letters"],
)
def test_an_officers_code_names_exactly_one_task(claims: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        officer_token(**claims)


def test_the_officers_code_stays_coarse_enough_for_a_glossy_screen() -> None:
    address = tokens.url("mingcha.shandong.gov.cn", "o", officer_token(**SHORT, unsure=True))
    code = segno.make(address, error="l", micro=False)

    assert code.version <= 11
    assert code.error == "L"


def test_the_key_of_a_code_is_named_before_it_is_believed() -> None:
    assert tokens.unverified(officer_token(**SHORT))["kid"] == made.TOKEN_SIGNERS["officer"][1]
    with pytest.raises(TokenUnreadable):
        tokens.unverified("a.b")
