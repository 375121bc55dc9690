"""Opening a notice and signing its receipt: acts of their own, once."""

import pytest

from server.clock import SetClock
from server.models import Document, NoticeReceipt, NoticeState
from server.principal import Principal
from server.services import notices, platform_keys, receipts_of_notices
from server.services.notices import NoticeView
from server.work import Parts, open_work
from shared import keyset, signed
from shared.canonical import canonical
from shared.crypto import sha256_hex
from shared.errors import BadInput, Conflict, NotAllowed, NotFound
from shared.roles import Role
from tests.server.factories import principal
from tests.server.telling import AGENCY, Scene, scene
from tests.world import NOON, OTHER_USCC

STROKES = [[[100, 100, 0], [500, 480, 90]], [[200, 600, 200], [260, 640, 240]]]


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    made = scene(parts)
    made.contact()
    return made


@pytest.fixture
def document(town: Scene) -> Document:
    return town.told()


def read(town: Scene, document: Document, who: Principal | None = None) -> NoticeView:
    with open_work(town.parts, who or town.reader()) as work:
        return notices.read(work, document.id)


def open_it(town: Scene, document: Document, who: Principal | None = None) -> None:
    with open_work(town.parts, who or town.reader()) as work:
        notices.open_(work, document.id)


def sign(
    town: Scene, document: Document, *, who: Principal | None = None, **changes: object
) -> NoticeReceipt:
    given: dict[str, object] = {"name": " 林小满 ", "capacity": "店长", "strokes": STROKES}
    with open_work(town.parts, who or town.reader()) as work:
        return receipts_of_notices.sign(work, document.id, **{**given, **changes})  # type: ignore[arg-type]


def test_reading_counts_as_nothing_and_opening_counts_once(
    town: Scene, document: Document, clock: SetClock
) -> None:
    view = read(town, document)
    assert view.content["conclusion"] == "rectify"
    assert town.notice(document).opened_at is None

    open_it(town, document)
    clock.moment = NOON.replace(hour=8)
    open_it(town, document)

    notice = town.notice(document)
    assert (notice.state, notice.opened_at) == (NoticeState.OPENED, NOON)


def test_a_receipt_says_who_in_what_capacity_of_which_content(
    town: Scene, document: Document
) -> None:
    open_it(town, document)
    receipt = sign(town, document)

    assert (receipt.name, receipt.capacity, receipt.method) == ("林小满", "店长", "portal")
    assert receipt.content_hash == document.content_hash
    assert receipt.strokes == {"strokes": STROKES}
    assert town.notice(document).state == NoticeState.RECEIPTED
    kept = read(town, document).receipt
    assert kept is not None
    assert kept.id == receipt.id


def test_the_platform_signs_what_was_signed(town: Scene, document: Document) -> None:
    open_it(town, document)
    receipt = sign(town, document)
    with open_work(town.parts, town.reader()) as work:
        trusted = keyset.read(platform_keys.key_set(work))

    signed.verify(receipt.signed_object, trusted, NOON)
    assert receipt.signed_object["content_hash"] == document.content_hash
    assert receipt.signed_object["strokes_sha256"] == sha256_hex(canonical(STROKES))


def test_signing_twice_gives_the_first_receipt_back(town: Scene, document: Document) -> None:
    open_it(town, document)
    first = sign(town, document)

    assert sign(town, document, name="别人").id == first.id
    assert town.count(NoticeReceipt) == 1


def test_what_was_not_opened_cannot_be_signed(town: Scene, document: Document) -> None:
    with pytest.raises(Conflict):
        sign(town, document)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"name": "长" * 61}, "/name"),
        ({"capacity": ""}, "/capacity"),
        ({"strokes": []}, "/strokes"),
        ({"strokes": [[[1, 2]]]}, "/strokes"),
        ({"strokes": [[["a", 2, 3]]]}, "/strokes"),
        ({"strokes": [STROKES[0]] * 201}, "/strokes"),
        ({"strokes": "x"}, "/strokes"),
    ],
)
def test_a_receipt_that_is_not_complete_is_refused_and_nothing_is_stored(
    changes: dict[str, object], pointer: str, town: Scene, document: Document
) -> None:
    open_it(town, document)
    with pytest.raises(BadInput) as refused:
        sign(town, document, **changes)

    assert list(refused.value.errors) == [pointer]
    assert town.count(NoticeReceipt) == 0
    assert town.notice(document).state == NoticeState.OPENED


def test_another_enterprise_and_an_officer_reach_nothing(town: Scene, document: Document) -> None:
    stranger = town.reader(uscc=OTHER_USCC)
    with pytest.raises(NotFound):
        read(town, document, stranger)
    with pytest.raises(NotFound):
        open_it(town, document, stranger)
    open_it(town, document)
    with pytest.raises(NotFound):
        sign(town, document, who=stranger)


def test_only_an_enterprise_reads_here(town: Scene, document: Document) -> None:
    officer = principal("officer", Role.OFFICER, agency=AGENCY)
    with pytest.raises(NotAllowed):
        read(town, document, officer)
    with pytest.raises(NotAllowed):
        open_it(town, document, officer)


def test_an_enterprise_sees_its_own_notices_newest_first(
    town: Scene, document: Document, clock: SetClock
) -> None:
    clock.moment = NOON.replace(hour=9)
    newer = town.told()

    with open_work(town.parts, town.reader()) as work:
        lines = notices.of_enterprise(work)
    with open_work(town.parts, town.reader(uscc=OTHER_USCC)) as work:
        assert notices.of_enterprise(work) == ()
    assert [line.number for line in lines] == [newer.number, document.number]


def test_a_superseded_notice_can_no_longer_be_signed(town: Scene, document: Document) -> None:
    open_it(town, document)
    with open_work(town.parts, town.reader()) as work:
        notices.supersede(work, document.id)

    with pytest.raises(NotFound):
        sign(town, document)
