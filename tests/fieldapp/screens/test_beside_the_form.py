"""What the form does not ask about, and what was recorded wrongly: by touch, marked on paper."""

from typing import Any

from fieldapp.viewmodels.places import Place
from tests.fieldapp.screens.bench import Bench, with_rules_and_facts
from tests.fieldapp.screens.layout import badly_laid


def on_the_record(bench: Bench) -> list[str]:
    """Every line of the record that is on the screen to be read out."""
    screen: Any = bench.robot.app.shell.ids.screens.current_screen
    return [block.text for block in screen.state.blocks]


KNOWN = "灭火器：12 具（消防登记，截至 2026-03-01）"


def answer_by_what_is_known(bench: Bench) -> None:
    """The first is confirmed with one touch, the second moot, the third found otherwise."""
    robot = bench.robot
    robot.tap("checklist.jump.1")
    assert robot.says("已有数据：灭火器 12 具")
    assert robot.says("来源：消防登记；2026年3月1日（267 天前）")
    assert "point_answered" not in bench.kinds(), "what is known is no answer"
    assert badly_laid(robot) == []
    touched = robot.touches
    robot.tap("checklist.confirm")
    assert robot.touches == touched + 1
    confirmed = bench.visit.flow.events()[-1].payload
    assert (confirmed["answer"], confirmed["source"]) == ("conform", "prefilled")
    assert confirmed["fact"] == KNOWN

    assert robot.says("第 3 项"), "the second is passed by"
    robot.tap("checklist.jump.2")
    assert robot.says("第 1 项为“符合”，本项按规则不适用")
    robot.tap("checklist.jump.3")
    assert robot.says("来源：本次检查《食品经营检查表》第 1 项")
    robot.tap("checklist.answer.nonconform")
    assert robot.says("与已有数据不一致")
    robot.tap("checklist.severity.guidance")
    assert badly_laid(robot) == []
    robot.tap("checklist.save")
    found = bench.visit.flow.events()[-1].payload
    assert (found["answer"], found["source"]) == ("nonconform", "observed")
    assert "本次检查《食品经营检查表》第 1 项" in found["fact"]
    robot.tap("checklist.to_record")
    lines = on_the_record(bench)
    assert "按规则不适用：第 1 项“要点1”为“符合”。" in lines
    assert f"与已有数据不一致。已有数据为 {found['fact']}" in lines


def test_what_is_known_moot_off_the_list_and_corrected_is_marked_and_read_out(
    new_bench: Bench,
) -> None:
    bench = with_rules_and_facts(new_bench)
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

    answer_by_what_is_known(bench)
    assert "2. 后厨堆放氧气瓶（责令改正，清单外）" in on_the_record(bench)
    robot.read_to_end("record.paper")
    assert robot.is_open("record.read")
    robot.tap("record.correct")
    robot.tap("correction.back")
    assert "宣读到最后" in robot.reason_of("record.read"), "who comes back reads it from its top"
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
    assert "2. 后厨堆放氧气瓶（责令改正，清单外）" in on_the_record(bench), "nothing is rewritten"
    assert "宣读到最后" in robot.reason_of("record.read")
