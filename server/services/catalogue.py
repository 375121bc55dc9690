"""An agency's own catalogue: items put on and taken off its published list, checklists by version.

What was published is never rewritten: a list gets an end, a checklist a next version. Each change
goes to the agency's tablets at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from server.models import (
    Agency,
    Form,
    InspectionItem,
    ItemPublication,
    LegalBasis,
    Task,
    TaskStatus,
)
from server.refusals import FormInForce, FormPlanned
from server.services import audit, catalogue_publishing, publishing, typed_words
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import BadInput, Conflict, NotFound
from shared.flow import skipping
from shared.localtime import local_day
from shared.reference import Condition, FactRead
from shared.regions import Level
from shared.roles import Role

ONE_DAY = timedelta(days=1)
LONGEST_NAME, LONGEST_STANDARD = 200, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDraft:
    """One point of a checklist as it is written; `key` marks a 重点项."""

    id: str
    no: str
    title: str
    content: str
    method: str
    basis_id: str | None
    key: bool
    applies_when: Condition | None = None
    fact: FactRead | None = None

    def as_object(self) -> dict[str, Any]:
        """As tablets are sent it; of a condition or a fact nothing is said where there is none."""
        asked, fact = self.applies_when, self.fact
        when = {"applies_when": asked.as_object()} if asked else {}
        about = {"fact": fact.as_object()} if fact else {}
        return {
            "id": self.id,
            "no": self.no,
            "title": self.title,
            "content": self.content,
            "method": self.method,
            "basis_id": self.basis_id,
            "key": self.key,
            **when,
            **about,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """For whom an item is, empty meaning all, and whether it needs a visit at all.

    `levels` are words of `shared.regions.Level` in small letters, `conflict` what of its standard
    other fields dispute (R16).
    """

    levels: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    is_offsite: bool = False
    conflict: str = ""


EVERYBODY = Scope()


def add_item(
    work: Work,
    *,
    code: str,
    name: str,
    standard: str,
    basis_ids: Collection[str],
    scope: Scope = EVERYBODY,
) -> InspectionItem:
    """A new item of the administrator's agency, which nobody inspects before it is published."""
    agency = _agency(work)
    _require_bases(work, basis_ids)
    if not basis_ids:
        raise BadInput("An item rests on a legal basis.", errors={"/basis_ids": "empty"})
    row = InspectionItem(
        id=work.ids(),
        agency_id=agency.id,
        code=code,
        name=name,
        standard=standard,
        basis_ids=list(dict.fromkeys(basis_ids)),
        levels=_levels(scope),
        industries=list(scope.industries),
        is_offsite=scope.is_offsite,
        conflict=scope.conflict,
    )
    work.session.add(row)
    audit.write(work, "item.added", "inspection_item", row.id, code=code)
    return row


def _levels(scope: Scope) -> list[str]:
    known = {each.name.lower() for each in Level}
    for place, word in enumerate(scope.levels):
        if word not in known:
            raise BadInput("No such level.", errors={f"/levels/{place}": word})
    return list(scope.levels)


def put_right(
    work: Work,
    item_id: str,
    *,
    name: str,
    standard: str,
    basis_ids: Collection[str],
    reason: str,
) -> InspectionItem:
    """Put right what was typed wrong of an item; its code and its place on lists stay.

    The audit log keeps what it said before, so that this too can be put back. What was signed goes
    by the version of the item that the tablet had then.
    """
    item = _own_item(work, item_id)
    typed_words.require(
        name=(name, LONGEST_NAME), standard=(standard, LONGEST_STANDARD), reason=(reason, 200)
    )
    _require_bases(work, basis_ids)
    if not basis_ids:
        raise BadInput("An item rests on a legal basis.", errors={"/basis_ids": "empty"})
    was = [item.name, item.standard, *item.basis_ids]
    item.name, item.standard = name, standard
    item.basis_ids = list(dict.fromkeys(basis_ids))
    audit.write(work, "item.corrected", "inspection_item", item.id, was=was, reason=reason)
    catalogue_publishing.publish_catalogue(work, _agency(work))
    return item


def list_remote(work: Work, item_id: str, *, remote: bool) -> InspectionItem:
    """Say whether an item can be checked off site (R30); plans made before stay as judged."""
    item = _own_item(work, item_id)
    if item.is_offsite != remote:
        item.is_offsite = remote
        audit.write(work, "item.remote", "inspection_item", item.id, remote=remote)
    return item


def publish_item(
    work: Work, item_id: str, *, list_version: str, since: date, until: date | None = None
) -> ItemPublication:
    """Put an item on the published list from a day on (R10); never for days gone by."""
    item = _own_item(work, item_id)
    if since < local_day(work.now):
        raise BadInput("Nothing is published for the past.", errors={"/since": "past"})
    if until is not None and until < since:
        raise BadInput("It ends before it begins.", errors={"/until": "before since"})
    row = ItemPublication(
        id=work.ids(),
        item_id=item.id,
        list_version=list_version,
        published_from=since,
        published_to=until,
    )
    work.session.add(row)
    audit.write(work, "item.published", "inspection_item", item.id, list_version=list_version)
    catalogue_publishing.publish_catalogue(work, _agency(work))
    return row


