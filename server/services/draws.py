"""双随机 draws: frozen by a planner, decided by two secrets, void when one is missing.

What a draw is and how it is replayed stands in shared/draws. Here: who may do what when, and that
the second secret, the result and the plan it becomes are one transaction. Agency and supervision
are never the same person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from server.models import (
    Agency,
    Draw,
    DrawStatus,
    DrawTarget,
    DrawVoice,
    InspectionItem,
    Person,
    Premise,
)
from server.principal import Principal, PrincipalKind
from server.services import audit, draw_pools, field_encryption, parameters, plans, typed_words
from server.services.draw_pools import List
from server.services.field_encryption import Field
from server.services.plan_drafts import PlanDraft, TargetDraft
from server.services.scoping import knows_agency, one, require_agency, require_role
from server.storage.objects import object_store
from server.work import Work
from shared import rfc3339
from shared.draws import holding, record, secrets
from shared.draws import pool as pools
from shared.draws.model import Drawn, Party, Terms
from shared.draws.record import Record, Said
from shared.errors import BadInput, Conflict, NotFound, OutOfOrder
from shared.localtime import local_day
from shared.plans.model import PlanKind, Trigger, VisitType
from shared.roles import Role

FOLDER = "draws"
LONGEST_TITLE, LONGEST_REASON = 200, 1000
AWAITED = (DrawStatus.FROZEN, DrawStatus.COMMITTED)
SPEAKS: dict[Party, tuple[Role, ...]] = {
    Party.AGENCY: (Role.PLANNER, Role.HEAD),
    Party.SUPERVISION: (Role.SUPERVISION,),
}
OVERDUE = "逾期：有一方没有按时承诺或公布。"


class WrongSecret(Conflict):
    """Not the secret that was committed to."""

    code = "wrong_secret"


class OtherPartyNeeded(Conflict):
    """The same person cannot speak for both parties."""

    code = "other_party_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawDraft:
    """What a planner asks to be drawn; days are local and inclusive."""

    title: str
    count: int
    item_ids: tuple[str, ...]
    window_from: date
    window_to: date
    of: List = field(default_factory=List)
    weights: dict[str, int] = field(default_factory=dict)
    replaces: str | None = None


def freeze(work: Work, draft: DrawDraft) -> Draw:
    """Fix terms and pool for good; the pool's hash is public from here on."""
    require_role(work.who, Role.PLANNER)
    agency = one(work.session.get(Agency, work.who.agency_id or ""))
    typed_words.require(title=(draft.title, LONGEST_TITLE))
    _require_sane(work, agency, draft)
    limits = parameters.limits(work, agency, draft.window_from)
    terms = Terms(
        draw_id=work.ids(),
        agency_id=agency.id,
        agency_name=agency.name,
        title=draft.title,
        count=draft.count,
        ratio_max_percent=limits.sample_percent_max,
        window_from=draft.window_from.isoformat(),
        window_to=draft.window_to.isoformat(),
        frozen_at=rfc3339.write(work.now),
        officers_per_visit=limits.min_officers,
        weights=draft.weights,
        replaces=draft.replaces,
    )
    frozen = draw_pools.gather(work, agency, terms, draft.of, limits.yearly_cap)
    census = _census(frozen, draft.count, limits.sample_percent_max)
    row = Draw(
        id=terms.draw_id,
        agency_id=agency.id,
        planner_id=work.who.id,
        title=draft.title,
        item_ids=list(draft.item_ids),
        window_from=draft.window_from,
        window_to=draft.window_to,
        count=draft.count,
        pool_size=census.firms,
        left_out=census.left_out,
        pool_hash=pools.pool_hash(frozen),
        pool_key=object_store(work.settings).put(FOLDER, frozen),
        status=DrawStatus.FROZEN,
        frozen_at=work.now,
        due=_due(work, agency),
        void_why="",  # answered before the row is written, which would give its default
        replaces_id=draft.replaces,
    )
    work.session.add(row)
    audit.write(work, "draw.frozen", "draw", row.id, pool=row.pool_size, pool_hash=row.pool_hash)
    return row


def commit(work: Work, draw_id: str, commitment: str) -> Draw:
    """Hand in the commitment of one's party, once. With the second one secrets are awaited."""
    secrets.require_hex(commitment, "commitment")
    row, party = _speaking(work, draw_id, DrawStatus.FROZEN)
    said = voices(work, row.id)
    if party in said:
        raise OutOfOrder("This party has committed.", party=party)
    if any(voice.committed_by == work.who.id for voice in said.values()):
        raise OtherPartyNeeded("Both parties are one person.")
    work.session.add(
        DrawVoice(
            draw_id=row.id,
            party=party,
            commitment=commitment,
            committed_by=work.who.id,
            committed_at=work.now,
        )
    )
    if said:
        row.status = DrawStatus.COMMITTED
        row.due = _due(work, work.session.get_one(Agency, row.agency_id))
    audit.write(work, "draw.committed", "draw", row.id, party=party, commitment=commitment)
    return row


