"""Around the steps: the list, the rail, the top bar, the sync."""

import pytest

from fieldapp.ports.keystore import Protection
from fieldapp.viewmodels.places import (
    KIND_AT,
    OF_A_VISIT,
    PLACE_OF,
    PLACES_OF,
    PLACES_OF_MEMBER,
    PLACES_OF_OFFSITE,
    Place,
)
from fieldapp.viewmodels.standing import StandingViewModel
from fieldapp.viewmodels.syncing import SyncingViewModel
from fieldapp.viewmodels.today import TodayViewModel
from fieldapp.viewmodels.topbar import TopBarViewModel
from shared.flow.musts import Must
from shared.flow.table import DUE
from tests.fieldapp import visiting
from tests.fieldapp.viewmodels.conftest import (
    ANSWERED,
    LEFT,
    READ,
    SCANNED,
    SEALED,
    SERVED,
    SHOWN,
    SIGNED,
    TOLD,
    Office,
)
from tests.world import LI, TASK


def test_every_step_of_a_must_has_its_act_and_every_due_act_its_place() -> None:
    each = (*PLACES_OF.values(), *PLACES_OF_OFFSITE.values())
    steps = {place for places in each for place in places}
    aside = {Place.UNABLE, Place.JOINT, Place.TRANSFER, Place.OFF_LIST, Place.CORRECTION}
    assert steps | aside == OF_A_VISIT
    assert {place for places in PLACES_OF_MEMBER.values() for place in places} <= OF_A_VISIT
    assert set(KIND_AT) == OF_A_VISIT
    assert set(DUE.values()) <= set(PLACE_OF)


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        (0, Place.SCAN),
        (SCANNED, Place.CREDENTIALS),
        (SHOWN - 1, Place.CREDENTIALS),
        (SHOWN, Place.NOTICE),
        (SERVED, Place.CHECKLIST),
        (ANSWERED, Place.RECORD),
        (READ, Place.SIGNING),
        (SIGNED, Place.RESULT),
        (TOLD, Place.LEAVING),
        (LEFT, Place.LEAVING),
        (SEALED, Place.LEAVING),
    ],
)
def test_a_visit_is_taken_up_where_its_last_act_left_it(
    office: Office, steps: int, place: Place
) -> None:
    office.open(steps=steps)
    office.take_up()
    assert office.went[-1] is place


def test_the_rail_shows_what_is_done_what_is_due_and_what_is_locked(office: Office) -> None:
    office.open(steps=SCANNED)
    model = office.make(StandingViewModel)
    model.refresh()
    assert [(must.sign, must.progress) for must in office.state.musts] == [
        ("报", "done"),
        ("码", "done"),
        ("证", "current"),
        ("痕", "locked"),
        ("告", "locked"),
    ]


def test_a_locked_must_gives_its_reason_and_stays(office: Office) -> None:
    office.open(steps=SCANNED)
    model = office.make(StandingViewModel)
    went = len(office.went)
    model.pick(Must.TRACED)
    assert "还差 2 名执法人员亮证" in office.state.hint.text
    assert len(office.went) == went
    model.moved()
    model.refresh()
    assert office.state.hint.text == ""


def test_touching_a_must_goes_to_its_step_that_is_due(office: Office) -> None:
    office.open(steps=ANSWERED)
    model = office.make(StandingViewModel)
    model.pick(Must.TRACED)
    assert office.went[-1] is Place.RECORD
    model.pick("checklist")
    assert office.went[-1] is Place.CHECKLIST
    model.pick(Must.FILED)
    assert office.went[-1] is Place.TASK


def test_beside_the_steps_stand_the_enterprise_the_officers_and_the_evidence(
    office: Office,
) -> None:
    office.open(steps=SERVED + 1)
    model = office.make(StandingViewModel)
    model.refresh()
    assert office.state.name == "济南泉城食品有限公司"
    assert [(person.name, person.shown) for person in office.state.officers] == [
        ("王建国", True),
        ("李秀英", True),
    ]
    assert office.state.evidence_count == "证据 1 份"
    assert office.state.evidence[0].picture() == visiting.PHOTO


def test_the_list_shows_what_is_in_hand_and_what_is_done(office: Office) -> None:
    model = office.make(TodayViewModel)
    model.enter()
    assert [(row.key, row.standing) for row in office.state.tasks] == [(TASK, "待检查")]
    office.open(steps=SCANNED)
    model.refresh()
    assert office.state.tasks[0].standing == "检查中"
    for step in visiting.STEPS[SCANNED:]:
        office.duty.session.unlock_officer(LI, "314159")
        step(office.flow)
    model.refresh()
    assert (office.state.tasks[0].standing, office.state.summary) == (
        "已封存",
        "共 1 项，已完成 1 项",
    )


def test_an_empty_list_says_how_tasks_will_come(office: Office) -> None:
    office.field.platform.withdraw("task", TASK)
    office.field.sync()
    model = office.make(TodayViewModel)
    model.enter()
    assert (office.state.empty, office.state.sync.open) == (True, True)


def test_the_top_bar_says_what_waits_and_that_the_network_is_gone(office: Office) -> None:
    model = office.make(TopBarViewModel)
    model.refresh()
    assert (office.state.sync.text, office.state.trust) == ("已全部上传", "时间已核对")
    office.open(steps=SERVED + 1)
    model.refresh()
    assert office.state.sync.text.startswith("待传 6 条 / ")
    office.field.network.on = False
    office.duty.sync()
    model.refresh()
    assert office.state.sync.text.startswith("离线 · 待传 6 条")
    assert office.state.title == "济南泉城食品有限公司"


