"""Sound and files as evidence: by touch, from the point on the screen to the bytes in the store."""

from hashlib import sha256
from typing import Any

import pytest

from fieldapp.flow.evidencing import KEPT_FREE_BYTES
from fieldapp.ports.files import PickedFile
from shared import files
from tests import media
from tests.fieldapp import visiting
from tests.fieldapp.conftest import OTHER_PIN, PIN
from tests.fieldapp.screens.bench import Bench
from tests.fieldapp.screens.layout import badly_laid
from tests.world import LI, POINTS, TASK, WANG

SERVED = 4


@pytest.fixture
def at_the_point(bench: Bench) -> Bench:
    """The first point of the form is on the screen."""
    session = bench.field.session
    flow = session.open_visit([TASK], officer_id=WANG)
    session.unlock_officer(LI, OTHER_PIN)
    for step in visiting.STEPS[:SERVED]:
        step(flow)
    take_up(bench)
    return bench


def take_up(bench: Bench) -> None:
    line = next(line for line in bench.field.session.tasks() if line.task.id == TASK)
    bench.robot.app.duty.take_up(line)
    bench.robot.tick(0)


def hear(bench: Bench, seconds: float) -> None:
    """Somebody speaks into the microphone, and the screen has looked."""
    microphone: Any = bench.field.ports.recorder
    microphone.say(media.tone(seconds))
    bench.robot.tick(0.3)


def newest(bench: Bench) -> dict[str, Any]:
    event = bench.visit.flow.events()[-1]
    assert event.kind.value == "evidence_added"
    return dict(event.payload)


def test_a_recording_is_evidence_when_it_stops_and_is_listened_to_or_void(
    at_the_point: Bench,
) -> None:
    bench, robot = at_the_point, at_the_point.robot
    player: Any = bench.field.ports.player
    robot.tap("checklist.sound")
    assert robot.says("最长 15 分钟，约 27.5 MB。请先告知在场人员正在录音。")
    assert badly_laid(robot) == []
    robot.tap("sound.start")
    hear(bench, 3.0)
    assert robot.says("正在录音")
    assert robot.says("0:03")
    assert robot.says("还可录 14:57")
    assert not robot.sees("sound.cancel"), "what was begun is kept"
    assert badly_laid(robot) == []
    hear(bench, 1.5)
    robot.tap("sound.stop")

    told = newest(bench)
    kept = bench.field.session.evidence_bytes(told["evidence_id"])
    assert kept == files.wav.write(media.tone(3.0) + media.tone(1.5), rate=16_000)
    assert (told["sha256"], told["size"]) == (sha256(kept).hexdigest(), len(kept))
    assert (told["media_type"], told["duration_ms"]) == ("audio/wav", 4500)
    assert told["point_id"] == POINTS[0]
    assert told["begun_at"] is not None
    assert robot.says("本项证据 1 份")

    assert robot.says("录音 5秒"), "it can be looked at, at once"
    robot.tap("evidence.listen")
    player.at_ms = 2000
    robot.tick(0.3)
    assert robot.says("0:02 / 0:04")
    assert badly_laid(robot) == []
    player.at_ms = None
    robot.tick(0.3)
    assert [len(samples) for samples, _, _ in player.played] == [4 * 16_000 * 2 + 16_000]
    robot.tap("evidence.void")
    assert badly_laid(robot) == []
    robot.tap("evidence.why.内容不清楚，已重新取证")
    void = bench.visit.flow.events()[-1]
    assert (void.kind.value, void.payload["event_id"]) == (
        "corrected",
        bench.visit.flow.events()[-2].id,
    )
    assert void.payload["text"] == "证据 1（录音 5秒）作废，不作为认定依据；原件照常保存、封存。"
    assert not robot.sees("evidence.void"), "once is enough"
    robot.tap("evidence.close")
    assert bench.field.session.evidence_bytes(told["evidence_id"]) == kept, "the original stays"


