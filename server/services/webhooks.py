"""Telling other systems what happened, by signed calls (docs/webhooks.md).

    waiting → sending → sent
       ↑         ├→ waiting   tried again after the outbox's waits, spread by a quarter each way
       └─────────┤
                 └→ dead      seven tries in three days, or nobody there any more (410)

A call says what happened and where to read it, never its content: whoever gets it reads with its
own token, within its own scopes. It is written in the transaction of what it tells, and a claim
that runs out is due again, so it is made at least once, under one id.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, or_, select, update

from server.job_names import JobName
from server.models import Agency, SystemClient, WebhookCall, WebhookSubscription
from server.notify import outside
from server.services import audit, field_encryption
from server.services.field_encryption import Field
from server.services.outbox import MOST_TRIES, WAITS
from server.services.scoping import in_reach, one, require_role
from server.work import Work
from shared import webhooks
from shared.canonical import canonical
from shared.errors import BadInput, Conflict, NotFound
from shared.regions import significant
from shared.roles import Role

SECRET_BYTES = 32
MOST_SUBSCRIPTIONS = 10
AT_ONCE = 100
READERS = (Role.AGENCY_ADMIN, Role.SUPERVISION)


class Told(StrEnum):
    """What a system may be told of. Never renamed: others' programs know the words."""

    NOTICE_ISSUED = "notice.issued"
    NOTICE_RECEIPTED = "notice.receipted"
    PLAN_FILED = "plan.filed"
    COMPLAINT_CHANGED = "complaint.changed"
    RECTIFICATION_LATE = "rectification.late"


class CallState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


