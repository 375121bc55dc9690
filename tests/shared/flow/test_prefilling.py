"""What is known is offered, confirmed by a person, and never silently believed or forgotten."""

from datetime import date
from typing import Any

import pytest

from shared.content import findings, record
from shared.flow import prefilling
from shared.flow.prefilling import Prefill
from shared.reference import FactRead, ReferenceObject, References, SharedFact
from tests.world import FORM, LI, POINTS, USCC, WANG, Tablet, form, references, task

EXTINGUISHERS = {"key": "extinguishers", "at_least": 4}
REGISTER = {
    "key": "extinguishers",
    "name": "灭火器",
    "value": "12 具",
    "source": "消防登记",
    "as_of": "2026-03-01",
}


def enterprise(*facts: dict[str, Any]) -> ReferenceObject:
    data = {"id": USCC, "name": "济南泉城食品有限公司", "facts": list(facts)}
    return ReferenceObject("enterprise", USCC, 1, data)


def knowing(fact: dict[str, Any], reads: dict[str, Any] | None = None) -> References:
    return references(
        form({POINTS[0]: {"fact": reads or EXTINGUISHERS}, POINTS[2]: {"fact": EXTINGUISHERS}}),
        enterprise(fact),
    )


def asked(tablet: Tablet, point: int = 0) -> Prefill | None:
    used = tablet.refs.forms[FORM, 2]
    return prefilling.known(tablet.state, tablet.refs, used, used.points[point])


def inside(refs: References) -> Tablet:
    tablet = Tablet(refs=refs)
    tablet.open()
    tablet.scan()
    tablet.show(WANG)
    tablet.show(LI)
    tablet.serve()
    return tablet


@pytest.mark.parametrize(
    ("value", "found", "suggested"),
    [
        ("12 具", "", "conform"),
        ("3.5", "", "nonconform"),
        ("若干", "", ""),
        ("12 具", "nonconform", "nonconform"),
    ],
    ids=["enough", "too-few", "no-number", "found-otherwise"],
)
def test_what_a_fact_suggests(value: str, found: str, suggested: str) -> None:
    known = asked(inside(knowing({**REGISTER, "value": value, "answer": found})))
    assert known is not None
    assert (known.answer, known.source, known.as_of) == (suggested, "消防登记", date(2026, 3, 1))
    assert not known.contradicts(suggested)
    assert known.contradicts("not_applicable") is bool(suggested)


def test_of_another_fact_and_without_one_nothing_is_known() -> None:
    tablet = inside(knowing(REGISTER, {"key": "employees"}))
    assert asked(tablet) is None
    assert asked(tablet, 1) is None


def test_an_answer_of_this_visit_serves_every_form_that_asks() -> None:
    tablet = inside(knowing(REGISTER))
    tablet.answer(POINTS[0], "nonconform", severity="rectify", note="现场 2 具")
    known = asked(tablet, 2)
    assert known is not None
    assert (known.value, known.answer) == ("现场 2 具", "nonconform")
    assert known.source == "本次检查《食品经营检查表》第 1 项"


def test_a_point_that_stands_in_two_forms_is_looked_at_once() -> None:
    plain = form()
    twin = plain._replace(id="form-2", data={**plain.data, "id": "form-2", "name": "消防检查表"})
    forms = [{"id": each.id, "version": 2} for each in (plain, plain, twin)]
    tablet = inside(references(plain, twin, task(forms=forms)))
    listed = findings.points(tablet.state, tablet.refs, "tablet-1")
    assert len(listed) == 2 * len(POINTS), "a form that is named twice is one form"
    second = tablet.refs.forms["form-2", 2]
    assert prefilling.known(tablet.state, tablet.refs, second, second.points[0]) is None
    tablet.answer(POINTS[0])
    known = prefilling.known(tablet.state, tablet.refs, second, second.points[0])
    assert known is not None
    assert (known.answer, known.source) == ("conform", "本次检查《食品经营检查表》第 1 项")
    assert prefilling.known(tablet.state, tablet.refs, second, second.points[1]) is None


def test_the_record_says_what_is_contradicted_and_nothing_of_what_is_not() -> None:
    tablet = inside(knowing(REGISTER))
    fact = "灭火器：12 具（消防登记，截至 2026-03-01）"
    known = asked(tablet)
    assert known is not None
    assert known.as_text() == fact
    tablet.answer(POINTS[0], "nonconform", severity="rectify", note="现场 2 具", fact=fact)
    tablet.answer(POINTS[1], fact=fact, source="prefilled")
    built = record.build(tablet.state, tablet.refs, device_id="tablet-1", statement=None)
    first, second = built["answers"]
    assert (first["known"], first["note"]) == (fact, "现场 2 具")
    assert "known" not in second
    assert second["source"] == "prefilled"


def test_an_older_telling_replaces_nothing() -> None:
    then, now = (
        SharedFact(key="k", name="灭火器", value=value, source="登记", as_of=day)
        for value, day in (("2 具", date(2025, 1, 1)), ("12 具", date(2026, 1, 1)))
    )
    assert prefilling.newest(now, then) is now
    assert prefilling.newest(then, now) is now
    assert prefilling.newest(None, then) is then


def test_what_a_point_is_about_travels_as_it_is_read() -> None:
    assert FactRead(**EXTINGUISHERS).as_object() == EXTINGUISHERS  # type: ignore[arg-type]
    assert knowing(REGISTER).forms[FORM, 2].points[0].fact == FactRead(
        key="extinguishers", at_least=4
    )
