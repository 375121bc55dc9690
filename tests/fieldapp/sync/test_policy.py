"""What goes over which network: records over any, evidence over none that costs too much."""

from dataclasses import replace
from typing import Any

import pytest

from fieldapp.errors import NoSpace
from fieldapp.ports.connectivity import FREE_LINK, NO_LINK, FixedConnectivity, Link
from fieldapp.preferences import Preferences
from fieldapp.store.evidence import UploadState
from fieldapp.store.outbox import OutboxState
from fieldapp.sync.cycle import SyncCycle
from fieldapp.sync.policy import Wait, Wish, evidence_waits, round_is_worth_it
from fieldapp.sync.progress import Progress, Stage
from tests.fieldapp import visiting
from tests.fieldapp.conftest import Field

MOBILE = Link(online=True, metered=True, roaming=False)
ABROAD = Link(online=True, metered=True, roaming=True)


@pytest.mark.parametrize(
    ("link", "battery", "settings", "wish", "expected"),
    [
        (FREE_LINK, 80, {}, Wish.BY_ITSELF, None),
        (FREE_LINK, None, {"wifi_only_media": True}, Wish.BY_ITSELF, None),
        (MOBILE, 80, {"wifi_only_media": False}, Wish.BY_ITSELF, None),
        (MOBILE, 80, {"wifi_only_media": True}, Wish.NOW, Wait.WIFI_ONLY),
        (ABROAD, 80, {}, Wish.NOW, Wait.ROAMING),
        (FREE_LINK, 14, {}, Wish.NOW, Wait.BATTERY),
        (ABROAD, 3, {"wifi_only_media": True}, Wish.EVERYTHING, None),
    ],
)
def test_when_evidence_waits(
    link: Link, battery: int | None, settings: dict[str, Any], wish: Wish, expected: Wait | None
) -> None:
    assert evidence_waits(link, battery, settings, wish) is expected


def test_without_a_network_only_a_person_makes_the_tablet_try() -> None:
    assert not round_is_worth_it(NO_LINK, Wish.BY_ITSELF)
    assert round_is_worth_it(NO_LINK, Wish.NOW)
    assert round_is_worth_it(MOBILE, Wish.BY_ITSELF)


def cycle_over(field: Field, link: Link) -> SyncCycle:
    ports = replace(field.ports, connectivity=FixedConnectivity(link))
    return SyncCycle(field.held, ports, wipe=lambda: None)


def with_a_photo(field: Field) -> None:
    flow = field.visit()
    for step in visiting.STEPS[:5]:
        step(flow)


def test_on_the_road_records_go_and_evidence_stays(field: Field) -> None:
    with_a_photo(field)
    report = cycle_over(field, ABROAD).run(Wish.BY_ITSELF)

    assert (report.problem, report.files, report.evidence_waits) == (None, 0, Wait.ROAMING)
    assert field.held.outbox.counts()[OutboxState.WAITING] == 0
    assert field.platform.files == {}
    state = field.session.sync_state()
    assert (state.evidence_waits, state.files_left) == (Wait.ROAMING, 1)

    report = cycle_over(field, ABROAD).run(Wish.EVERYTHING)
    assert (report.files, report.evidence_waits) == (1, None)
    assert field.session.sync_state().evidence_waits is None


def test_wifi_only_may_be_chosen_where_the_server_leaves_it_open(field: Field) -> None:
    with_a_photo(field)
    field.session.keep_preferences(Preferences(wifi_only=True))
    report = cycle_over(field, MOBILE).run(Wish.BY_ITSELF)

    assert (report.files, report.evidence_waits) == (0, Wait.WIFI_ONLY)
    assert cycle_over(field, FREE_LINK).run(Wish.BY_ITSELF).files == 1


def test_the_newest_visits_evidence_goes_first(field: Field) -> None:
    with_a_photo(field)
    with_a_photo(field)
    made = [upload.evidence.visit_id for upload in field.held.evidence._uploads("")]
    assert made[0] != made[1]
    assert cycle_over(field, ABROAD).run().answered == 12

    sent = [upload.evidence.visit_id for upload in field.held.evidence.to_send()]
    assert sent == [made[1], made[0]]


def test_nothing_to_send_waits_for_nothing(field: Field) -> None:
    assert cycle_over(field, ABROAD).run(Wish.BY_ITSELF).evidence_waits is None


def test_a_round_that_nobody_asked_for_is_none_without_a_network(field: Field) -> None:
    before = field.session.sync_state()
    field.platform.requests.clear()
    report = cycle_over(field, NO_LINK).run(Wish.BY_ITSELF)

    assert (report.evidence_waits, report.problem, report.retry_in_s) == (Wait.NO_NETWORK, None, 0)
    assert field.platform.requests == []
    assert field.session.sync_state() == before


def test_a_round_tells_how_far_it_is(field: Field) -> None:
    with_a_photo(field)
    cycle = cycle_over(field, FREE_LINK)
    seen: list[Progress] = []
    answer = field.platform.send

    def watching(request: Any) -> Any:
        response = answer(request)
        found = cycle.progress()
        if found is not None:
            seen.append(found)
        return response

    field.platform.send = watching  # type: ignore[method-assign]
    assert cycle.run().files == 1

    stages = [progress.stage for progress in seen]
    assert list(dict.fromkeys(stages)) == [Stage.RECORDS, Stage.REFERENCE, Stage.EVIDENCE]
    assert seen[0].total == 6
    last = seen[-1]
    assert (last.total, last.bytes_total) == (1, len(visiting.PHOTO))
    assert cycle.progress() is None


def test_an_estimate_needs_a_moment_and_goes_by_bytes() -> None:
    early = Progress(stage=Stage.EVIDENCE, bytes_done=10, bytes_total=100, elapsed_ms=500)
    later = replace(early, bytes_done=25, elapsed_ms=10_000)

    assert early.seconds_left is None
    assert (later.part, later.seconds_left) == (0.25, 30)
    assert Progress(stage=Stage.REFERENCE, done=700).part is None


def test_refused_files_are_offered_again_when_a_person_says_so(field: Field) -> None:
    with_a_photo(field)
    evidence = field.held.evidence
    (upload,) = evidence._uploads("")
    with field.held.store.transaction() as tx:
        evidence.failed(tx, upload.evidence.id, code="evidence_refused", last_try=True)
    assert field.session.sync_state().files_refused == 1

    field.session.retry_refused_files()
    (upload,) = evidence._uploads("")
    assert (upload.state, upload.failures) == (UploadState.WAITING, 0)
    assert field.sync().files == 1


def test_before_the_disk_is_full_photos_are_refused_and_records_are_not(field: Field) -> None:
    flow = field.visit()
    for step in visiting.STEPS[:4]:
        step(flow)
    field.ports.device.free = 128 * 1024 * 1024  # type: ignore[attr-defined]
    with pytest.raises(NoSpace):
        visiting.photograph(flow)
    visiting.answer(flow, "p1")
    assert flow.evidence() == ()