SCOPE: Mapping[Told, str] = {
    Told.NOTICE_ISSUED: "documents",
    Told.NOTICE_RECEIPTED: "documents",
    Told.PLAN_FILED: "plans",
    Told.COMPLAINT_CHANGED: "complaints",
    Told.RECTIFICATION_LATE: "documents",
}
"""What a system must be let in for to be told of a thing."""
READ_AT: Mapping[Told, str] = {
    Told.NOTICE_ISSUED: "/api/v1/documents/{}",
    Told.NOTICE_RECEIPTED: "/api/v1/documents/{}",
    Told.PLAN_FILED: "/api/v1/plans/{}",
    Told.COMPLAINT_CHANGED: "/api/v1/complaints/{}",
    Told.RECTIFICATION_LATE: "/api/v1/documents/{}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """`secret` is told here and never again."""

    row: WebhookSubscription
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Calling:
    """A call this worker has, for its `no`th try."""

    id: str
    no: int
    url: str
    secret: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A call as the log shows it."""

    call: WebhookCall
    client: str
    url: str


def subscribe(work: Work, url: str, kinds: Collection[Told]) -> Subscribed:
    """Let the system that asks be told. `BadInput` for an address or a kind it may not have."""
    require_role(work.who, Role.CLIENT)
    client = work.session.get_one(SystemClient, work.who.id, with_for_update=True)
    outside_scopes = sorted(kind for kind in kinds if SCOPE[kind] not in client.scopes)
    if outside_scopes or not kinds:
        raise BadInput("Not yours to read.", errors={"/kinds": ", ".join(outside_scopes) or "?"})
    if not outside.readable(url, work.settings.webhook_networks):
        raise BadInput("Not an address to call.", errors={"/url": "https://…"})
    if len(own(work)) >= MOST_SUBSCRIPTIONS:
        raise Conflict("Enough subscriptions.", most=MOST_SUBSCRIPTIONS)
    secret = webhooks.secret_of(work.chance(SECRET_BYTES))
    row = WebhookSubscription(
        id=work.ids(),
        client_id=client.id,
        agency_id=client.agency_id,
        region=work.who.region,
        url=url,
        kinds=sorted(set(kinds)),
        made_at=work.now,
    )
    row.secret_sealed = field_encryption.seal(work, secret, Field.WEBHOOK_SECRET, owner=row.id)
    work.session.add(row)
    audit.write(work, "webhook.subscribed", "webhook_subscription", row.id, kinds=",".join(kinds))
    return Subscribed(row=row, secret=secret)


def end(work: Work, subscription_id: str) -> WebhookSubscription:
    """Be told no more; what waits is not sent. `NotFound` for another system's."""
    row = _own(work, subscription_id)
    _end(work, row, "ended")
    audit.write(work, "webhook.ended", "webhook_subscription", row.id)
    return row


def own(work: Work) -> Sequence[WebhookSubscription]:
    """What the system that asks is told of, the oldest first."""
    require_role(work.who, Role.CLIENT)
    return work.session.scalars(
        select(WebhookSubscription)
        .where(WebhookSubscription.client_id == work.who.id, WebhookSubscription.ended_at.is_(None))
        .order_by(WebhookSubscription.made_at, WebhookSubscription.id)
    ).all()


def calls(work: Work, subscription_id: str) -> Sequence[WebhookCall]:
    """The newest calls of a subscription of the system that asks."""
    row = _own(work, subscription_id)
    return work.session.scalars(
        select(WebhookCall)
        .where(WebhookCall.subscription_id == row.id)
        .order_by(WebhookCall.created_at.desc(), WebhookCall.id.desc())
        .limit(AT_ONCE)
    ).all()


def log(work: Work) -> tuple[Line, ...]:
    """The newest calls to systems of agencies in reach, for people."""
    require_role(work.who, *READERS)
    rows = work.session.execute(
        select(WebhookCall, SystemClient.name, WebhookSubscription.url)
        .join(WebhookSubscription, WebhookSubscription.id == WebhookCall.subscription_id)
        .join(SystemClient, SystemClient.id == WebhookSubscription.client_id)
        .where(in_reach(work.who, WebhookSubscription.agency_id))
        .order_by(WebhookCall.created_at.desc(), WebhookCall.id.desc())
        .limit(AT_ONCE)
    )
    return tuple(Line(call=call, client=client, url=url) for call, client, url in rows)


def tell(work: Work, kind: Told, agency: Agency, thing_id: str, number: str) -> None:
    """Write a call for every system that wants to be told of what happened to this agency."""
    if work.session.foresees_nothing(ANY_OF_AN_AGENCY, {"agency": agency.id}):
        return
    for row in work.session.scalars(_OF_AN_AGENCY, {"agency": agency.id}):
        if kind in row.kinds and _reaches(row, agency):
            _put(work, row, kind, thing_id, number)


_CONCERNED = (
    WebhookSubscription.ended_at.is_(None),
    or_(
        WebhookSubscription.agency_id == bindparam("agency"),
        WebhookSubscription.region.is_not(None),
    ),
)
_OF_AN_AGENCY = select(WebhookSubscription).where(*_CONCERNED)
ANY_OF_AN_AGENCY = select(WebhookSubscription.id).where(*_CONCERNED).limit(1)
"""Whether any system might be told of what happens to an agency."""


def tell_sender(work: Work, kind: Told, *, home_id: str, name: str, thing: tuple[str, str]) -> None:
    """Write a call to one system alone, by whichever token it wanted to be told with.

    A system is its agency and its name; `thing` is (id, number) of what happened.
    """
    rows = work.session.scalars(
        select(WebhookSubscription)
        .join(SystemClient, SystemClient.id == WebhookSubscription.client_id)
        .where(
            WebhookSubscription.agency_id == home_id,
            WebhookSubscription.ended_at.is_(None),
            SystemClient.name == name,
        )
    )
    for row in rows:
        if kind in row.kinds:
            _put(work, row, kind, *thing)


def claim(work: Work, call_id: str) -> Calling | None:
    """Take a call that is due; None when it is not. Commit before calling."""
    row = work.session.scalars(
        update(WebhookCall)
        .where(
            WebhookCall.id == call_id,
            WebhookCall.state.in_((CallState.WAITING, CallState.SENDING)),
            WebhookCall.next_try_at <= work.now,
        )
        .values(
            state=CallState.SENDING,
            attempts=WebhookCall.attempts + 1,
            next_try_at=work.now + work.settings.outbox_lease,
        )
        .returning(WebhookCall)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    to = work.session.get_one(WebhookSubscription, row.subscription_id)
    client = work.session.get_one(SystemClient, to.client_id)
    if to.ended_at or client.revoked_at or client.expires_at <= work.now:
        _bury(row, work.now, "ended")
        return None
    if row.attempts > MOST_TRIES:
        _bury(row, work.now, "lost")
        return None
    secret = field_encryption.open_(work, to.secret_sealed, Field.WEBHOOK_SECRET, owner=to.id)
    return Calling(id=row.id, no=row.attempts, url=to.url, secret=secret, body=row.body.encode())


def taken(work: Work, calling: Calling) -> None:
    """It was taken: a fact, whoever has the call by now."""
    row = work.session.get_one(WebhookCall, calling.id, with_for_update=True)
    row.state, row.next_try_at, row.last = CallState.SENT, None, ""
    row.ended_at = row.ended_at or work.now


def not_taken(work: Work, calling: Calling, why: str, *, never: bool) -> None:
    """It was not. `never`: nobody wants to be told there any more."""
    row = work.session.get_one(WebhookCall, calling.id, with_for_update=True)
    if row.state != CallState.SENDING or row.attempts != calling.no:
        return
    row.last = why[:120]
    if never:
        _end(work, work.session.get_one(WebhookSubscription, row.subscription_id), "gone")
    if never or calling.no >= MOST_TRIES:
        _bury(row, work.now, why)
    else:
        row.state = CallState.WAITING
        row.next_try_at = work.now + spread(WAITS[calling.no - 1], work.chance(2))


def spread(wait: timedelta, chance: bytes) -> timedelta:
    """A wait lengthened or shortened by up to a quarter, lest all come back at once."""
    return wait * (0.75 + int.from_bytes(chance) / 0x1FFFF)


def due(work: Work, since: datetime, limit: int) -> list[str]:
    """Calls due at `since` or before, those that waited longest first."""
    rows = (
        select(WebhookCall.id)
        .where(
            WebhookCall.state.in_((CallState.WAITING, CallState.SENDING)),
            WebhookCall.next_try_at <= since,
        )
        .order_by(WebhookCall.next_try_at)
        .limit(limit)
    )
    return list(work.session.scalars(rows))


def _put(work: Work, to: WebhookSubscription, kind: Told, thing_id: str, number: str) -> None:
    id_ = work.ids()
    told = {
        "type": str(kind),
        "id": id_,
        "at": work.now.isoformat(),
        "data": {"id": thing_id, "number": number, "href": READ_AT[kind].format(thing_id)},
    }
    work.session.add(
        WebhookCall(
            id=id_,
            subscription_id=to.id,
            kind=kind,
            body=canonical(told).decode(),
            state=CallState.WAITING,
            attempts=0,
            created_at=work.now,
            next_try_at=work.now,
        )
    )
    work.after_commit(JobName.MAKE_CALL, call=id_)


def _reaches(row: WebhookSubscription, agency: Agency) -> bool:
    if row.agency_id == agency.id:
        return True
    return row.region is not None and agency.region.startswith(significant(row.region))


def _own(work: Work, subscription_id: str) -> WebhookSubscription:
    require_role(work.who, Role.CLIENT)
    row = one(work.session.get(WebhookSubscription, subscription_id, with_for_update=True))
    if row.client_id != work.who.id:
        raise NotFound("No such subscription.")
    return row


def _end(work: Work, row: WebhookSubscription, why: str) -> None:
    if row.ended_at is None:
        row.ended_at, row.ended_why = work.now, why


def _bury(row: WebhookCall, at: datetime, why: str) -> None:
    row.state, row.next_try_at, row.ended_at, row.last = CallState.DEAD, None, at, why[:120]
