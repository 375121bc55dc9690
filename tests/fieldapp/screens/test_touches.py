"""What a clean visit costs the officer: counted, not promised."""

from shared.reference import ReferenceObject
from tests.fieldapp.conftest import OTHER_PIN, PIN
from tests.fieldapp.screens.bench import OWNER, Bench, set_to_work
from tests.world import FORM, LI, TASK, WANG, objects

MOST_TOUCHES = 60
POINTS = 10


def long_form() -> ReferenceObject:
    """The county's form with ten points."""
    plain = next(each for each in objects() if (each.kind, each.id) == ("form", FORM))
    points = [
        {**plain.data["points"][0], "id": f"p{number}", "no": str(number), "title": f"要点{number}"}
        for number in range(1, POINTS + 1)
    ]
    return plain._replace(data={**plain.data, "points": points})


def show(bench: Bench, officer_id: str, pin: str) -> None:
    """The officer whose turn it is is chosen already."""
    bench.robot.type_pin("credentials", pin)
    bench.robot.tap("credentials.confirm")
    shown = lambda: officer_id in {s.officer_id for s in bench.visit.state.shown}  # noqa: E731
    bench.robot.wait(shown, f"the credential of {officer_id}")
    bench.robot.tick(0)


def test_a_clean_visit_of_ten_points_takes_sixty_touches_and_no_typing(new_bench: Bench) -> None:
    new_bench.field.platform.publish(long_form())
    bench = set_to_work(new_bench)
    robot = bench.robot
    robot.touches = robot.typed = 0

    robot.tap(f"today.task.{TASK}")
    robot.tap("task.begin")
    bench.hold(bench.enterprise_code())
    robot.wait_for("scan.next")
    robot.tap("scan.next")
    show(bench, WANG, PIN)
    robot.tap(f"credentials.officer.{LI}")
    show(bench, LI, OTHER_PIN)
    robot.tap("credentials.next")
    robot.read_to_end("notice.paper")
    robot.tap("notice.to_sign")
    robot.tap(f"notice.name.{OWNER}")
    robot.draw("notice.pad")
    robot.tap("notice.take")
    for _ in range(POINTS):
        robot.tap("checklist.answer.conform")
    robot.tap("checklist.to_record")
    robot.read_to_end("record.paper")
    robot.tap("record.read")
    robot.draw("signing.pad")
    robot.tap("signing.take")
    robot.read_to_end("result.paper")
    robot.tap("result.to_sign")
    robot.draw("result.pad")
    robot.tap("result.take")
    robot.tap("leaving.leave")
    robot.tap("leaving.seal")
    robot.wait_for("leaving.done")

    assert bench.kinds().count("point_answered") == POINTS
    assert bench.kinds()[-1] == "sealed"
    assert robot.typed == 0
    assert robot.touches <= MOST_TOUCHES
