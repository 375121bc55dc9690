"""View-models over a real tablet, with no display: what they show is kept in a list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from fieldapp import language
from fieldapp.viewmodels.background import AtOnce
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.places import Place
from shared.text import Language
from tests.fieldapp import visiting
from tests.fieldapp.conftest import OTHER_PIN, Field
from tests.world import LI, TASK, WANG


@dataclass
class Office:
    """An officer at work, and every state that was shown."""

    field: Field
    duty: Duty
    shown: list[Any] = field(default_factory=list)
    went: list[Place] = field(default_factory=list)

    def make(self, model: Callable[..., Any]) -> Any:
        return model(self.duty, self.shown.append)

    @property
    def state(self) -> Any:
        return self.shown[-1]

    @property
    def flow(self) -> Any:
        assert self.duty.visit is not None
        return self.duty.visit.flow

    def last(self) -> Any:
        """The newest event of the visit."""
        return self.flow.events()[-1]

    def kinds(self) -> list[str]:
        return [event.kind.value for event in self.flow.events()]

    def take_up(self) -> None:
        lines = self.duty.session.tasks()
        self.duty.take_up(next(line for line in lines if line.task.id == TASK))

    def open(self, *, steps: int = 0) -> None:
        """A visit in hand, with so many of the clean visit's steps done."""
        self.field.visit()
        self.take_up()
        self.duty.session.unlock_officer(LI, OTHER_PIN)
        for step in visiting.STEPS[:steps]:
            step(self.flow)


SCANNED, SHOWN, SERVED, ANSWERED = 1, 3, 4, 8
READ, SIGNED, TOLD, LEFT, SEALED = 9, 10, 11, 12, 13
"""How many steps of a clean visit lead to each standing."""


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    language.use(Language.ZH)
    yield
    language.use(Language.ZH)


@pytest.fixture
def office(field: Field) -> Office:
    duty = Duty(field.tablet, field.ports, AtOnce())
    found = Office(field=field, duty=duty)
    duty.watch(found.went.append)
    duty.begin_work(WANG)
    return found
