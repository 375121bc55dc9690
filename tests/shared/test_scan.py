"""What a scanned text is."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import enrolment, scan
from shared.scan import (
    DocumentCode,
    EnrolmentCode,
    EnterpriseCode,
    Licence,
    OfficerCode,
    Scanned,
    TabletCode,
    Unknown,
)
from shared.tokens import TokenType
from tests.vectors import made

VECTORS = made.token_vectors()
CODE, OTHER = "91370100MA37XJ385W", "91370200MA32MTH01U"


@pytest.mark.parametrize(
    ("typ", "kind"),
    [("enterprise", EnterpriseCode), ("officer", OfficerCode), ("document", DocumentCode)],
)
def test_our_codes_are_known_with_and_without_their_address(
    typ: str, kind: type[EnterpriseCode]
) -> None:
    vector = VECTORS[typ]

    assert scan.decode(vector["url"]) == kind(vector["token"])
    assert scan.decode(f"  {vector['token']}\n") == kind(vector["token"])


@pytest.mark.parametrize("typ", ["join", "answer", "closing"])
def test_what_tablets_show_each_other_is_known(typ: str) -> None:
    token = VECTORS[typ]["token"]

    assert scan.decode(token) == TabletCode(TokenType(typ), token)


def test_an_enrolment_is_known() -> None:
    text = enrolment.encode("https://mingcha.example", "e-1", "c", "ab" * 32)

    assert scan.decode(text) == EnrolmentCode(enrolment.decode(text))


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        f"统一社会信用代码：{CODE}；名称：某某公司",
        f"https://registry.example/%7B{CODE}%7D",
        f"http://registry.example/x?uniscid={CODE}&entname=%E6%B5%8E%E5%8D%97",
        f"{CODE}, again {CODE}",
        f"{CODE} and a wrong one 91370100MA37XJ385X",
        f"key {quote('统一代码=' + CODE)}",
    ],
)
def test_a_licence_is_a_text_with_exactly_one_right_code(text: str) -> None:
    assert scan.decode(text) == Licence(CODE)


@pytest.mark.parametrize(
    "text",
    [
        f"{CODE} {OTHER}",
        "91370100MA37XJ385X",
        f"0{CODE}",
        f"{CODE}A",
        "https://x.example/" + "A1B2C3D4" * 8,
        "https://x.example/q/e/not-a-token",
        "https://x.example/q/x/a.b",
        "MCE1.broken",
        "weixin://dl/business?t=abc",
        "",
    ],
)
def test_everything_else_is_shown_as_text(text: str) -> None:
    assert scan.decode(text) == Unknown(text)


def test_an_unknown_text_is_made_safe_to_show_and_to_sign() -> None:
    found = scan.decode("a\x00b\x1b[31m\u202egnp.exe\ud800" + "x" * 9000)

    assert isinstance(found, Unknown)
    assert found.text.startswith("a�b�[31m�gnp.exe�x")
    assert len(found.text) == scan.SHOWN_CHARACTERS
    assert found.text.endswith("…")


def test_a_new_format_is_one_more_adapter() -> None:
    def place_code(text: str) -> Scanned | None:
        return Licence(OTHER) if text.startswith("LTM:") else None

    assert scan.decode("LTM:1", (place_code, *scan.ADAPTERS)) == Licence(OTHER)
    assert scan.decode(CODE, (place_code, *scan.ADAPTERS)) == Licence(CODE)


@given(st.text(max_size=300))
def test_any_text_is_something_and_never_an_error(text: str) -> None:
    scan.decode(text)
