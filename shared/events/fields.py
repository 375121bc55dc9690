"""Fields that take JSON's own types and nothing that merely looks like them.

A signed fact must not mean two things: `"yes"` is no boolean and `"1.5"` no number.
"""

import math
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields

EARLIEST = datetime(1960, 1, 1, tzinfo=UTC)
"""A tablet that lost its clock says 1970."""
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def of_our_age(value: datetime) -> None:
    """Raise `ValidationError` for a time no clock shows; in UTC there may be no such year."""
    if not EARLIEST <= value <= LATEST:
        raise ValidationError("Not a time of our age.")


class Truth(fields.Boolean):
    """JSON `true` or `false`."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Number(fields.Float):
    """A finite JSON number."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> float:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise self.make_error("invalid", input=value)
        return float(value)