def take_off(work: Work, publication_id: str, *, last_day: date) -> ItemPublication:
    """End an item's place on the list; the days before it stay as they were."""
    row = one(work.session.get(ItemPublication, publication_id, with_for_update=True))
    _own_item(work, row.item_id)
    if last_day < local_day(work.now) - ONE_DAY:
        raise BadInput("The list was what it was.", errors={"/last_day": "past"})
    if row.published_to is not None and row.published_to < last_day:
        raise Conflict("It ends sooner already.", until=row.published_to)
    row.published_to = last_day
    audit.write(work, "item.taken_off", "inspection_item", row.item_id, last_day=str(last_day))
    catalogue_publishing.publish_catalogue(work, _agency(work))
    return row


def issue_form(
    work: Work,
    *,
    item_id: str,
    name: str,
    points: Sequence[PointDraft],
    since: date,
    form_id: str | None = None,
) -> Form:
    """The first or the next version of a checklist.

    The version before is left as it was sent: it ends by being followed, from `since` on.
    """
    item = _own_item(work, item_id)
    if since < local_day(work.now):
        raise BadInput("What was judged is not judged again.", errors={"/since": "past"})
    _require_points(work, points)
    before = _newest(work, form_id) if form_id else None
    if before is not None:
        if before.item_id != item.id:
            raise NotFound("No such checklist of this item.")
        last = _last_begin(work, before.id)
        if last is not None and since <= last:
            raise Conflict("The version before begins later.", since=last)
    row = Form(
        id=form_id or work.ids(),
        version=before.version + 1 if before else 1,
        item_id=item.id,
        name=name,
        valid_from=since,
        points=[point.as_object() for point in points],
    )
    work.session.add(row)
    audit.write(work, "form.issued", "form", row.id, version=row.version)
    catalogue_publishing.publish_catalogue(work, _agency(work))
    return row


def withdraw_form(work: Work, form_id: str, version: int) -> Form:
    """Take back a version before its day comes; what it would have followed stays in force.

    Raises `FormInForce` when its day has come, `FormPlanned` when a filed task goes by it.
    """
    row = one(work.session.get(Form, (form_id, version), with_for_update=True))
    item = _own_item(work, row.item_id)
    if row.withdrawn_at is not None:
        return row
    if row.valid_from <= local_day(work.now):
        raise FormInForce("Its day has come.", since=row.valid_from)
    if _is_planned(work, item.agency_id, row):
        raise FormPlanned("Filed tasks go by it.", version=version)
    row.withdrawn_at = work.now
    audit.write(work, "form.withdrawn", "form", row.id, version=version)
    agency = _agency(work)
    if _last_begin(work, form_id) is None:
        publishing.withdraw(work, "form", form_id, {publishing.agency_scope(agency.id)})
    catalogue_publishing.publish_catalogue(work, agency)
    return row


def _is_planned(work: Work, agency_id: str, form: Form) -> bool:
    """Whether a task still to come from its first day on names this very version."""
    named = {"id": form.id, "version": form.version}
    rows = work.session.scalars(
        select(Task.forms).where(
            Task.agency_id == agency_id,
            Task.window_to >= form.valid_from,
            Task.status.notin_((TaskStatus.CANCELLED, TaskStatus.UNABLE)),
        )
    )
    return any(named in forms for forms in rows)


def _last_begin(work: Work, form_id: str) -> date | None:
    """The day on which the last version of a checklist begins that was not withdrawn."""
    work.session.flush()
    begins = select(func.max(Form.valid_from))
    return work.session.scalar(begins.where(Form.id == form_id, Form.withdrawn_at.is_(None)))


def _newest(work: Work, form_id: str) -> Form:
    newest = select(func.max(Form.version)).where(Form.id == form_id).scalar_subquery()
    return one(
        work.session.scalars(
            select(Form).where(Form.id == form_id, Form.version == newest).with_for_update()
        ).one_or_none()
    )


def _require_points(work: Work, points: Sequence[PointDraft]) -> None:
    if not points:
        raise BadInput("A checklist has points.", errors={"/points": "empty"})
    seen: dict[str, None] = {}
    for place, point in enumerate(points):
        if point.id in seen:
            raise BadInput("A point is there twice.", errors={f"/points/{place}/id": "twice"})
        _require_condition(point.applies_when, list(seen), place)
        seen[point.id] = None
    _require_bases(work, {point.basis_id for point in points if point.basis_id})


def _require_condition(condition: Condition | None, earlier: list[str], place: int) -> None:
    """A point waits for an earlier one alone, and for answers that leave a choice."""
    wrong = skipping.fault(earlier, condition) if condition else ""
    if wrong:
        raise BadInput(
            "No such condition.", errors={f"/points/{place}/applies_when/{wrong}": "unknown"}
        )


def _require_bases(work: Work, ids: Collection[str]) -> None:
    known = set(work.session.scalars(select(LegalBasis.id).where(LegalBasis.id.in_(ids))))
    missing = set(ids) - known
    if missing:
        raise BadInput("No such legal basis.", errors={"/basis_ids": ", ".join(sorted(missing))})


def _own_item(work: Work, item_id: str) -> InspectionItem:
    agency = _agency(work)
    item = one(work.session.get(InspectionItem, item_id))
    if item.agency_id != agency.id:
        raise NotFound("No such item.")
    return item


def _agency(work: Work) -> Agency:
    require_role(work.who, Role.AGENCY_ADMIN)
    return one(work.session.get(Agency, work.who.agency_id or ""))
