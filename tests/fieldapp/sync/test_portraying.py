"""Photographs of the tablet's officers: only the one named, and no round fails for one."""

from hashlib import sha256

import pytest

from tests.fieldapp.conftest import Field
from tests.world import LI, WANG, ZHAO, officer

FACE, OTHER = (b"\xff\xd8" + name.encode() * 100 for name in ("王建国", "别人"))
CARDS = {WANG: "15010100001", LI: "15010100002", ZHAO: "15010100003"}


def publish(field: Field, id_: str, served: bytes | None, *, named: bytes = FACE) -> None:
    """Let the server name a photograph of an officer, and serve one (or none)."""
    digest = sha256(named).hexdigest()
    field.platform.publish(officer(id_, "王建国", CARDS[id_], photo_sha256=digest))
    if served is not None:
        field.platform.portraits[id_] = served


def held(field: Field, id_: str) -> bytes | None:
    return field.session.portrait(field.session.references().officers[id_])


def asked(field: Field) -> int:
    return sum("/portrait" in request.url for request in field.platform.requests)


def test_the_photograph_comes_once(field: Field) -> None:
    assert held(field, WANG) is None
    publish(field, WANG, FACE)
    assert field.sync().problem is None
    assert held(field, WANG) == FACE
    field.sync()
    assert asked(field) == 1


def test_a_new_photograph_takes_the_place_of_the_old_one_which_is_not_shown_meanwhile(
    field: Field,
) -> None:
    publish(field, WANG, FACE)
    field.sync()
    publish(field, WANG, FACE, named=OTHER)  # the server still serves the old one
    field.sync()
    assert held(field, WANG) is None
    publish(field, WANG, OTHER, named=OTHER)
    field.sync()
    assert held(field, WANG) == OTHER


@pytest.mark.parametrize("served", [None, OTHER, b"<html>login</html>", FACE[:500]])
def test_one_that_is_missing_or_another_is_not_kept_and_the_round_goes_on(
    field: Field, served: bytes | None
) -> None:
    publish(field, WANG, served)
    report = field.sync()
    assert report.problem is None
    assert held(field, WANG) is None


def test_officers_of_other_tablets_are_not_fetched(field: Field) -> None:
    publish(field, ZHAO, FACE)
    field.sync()
    assert asked(field) == 0
