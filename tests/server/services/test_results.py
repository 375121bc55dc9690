"""What follows from a sealed visit, in its own transaction; and what must never follow."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from server.clock import SetClock
from server.documents.kinds import DocumentKind
from server.models import (
    Agency,
    Contact,
    Document,
    DocumentNumber,
    Enterprise,
    Notice,
    NoticeReceipt,
    NoticeState,
    OutboxMessage,
    SyncObjectVersion,
)
from server.principal import SYSTEM
from server.services import contacts, documents, notices, results, visit_contents, visit_fold
from server.services.contacts import ContactDraft
from server.work import Parts, open_work
from shared.content import signing
from shared.content.hashing import content_hash
from shared.errors import NotFound
from shared.events.kinds import EventKind
from shared.flow import table
from tests.server.counting import counted
from tests.server.factories import add
from tests.server.telling import PHONE, Scene, begin, clean, finish, scene
from tests.world import NOON, OTHER_USCC, POINTS, USCC, Tablet, form


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    return scene(parts)


def documents_of(town: Scene, visit_id: str) -> dict[str, Document]:
    with open_work(town.parts, SYSTEM) as work:
        return {row.kind: row for row in documents.of_visit(work, visit_id)}


def tell_and_fail(town: Scene, visit_id: str) -> None:
    """Tell a result in a transaction that fails after all."""
    with pytest.raises(ZeroDivisionError), open_work(town.parts, SYSTEM) as work:
        assert results.on_visit_sealed(work, visit_id) is None or 1 / 0


def test_a_sealed_visit_makes_numbered_documents_with_what_was_signed(town: Scene) -> None:
    visit_id = town.seal()
    town.tell(visit_id)

    made = documents_of(town, visit_id)
    assert {kind: row.number for kind, row in made.items()} == {
        "notice": "历下市监检通〔2026〕0001号",
        "record": "历下市监检录〔2026〕0001号",
        "result": "历下市监检告〔2026〕0001号",
        "checklist": "历下市监检表〔2026〕0001号",
        "order": "历下市监责改〔2026〕0001号",
        "recordings": "历下市监检像〔2026〕0001号",
    }
    events = {e.kind: e for e in town.folded(visit_id).material.ordered}
    for kind, event in (
        ("notice", EventKind.NOTICE_SERVED),
        ("record", EventKind.RECORD_READ),
        ("result", EventKind.RESULT_GIVEN),
    ):
        assert made[kind].content_hash == events[event].payload["content_hash"]
        assert content_hash(made[kind].content) == made[kind].content_hash


def test_what_a_told_inspection_found_is_known_to_the_next(town: Scene) -> None:
    asked = form({POINTS[1]: {"fact": {"key": "fridge", "at_least": None}}})
    with open_work(town.parts, SYSTEM) as work:
        work.session.execute(text("DROP TRIGGER sync_object_version_no_update"))
        sent = work.session.get_one(SyncObjectVersion, (asked.kind, asked.id, asked.version))
        sent.data = dict(asked.data)
    visit_id = town.seal()
    with open_work(town.parts, SYSTEM) as work:
        assert work.session.get_one(Enterprise, USCC).facts is None, "not before it is told"
    town.tell(visit_id)
    with open_work(town.parts, SYSTEM) as work:
        known = work.session.get_one(Enterprise, USCC).facts
    assert known == [
        {
            "key": "fridge",
            "name": "要点2",
            "value": "冷柜温度 12 ℃",
            "source": "济南市历下区市场监督管理局现场检查",
            "as_of": "2026-11-23",
            "answer": "nonconform",
        }
    ]


def test_the_notice_and_its_messages_are_rows_of_the_same_transaction(town: Scene) -> None:
    town.contact()
    visit_id = town.seal()
    tell_and_fail(town, visit_id)

    counts = [town.count(table) for table in (Document, Notice, OutboxMessage, DocumentNumber)]
    assert counts == [0, 0, 0, 0]

    document = town.tell(visit_id)
    assert town.notice(document).state == NoticeState.QUEUED
    assert sorted(row.channel for row in town.messages()) == ["email", "sms"]


def test_a_notice_goes_to_its_own_enterprise_though_another_has_the_same_telephone(
    town: Scene,
) -> None:
    own = town.contact()
    add(
        town.parts,
        [Enterprise(uscc=OTHER_USCC, name="青岛海风餐饮有限公司", region="370202", as_of=NOON)],
    )
    with open_work(town.parts, SYSTEM) as work:
        draft = ContactDraft(name="林小满", phone=PHONE, email="other@example.test")
        other = contacts.add(work, OTHER_USCC, draft)
        contacts.confirm(work, other.id, "paper")
    document = town.told()

    assert {row.contact_id for row in town.messages()} == {own}
    with open_work(town.parts, town.reader(other.id, OTHER_USCC)) as work:
        assert notices.of_enterprise(work) == ()
        for reach in (notices.read, notices.open_, documents.pdf):
            with pytest.raises(NotFound):
                reach(work, document.id)


def test_numbers_have_no_gap_though_transactions_fail(town: Scene) -> None:
    first = town.told()
    tell_and_fail(town, town.seal())

    assert [first.number, town.told().number] == [
        "历下市监检告〔2026〕0001号",
        "历下市监检告〔2026〕0002号",
    ]


def test_telling_the_same_twice_changes_nothing(town: Scene) -> None:
    town.contact()
    visit_id = town.seal()
    first = town.tell(visit_id)
    again = town.tell(visit_id)

    assert again.id == first.id
    assert (town.count(Document), town.count(Notice), len(town.messages())) == (6, 1, 2)


def test_an_irregular_visit_tells_nobody_anything(town: Scene) -> None:
    town.contact()

    def without_notice(tablet: Tablet) -> None:
        tablet.open()
        tablet.scan()
        for point in POINTS:
            tablet.answer(point)
        finish(tablet)

    visit_id = town.seal(without_notice)
    with open_work(town.parts, SYSTEM) as work:
        assert results.on_visit_sealed(work, visit_id) is None

    assert (town.count(Document), town.count(Notice), town.messages()) == (0, 0, [])


def test_a_visit_not_sealed_yet_tells_nobody_anything(town: Scene) -> None:
    def half(tablet: Tablet) -> None:
        begin(tablet)

    with open_work(town.parts, SYSTEM) as work:
        assert results.on_visit_sealed(work, town.seal(half)) is None


def test_a_content_that_is_not_the_signed_one_is_never_sent(
    town: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    folded = town.folded(town.seal())
    forged = dict(folded.material.objects)
    key = ("enterprise", USCC, 1)
    data = {**forged[key].data, "name": "另一家公司"}
    forged[key] = forged[key]._replace(data=data)
    material = replace(folded.material, objects=forged)

    with open_work(town.parts, SYSTEM) as work:
        forged_one = replace(visit_fold.fold(material), irregularities=())
        assert results.tell(work, forged_one) is None

    assert town.count(Document) == 0
    assert "differs" in caplog.text


def test_a_record_read_twice_counts_as_it_was_read_last(town: Scene) -> None:
    def corrected(tablet: Tablet) -> None:
        begin(tablet)
        for point in POINTS:
            tablet.answer(point)
        tablet.read_out()
        tablet.answer(POINTS[0], "nonconform", severity="guidance", note="补记")
        finish(tablet)

    visit_id = town.seal(corrected)
    town.tell(visit_id)

    assert documents_of(town, visit_id)["record"].content["problems"][0]["note"] == "补记"


def test_a_visit_that_could_not_be_made_has_a_result_and_no_record(town: Scene) -> None:
    def closed(tablet: Tablet) -> None:
        tablet.open()
        tablet.photo("门头")
        tablet.act(
            EventKind.UNABLE,
            reason="closed",
            explanation="大门紧锁，停止经营",
            officer_ids=["officer-wang", "officer-li"],
            evidence=[tablet.state.evidence[0].sha256],
        )
        tablet.tell()
        tablet.leave()
        tablet.seal()

    visit_id = town.seal(closed)
    document = town.tell(visit_id)

    assert set(documents_of(town, visit_id)) == {"result", "recordings"}
    assert document.content["conclusion"] == "unable"


def test_another_content_later_is_a_new_version_that_supersedes(town: Scene) -> None:
    town.contact()
    visit_id = town.seal()
    old = town.tell(visit_id)
    folded = town.folded(visit_id)
    signed = visit_contents.of_visit(folded)
    changed = {**signed[DocumentKind.RESULT].content, "guidance": ["另一条"]}
    differing = {
        **signed,
        DocumentKind.RESULT: replace(
            signed[DocumentKind.RESULT], content=changed, hash=content_hash(changed)
        ),
    }

    with open_work(town.parts, SYSTEM) as work:
        new = results.tell_signed(work, folded, differing)

    with open_work(town.parts, SYSTEM) as work:
        kept = work.session.get_one(Document, old.id)
        assert kept.superseded_by == new.id
        assert kept.content == old.content
    assert (new.version, new.number) == (2, "历下市监检告〔2026〕0002号")
    assert new.particulars["replaces"] == old.number
    assert town.notice(old).superseded_at is not None
    assert town.notice(new).state == NoticeState.QUEUED
    states = {row.document_id: set() for row in town.messages()}
    for row in town.messages():
        states[row.document_id].add(row.state)
    assert states == {old.id: {"failed"}, new.id: {"waiting"}}
    assert town.count(Document) == 7  # the others are what they were


def test_problems_are_due_in_working_days_and_a_clean_visit_the_same_day(town: Scene) -> None:
    with_something = town.told()
    without = town.told(clean)

    assert town.notice(with_something).due_on.isoformat() == "2026-11-30"  # Monday + 5 working days
    assert town.notice(without).due_on.isoformat() == "2026-11-23"
    assert with_something.particulars["rectify_by"] == "2026-12-14"
    assert without.particulars["rectify_by"] is None


def test_without_a_confirmed_contact_the_notice_is_on_the_desk_at_once(town: Scene) -> None:
    document = town.told()

    notice = town.notice(document)
    assert (notice.state, notice.why) == (NoticeState.UNDELIVERED, "no_confirmed_contact")


def test_a_contact_that_cannot_be_read_does_not_stand_in_the_way(
    town: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = town.contact()
    broken = town.contact(phone="13900139000", email="")
    with open_work(town.parts, SYSTEM) as work:
        work.session.get_one(Contact, foreign).language = "fr"
        row = work.session.get_one(Contact, broken)
        row.phone_sealed = f"{town.parts.secrets.field_kid}.AAAA"

    document = town.told()

    assert town.notice(document).state == NoticeState.QUEUED
    assert [row.language for row in town.messages()] == ["zh", "zh"]
    assert "does not open" in caplog.text


def test_agencies_of_the_same_short_name_have_series_of_their_own(town: Scene) -> None:
    first = town.told()
    with open_work(town.parts, SYSTEM) as work:
        twin = Agency(
            id="agency-2",
            name="另一市历下区市场监督管理局",
            abbr="市监",
            region="370802",
            region_abbr="历下",
        )
        work.session.add(twin)
    visit_id = town.seal()
    folded = town.folded(visit_id)
    signed = visit_contents.of_visit(folded)
    theirs = {
        kind: replace(each, content={**each.content, "agency": {"id": "agency-2", "name": "另"}})
        for kind, each in signed.items()
    }
    with open_work(town.parts, SYSTEM) as work:
        second = results.tell_signed(work, folded, theirs)

    assert (first.number, second.number) == ("历下市监检告〔2026〕0001号",) * 2


def test_a_result_signed_on_the_tablet_is_receipted_and_told_all_the_same(town: Scene) -> None:
    town.contact()

    def signed_there(tablet: Tablet) -> None:
        begin(tablet)
        for point in POINTS:
            tablet.answer(point)
        tablet.read_out()
        tablet.sign()
        payload = tablet.result_payload()
        given = {
            "content_hash": payload["content_hash"],
            "outcome": "signed",
            "name": "周老板",
            "capacity": "店长",
            "strokes": [[[0, 0, 0], [500, 500, 120]]],
        }
        tablet.act(EventKind.RESULT_GIVEN, **payload, acknowledgement=given)
        tablet.leave()
        tablet.seal()

    document = town.told(signed_there)

    assert town.notice(document).state == NoticeState.RECEIPTED
    assert len(town.messages()) == 2
    with open_work(town.parts, SYSTEM) as work:
        receipt = work.session.query(NoticeReceipt).one()
    assert (receipt.name, receipt.method) == ("周老板", "on_the_spot")
    assert document.particulars["party"]["strokes"] == [[[0, 0, 0], [500, 500, 120]]]


def test_each_officer_stands_with_a_signature_of_their_own(town: Scene) -> None:
    visit_id = town.seal()
    document = town.tell(visit_id)
    events = town.folded(visit_id).material.ordered
    told = next(e for e in events if e.kind is EventKind.RESULT_GIVEN)
    shown = [e for e in events if e.kind is EventKind.CREDENTIALS_SHOWN]

    marks = {one["name"]: one["mark"] for one in document.particulars["officers"]}
    assert marks == {
        "王建国": f"电子签名 {told.hash[:16]}",
        "李秀英": f"亮证电子签名 {shown[1].hash[:16]}",
    }


def test_telling_takes_a_bounded_number_of_queries(town: Scene) -> None:
    town.contact()
    visit_id = town.seal()
    with counted(town.parts.engine) as few:
        town.tell(visit_id)

    def many_findings(tablet: Tablet) -> None:
        begin(tablet)
        for point in POINTS:
            tablet.answer(point)
        for no in range(30):
            tablet.act(
                EventKind.OFF_LIST_FINDING,
                text=f"问题{no}",
                basis="某法第一条",
                severity="guidance",
            )
        finish(tablet)

    visit_id = town.seal(many_findings)
    with counted(town.parts.engine) as many:
        town.tell(visit_id)

    assert len(many) <= len(few)
    assert len(few) < 45


def test_nothing_personal_is_kept_in_clear_in_the_outbox(town: Scene) -> None:
    town.contact()
    town.told()

    with open_work(town.parts, SYSTEM) as work:
        rows = work.session.execute(text("SELECT * FROM outbox_message")).all()
    dump = str(rows)
    assert "13800138000" not in dump
    assert "shop@example.test" not in dump
    assert "/n/" not in dump


def test_every_content_that_is_built_again_has_what_its_tablet_knew_then() -> None:
    assert visit_contents.KIND.keys() == signing.BUILD.keys() == table.CONTENT.keys()