def reveal(work: Work, draw_id: str, secret: str) -> Draw:
    """Hand in the secret of one's party. With the second one the draw is held."""
    secrets.require_hex(secret, "secret")
    row, party = _speaking(work, draw_id, DrawStatus.COMMITTED)
    said = voices(work, row.id)
    voice = said[party]
    if voice.revealed_at is not None:
        raise OutOfOrder("This party has revealed its secret.", party=party)
    if not secrets.opens(voice.commitment, row.id, party, secret):
        raise WrongSecret("Not what was committed to.", party=party)
    if any(
        work.who.id in (v.revealed_by, v.committed_by)
        for other, v in said.items()
        if other != party
    ):
        raise OtherPartyNeeded("Both parties are one person.")
    voice.secret_sealed = field_encryption.seal(
        work, secret, Field.DRAW_SECRET, owner=_owner(voice)
    )
    voice.revealed_at, voice.revealed_by = work.now, work.who.id
    audit.write(work, "draw.revealed", "draw", row.id, party=party)
    if all(each.revealed_at is not None for each in said.values()):
        _hold(work, row, said)
    return row


def void(work: Work, draw_id: str, reason: str) -> Draw:
    """End a draw that has no result, for a reason that is published. It stays on record."""
    typed_words.require(reason=(reason, LONGEST_REASON))
    row, _ = _speaking(work, draw_id, *AWAITED)
    return _void(work, row, reason)


def void_overdue(work: Work, draw_id: str) -> None:
    """End a draw whose next step did not come in time. Safe to repeat."""
    row = work.session.get(Draw, draw_id, with_for_update=True)
    if row is not None and row.status in AWAITED and row.due < work.now:
        _void(work, row, OVERDUE)


def overdue(work: Work, limit: int) -> Sequence[str]:
    """Draws whose next step did not come in time."""
    late = select(Draw.id).where(Draw.status.in_(AWAITED), Draw.due < work.now)
    return work.session.scalars(late.order_by(Draw.due).limit(limit)).all()


def get(work: Work, draw_id: str) -> Draw:
    """A draw that who asks may know; `NotFound` otherwise."""
    row = one(work.session.get(Draw, draw_id))
    require_agency(work, row.agency_id)
    return row


def voices(work: Work, draw_id: str) -> dict[Party, DrawVoice]:
    """What each party has handed in so far."""
    work.session.flush()
    rows = work.session.scalars(select(DrawVoice).where(DrawVoice.draw_id == draw_id))
    return {Party(row.party): row for row in rows}


def file_of(work: Work, row: Draw) -> bytes:
    """The published file: there is one once the draw is held or void."""
    if row.file_key is None:
        raise NotFound("Nothing is published of it yet.")
    store = object_store(work.settings)
    return store.get(row.pool_key) + store.get(row.file_key)


def my_party(work: Work, row: Draw) -> Party | None:
    """For whom who asks may speak in a draw; None for those who only look."""
    if work.who.agency_id == row.agency_id and work.who.is_any(SPEAKS[Party.AGENCY]):
        return Party.AGENCY
    if work.who.is_any(SPEAKS[Party.SUPERVISION]) and knows_agency(work, row.agency_id):
        return Party.SUPERVISION
    return None


def _speaking(work: Work, draw_id: str, *allowed: DrawStatus) -> tuple[Draw, Party]:
    row = one(work.session.get(Draw, draw_id, with_for_update=True))
    require_agency(work, row.agency_id)
    party = my_party(work, row)
    if party is None:
        raise NotFound("No such draw.")
    if row.status not in allowed or row.due < work.now:
        raise OutOfOrder("The draw is past that.", status=row.status)
    return row, party


def _require_sane(work: Work, agency: Agency, draft: DrawDraft) -> None:
    if draft.window_from < local_day(work.now) or draft.window_to < draft.window_from:
        raise BadInput("No such window.", errors={"/window_from": "not before today, then the end"})
    if draft.window_to.year != draft.window_from.year:
        raise BadInput("A draw is of one year.", errors={"/window_to": "another year"})
    ours = select(func.count()).where(
        InspectionItem.id.in_(draft.item_ids), InspectionItem.agency_id == agency.id
    )
    if not draft.item_ids or work.session.scalar(ours) != len(set(draft.item_ids)):
        raise BadInput("No such item of this agency.", errors={"/item_ids": "unknown"})
    if draft.replaces:
        before = work.session.get(Draw, draft.replaces)
        if before is None or before.agency_id != agency.id or before.status != DrawStatus.VOID:
            raise BadInput("Only a void draw is replaced.", errors={"/replaces": "unknown"})


