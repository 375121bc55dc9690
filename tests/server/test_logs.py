import io
import logging
from collections.abc import Iterator

import pytest

from server.logs import StrikeOutPersonal, StruckFormatter

SECRET = "mcp_" + "x" * 43


@pytest.fixture
def lines() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(StrikeOutPersonal())
    handler.setFormatter(StruckFormatter("%(message)s"))
    logger = logging.getLogger("mingcha.test_logs")
    logger.addHandler(handler)
    yield logger, out
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "personal",
    [
        "13812345678",
        "+86 13812345678",
        "370102199001011239",
        "37010219900101123X",
        "0531-88881234",
        "someone@example.com",
        SECRET,
        "/n/abcdefghijklmnopqrstuv",
        "/r/abcdefghijklmnopqrstuv",
    ],
)
def test_what_is_personal_or_secret_is_struck_out(
    lines: tuple[logging.Logger, io.StringIO], personal: str
) -> None:
    logger, out = lines
    logger.warning("sent to %s, twice", personal)
    assert out.getvalue() == "sent to …, twice\n"


@pytest.mark.parametrize(
    "harmless",
    [
        "01980000-0000-7000-8000-138123456780",
        "91370100MA37XJ385W",
        "914403001922038216",
        "2026-07-01T01:00:00Z",
        "槐荫市监检备〔2026〕0001号",
        "a" * 64,
    ],
)
def test_what_is_needed_to_find_a_fault_stays(
    lines: tuple[logging.Logger, io.StringIO], harmless: str
) -> None:
    logger, out = lines
    logger.warning("about %s", harmless)
    assert out.getvalue() == f"about {harmless}\n"


def test_a_traceback_is_struck_too(lines: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = lines
    logger.error("failed", exc_info=ValueError("bad phone 13812345678"))
    assert "ValueError" in out.getvalue()
    assert "13812345678" not in out.getvalue()
