"""From the outbox to a real mail server and a real folder, through the jobs themselves."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.clock import SetClock
from server.job_names import JobName
from server.jobs import registry, sweeping, wiring
from server.jobs.caretaker import Caretaker
from server.models import Document, NoticeState, OutboxState
from server.principal import SYSTEM
from server.services.outbox import WAITS
from server.work import Parts, open_work
from tests.server.telling import EMAIL, PHONE, Scene, scene
from tests.servers import Mailbox
from tests.world import NOON


@pytest.fixture
def town(parts: Parts, clock: SetClock, smtp_server: Mailbox, tmp_path: Path) -> Scene:
    """A town whose messages go to a mail server and a folder of this test's own."""
    clock.moment = NOON
    settings = replace(
        parts.settings,
        smtp_url=f"smtp://{smtp_server.host}:{smtp_server.port}",
        sms_dir=tmp_path / "sms",
        sweep_every=timedelta(milliseconds=50),
    )
    made = scene(replace(parts, settings=settings))
    made.contact()
    return made


def sms(town: Scene) -> list[dict[str, str]]:
    folder = town.parts.settings.sms_dir
    assert folder is not None
    return [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]


def states(town: Scene) -> set[str]:
    return {row.state for row in town.messages()}


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_every_job_has_a_function() -> None:
    assert set(registry.JOBS) == set(sweeping.LOOKS) == set(JobName)


def test_a_told_result_reaches_mailbox_and_phone(town: Scene, smtp_server: Mailbox) -> None:
    document = town.told()
    sweeping.drain(town.parts)

    (mail,) = smtp_server.messages
    (short,) = sms(town)
    assert (mail["To"], short["to"]) == (EMAIL, PHONE)
    assert document.number in mail["Subject"]
    assert "/n/" in short["text"]
    assert states(town) == {OutboxState.SENT}
    assert town.notice(document).state == NoticeState.SENT


def test_a_message_holds_no_finding(town: Scene, smtp_server: Mailbox) -> None:
    document = town.told()
    sweeping.drain(town.parts)

    texts = [part.get_content() for part in smtp_server.messages[0].iter_parts()]
    for said in (*texts, smtp_server.messages[0]["Subject"], sms(town)[0]["text"]):
        for finding in ("冷柜", "台账", "责令", "问题", document.content["enterprise"]["name"]):
            assert finding not in said


def test_jobs_may_be_run_twice(town: Scene, smtp_server: Mailbox) -> None:
    document = town.told()
    for _ in range(2):
        for row in town.messages():
            registry.run(town.parts, JobName.SEND_MESSAGE, {"message": row.id})
        registry.run(town.parts, JobName.DRAW_DOCUMENT, {"document": document.id})

    assert len(smtp_server.messages) == 1
    assert len(sms(town)) == 1


def test_ids_of_nothing_are_passed_over(town: Scene) -> None:
    registry.run(town.parts, JobName.SEND_MESSAGE, {"message": "nowhere"})
    registry.run(town.parts, JobName.DRAW_DOCUMENT, {"document": "nowhere"})


def test_a_mail_server_that_is_difficult_is_asked_again_under_the_same_id(
    town: Scene, smtp_server: Mailbox, clock: SetClock
) -> None:
    smtp_server.reply = "451 later"
    town.told()
    sweeping.drain(town.parts)
    waiting = [row for row in town.messages() if row.state == OutboxState.WAITING]
    smtp_server.reply = "250 fine"
    clock.move(WAITS[0])
    sweeping.drain(town.parts)

    (mail,) = smtp_server.messages
    assert mail["Message-ID"] == f"<{waiting[0].message_id}>"
    assert states(town) == {OutboxState.SENT}


def test_documents_are_drawn_after_the_commit_but_those_that_few_want(town: Scene) -> None:
    town.told()
    sweeping.drain(town.parts)

    with open_work(town.parts, SYSTEM) as work:
        drawn = {row.kind for row in work.session.query(Document) if row.pdf_key and row.pdf_sha256}
    assert drawn == {"notice", "record", "result", "order"}


def test_a_job_that_breaks_stops_no_other_and_is_tried_again(
    town: Scene, smtp_server: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    document = town.told()
    with open_work(town.parts, SYSTEM) as work:
        row = work.session.get_one(Document, document.id)
        kept, row.particulars = row.particulars, {}
    sweeping.drain(town.parts)

    assert "draw_document failed" in caplog.text
    assert len(smtp_server.messages) == 1
    with open_work(town.parts, SYSTEM) as work:
        work.session.get_one(Document, document.id).particulars = kept
    assert sweeping.drain(town.parts) == 1


def test_nothing_personal_is_logged(
    town: Scene, smtp_server: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    smtp_server.reply = f"550 {EMAIL} is not welcome"
    town.told()
    sweeping.drain(town.parts)

    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("server"))
    assert "smtp=550" in ours
    for secret in (EMAIL, PHONE, "林小满", "/n/", "冷柜"):
        assert secret not in ours


def test_a_thread_sends_what_a_commit_woke_it_for(town: Scene, smtp_server: Mailbox) -> None:
    staff = wiring.staffed(
        replace(town.parts, settings=replace(town.parts.settings, sweep_every=timedelta(hours=1)))
    )
    staff.start()
    try:
        scene_of_staff = replace(town, parts=staff.parts)
        scene_of_staff.told()
        wait_for(lambda: states(town) == {OutboxState.SENT})
    finally:
        staff.caretaker.stop()
    assert len(smtp_server.messages) == 1


def test_a_thread_finds_what_nobody_woke_it_for(town: Scene) -> None:
    town.told()
    staff = wiring.staffed(town.parts)
    staff.start()
    try:
        wait_for(lambda: states(town) == {OutboxState.SENT})
    finally:
        staff.caretaker.stop()


def test_a_thread_outlives_a_task_that_breaks() -> None:
    rounds = threading.Semaphore(0)

    def task(_parts: Parts) -> int:
        rounds.release()
        raise OSError("the database is away")

    class Quick:
        class settings:  # noqa: N801
            sweep_every = timedelta(milliseconds=1)

    caretaker = Caretaker(task)
    caretaker.start(Quick())  # type: ignore[arg-type]
    try:
        assert all(rounds.acquire(timeout=10) for _ in range(3))
    finally:
        caretaker.stop()


def test_two_at_once_send_one_message(town: Scene, smtp_server: Mailbox) -> None:
    town.told()
    (row,) = [row for row in town.messages() if row.channel == "email"]
    threads = [
        threading.Thread(
            target=registry.run, args=(town.parts, JobName.SEND_MESSAGE, {"message": row.id})
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(smtp_server.messages) == 1
