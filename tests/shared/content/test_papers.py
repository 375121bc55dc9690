"""What is made of a sealed visit: of its facts alone, and always to the same bytes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.content import checklist, files, order, recheck, result, service, transfer
from shared.content.hashing import content_hash
from shared.events.kinds import EventKind
from shared.reference import ReferenceObject, References
from tests.shared.content.test_contents import problem_visit
from tests.world import LI, NOON, POINTS, Tablet, objects


def sealed() -> Tablet:
    tablet = problem_visit()
    tablet.act(EventKind.TRANSFERRED, to="区公安分局", why="涉嫌犯罪")
    tablet.read_out()
    tablet.sign()
    tablet.tell()
    tablet.leave()
    tablet.seal()
    return tablet


def told(tablet: Tablet) -> dict[str, Any]:
    return result.build(tablet.state, tablet.refs, device_id="tablet-1")


def listed(tablet: Tablet) -> dict[str, Any]:
    return checklist.build(tablet.state, {"tablet-1": tablet.refs}, device_id="tablet-1")


def ordered(tablet: Tablet) -> dict[str, Any] | None:
    return order.build(tablet.state, tablet.refs, device_id="tablet-1", result=told(tablet))


def test_a_checklist_holds_every_point_and_how_it_was_found() -> None:
    built = listed(sealed())

    (form,) = built["forms"]
    assert (form["name"], form["version"], form["item"]["code"]) == (
        "食品经营检查表",
        2,
        "37-SPLT-01",
    )
    assert [one["answer"] for one in form["points"]] == ["conform", "nonconform", "nonconform"]
    assert [one["key"] for one in form["points"]] == [True, False, False]
    assert form["points"][1]["basis"] == "《中华人民共和国食品安全法》第三十三条"
    assert len(form["points"][1]["evidence"]) == 1
    assert form["counts"] == {"conform": 1, "nonconform": 2, "not_applicable": 0, "": 0}
    assert built["inspected"] == {"from": "2026-11-23 12:00", "to": "2026-11-23 12:00"}


def test_a_key_point_decides_what_a_form_comes_to() -> None:
    tablet = problem_visit()
    assert listed(tablet)["forms"][0]["conclusion"] == "mostly"

    tablet.answer(POINTS[0], "nonconform", severity="guidance", note="未公示")
    assert listed(tablet)["forms"][0]["conclusion"] == "nonconform"

    for point in POINTS:
        tablet.answer(point)
    assert listed(tablet)["forms"][0]["conclusion"] == "conform"


def test_a_point_without_an_answer_is_listed_as_such() -> None:
    tablet = Tablet()
    tablet.open()
    tablet.scan()
    tablet.answer(POINTS[0])

    (form,) = listed(tablet)["forms"]
    assert [one["answer"] for one in form["points"]] == ["conform", "", ""]
    assert form["counts"][""] == 2


def test_a_member_of_a_joint_visit_adds_its_own_form() -> None:
    tablet = sealed()
    own = next(one for one in objects() if one.kind == "form")
    theirs = ReferenceObject("form", "form-9", 1, {**own.data, "id": "form-9", "version": 1})
    task = next(one for one in objects() if one.kind == "task")
    named = {**task.data, "id": "task-9", "forms": [{"id": "form-9", "version": 1}]}
    refs = References.from_objects(objects(theirs, ReferenceObject("task", "task-9", 1, named)))
    state = replace(tablet.state, tasks_of={**tablet.state.tasks_of, "tablet-0": ("task-9",)})

    built = checklist.build(
        state, {"tablet-0": refs, "tablet-1": tablet.refs}, device_id="tablet-1"
    )

    assert [(one["version"], len(one["points"])) for one in built["forms"]] == [(2, 3), (1, 3)]


def test_an_order_asks_for_what_the_signed_result_leaves_to_be_put_right() -> None:
    built = ordered(sealed())

    assert built is not None
    (problem,) = built["problems"]
    assert problem["note"] == "冷柜温度 12 ℃"
    assert problem["requirement"] == "改正至符合检查标准：证照在显著位置公示"
    assert built["rectify_within_workdays"] == 15
    assert built["made_of"]["head"] == sealed().events[-1].hash


def test_there_is_no_order_where_nothing_is_left() -> None:
    tablet = problem_visit()
    tablet.answer(POINTS[1], "nonconform", severity="rectify", note="已调低", fixed_on_spot=True)

    assert ordered(tablet) is None


def test_a_graver_problem_does_not_swallow_the_order() -> None:
    tablet = problem_visit()
    tablet.act(EventKind.OFF_LIST_FINDING, text="无证", basis="某法第一条", severity="transfer")
    tablet.act(EventKind.OFF_LIST_FINDING, text="杂乱", basis="某法第二条", severity="rectify")

    assert told(tablet)["conclusion"] == "transfer"
    built = ordered(tablet)
    assert built is not None
    assert built["rectify_within_workdays"] == 15
    assert built["problems"][1]["requirement"] == "按照某法第二条的规定改正。"


def test_recordings_name_who_took_each_file_and_number_it_as_the_record_does() -> None:
    tablet = sealed()
    officer = tablet.refs.officers[LI]
    (photo,) = tablet.state.evidence
    others = replace(photo, event_id="e-9", device_id="tablet-0", sha256="9" * 64, size=10)
    movie = replace(photo, event_id="e-10", media_type="video/mp4", sha256="8" * 64, size=20)
    state = replace(tablet.state, evidence=(others, photo, movie))

    built = files.build(
        state,
        tablet.refs,
        device_id="tablet-1",
        taken_by={photo.event_id: officer},
        retention="inspection",
    )

    assert [one["sha256"][:2] for one in built["evidence"]] == [photo.sha256[:2], "88", "99"]
    assert [one["officer"] for one in built["evidence"]] == ["李秀英", "", ""]
    assert built["evidence"][0]["from"] == built["evidence"][0]["to"] == "2026-11-23 12:00:07"
    assert built["evidence"][1]["from"] == ""
    assert built["bytes"] == photo.size + 30


def test_a_letter_names_what_is_handed_over_and_why() -> None:
    tablet = sealed()
    graver = {**told(tablet)["problems"][0], "severity": "transfer"}

    def letter(of: dict[str, Any]) -> dict[str, Any]:
        return transfer.build(
            tablet.state,
            tablet.refs,
            device_id="tablet-1",
            to="区公安分局",
            why="涉嫌犯罪",
            result=of,
        )

    built = letter(told(tablet))
    assert (built["to"], built["why"], built["ordered"]) == ("区公安分局", "涉嫌犯罪", True)
    assert len(built["problems"]) == 2
    assert letter({**told(tablet), "problems": [*told(tablet)["problems"], graver]})[
        "problems"
    ] == [graver]


def test_a_proof_says_how_a_document_was_served() -> None:
    about = told(sealed())
    how = service.Service(
        method="electronic",
        place="企业端",
        sent_at=NOON,
        opened_at=None,
        served_at=NOON + timedelta(hours=1),
        outcome="signed",
        name="周老板",
        capacity="店长",
    )
    one = service.Served(title="告知书", number="检告1号", content_hash=content_hash(about))

    built = service.build(about, [one], how)

    assert built["documents"] == [
        {"title": "告知书", "number": "检告1号", "content_hash": content_hash(about)}
    ]
    assert (built["method_text"], built["sent_at"], built["opened_at"]) == (
        "电子送达",
        "2026-11-23 12:00",
        "",
    )
    assert built["served_at"] == "2026-11-23 13:00"


def test_the_same_visit_makes_the_same_bytes() -> None:
    assert content_hash(listed(sealed())) == content_hash(listed(sealed()))


def looked_at_again(tablet: Tablet) -> dict[str, Any]:
    content = ordered(sealed())
    assert content is not None
    again = recheck.Ordered(
        number="责改1号", content_hash=content_hash(content), content=content, due=NOON.date()
    )
    return recheck.build(tablet.state, tablet.refs, device_id="tablet-1", ordered=again)


def test_a_recheck_says_of_each_point_of_the_order_how_it_is_now() -> None:
    tablet = problem_visit()
    (item,) = looked_at_again(tablet)["items"]
    assert (item["standing"], item["note"]) == ("not_done", "冷柜温度 12 ℃")
    assert looked_at_again(tablet)["conclusion"] == "not_done"
    assert len(item["evidence"]) == 1

    tablet.answer(POINTS[1], "nonconform", severity="guidance", note="8 ℃")
    assert looked_at_again(tablet)["conclusion"] == "partly"

    tablet.answer(POINTS[1], "nonconform", severity="rectify", note="已调低", fixed_on_spot=True)
    assert looked_at_again(tablet)["conclusion"] == "done"

    tablet.answer(POINTS[1])
    built = looked_at_again(tablet)
    assert (built["conclusion"], built["next_step"]) == ("done", "本次责令改正办结。")
    assert (built["order"]["number"], built["order"]["due"]) == ("责改1号", "2026-11-23")


def test_a_point_nobody_looked_at_again_is_open_and_never_done() -> None:
    tablet = Tablet()
    tablet.open()
    tablet.scan()

    built = looked_at_again(tablet)

    assert [item["standing_text"] for item in built["items"]] == ["未复查"]
    assert built["conclusion_text"] == "尚有问题未复查"
