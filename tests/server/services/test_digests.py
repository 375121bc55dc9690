from collections.abc import Sequence

import pytest

from server.services import digests, publishing, pull
from server.work import Parts, open_work
from shared import digest
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import principal

ADMIN = principal("admin", Role.AGENCY_ADMIN, agency="agency-1", region="370102")
TABLET = principal("tablet-1", Role.DEVICE, agency="agency-1", region="370102")
AGENCY = {"agency:agency-1"}


@pytest.fixture
def tablet(planted: Parts) -> Parts:
    sync_world.pad(planted)
    return planted


def follow(parts: Parts, cursor: str | None = None) -> tuple[set[digest.Version], str]:
    """What a tablet holds that pulls from `cursor` (nothing before), and where it then stands."""
    held: dict[tuple[str, str], int] = {}
    more = True
    while more:
        with open_work(parts, TABLET) as work:
            page = pull.pull(work, cursor, 7)
        for change in page.changes:
            held.pop((change.kind, change.id), None)
            if change.op == "upsert":
                held[change.kind, change.id] = change.version
        cursor, more = page.cursor, page.more
    assert cursor is not None
    return {(*key, version) for key, version in held.items()}, cursor


def told(parts: Parts, cursor: str) -> dict[str, dict[str, object]] | None:
    with open_work(parts, TABLET) as work:
        return digests.of(work, pull.pull(work, cursor, 500).at)


def publish(parts: Parts, *ids: str, scopes: Sequence[str] = tuple(AGENCY)) -> None:
    with open_work(parts, ADMIN) as work:
        for id_ in ids:
            publishing.publish(work, "item", id_, {"id": id_, "n": work.now.isoformat()}, scopes)


def test_it_is_of_what_a_tablet_holds_that_has_pulled_everything(tablet: Parts) -> None:
    publish(tablet, "a", "b", scopes=["agency:agency-1", "*"])
    publish(tablet, "another's", scopes=["agency:agency-2"])
    publish(tablet, "asked", scopes=["device:tablet-1"])
    with open_work(tablet, ADMIN) as work:
        publishing.publish(work, "resend", "e", {"id": "e"}, {"device:tablet-1"})
        publishing.remove(work, "item", "b")
    held, cursor = follow(tablet)

    assert told(tablet, cursor) == digest.of(held)


def test_it_is_not_told_while_something_is_on_its_way(tablet: Parts) -> None:
    _, cursor = follow(tablet)
    with open_work(tablet, TABLET) as work:
        at = pull.pull(work, cursor, 500).at
    publish(tablet, "new")
    with open_work(tablet, TABLET) as work:
        assert digests.of(work, at) is None


def test_the_index_and_the_objects_are_the_tablets_own(tablet: Parts) -> None:
    publish(tablet, "a", "b", "c")
    publish(tablet, "foreign", scopes=["agency:agency-2"])
    with open_work(tablet, TABLET) as work:
        first = digests.index(work, "item", "", 2)
        rest = digests.index(work, "item", first[-1][0], 100)
        ids = [id_ for id_, _ in (*first, *rest)]
        assert {"a", "b", "c"} <= set(ids)
        assert "foreign" not in ids
        came = digests.objects(work, "item", ["a", "foreign", "never"])
    assert [(one.id, one.op) for one in came] == [
        ("a", "upsert"),
        ("foreign", "delete"),
        ("never", "delete"),
    ]
    assert came[1].data is None
