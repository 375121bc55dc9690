"""Errors as messages on the screen; the sentences are `fieldapp.text`'s."""

from fieldapp.text import explain
from fieldapp.viewmodels.parts import Said
from shared.errors import DomainError


def problem(error: DomainError) -> Said:
    """What happened and what to do, in the current language."""
    return Said(text=explain(error), tone="problem")
