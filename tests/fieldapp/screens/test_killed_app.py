"""The real app, worked by touches, is killed at random points and goes on where it had been."""

import random

import pytest

from tests.fieldapp.conftest import Field
from tests.fieldapp.screens.bench import enterprise
from tests.fieldapp.sync.test_killed import Nursery, assert_delivered_whole, kill_often
from tests.world import TASK, objects

TIMES = 20
PROGRAM = """
from tests.fieldapp.screens.living import live
from tests.fieldapp.sync.test_killed import bear
bear(live)
"""


def publish_tasks(field: Field, count: int) -> None:
    """So many that none of the programs ever runs out of work."""
    plain = next(each for each in objects() if (each.kind, each.id) == ("task", TASK))
    for number in range(count):
        id_ = f"task-of-day-{number}"
        field.platform.publish(plain._replace(id=id_, data={**plain.data, "id": id_}))


@pytest.mark.torture
@pytest.mark.timeout(900)
def test_the_app_is_killed_at_twenty_random_points(field: Field, seed: int) -> None:
    publish_tasks(field, TIMES * 2)
    field.platform.publish(enterprise())
    assert field.sync().problem is None
    nursery = Nursery(PROGRAM)
    kill_often(field, nursery, times=TIMES, chance=random.Random(seed), after_s=0.25)
    nursery.close()
    assert_delivered_whole(field)
