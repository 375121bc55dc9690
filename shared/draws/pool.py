r"""A frozen pool as bytes: what its SHA-256 is taken of, and what the published file begins with.

UTF-8, one line per thing, fields parted by a tab, each line ended by LF:

    {"format":"mingcha-draw/1",…}         the terms, canonical JSON
    E  uscc  name  grade  industry  region     may be drawn; ascending by code
    X  uscc  reason  words                     left out, and why; ascending by code
    O  officer  name  region  load             may go; ascending by id
    R  officer  uscc                           may not go there (回避); ascending

A million enterprises are 80 MB of such lines, read one at a time: nothing keeps them as objects.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, BinaryIO

from shared.canonical import canonical, parse_object
from shared.draws.model import Candidate, Exclusion, Firm, LeftOut, Terms
from shared.errors import BadInput
from shared.regions import significant

FORMAT = "mingcha-draw/1"
MOST_OFFICERS_PER_VISIT = 8
LONGEST_FIELD = 400
FIRM, LEFT_OUT, OFFICER, RECUSED = b"E", b"X", b"O", b"R"
POOL_LINES = (b"{", FIRM, LEFT_OUT, OFFICER, RECUSED)


class BadDraw(BadInput):
    """A pool or a published file that cannot be read."""

    code = "bad_draw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who may go, and who may not go where."""

    officers: tuple[Candidate, ...]
    recused: frozenset[tuple[str, str]]
    """(officer id, uscc)."""


def lines(
    terms: Terms, firms: Iterable[Firm], left_out: Iterable[LeftOut], staff: Staff
) -> Iterator[bytes]:
    """The lines of a pool; firms and those left out are given in ascending order of their codes."""
    yield head(terms)
    yield from map(firm_line, firms)
    yield from map(left_out_line, left_out)
    yield from staff_lines(staff)


def head(terms: Terms) -> bytes:
    """The first line."""
    require_terms(terms)
    return canonical(as_object(terms)) + b"\n"


def firm_line(firm: Firm) -> bytes:
    """One that may be drawn; `BadInput` where its region is no code."""
    significant(firm.region)
    return line(FIRM, firm.uscc, firm.name, firm.grade, firm.industry, firm.region)


def left_out_line(out: LeftOut) -> bytes:
    """One that may not."""
    return line(LEFT_OUT, out.uscc, out.why, out.said)


def staff_lines(staff: Staff) -> Iterator[bytes]:
    """Who may go, and who not where."""
    for officer in sorted(staff.officers, key=lambda each: each.id):
        significant(officer.region)
        yield line(OFFICER, officer.id, officer.name, officer.region, str(officer.load))
    for officer_id, uscc in sorted(staff.recused):
        yield line(RECUSED, officer_id, uscc)


def line(kind: bytes, *parts: str) -> bytes:
    """One line; white space and control characters within a field become single spaces."""
    told = (" ".join("".join(c if c.isprintable() else " " for c in p).split()) for p in parts)
    return b"\t".join((kind, *(part.encode() for part in told))) + b"\n"


def pool_hash(pool: bytes) -> str:
    """What is published first: SHA-256 of a pool's bytes, 64 hex letters."""
    return hashlib.sha256(pool).hexdigest()


def as_object(terms: Terms) -> dict[str, Any]:
    """Terms as the first line writes them."""
    told = {each.name: getattr(terms, each.name) for each in fields(Terms)}
    return {**told, "weights": dict(terms.weights), "format": FORMAT}


def read_terms(pool: BinaryIO) -> Terms:
    """The terms, from the first line of a pool that stands at its beginning."""
    told = parse_object(pool.readline(100_000))
    if told.pop("format", None) != FORMAT:
        raise BadDraw("Not a draw of this format.")
    if set(told) != {each.name for each in fields(Terms)}:
        raise BadDraw("The terms lack something, or say too much.")
    try:
        terms = Terms(**told)
        require_terms(terms)
    except (TypeError, AttributeError) as wrong:
        raise BadDraw("The terms cannot be read.") from wrong
    return terms


def require_terms(terms: Terms) -> None:
    """Return if a draw can be held under these terms; `BadDraw` otherwise."""
    numbers = (terms.count, terms.ratio_max_percent, terms.officers_per_visit, terms.load_margin)
    if any(type(number) is not int for number in (*numbers, *terms.weights.values())):
        raise BadDraw("Numbers of a draw are whole.")
    if terms.count < 1 or not 1 <= terms.ratio_max_percent <= 100 or terms.load_margin < 0:
        raise BadDraw("Numbers of a draw are out of range.")
    if not 1 <= terms.officers_per_visit <= MOST_OFFICERS_PER_VISIT:
        raise BadDraw("So many do not go on one visit.")
    if any(weight < 0 for weight in terms.weights.values()):
        raise BadDraw("A weight is not negative.")


def read_firm(raw: bytes) -> Firm:
    """An enterprise from its line."""
    uscc, name, grade, industry, region = parts_of(raw, FIRM, 5)
    return Firm(uscc=uscc, name=name, grade=grade, industry=industry, region=region)


def read_left_out(raw: bytes) -> LeftOut:
    """One who may not be drawn, from its line."""
    uscc, why, said = parts_of(raw, LEFT_OUT, 3)
    if why not in set(Exclusion):
        raise BadDraw("Left out for a reason that is not known.", reason=why)
    return LeftOut(uscc=uscc, why=Exclusion(why), said=said)


def read_staff(officers: Iterable[bytes], recused: Iterable[bytes]) -> Staff:
    """Who may go, from their lines; `BadDraw` if these are not in order or name nobody."""
    people = tuple(_officer(raw) for raw in officers)
    pairs = [tuple(parts_of(raw, RECUSED, 2)) for raw in recused]
    if any(not a.id < b.id for a, b in pairwise(people)):
        raise BadDraw("The officers are not in order.")
    if any(not a < b for a, b in pairwise(pairs)) or {p[0] for p in pairs} - {o.id for o in people}:
        raise BadDraw("The recusals are not in order, or name nobody.")
    return Staff(officers=people, recused=frozenset((pair[0], pair[1]) for pair in pairs))


def parts_of(raw: bytes, kind: bytes, count: int) -> list[str]:
    """The fields of a line of a kind; `BadDraw` if it is not exactly that."""
    try:
        first, *rest = raw.decode().split("\t")
    except UnicodeDecodeError as wrong:
        raise BadDraw("Not UTF-8.") from wrong
    if first.encode() != kind or len(rest) != count or not raw.endswith(b"\n"):
        raise BadDraw("A line that does not belong there.", line=raw[:80].decode(errors="replace"))
    rest[-1] = rest[-1][:-1]
    return rest


def _officer(raw: bytes) -> Candidate:
    id_, name, region, load = parts_of(raw, OFFICER, 4)
    if not load.isascii() or not load.isdecimal():
        raise BadDraw("A load is a whole number.")
    significant(region)
    return Candidate(id=id_, name=name, region=region, load=int(load))