def test_a_lock_keeps_what_was_heard_and_a_kill_what_was_stored(at_the_point: Bench) -> None:
    bench, robot = at_the_point, at_the_point.robot
    microphone: Any = bench.field.ports.recorder
    robot.tap("side.sound")
    robot.tap("sound.start")
    hear(bench, 1.0)
    bench.robot.app.duty.lock()
    assert not microphone.on
    robot.tick(0)
    robot.tap(f"unlock.officer.{WANG}")
    robot.type_pin("unlock", PIN)
    robot.tap("unlock.open")
    robot.wait_for(f"today.task.{TASK}")
    take_up(bench)
    told = newest(bench)
    assert (told["duration_ms"], told["point_id"]) == (1000, None)
    assert not robot.sees("sound.keep")

    robot.tap("checklist.sound")
    robot.tap("sound.start")
    hear(bench, 2.5)
    hear(bench, 1.0)  # less than is stored at once: a kill takes it
    held = bench.field.session.desk.held
    assert held.recordings.length(held.recordings.of_visit(bench.visit.flow.visit_id).id) == 80_000
    sounding = robot.app._sounding  # the process is gone: nothing of it is put away
    sounding._running, sounding._hearing, sounding._open = False, None, False
    take_up(bench)
    assert robot.says("开始的录音在 0:02 处中断")
    assert badly_laid(robot) == []
    assert not robot.sees("sound.cancel")
    robot.tap("sound.keep")
    told = newest(bench)
    assert (told["duration_ms"], told["point_id"]) == (2500, POINTS[0])
    assert held.recordings.of_visit(bench.visit.flow.visit_id) is None


def test_every_lock_of_a_recording_says_its_reason(at_the_point: Bench) -> None:
    bench, robot = at_the_point, at_the_point.robot
    microphone, device = bench.field.ports.recorder, bench.field.ports.device
    device.free = KEPT_FREE_BYTES + 100 * 5 * 32_000
    robot.tap("checklist.sound")
    assert robot.says("最长 2 分钟")
    assert robot.says("存储空间紧张，可录时间已缩短。")
    robot.tap("sound.cancel")
    device.free = KEPT_FREE_BYTES + 5 * 32_000
    robot.tap("checklist.sound")
    assert "存储空间不足" in robot.reason_of("sound.start")
    assert robot.says("请先联网上传证据或者清理其他文件")
    device.free = 8 * 1024**3
    microphone.allowed = False
    robot.tap("sound.cancel")
    robot.tap("checklist.sound")
    robot.tap("sound.start")
    assert robot.says("请在弹出的窗口里允许使用麦克风")
    microphone.allowed = True
    robot.tap("sound.start")
    robot.tap("sound.stop")
    assert robot.says("没有录到任何声音，没有形成证据。")
    robot.tap("sound.start")
    hear(bench, 2.0)
    microphone.broken = True
    robot.tick(0.3)
    assert robot.says("麦克风不可用。已经录到的部分仍在，可以保留。")
    robot.tap("sound.keep")
    assert newest(bench)["duration_ms"] == 2000


def test_a_file_that_is_handed_over_is_evidence_as_it_came_or_refused_with_why(
    at_the_point: Bench,
) -> None:
    bench, robot = at_the_point, at_the_point.robot
    paper = media.pdf(3)
    picker: Any = bench.field.ports.files
    picker.files = [
        None,
        PickedFile(data=media.program(), name="营业执照.pdf"),
        PickedFile(data=media.sound()[:-40], name="录音.wav"),
        PickedFile(data=b"", name="空.pdf"),
        PickedFile(data=paper, name="供货商\u202e许可证\n.pdf"),
    ]
    robot.tap("checklist.file")
    assert robot.says("可附：PDF、照片")
    for why in ("", "只收 PDF、照片、录音和录像", "它不完整或者已损坏。", "它是空的。"):
        robot.tap("file.choose")
        robot.wait(lambda: robot.is_open("file.choose"), "an answer")
        assert robot.says(why)
    robot.tap("file.choose")
    robot.wait_for("file.keep")
    assert robot.says("供货商许可证.pdf")
    assert robot.says("文件 3页 · application/pdf")
    assert badly_laid(robot) == []
    robot.tap("file.keep")

    told = newest(bench)
    assert bench.field.session.evidence_bytes(told["evidence_id"]) == paper
    assert (told["media_type"], told["pages"], told["origin"]) == (
        "application/pdf",
        3,
        "handed_over",
    )
    assert (told["caption"], told["point_id"]) == ("供货商许可证.pdf", POINTS[0])
    robot.tap(f"evidence.{told['evidence_id']}")
    assert robot.says("平板不能显示这种文件。上传后请在控制台打开原件。")
    assert robot.says("检查对象提供")
    assert not robot.sees("evidence.listen")
    assert badly_laid(robot) == []
