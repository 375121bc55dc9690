"""The walk through a whole inspection by touch, with a look at every screen on the way."""

from fieldapp.viewmodels.places import Place
from tests.fieldapp import visiting
from tests.fieldapp.conftest import OTHER_PIN, PIN
from tests.fieldapp.screens.album import Album
from tests.fieldapp.screens.bench import OWNER, Bench
from tests.world import LI, OTHER_USCC, POINTS, TASK, WANG


def enlarge(bench: Bench) -> None:
    """Large type from here on; a new tablet has no button for it before its first officer."""
    bench.robot.app.other_type()
    bench.robot.tick(0)


def enrol(bench: Bench, officer_id: str, pin: str, album: Album) -> None:
    robot = bench.robot
    bench.hold(bench.field.platform.enrolment(officer_id))
    robot.wait_for("enrol.1")
    bench.take_away()
    robot.type_pin("enrol", pin)
    album.take("enrol-pin")
    robot.tap("enrol.next")
    robot.type_pin("enrol", pin)
    robot.tap("enrol.finish")


def inspect(bench: Bench, album: Album) -> None:
    """From the enrolment's code to the seal; the network is off from the task on."""
    robot = bench.robot
    album.take("enrol")

    enrol(bench, WANG, PIN, album)
    robot.wait_for("enrol.second")
    album.take("enrolled")
    robot.tap("enrol.second")
    enrol(bench, LI, OTHER_PIN, album)
    robot.wait_for("enrol.start")
    robot.tap("enrol.start")
    robot.wait_for(f"today.task.{TASK}")
    album.take("today")
    robot.tap("today.library")
    robot.wait_for("library.back")
    album.take("library")
    robot.tap("library.back")

    robot.wait_for("top.lock")
    robot.tap("top.lock")
    album.take("unlock")
    robot.tap(f"unlock.officer.{WANG}")
    robot.type_pin("unlock", PIN)
    robot.tap("unlock.open")
    robot.wait_for(f"today.task.{TASK}")
    robot.wait_for("top.lock")

    bench.field.network.on = False
    robot.tap(f"today.task.{TASK}")
    album.take("task")
    robot.tap("task.begin")
    album.take("scan")
    bench.hold(bench.enterprise_code())
    robot.wait_for("scan.next")
    album.take("scanned")
    robot.tap("scan.next")
    album.take("credentials")
    bench.show(WANG, PIN)
    album.take("credential")
    bench.show(LI, OTHER_PIN)
    robot.tap("credentials.next")

    album.take("notice")
    assert not robot.is_open("notice.to_sign")
    robot.read_to_end("notice.paper")
    robot.tap("notice.to_sign")
    album.take("notice-pad")
    robot.tap(f"notice.name.{OWNER}")
    robot.draw("notice.pad")
    robot.tap("notice.take")

    album.take("checklist")
    robot.tap("checklist.answer.nonconform")
    assert not robot.is_open("checklist.save")
    robot.tap("checklist.severity.rectify")
    robot.type_text("checklist.note", "健康证明过期")
    robot.tap("checklist.photo")
    album.take("photo")
    robot.tap("photo.shoot")
    album.take("checklist-problem")
    look_at_evidence(bench)
    album.take("evidence")
    robot.tap("evidence.close")
    robot.tap("checklist.sound")
    album.take("sound")
    robot.tap("sound.cancel")
    robot.tap("checklist.file")
    album.take("file")
    robot.tap("file.cancel")
    robot.tap("checklist.save")
    assert not robot.is_open("checklist.to_record")
    robot.tap("checklist.off_list")
    robot.tap("off_list.basis.basis-1")
    album.take("off-list")
    robot.tap("off_list.back")
    for _ in POINTS[1:]:
        robot.tap("checklist.answer.conform")
    robot.tap("checklist.to_record")

    album.take("record")
    robot.tap("record.correct")
    robot.tap("correction.why.记录时笔误")
    album.take("correction")
    robot.tap("correction.back")
    robot.tap("record.statement.own")
    robot.type_text("record.statement", "三日内改正。")
    robot.read_to_end("record.paper")
    album.take("record-end")
    robot.tap("record.read")
    album.take("signing")
    robot.draw("signing.pad")
    robot.tap("signing.take")
    album.take("result")
    robot.read_to_end("result.paper")
    robot.tap("result.to_sign")
    robot.draw("result.pad")
    robot.tap("result.take")
    album.take("leaving")
    bench.take_away()
    robot.tap("leaving.scan")
    album.take("leaving-scan")
    robot.tap("leaving.back")
    robot.tap("leaving.leave")
    robot.tap("leaving.seal")
    robot.wait_for("leaving.done")
    album.take("sealed")


