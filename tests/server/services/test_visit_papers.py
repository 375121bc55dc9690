"""Papers of a visit that no tablet signs: questionings and samples."""

from datetime import timedelta

import pytest

from server.clock import SetClock
from server.documents.kinds import DocumentKind
from server.models import Certificate, Document, Officer
from server.principal import SYSTEM, Principal
from server.services import documents, results, visit_papers
from server.web.console.visit_papers import goods, pairs
from server.work import Parts, open_work
from shared.content.hashing import content_hash
from shared.content.interview import Interview, Person
from shared.content.sampling import Goods, Sampling
from shared.errors import BadInput, NotAllowed, NotFound
from shared.roles import Role
from tests.server.factories import LONG_AGO, add, person, principal
from tests.server.telling import AGENCY, Scene, scene
from tests.world import NOON, USCC, WANG

ID_NO, PHONE = "370102199203041226", "13912345678"
PERSON = Person(
    name="林小满",
    sex="female",
    age=34,
    id_no=ID_NO,
    phone=PHONE,
    employer="济南泉城食品有限公司",
    post="店长",
    address="",
)


@pytest.fixture
def town(parts: Parts, clock: SetClock) -> Scene:
    clock.moment = NOON
    made = scene(parts)
    made.contact()
    add(
        parts,
        [
            person("wang", Role.OFFICER, agency=AGENCY),
            Officer(id=WANG, agency_id=AGENCY, name="王建国", unit="大队", person_id="wang"),
            Certificate(
                id="certificate-wang",
                officer_id=WANG,
                number="15010100001",
                unit="大队",
                valid_from=LONG_AGO.date(),
                valid_to=NOON.date() + timedelta(days=900),
                checked_at=NOON,
            ),
        ],
    )
    return made


def officer(person_id: str = "wang", agency: str = AGENCY) -> Principal:
    return principal(person_id, Role.OFFICER, agency=agency)


def asked(**changes: object) -> Interview:
    given = {
        "begun_at": NOON - timedelta(minutes=40),
        "ended_at": NOON - timedelta(minutes=5),
        "place": "询问室",
        "recorder": "李秀英",
        "person": PERSON,
        "answers": [("谁负责冷柜？", "我。")],
    }
    return Interview(**{**given, **changes})  # type: ignore[arg-type]


def taken(**changes: object) -> Sampling:
    given = {
        "form": "sampling",
        "begun_at": NOON - timedelta(minutes=40),
        "ended_at": NOON - timedelta(minutes=30),
        "place": "后厨货架",
        "basis": "《食品安全法》第一百一十条",
        "found": "",
        "goods": [Goods(name="调味酱", spec="500 g", quantity="2瓶", batch="A")],
        "seal_no": "0021",
        "storage": "阴凉",
        "photos": ("f" * 64,),
        "witness": "",
    }
    return Sampling(**{**given, **changes})  # type: ignore[arg-type]


def current(town: Scene, visit_id: str, kind: DocumentKind) -> list[Document]:
    with open_work(town.parts, SYSTEM) as work:
        return [row for (of, _), row in documents.current(work, visit_id).items() if of is kind]


def test_a_record_of_questioning_is_numbered_and_holds_no_whole_number_of_a_person(
    town: Scene,
) -> None:
    visit_id = town.told().visit_id or ""
    with open_work(town.parts, officer()) as work:
        made = visit_papers.write_interview(work, visit_id, asked())
    assert "检询" in (made.number or "")
    assert made.content_hash == content_hash(made.content)
    assert made.content["person"]["id_no"] == "370102***********6"
    assert made.content["person"]["phone"] == "139****5678"
    assert ID_NO not in str(made.content)
    assert made.uscc is None
    assert [one["certificate_no"] for one in made.content["officers"]]


def test_samples_name_the_photos_of_the_visit_and_nothing_else(town: Scene) -> None:
    result = town.told()
    (photo,) = result.particulars["evidence"]
    with open_work(town.parts, officer()) as work:
        made = visit_papers.write_sampling(
            work, result.visit_id or "", taken(photos=(photo, "f" * 64))
        )
    assert made.content["photos"] == [photo]
    assert made.uscc == USCC


def test_a_newer_result_leaves_them_in_force(town: Scene) -> None:
    visit_id = town.told().visit_id or ""
    with open_work(town.parts, officer()) as work:
        visit_papers.write_interview(work, visit_id, asked())
    with open_work(town.parts, SYSTEM) as work:
        before = documents.current(work, visit_id)
        interview = next(row for (of, _), row in before.items() if of is DocumentKind.INTERVIEW)
        kept = {key: row for key, row in before.items() if row is not interview}
        results._no_longer_follow(before, kept, documents.result_in_force(work, visit_id))  # type: ignore[arg-type]
    assert current(town, visit_id, DocumentKind.INTERVIEW)


def test_only_who_was_there_writes_them_down(town: Scene) -> None:
    visit_id = town.told().visit_id or ""
    for who, refusal in (
        (officer("somebody"), NotFound),
        (officer(agency="agency-9"), NotFound),
        (principal("head", Role.HEAD, agency=AGENCY), NotAllowed),
    ):
        with open_work(town.parts, who) as work:
            with pytest.raises(refusal):
                visit_papers.write_interview(work, visit_id, asked())
            assert not visit_papers.may_write(work, visit_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"answers": []},
        {"answers": [("谁？", "")]},
        {"ended_at": NOON + timedelta(minutes=1)},
        {"ended_at": NOON - timedelta(hours=1)},
        {"recorder": " "},
        {"begun_at": NOON - timedelta(days=9)},
    ],
)
def test_a_questioning_is_whole_or_is_not_made(town: Scene, wrong: dict[str, object]) -> None:
    visit_id = town.told().visit_id or ""
    with open_work(town.parts, officer()) as work, pytest.raises(BadInput):
        visit_papers.write_interview(work, visit_id, asked(**wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"goods": []},
        {"seal_no": ""},
        {"form": "survey", "found": ""},
        {"form": "raid"},
        {"goods": [Goods(name="酱", spec="", quantity="", batch="")]},
    ],
)
def test_samples_are_named_counted_and_sealed(town: Scene, wrong: dict[str, object]) -> None:
    visit_id = town.told().visit_id or ""
    with open_work(town.parts, officer()) as work, pytest.raises(BadInput):
        visit_papers.write_sampling(work, visit_id, taken(**wrong))


def test_questions_and_goods_are_read_line_by_line() -> None:
    assert pairs("问：谁？\n答：我，\n还有他。\n\n问:何时? \n答:昨天") == [
        ("谁？", "我，还有他。"),
        ("何时?", "昨天"),
    ]
    assert pairs("答：没人问") == [("", "没人问")]
    assert pairs("问：没人答") == [("没人答", "")]
    assert goods("酱 | 500 g｜2瓶\n\n醋") == [
        Goods(name="酱", spec="500 g", quantity="2瓶", batch=""),
        Goods(name="醋", spec="", quantity="", batch=""),
    ]
