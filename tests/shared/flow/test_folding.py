"""What an event adds to a visit follows from the event; where it does not, the table says so."""

import dis

from shared.flow.folding import BY_REFERENCE, FOLD


def test_the_references_are_asked_by_the_kinds_that_say_so_alone() -> None:
    """The server folds a visit once where what the tablet and what the judges know is the same."""
    asking = {
        kind
        for kind, fold in FOLD.items()
        if any(step.argval == "refs" for step in dis.get_instructions(fold))
    }

    assert asking == BY_REFERENCE