def test_a_clock_set_by_hand_is_marked(office: Office) -> None:
    wall = office.field.clock.read().wall
    office.field.clock.set_wall(wall.replace(hour=wall.hour + 3))
    model = office.make(TopBarViewModel)
    model.refresh()
    assert (office.state.trust, office.state.trust_tone) == ("时间可疑", "problem")


def test_a_tablet_without_hardware_keys_says_that_it_is_for_development(office: Office) -> None:
    model = office.make(TopBarViewModel)
    model.refresh()
    assert office.state.warning == ""
    office.duty.ports.keystore.protection = Protection.NONE
    model.refresh()
    assert "开发运行" in office.state.warning


def test_the_sync_screen_counts_what_waits_and_what_was_taken(office: Office) -> None:
    office.open(steps=SERVED)
    model = office.make(SyncingViewModel)
    model.enter()
    values = {counter.key: counter.value for counter in office.state.counters}
    assert (values["waiting"], values["applied"]) == ("5", "0")
    model.act()
    values = {counter.key: counter.value for counter in office.state.counters}
    assert (values["waiting"], values["applied"]) == ("0", "5")
    assert office.state.visits[0].standing == "全部受理"


def test_what_the_server_set_apart_is_named_with_its_act(office: Office) -> None:
    office.open(steps=SCANNED)
    scanned = office.last()
    office.field.platform.outcomes[scanned.id] = {
        "status": "quarantined",
        "code": "bad_signature",
    }
    model = office.make(SyncingViewModel)
    model.enter()
    model.act()
    row = office.state.visits[0]
    assert row.tone == "problem"
    assert (row.problems[0].name, "已隔离" in row.problems[0].value) == ("扫码入企", True)
    assert row.problems[0].value.endswith("（自 11月23日 12:00）")


def test_after_a_failed_round_the_clock_waits_and_a_person_need_not(office: Office) -> None:
    office.open()
    office.field.network.on = False
    office.duty.sync()
    office.field.network.on = True
    office.duty.sync_if_due()
    assert office.duty.session.sync_state().problem == "offline"
    office.duty.sync()
    assert office.duty.session.sync_state().problem == ""


def test_the_server_says_how_often_a_round_is_made_and_how_large_a_photo_is(office: Office) -> None:
    office.open()
    identities = office.field.held.identities
    with office.field.held.store.transaction() as tx:
        told = {**identities.settings(), "sync_interval_s": 600, "image_pixels": 2_000_000}
        identities.set_settings(tx, told)
    office.field.platform.settings = told
    office.duty.sync()
    before = len(office.field.platform.requests)
    office.field.clock.advance(seconds=500)
    office.duty.sync_if_due()
    assert len(office.field.platform.requests) == before
    office.field.clock.advance(seconds=200)
    office.duty.sync_if_due()
    assert len(office.field.platform.requests) > before
    office.field.ports.camera.photos = [b"x"]
    office.duty.photo()
    assert office.field.ports.camera.asked_pixels == 2_000_000


def test_a_program_that_is_too_old_says_so_on_the_sync_screen(office: Office) -> None:
    office.open()
    office.field.platform.settings = {"app_wanted": "99.1"}
    office.duty.sync()
    office.make(SyncingViewModel).enter()
    told = {fact.name: fact.value for fact in office.state.facts}
    assert told["程序更新"] == "请更新到 99.1"


@pytest.mark.parametrize(
    ("told", "seconds"), [(1, 30), (10**9, 3600), ("soon", 60), (True, 60), (None, 60)]
)
def test_no_setting_makes_a_tablet_silent_or_restless(
    office: Office, told: object, seconds: int
) -> None:
    office.open()
    identities = office.field.held.identities
    with office.field.held.store.transaction() as tx:
        identities.set_settings(tx, {"sync_interval_s": told, "image_pixels": told})
    assert identities.sync_interval_s() == seconds
    assert 300_000 <= identities.image_pixels() <= 50_000_000


def test_the_look_at_the_sync_leads_back_to_where_it_was_begun(office: Office) -> None:
    office.open(steps=SERVED)
    office.duty.go(Place.CHECKLIST)
    TopBarViewModel(office.duty, office.shown.append).to_sync()
    model = office.make(SyncingViewModel)
    model.enter()
    model.other("sync.back")
    assert office.went[-2:] == [Place.SYNC, Place.CHECKLIST]


def test_why_evidence_waits_is_said_and_a_person_may_send_it(office: Office) -> None:
    office.open(steps=SERVED + 1)
    office.field.ports.device.battery = 9  # type: ignore[attr-defined]
    model = office.make(SyncingViewModel)
    model.enter()
    model.act()
    assert "电量过低" in office.state.problem.text
    assert office.state.others[0].key == "sync.everything"

    model.other("sync.everything")
    assert office.state.problem.text == ""
    assert [each.key for each in office.state.others] == ["sync.back"]


def test_a_disk_that_is_nearly_full_is_said_first(office: Office) -> None:
    office.field.ports.device.free = 300 * 1024 * 1024  # type: ignore[attr-defined]
    model = office.make(SyncingViewModel)
    model.enter()
    assert office.state.problem.tone == "problem"
    assert "存储空间快满" in office.state.problem.text


def test_an_order_to_wipe_that_is_carried_out_meanwhile_takes_nothing_down(office: Office) -> None:
    model = office.make(SyncingViewModel)
    model.enter()
    shown = len(office.shown)
    office.duty.session.desk.held.store.close()
    model.refresh()
    assert len(office.shown) == shown, "the end of the round leads away"
