"""Telling and sending by many at once, on the engine where that matters."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.jobs import sweeping
from server.models import Document, NoticeReceipt, NoticeState, OutboxState
from server.principal import SYSTEM
from server.refusals import CodeExpired, WrongCode
from server.services import delivery, notice_links, notices, outbox, receipts_of_notices
from server.services.outbox import TryOutcome
from server.services.verification_codes import TRIES
from server.work import open_work
from tests.server.telling import Scene, scene
from tests.servers import Mailbox
from tests.world import NOON

pytestmark = pytest.mark.postgres
AT_ONCE = 8


@pytest.fixture
def town(postgres_url: str, tmp_path: Path, smtp_server: Mailbox) -> Iterator[Scene]:
    settings = Settings.from_env(
        {
            "MINGCHA_DATA_DIR": str(tmp_path),
            "MINGCHA_DATABASE_URL": postgres_url,
            "MINGCHA_PUBLIC_URL": "http://mingcha.test",
            "MINGCHA_SMTP_URL": f"smtp://{smtp_server.host}:{smtp_server.port}",
        }
    )
    parts = assembly.set_up(settings, clock=SetClock(NOON))
    founding.found(parts)
    made = scene(parts)
    made.contact()
    yield made
    parts.engine.dispose()


def together(do: Callable[[int], None]) -> list[BaseException]:
    """Run `do` in threads that begin at once; what they raised."""
    start = threading.Barrier(AT_ONCE)
    raised: list[BaseException] = []

    def run(n: int) -> None:
        start.wait()
        try:
            do(n)
        except Exception as error:  # noqa: BLE001 -- brought to the test's own thread
            raised.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_results_told_at_once_have_numbers_without_gap_or_twin(town: Scene) -> None:
    visits = [town.seal() for _ in range(AT_ONCE)]

    assert together(lambda n: town.tell(visits[n]) and None) == []

    with open_work(town.parts, SYSTEM) as work:
        found = sorted(row.number or "" for row in work.session.query(Document))
    assert [number for number in found if "检告" in number] == [
        f"历下市监检告〔2026〕{n:04d}号" for n in range(1, AT_ONCE + 1)
    ]


def test_the_same_result_told_at_once_is_told_once(town: Scene) -> None:
    visit_id = town.seal()

    raised = together(lambda _: town.tell(visit_id) and None)

    # Without the visit's lock, which a push holds, the tables themselves refuse the twins.
    assert all(isinstance(error, IntegrityError) for error in raised)
    assert town.count(Document) == 6
    assert len(town.messages()) == 2


def test_a_message_has_one_claim_however_many_workers_want_it(town: Scene) -> None:
    town.told()
    (message, _) = town.messages()
    claims = []

    def claim(_n: int) -> None:
        with open_work(town.parts, SYSTEM) as work:
            claims.append(outbox.claim(work, message.id))

    assert together(claim) == []
    assert len([one for one in claims if one is not None]) == 1


def test_many_drains_send_every_message_once(town: Scene, smtp_server: Mailbox) -> None:
    for _ in range(5):
        town.told()

    assert together(lambda _: sweeping.drain(town.parts) and None) == []

    assert {row.state for row in town.messages()} == {OutboxState.SENT}
    assert len(smtp_server.messages) == 5


def test_the_last_two_channels_given_up_at_once_leave_the_notice_on_the_desk(
    town: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Barrier(2)
    siblings = delivery._siblings

    def look_and_dawdle(*args: Any) -> Any:
        """Both look before either is done, if nothing keeps them apart."""
        found = siblings(*args)
        with suppress(threading.BrokenBarrierError):
            looked.wait(timeout=1)
        return found

    monkeypatch.setattr(delivery, "_siblings", look_and_dawdle)
    document = town.told()
    claims = []
    for row in town.messages():
        with open_work(town.parts, SYSTEM) as work:
            claims.append(outbox.claim(work, row.id))

    def refuse(n: int) -> None:
        if n < len(claims):
            claim = claims[n]
            assert claim is not None
            with open_work(town.parts, SYSTEM) as work:
                delivery.settle(work, claim, TryOutcome.NEVER_TAKEN, "smtp=550")

    assert together(refuse) == []
    assert "dead" in {row.state for row in town.messages()}
    assert town.notice(document).state == NoticeState.UNDELIVERED


def test_guessing_in_parallel_gains_no_tries(town: Scene) -> None:
    town.told()
    sweeping.drain(town.parts)
    folder = town.parts.settings.sms_dir
    assert folder is not None
    secret = json.loads(next(folder.glob("*.json")).read_text())["text"].rpartition("/n/")[2]
    with open_work(town.parts, SYSTEM) as work:
        notice_links.send_code(work, secret)
    refused: list[BaseException] = []

    def guess(n: int) -> None:
        with open_work(town.parts, SYSTEM) as work:
            entry = notice_links.enter(work, secret, f"{n:06d}x")
        with suppress(WrongCode):
            try:
                entry.accepted()
            except CodeExpired as error:
                refused.append(error)

    assert together(guess) == []
    assert len(refused) == AT_ONCE - TRIES + 1  # the last counted try ends the code


def test_receipts_signed_at_once_are_one(town: Scene) -> None:
    document = town.told()
    with open_work(town.parts, town.reader()) as work:
        notices.open_(work, document.id)
    strokes = [[[1, 2, 3], [4, 5, 6]]]

    def sign(n: int) -> None:
        with open_work(town.parts, town.reader()) as work:
            receipts_of_notices.sign(
                work, document.id, name=f"林{n}", capacity="店长", strokes=strokes
            )

    assert together(sign) == []
    assert town.count(NoticeReceipt) == 1
