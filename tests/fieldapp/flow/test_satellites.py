"""How many satellites a fix was made from: in an event where the system tells, else left out."""

from dataclasses import replace

from shared.events.kinds import EventKind
from tests.fieldapp.conftest import AT_THE_GATE, Field


def test_the_number_is_part_of_what_is_signed(field: Field) -> None:
    field.ports.location.position = replace(AT_THE_GATE, satellites=9)  # type: ignore[attr-defined]
    opened = field.visit().events()[-1]

    assert opened.kind is EventKind.VISIT_OPENED
    assert opened.raw["loc"]["satellites"] == 9
    assert opened.loc is not None
    assert opened.loc.satellites == 9


def test_what_the_system_does_not_tell_is_left_out(field: Field) -> None:
    opened = field.visit().events()[-1]

    assert "satellites" not in opened.raw["loc"]
    assert opened.loc is not None
    assert opened.loc.satellites is None
