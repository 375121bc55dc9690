"""The county's agencies with their items, checklists and legal bases, as rows."""

from datetime import date
from typing import Any

from server.models import (
    Agency,
    AgencyStatus,
    AgencyType,
    Form,
    InspectionItem,
    ItemPublication,
    LegalBasis,
)
from server.seed import county
from server.seed.county import AgencySeed
from server.work import Work
from shared.localtime import local_day
from shared.reference import Condition, FactRead

SUPERVISION = "supervision"
SUPERVISION_ABBR = "司"


def add(work: Work) -> dict[str, Agency]:
    """Add every agency with its catalogue; by the key its accounts go by."""
    name, phone = county.supervision()
    found = {
        SUPERVISION: _agency(
            work,
            name=name,
            abbr=SUPERVISION_ABBR,
            phone=phone,
            supervision_phone=phone,
            type_=AgencyType.SUPERVISION,
        )
    }
    for seed in county.agencies():
        found[seed.key] = _agency(
            work,
            name=seed.name,
            abbr=seed.abbr,
            phone=seed.phone,
            supervision_phone=phone,
            type_=AgencyType.ADMINISTRATIVE,
        )
        _catalogue(work, found[seed.key].id, seed)
    return found


def first_day(work: Work) -> date:
    """Since when the county's lists and checklists are in force: this year's first day."""
    return local_day(work.now).replace(month=1, day=1)


def _agency(
    work: Work, *, name: str, abbr: str, phone: str, supervision_phone: str, type_: AgencyType
) -> Agency:
    row = Agency(
        id=work.ids(),
        name=name,
        abbr=abbr,
        region=county.REGION,
        region_abbr=county.REGION_ABBR,
        type=type_,
        status=AgencyStatus.CONFIRMED,
        published_on=first_day(work),
        phone=phone,
        supervision_phone=supervision_phone,
    )
    work.session.add(row)
    return row


def _catalogue(work: Work, agency_id: str, seed: AgencySeed) -> None:
    bases = {basis["id"]: _basis(work, basis) for basis in seed.bases}
    for item in seed.items:
        row = InspectionItem(
            id=work.ids(),
            agency_id=agency_id,
            code=item["code"],
            name=item["name"],
            standard=item["standard"],
            basis_ids=[bases[id_] for id_ in item["bases"]],
        )
        work.session.add_all([row, _publication(work, row.id), _form(work, row, item, bases)])


def _basis(work: Work, basis: dict[str, Any]) -> str:
    row = LegalBasis(
        id=work.ids(),
        title=basis["title"],
        article=basis["article"],
        text=basis["text"],
        valid_from=first_day(work),
    )
    work.session.add(row)
    return row.id


def _publication(work: Work, item_id: str) -> ItemPublication:
    since = first_day(work)
    return ItemPublication(
        id=work.ids(), item_id=item_id, list_version=f"{since.year}-1", published_from=since
    )


def _asked(item: dict[str, Any], point: dict[str, Any]) -> dict[str, Any]:
    """After which answers a point is asked, and the shared fact it is about, where it has any."""
    asked: dict[str, Any] = {}
    if when := point.get("when"):
        earlier = _point_id(item, when["point"])
        asked["applies_when"] = Condition(point=earlier, answers=tuple(when["answers"])).as_object()
    if fact := point.get("fact"):
        asked["fact"] = FactRead(**fact).as_object()
    return asked


def _point_id(item: dict[str, Any], number: int) -> str:
    return f"{item['code']}-{number:02d}"


def _form(work: Work, row: InspectionItem, item: dict[str, Any], bases: dict[str, str]) -> Form:
    return Form(
        id=work.ids(),
        version=1,
        item_id=row.id,
        name=f"{item['name']}表",
        valid_from=first_day(work),
        points=[
            {
                "id": _point_id(item, number),
                "no": str(number),
                "title": point["title"],
                "content": point["content"],
                "method": point["method"],
                "basis_id": bases[point["basis"]],
                "key": point.get("key", False),
                **_asked(item, point),
            }
            for number, point in enumerate(item["points"], start=1)
        ],
    )
