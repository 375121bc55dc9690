"""Checking a published file with nothing but itself: every hash, every opening, the whole draw.

Two things it cannot know alone: that the hashes were published before the secrets (compare them
with the public page, or give them as `known`), and that the list was honest to begin with. What
is compared is the file's own bytes with those the replay writes, so nothing in it goes unchecked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.draws import holding, record, secrets
from shared.draws.model import Party, Terms
from shared.draws.pool import pool_hash
from shared.draws.record import Published, Record
from shared.errors import BadInput, DomainError
from shared.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What somebody wrote down from the public page; empty where they did not."""

    pool_hash: str = ""
    file_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file is, and everything about it that does not hold."""

    faults: tuple[Text, ...]
    terms: Terms | None = None
    pool_hash: str = ""
    file_hash: str = ""
    record: Record | None = None
    pool_size: int = 0
    left_out: int = 0

    @property
    def holds(self) -> bool:
        return not self.faults


UNREADABLE = Text(
    "文件不完整或者格式不对：{why}", "The file is incomplete or not in its format: {why}"
)
HASH = Text(
    "文件内容与末行摘要不符，文件被改动过",
    "The content is not what its last line was made of: it was changed",
)
POOL_HASH = Text("名录与其摘要不符", "The pool does not have the hash that is told of it")
POOL_NOT_PUBLISHED = Text("名录与公示的摘要不符", "Not the pool whose hash was made public")
FILE_NOT_PUBLISHED = Text("文件与公示的摘要不符", "Not the file whose hash was made public")
NO_COMMITMENT = Text("{party}没有事先承诺", "{party} committed to nothing")
NOT_OPENED = Text(
    "{party}公布的秘密与事先承诺不符", "{party} revealed something else than it had committed to"
)
NO_SECRET = Text(
    "{party}没有公布秘密，抽取应当作废", "{party} revealed nothing: the draw should be void"
)
SEED = Text(
    "种子不是由名录摘要和两个秘密得出的",
    "The seed does not follow from the pool's hash and the secrets",
)
DRAWN = Text(
    "第{position}户与重演结果不符：应为{due}",
    "Number {position} is not what the replay gives: {due}",
)
COUNT = Text("抽取了{got}户，重演结果为{due}户", "{got} are drawn; the replay gives {due}")
VOID_BUT_DRAWN = Text("作废的抽取不应有结果", "A void draw has no result")
ORDER = Text("文件写法与重演的不同", "The file is not written as the replay writes it")
PARTY = {
    Party.AGENCY: Text("检查机关", "The agency"),
    Party.SUPERVISION: Text("监督机关", "The supervision body"),
}


def verify(file: bytes, known: Known | None = None) -> Report:
    """Replay a published file; never raises for what is wrong with it."""
    try:
        published = record.read(file)
        census = holding.take_census(published.pool)
        faults = (
            *_hashes(published, known or Known()),
            *_openings(published, census.terms),
            *_replayed(published, census),
        )
        if not faults and record.tail(published.pool, published.record) != published.tail:
            faults = (ORDER,)
    except BadInput as wrong:
        return Report(faults=(UNREADABLE.filled(why=str(wrong)),))
    return Report(
        faults=faults,
        terms=census.terms,
        pool_hash=pool_hash(published.pool),
        file_hash=published.told_hash,
        record=published.record,
        pool_size=census.firms,
        left_out=census.left_out,
    )


def _hashes(published: Published, known: Known) -> Iterator[Text]:
    real = pool_hash(published.pool)
    if published.hash != published.told_hash:
        yield HASH
    if real != published.told_pool_hash:
        yield POOL_HASH
    if known.pool_hash and known.pool_hash != real:
        yield POOL_NOT_PUBLISHED
    if known.file_hash and known.file_hash != published.hash:
        yield FILE_NOT_PUBLISHED


def _openings(published: Published, terms: Terms) -> Iterator[Text]:
    said = published.record
    for party in Party:
        committed, secret = said.commitments.get(party), said.secrets.get(party)
        if secret is not None and committed is None:
            yield _of(NO_COMMITMENT, party)
        elif secret is not None and committed is not None:
            if not _opens(committed.value, terms.draw_id, party, secret.value):
                yield _of(NOT_OPENED, party)
        elif not said.is_void:
            yield _of(NO_SECRET, party)


def _replayed(published: Published, census: holding.Census) -> Iterator[Text]:
    said = published.record
    if said.is_void:
        if said.drawn or said.seed:
            yield VOID_BUT_DRAWN
        return
    if set(said.secrets) != set(Party):
        return
    agency, supervision = (said.secrets[party].value for party in Party)
    try:
        seed = secrets.seed(pool_hash(published.pool), agency, supervision)
    except ValueError:
        return
    if seed.hex() != said.seed:
        yield SEED
    due = holding.hold(published.pool, census, seed)
    if len(due) != len(said.drawn):
        yield COUNT.filled(got=len(said.drawn), due=len(due))
    for told, right in zip(said.drawn, due, strict=False):
        if told != right:
            told_due = f"{right.position} {right.uscc} {','.join(right.officer_ids)}"
            yield DRAWN.filled(position=told.position, due=told_due)
            return


def _opens(committed: str, draw_id: str, party: Party, secret: str) -> bool:
    try:
        return secrets.opens(committed, draw_id, party, secret)
    except DomainError:
        return False


def _of(text: Text, party: Party) -> Text:
    return Text(text.zh.format(party=PARTY[party].zh), text.en.format(party=PARTY[party].en))
