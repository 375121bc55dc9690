"""一表通查: the checklists of several agencies as one, a point that stands in two asked once."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.reference import Form, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A point of the composite form, and every (form, version, point) it answers."""

    point: Point
    answers: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """All points, each once, in the order of the forms."""

    asked: tuple[Asked, ...]

    @property
    def before(self) -> int:
        """How many points the forms had apart."""
        return sum(len(each.answers) for each in self.asked)

    @property
    def merged(self) -> int:
        """How many an enterprise is not asked again."""
        return self.before - len(self.asked)


def composite(forms: Sequence[Form]) -> Composite:
    """One form of several; points are the same when they ask for the same, in the same words."""
    found: dict[tuple[str, ...], tuple[Point, list[tuple[str, int, str]]]] = {}
    for form in _once(forms):
        for point in form.points:
            first = found.setdefault(what(point), (point, []))
            first[1].append((form.id, form.version, point.id))
    return Composite(
        asked=tuple(Asked(point=point, answers=tuple(of)) for point, of in found.values())
    )


def _once(forms: Iterable[Form]) -> Iterable[Form]:
    return {(form.id, form.version): form for form in forms}.values()


def what(point: Point) -> tuple[str, ...]:
    """What a point asks: its words without spaces, width or case (消防通道 is 消防 通道)."""
    return tuple(
        "".join(unicodedata.normalize("NFKC", words).casefold().split())
        for words in (point.title, point.content)
    )
