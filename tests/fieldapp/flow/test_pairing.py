"""Joining another tablet's visit: only a task at the same enterprise may."""

import pytest

from fieldapp.errors import OtherEnterprise, OtherVisit
from fieldapp.flow import pairing
from shared.tablet_codes import TabletHead
from tests.fieldapp.conftest import Field
from tests.world import OTHER_USCC, TASK, USCC


def lead(uscc: str, visit_id: str = "019c0000-0000-7000-8000-000000000009") -> TabletHead:
    return TabletHead(
        visit_id=visit_id,
        device_id="tablet-2",
        agency_id="agency-1",
        seq=3,
        head="b7" * 32,
        uscc=uscc,
    )


def refuse(field: Field, place: TabletHead) -> None:
    task = field.session.references().tasks[TASK]
    pairing.refuse_lead(field.session.desk, place, [task])


def test_a_task_at_another_enterprise_does_not_join(field: Field) -> None:
    with pytest.raises(OtherEnterprise):
        refuse(field, lead(OTHER_USCC))
    refuse(field, lead(USCC))
    refuse(field, lead(""))  # the code does not say


def test_nobody_joins_a_visit_twice(field: Field) -> None:
    mine = field.visit()
    with pytest.raises(OtherVisit):
        refuse(field, lead(USCC, mine.visit_id))
