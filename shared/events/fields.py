"""Fields that take JSON's own types and nothing that merely looks like them.

A signed fact must not mean two things: `"yes"` is no boolean and `"1.5"` no number.
"""

import math
from typing import Any

from marshmallow import fields


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
