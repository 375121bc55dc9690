r"""The published file of a draw: the frozen pool, then what was said and drawn, then its hash.

After the pool's lines (`shared.draws.pool`), fields parted by a tab, each line ended by LF:

    C  party  commitment  when             what each party committed to
    S  party  secret  when                 what it revealed
    V  when  words                         the draw is void, and why; nothing was drawn
    H  pool hash  seed                     the seed is empty in a void draw
    T  position  uscc  officer,officer     the drawn, in the order of the draw
    Z  SHA-256 of every byte before this line

The last hash is published at once. It tells nothing of what was drawn, since the secrets are part
of what is hashed, and it lets nobody change anything afterwards.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from shared.draws.model import Drawn, Party
from shared.draws.pool import POOL_LINES, BadDraw, line, parts_of, pool_hash

COMMITTED, REVEALED, VOID, HASHES, TARGET, END = b"C", b"S", b"V", b"H", b"T", b"Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a party handed in, in hex, and when (RFC 3339)."""

    value: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything about a draw besides its pool. `seed` is empty and `drawn` too when it is void."""

    commitments: Mapping[Party, Said]
    secrets: Mapping[Party, Said] = field(default_factory=dict)
    void_at: str = ""
    void_why: str = ""
    seed: str = ""
    drawn: Sequence[Drawn] = ()

    @property
    def is_void(self) -> bool:
        return bool(self.void_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published file taken apart; `told_pool_hash` and `told_hash` are what it says itself."""

    pool: bytes
    record: Record
    tail: bytes
    told_pool_hash: str
    told_hash: str
    hash: str


def tail(pool: bytes, record: Record) -> bytes:
    """What follows the pool in the published file, its last line included."""
    said = b"".join(_lines(pool, record))
    whole = hashlib.sha256(pool)
    whole.update(said)
    return said + line(END, whole.hexdigest())


def file_hash(ending: bytes) -> str:
    """The hash that is published at once, from the last line of a file or of its tail."""
    return parts_of(ending[_last_line(ending) :], END, 1)[0]


def read(file: bytes) -> Published:
    """A file taken apart; `BadDraw` for one that is not written as above."""
    last = _last_line(file)
    begin = _end_of_pool(file)
    said: dict[bytes, list[bytes]] = {kind: [] for kind in (COMMITTED, REVEALED, VOID, HASHES)}
    drawn: list[Drawn] = []
    for raw in file[begin:last].splitlines(keepends=True):
        if raw[:1] == TARGET:
            drawn.append(_target(raw))
        elif raw[:1] in said:
            said[raw[:1]].append(raw)
        else:
            raise BadDraw(
                "A line that does not belong there.", line=raw[:80].decode("utf-8", "replace")
            )
    if len(said[VOID]) > 1 or len(said[HASHES]) != 1:
        raise BadDraw("The file says twice, or not at all, what it must say once.")
    void_at, void_why = parts_of(said[VOID][0], VOID, 2) if said[VOID] else ("", "")
    told_pool_hash, seed = parts_of(said[HASHES][0], HASHES, 2)
    return Published(
        pool=file[:begin],
        tail=file[begin:],
        record=Record(
            commitments=_said(said[COMMITTED], COMMITTED),
            secrets=_said(said[REVEALED], REVEALED),
            void_at=void_at,
            void_why=void_why,
            seed=seed,
            drawn=tuple(drawn),
        ),
        told_pool_hash=told_pool_hash,
        told_hash=parts_of(file[last:], END, 1)[0],
        hash=hashlib.sha256(memoryview(file)[:last]).hexdigest(),
    )


def _lines(pool: bytes, record: Record) -> Iterator[bytes]:
    for kind, said in ((COMMITTED, record.commitments), (REVEALED, record.secrets)):
        for party in Party:
            if party in said:
                yield line(kind, party, said[party].value, said[party].at)
    if record.is_void:
        yield line(VOID, record.void_at, record.void_why)
    yield line(HASHES, pool_hash(pool), record.seed)
    for each in record.drawn:
        yield line(TARGET, str(each.position), each.uscc, ",".join(each.officer_ids))


def _last_line(file: bytes) -> int:
    return file.rfind(b"\n", 0, max(len(file) - 1, 0)) + 1


def _end_of_pool(file: bytes) -> int:
    """Where the first line begins that is none of the pool's."""
    kinds = (COMMITTED, REVEALED, VOID, HASHES)
    places = [place for kind in kinds if (place := file.find(b"\n%b\t" % kind)) >= 0]
    if not places or file[:1] not in POOL_LINES:
        raise BadDraw("Not the published file of a draw.")
    return min(places) + 1


def _said(raws: Sequence[bytes], kind: bytes) -> dict[Party, Said]:
    found: dict[Party, Said] = {}
    for raw in raws:
        party, value, at = parts_of(raw, kind, 3)
        if party not in set(Party) or party in found:
            raise BadDraw("A party that is none, or that speaks twice.", party=party)
        found[Party(party)] = Said(value=value, at=at)
    return found


def _target(raw: bytes) -> Drawn:
    position, uscc, officers = parts_of(raw, TARGET, 3)
    if not position.isascii() or not position.isdecimal():
        raise BadDraw("A position is a whole number.", position=position)
    return Drawn(position=int(position), uscc=uscc, officer_ids=tuple(officers.split(",")))
