"""What is signed: the same bytes from the same events, and only facts in it."""

from shared.canonical import canonical
from shared.content import notice, record, result
from shared.content.hashing import content_hash
from shared.events.kinds import EventKind
from shared.flow import engine
from tests.world import LI, POINTS, WANG, Tablet, references


def problem_visit() -> Tablet:
    tablet = Tablet()
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    tablet.answer(POINTS[0])
    tablet.photo("冷柜", point_id=POINTS[1], caption="冷柜温度计")
    tablet.answer(POINTS[1], "nonconform", severity="rectify", note="冷柜温度 12 ℃")
    tablet.answer(POINTS[2], "nonconform", severity="guidance", note="台账字迹不清")
    return tablet


def test_the_notice_says_who_what_why_and_how_often() -> None:
    tablet = problem_visit()
    built = notice.build(tablet.state, tablet.refs, device_id="tablet-1")

    assert [o["name"] for o in built["officers"]] == ["王建国", "李秀英"]
    assert built["items"][0]["bases"][0]["title"] == "中华人民共和国食品安全法"
    assert built["frequency"] == [{"year": 2026, "nth": 2, "cap": 4}]
    assert built["provisional_no"] == "T-tablet-1-1"
    assert built["begun_at"] == "2026-11-23 12:00"
    assert len(built["prohibitions"]) == 5
    assert sum(len(p["must_not"]) for p in built["prohibitions"]) == 8


def test_the_record_holds_answers_problems_photos_and_the_statement() -> None:
    tablet = problem_visit()
    built = record.build(tablet.state, tablet.refs, device_id="tablet-1", statement="马上整改")

    assert [a["answer"] for a in built["answers"]] == ["conform", "nonconform", "nonconform"]
    assert built["problems"][0]["basis"] == "《中华人民共和国食品安全法》第三十三条"
    assert built["problems"][0]["evidence"] == [built["evidence"][0]["sha256"]]
    assert built["statement"] == "马上整改"


def test_the_gravest_open_problem_decides_the_conclusion() -> None:
    tablet = problem_visit()
    assert _conclusion(tablet) == "rectify"

    tablet.answer(POINTS[1], "nonconform", severity="rectify", note="已调低", fixed_on_spot=True)
    assert _conclusion(tablet) == "guidance"

    tablet.answer(POINTS[2], "nonconform", severity="guidance", note="已补记", fixed_on_spot=True)
    assert _conclusion(tablet) == "fixed_on_spot"

    tablet.answer(POINTS[1])
    tablet.answer(POINTS[2])
    assert _conclusion(tablet) == "no_problem"

    tablet.act(EventKind.OFF_LIST_FINDING, text="后厨堆放氧气瓶", basis="b", severity="transfer")
    assert _conclusion(tablet) == "transfer"


def test_a_refolded_visit_builds_the_very_same_bytes() -> None:
    tablet = problem_visit()
    state, _ = engine.fold(tablet.events, references())

    for module in (notice, result):
        ours = module.build(tablet.state, tablet.refs, device_id="tablet-1")
        theirs = module.build(state, references(), device_id="tablet-1")
        assert canonical(ours) == canonical(theirs)


def test_any_change_of_a_fact_changes_the_hash() -> None:
    tablet = problem_visit()
    before = content_hash(result.build(tablet.state, tablet.refs, device_id="tablet-1"))
    tablet.answer(POINTS[1], "nonconform", severity="rectify", note="冷柜温度 13 ℃")

    assert content_hash(result.build(tablet.state, tablet.refs, device_id="tablet-1")) != before


def test_unknown_references_leave_gaps_and_do_not_crash() -> None:
    tablet = problem_visit()
    empty = type(tablet.refs)()

    built = record.build(tablet.state, empty, device_id="tablet-1", statement=None)

    assert built["agency"]["name"] == ""
    assert built["answers"] == []


def _conclusion(tablet: Tablet) -> str:
    return str(result.build(tablet.state, tablet.refs, device_id="tablet-1")["conclusion"])
