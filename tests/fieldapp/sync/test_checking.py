"""A tablet that does not hold what it should finds out and fetches no more than that."""

import pytest

from fieldapp.store.reference import Change
from fieldapp.sync import checking
from shared import digest
from shared.reference import ReferenceObject
from tests.fieldapp.conftest import Field
from tests.world import TASK, task


def asked(field: Field, path: str) -> list[str]:
    return [r.url for r in field.platform.requests if f"/sync/{path}" in r.url]


def must_hold_what_it_should(field: Field) -> None:
    assert digest.of(field.held.reference.versions()) == digest.of(field.platform.state())


def next_day(field: Field) -> None:
    field.clock.advance(seconds=24 * 3600 + 60)


def damage(field: Field, how: str) -> None:
    """Leave the tablet with something else than it was sent, as a fault of its own would."""
    reference = field.held.reference
    old = Change(kind="task", id="gone", version=1, data=dict(task().data))
    of = {
        "lost": [Change(kind="task", id=TASK, version=1, data=None)],
        "kept": [old],
        "older": [Change(kind="task", id=TASK, version=77, data=dict(task().data))],
    }
    with field.held.store.transaction() as tx:
        reference.mend(tx, of[how])


@pytest.mark.parametrize("how", ["lost", "kept", "older"])
def test_what_differs_is_mended_and_no_more_is_fetched(field: Field, how: str) -> None:
    field.sync()
    must_hold_what_it_should(field)
    damage(field, how)
    assert digest.differing(
        digest.of(field.held.reference.versions()), digest.of(field.platform.state())
    ) == ["task"]
    next_day(field)

    assert field.sync().problem is None

    must_hold_what_it_should(field)
    assert len(asked(field, "index")) == 1
    assert [url.count("id=") for url in asked(field, "objects")] == ([] if how == "kept" else [1])


def test_it_is_asked_for_once_a_day(field: Field) -> None:
    field.sync()
    field.sync()
    before = sum("digest=true" in url for url in asked(field, "pull"))
    field.sync()
    assert sum("digest=true" in url for url in asked(field, "pull")) == before
    next_day(field)
    field.sync()
    assert sum("digest=true" in url for url in asked(field, "pull")) == before + 1
    assert asked(field, "index") == []


def test_everything_anew_is_the_last_resort(field: Field) -> None:
    field.sync()
    for _ in range(checking.LAST_RESORT_AFTER):
        damage(field, "lost")
        next_day(field)
        field.sync()
    assert field.held.reference.position().cursor is not None
    damage(field, "lost")
    next_day(field)
    field.sync()
    assert field.held.reference.position().cursor is None
    field.sync()
    must_hold_what_it_should(field)


def test_what_this_version_cannot_read_is_not_fetched_over_and_over(field: Field) -> None:
    field.platform.publish(ReferenceObject("task", "odd", 1, {"id": "odd", "of": "a newer server"}))
    for _ in range(checking.LAST_RESORT_AFTER + 2):
        next_day(field)
        assert field.sync().problem is None
    assert field.held.reference.position().cursor is not None
    assert TASK in field.session.references().tasks
