"""A whole number, however JSON spells it: 17.0 is 17 (RFC 8785, JSON Schema); 17.5 is none."""

from typing import Any

import marshmallow as ma


class WholeNumber(ma.fields.Integer):
    def __init__(self, **more: Any) -> None:
        super().__init__(strict=True, **more)

    def _validated(self, value: Any) -> int:
        spelt_out = isinstance(value, float) and value.is_integer()
        return super()._validated(int(value) if spelt_out else value)
