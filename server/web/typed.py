"""Forms of a field or two, where the first fault ends it. Longer ones: console/fields.py."""

from datetime import date

from flask import request

from shared.errors import BadInput

LONGEST_DAY = 40


def required(name: str, most: int) -> str:
    """A field of this request's form, cut to `most`; `BadInput` when it is left out.

    For forms of a field or two, where the first fault ends it.
    """
    text = request.form.get(name, "").strip()
    if not text:
        raise BadInput("Something was left out.", errors={f"/{name}": "Required."})
    return text[:most]


def required_day(name: str) -> date:
    """The same for a day."""
    try:
        return date.fromisoformat(required(name, LONGEST_DAY))
    except ValueError:
        raise BadInput("Not a day.", errors={f"/{name}": "YYYY-MM-DD"}) from None
