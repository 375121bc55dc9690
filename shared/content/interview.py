"""Content of the record of questioning (询问笔录, D5): who asked whom what, and what was answered.

It is of a visit that was told; the officers are those who showed their certificates there. Numbers
of identity and telephone stand in it masked: whole they are on the signed original alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.content import words
from shared.content.parts import minute, of_result
from shared.mask import mask_id, mask_phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who was asked, in their own words. `sex` is one of `words.SEXES`."""

    name: str
    sex: str
    age: int
    id_no: str
    phone: str
    employer: str
    post: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """A questioning; `answers` are (question, answer) in the order they were put."""

    begun_at: datetime
    ended_at: datetime
    place: str
    recorder: str
    person: Person
    answers: Sequence[tuple[str, str]]


def build(result: Mapping[str, Any], said: Interview) -> dict[str, Any]:
    """Return the record as JSON. `result` is the signed content of the visit's result."""
    person = said.person
    return {
        **of_result(result, "interview"),
        "place": said.place,
        "begun_at": minute(said.begun_at),
        "ended_at": minute(said.ended_at),
        "recorder": said.recorder,
        "person": {
            "name": person.name,
            "sex": words.SEXES[person.sex],
            "age": person.age,
            "id_no": mask_id(person.id_no),
            "phone": mask_phone(person.phone),
            "employer": person.employer,
            "post": person.post,
            "address": person.address,
        },
        "rights": list(words.INTERVIEW_RIGHTS),
        "questions": [{"asked": asked, "answered": answered} for asked, answered in said.answers],
    }