def look_at_evidence(bench: Bench) -> None:
    """The newest piece of evidence, where the side is shown or pulled up."""
    newest = bench.visit.state.evidence[-1].evidence_id
    bench.robot.tap(f"evidence.{newest}")


def hand_in(bench: Bench, album: Album) -> None:
    """A round that fails, one that does not, and back to the list."""
    robot = bench.robot
    robot.tap("top.sync")
    robot.wait(lambda: not robot.app.duty.syncing, "the end of the round")
    album.take("sync-offline")
    bench.field.network.on = True
    robot.tap("sync.now")
    robot.wait(lambda: not robot.app.duty.syncing, "the end of the round")
    album.take("sync-done")
    robot.tap("sync.back")
    robot.tap("leaving.done")
    album.take("today-done")


def look_at_what_is_known(bench: Bench, album: Album) -> None:
    """What a register knows, what an answer made moot, what was found otherwise; and a contact.

    The tablet is one `with_rules_and_facts`, whose platform takes contacts.
    """
    robot = bench.robot
    bench.to_checklist()
    robot.tap("checklist.jump.1")
    album.take("known")
    robot.tap("checklist.confirm")
    robot.tap("checklist.jump.2")
    album.take("moot")
    robot.tap("checklist.jump.3")
    robot.tap("checklist.answer.nonconform")
    album.take("contradicted")
    robot.tap("checklist.severity.guidance")
    robot.tap("checklist.save")
    bench.field.session.unlock_officer(LI, OTHER_PIN)
    visiting.read_out(bench.visit.flow)
    visiting.sign(bench.visit.flow)
    robot.app.duty.go(Place.RESULT)
    robot.tick(0)
    robot.tap("result.contact")
    robot.type_text("result.contact.phone", "13912345678")
    album.take("contact")


def look_aside(bench: Bench, album: Album) -> None:
    """The ways off the straight one, on a second tablet at work."""
    robot = bench.robot
    robot.tap("top.look")
    album.take("today-in-the-sun")
    robot.tap("top.look")
    robot.tap("top.guide")
    album.take("guide")
    robot.tap("guide.no_code")
    album.take("guide-answer")
    robot.tap("guide.back")
    robot.tap("top.settings")
    album.take("settings")
    robot.tap("settings.back")
    robot.tap("today.week")
    album.take("week")
    robot.tap("week.back")
    robot.tap("today.emergency")
    album.take("emergency")
    robot.tap("emergency.back")
    bench.begin()
    bench.hold(bench.enterprise_code(OTHER_USCC, "premise-9"))
    robot.wait_for("scan.retry")
    album.take("wrong-enterprise")
    bench.take_away()
    robot.tap("scan.retry")
    robot.tap("scan.by_hand")
    album.take("by-hand")
    robot.tap("rail.joint")
    album.take("joint-lead")
    robot.tap("rail.unable")
    robot.tap("unable.reason.refused_entry")
    album.take("unable")
    robot.app.duty.go(Place.TRANSFER)
    robot.tick(0)
    album.take("transfer-locked")
