"""What things are called: names by id, of several kinds of things by one question."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, union_all

from server.database import any_of
from server.models import Agency, Enterprise, InspectionItem, LegalBasis, Officer, Plan, Premise
from server.work import Work

Called = tuple[Any, Any]
"""What a kind of thing is known by, and what it is called."""
OFFICERS: Called = (Officer.id, Officer.name)
ITEMS: Called = (InspectionItem.id, InspectionItem.name)
AGENCIES: Called = (Agency.id, Agency.name)
PREMISES: Called = (Premise.id, Premise.name)
ENTERPRISES: Called = (Enterprise.uscc, Enterprise.name)
BASES: Called = (LegalBasis.id, "《" + LegalBasis.title + "》" + LegalBasis.article)
PLANS: Called = (Plan.id, Plan.title)


def names(work: Work, ids: Collection[str], *kinds: Called) -> dict[str, str]:
    """The names of whatever of these kinds is among `ids`; texts that are no id are left out."""
    asked = union_all(*(select(id_, name).where(any_of(id_, "ids")) for id_, name in kinds))
    return dict(work.session.execute(asked, {"ids": ids}).all())
