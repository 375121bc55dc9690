"""Times as text on the wire (RFC 3339), always with an offset. It never asks what time it is."""

import re
from datetime import UTC, datetime

from shared.errors import BadInput

_SHAPE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def write(moment: datetime) -> str:
    """An aware `moment` in UTC, `2026-03-02T01:02:03Z`, with a fraction only if it has one."""
    if moment.tzinfo is None:
        raise BadInput("A time without an offset.")
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def read(text: object) -> datetime:
    """The aware UTC time that `text` says; `BadInput` for anything but RFC 3339."""
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        raise BadInput("Not an RFC 3339 time.")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput("Not an RFC 3339 time.") from error
