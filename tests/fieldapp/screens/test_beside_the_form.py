"""What the form does not ask about, and what was recorded wrongly: by touch, marked on paper."""

from typing import Any

from fieldapp.viewmodels.places import Place
from tests.fieldapp.screens.bench import Bench
from tests.fieldapp.screens.layout import badly_laid
from tests.world import POINTS


def on_the_record(bench: Bench) -> list[str]:
    """Every line of the record that is on the screen to be read out."""
    screen: Any = bench.robot.app.shell.ids.screens.current_screen
    return [block.text for block in screen.state.blocks]


def test_a_finding_off_the_list_and_a_correction_are_marked_and_read_out_anew(
    bench: Bench,
) -> None:
    bench.to_checklist()
    robot = bench.robot
    robot.tap("checklist.off_list")
    assert robot.reason_of("off_list.register") == "请写明发现的事实。"
    robot.type_text("off_list.text", "后厨堆放氧气瓶")
    assert "严重程度" in robot.reason_of("off_list.register")
    robot.tap("off_list.severity.rectify")
    assert "请从法规库选择依据" in robot.reason_of("off_list.register")
    robot.tap_locked("off_list.register")
    assert "off_list_finding" not in bench.kinds()
    robot.type_text("off_list.search", "没有这部法")
    assert not robot.sees("off_list.basis.basis-1"), "a basis is chosen, never typed"
    robot.type_text("off_list.search", "食品安全")
    robot.tap("off_list.basis.basis-1")
    assert badly_laid(robot) == []
    robot.tap("off_list.register")
    found = bench.visit.flow.events()[-1]
    assert found.kind.value == "off_list_finding"
    assert found.payload == {
        "text": "后厨堆放氧气瓶",
        "basis": "《中华人民共和国食品安全法》第三十三条",
        "severity": "rectify",
    }
    robot.tap("off_list.back")
    assert robot.says("清单外问题（1）")

    for _ in POINTS:
        robot.tap("checklist.answer.conform")
    robot.tap("checklist.to_record")
    assert "1. 后厨堆放氧气瓶（责令改正，清单外）" in on_the_record(bench)
    robot.read_to_end("record.paper")
    assert robot.is_open("record.read")

    robot.tap("record.correct")
    assert robot.reason_of("correction.register") == "请选择更正哪一条记录。"
    robot.tap(f"correction.of.{found.id}")
    assert robot.reason_of("correction.register") == "请写明实际情况。"
    robot.type_text("correction.text", "是二氧化碳瓶")
    assert robot.reason_of("correction.register") == "请选择或填写更正的原因。"
    robot.tap("correction.why.记录时笔误")
    assert badly_laid(robot) == []
    robot.tap("correction.register")
    corrected = bench.visit.flow.events()[-1]
    assert corrected.kind.value == "corrected"
    assert (corrected.payload["event_id"], corrected.payload["why"]) == (found.id, "记录时笔误")
    assert corrected.payload["text"].endswith("清单外问题“后厨堆放氧气瓶”：是二氧化碳瓶")

    robot.tap("correction.back")
    assert bench.place is Place.RECORD
    assert any(line.startswith("更正 1. ") for line in on_the_record(bench))
    assert "1. 后厨堆放氧气瓶（责令改正，清单外）" in on_the_record(bench), "nothing is rewritten"
    assert "宣读到最后" in robot.reason_of("record.read")
