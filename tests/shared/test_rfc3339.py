"""Times on the wire."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import rfc3339
from shared.errors import BadInput


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_comes_back_as_it_was(moment: datetime) -> None:
    assert rfc3339.read(rfc3339.write(moment)) == moment


def test_a_time_is_written_in_utc_without_idle_digits() -> None:
    local = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=8)))

    assert rfc3339.write(local) == "2026-11-23T04:00:00Z"
    assert rfc3339.read("2026-11-23T12:00:00+08:00") == local


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(BadInput):
        rfc3339.write(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T04:00:00",
        "2026-11-23 04:00:00Z",
        "20261123T040000Z",
        "2026-13-01T00:00:00Z",
        "2026-11-23T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "\uff12026-11-23T04:00:00Z",
        "",
        None,
        1,
    ],
)
def test_what_is_no_rfc_3339_time_is_refused(text: object) -> None:
    with pytest.raises(BadInput):
        rfc3339.read(text)
