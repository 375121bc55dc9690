"""A query as the steps in which it is tried: as it was typed, in other words, in pieces.

A step is a conjunction of groups, a group a choice of phrases. What an earlier step found stands
before what a later one finds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from shared.search.synonyms import variants
from shared.search.windows import is_han, runs, windows

MOST_RUNS = 8
MOST_CHARACTERS = 64
MOST_VARIANTS = 24


class Field(Enum):
    """Where a phrase is looked for: in what is written, in names alone, or in their initials."""

    TEXT = "text"
    NAME = "name"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other. `open` when the last one may go on: nobody has typed it out."""

    words: tuple[str, ...]
    field: Field = Field.TEXT
    open: bool = False


Group = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Documents in which a phrase of every group stands."""

    groups: tuple[Group, ...]


def read_query(text: str) -> tuple[Step, ...]:
    """The steps for what somebody typed, the strictest first; none for no words at all."""
    found = runs(text[:MOST_CHARACTERS])[:MOST_RUNS]
    steps = dict.fromkeys(_steps(found)) if found else {}
    return tuple(steps)


def in_names(step: Step) -> Step:
    """The same of names alone: what is called so, where too much only mentions it."""
    return Step(
        tuple(
            tuple(
                replace(phrase, field=Field.NAME) if phrase.field is Field.TEXT else phrase
                for phrase in group
            )
            for group in step.groups
        )
    )


def _steps(found: list[str]) -> Iterator[Step]:
    yield Step(tuple(_exact(run) for run in found))
    widened = [_widened(run) for run in found]
    if any(widened):
        yield Step(tuple((*_exact(run), *more) for run, more in zip(found, widened, strict=True)))
    yield Step(tuple((word,) for run in found for word in _pieces(run)))
    pieces = tuple(piece for run in found for piece in _pieces(run))
    said = tuple(phrase for more in widened for phrase in more)
    parts = (Phrase((word,)) for phrase in said for word in phrase.words)
    yield Step((tuple(dict.fromkeys((*pieces, *said, *parts))),))


def _exact(run: str) -> Group:
    if is_han(run):
        return (Phrase(windows(run), open=len(run) == 1),)
    typed = Phrase((run,), open=True)
    if not run.isalpha():
        return (typed,)
    return (typed, Phrase(windows(run), Field.INITIALS, open=len(run) == 1))


def _widened(run: str) -> Group:
    return tuple(
        Phrase(windows(other), open=not is_han(other)) for other in variants(run)[:MOST_VARIANTS]
    )


def _pieces(run: str) -> tuple[Phrase, ...]:
    if is_han(run):
        return tuple(Phrase((word,), open=len(word) == 1) for word in windows(run))
    return _exact(run)[:1]