def _census(frozen: bytes, count: int, percent: int) -> holding.Census:
    try:
        return holding.take_census(frozen)
    except pools.BadDraw as wrong:
        if "most" not in wrong.facts:
            raise
        raise BadInput(
            "More than the ratio allows.",
            errors={"/count": f"{count} > {wrong.facts['most']} ({percent} %)"},
        ) from wrong


def _hold(work: Work, row: Draw, said: dict[Party, DrawVoice]) -> None:
    store = object_store(work.settings)
    frozen = store.get(row.pool_key)
    told = _told(work, said)
    seed = secrets.seed(row.pool_hash, told[Party.AGENCY].value, told[Party.SUPERVISION].value)
    census = holding.take_census(frozen)
    drawn = holding.hold(frozen, census, seed)
    _publish(
        work,
        row,
        frozen,
        Record(commitments=_commitments(said), secrets=told, seed=seed.hex(), drawn=drawn),
    )
    row.status, row.held_at = DrawStatus.HELD, work.now
    work.session.add_all(
        DrawTarget(
            draw_id=row.id,
            position=each.position,
            uscc=each.uscc,
            officer_ids=list(each.officer_ids),
        )
        for each in drawn
    )
    row.plan_id = _plan(work, row, drawn)
    audit.write(
        work,
        "draw.held",
        "draw",
        row.id,
        file_hash=row.file_hash,
        drawn=len(drawn),
        plan=row.plan_id,
    )


def _void(work: Work, row: Draw, reason: str) -> Draw:
    said = voices(work, row.id)
    row.status, row.void_at, row.void_why = DrawStatus.VOID, work.now, reason
    row.void_by = work.who.id
    _publish(
        work,
        row,
        object_store(work.settings).get(row.pool_key),
        Record(
            commitments=_commitments(said),
            secrets=_told(work, said),
            void_at=rfc3339.write(work.now),
            void_why=reason,
        ),
    )
    audit.write(work, "draw.voided", "draw", row.id, reason=reason)
    return row


def _publish(work: Work, row: Draw, frozen: bytes, said: Record) -> None:
    ending = record.tail(frozen, said)
    row.file_key = object_store(work.settings).put(FOLDER, ending)
    row.file_hash = record.file_hash(ending)


def _commitments(said: dict[Party, DrawVoice]) -> dict[Party, Said]:
    return {
        party: Said(value=voice.commitment, at=rfc3339.write(voice.committed_at))
        for party, voice in said.items()
    }


def _told(work: Work, said: dict[Party, DrawVoice]) -> dict[Party, Said]:
    return {
        party: Said(
            value=field_encryption.open_(
                work, voice.secret_sealed, Field.DRAW_SECRET, owner=_owner(voice)
            ),
            at=rfc3339.write(voice.revealed_at),
        )
        for party, voice in said.items()
        if voice.secret_sealed is not None and voice.revealed_at is not None
    }


def _owner(voice: DrawVoice) -> str:
    return f"{voice.draw_id} {voice.party}"


def _plan(work: Work, row: Draw, drawn: Sequence[Drawn]) -> str:
    """The draft of the drawn visits, as its planner would have written it down."""
    places = dict(
        work.session.execute(
            # The last of an enterprise stands: its first place in use, if it has one by now.
            select(Premise.uscc, Premise.id)
            .where(Premise.uscc.in_([each.uscc for each in drawn]))
            .order_by(Premise.closed_at.is_(None), Premise.id.desc())
        ).all()
    )
    draft = PlanDraft(
        title=row.title,
        kind=PlanKind.DAILY,
        trigger=Trigger.RANDOM,
        visit_type=VisitType.INSPECTION,
        year=row.window_from.year,
        window_from=row.window_from,
        window_to=row.window_to,
        item_ids=tuple(row.item_ids),
        targets=tuple(
            TargetDraft(
                uscc=each.uscc,
                premise_id=places[each.uscc],
                officer_ids=each.officer_ids,
                assistant_count=0,
                reason_onsite="双随机抽查，须现场核查",
            )
            for each in drawn
        ),
        reason=f"双随机抽取 {row.id}",
        pool_size=row.pool_size,
        sample_percent=-(-row.count * 100 // row.pool_size),
    )
    planner = work.session.get_one(Person, row.planner_id)
    as_planner = replace(
        work,
        who=Principal(
            kind=PrincipalKind.PERSON,
            id=planner.id,
            roles=frozenset({Role.PLANNER}),
            name=planner.name,
            agency_id=row.agency_id,
        ),
    )
    return plans.create(as_planner, draft).id


def _due(work: Work, agency: Agency) -> datetime:
    hours = parameters.values(work, agency, local_day(work.now))["draw_step_hours"]
    return work.now + timedelta(hours=int(hours))
