"""Read models of visits. Every row here can be rebuilt from the ledger; none is a source."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, JsonText, Key, Record, Retention, Word, code

PILES = {
    "irregular": "irregular",
    "to_rule": "irregular AND ruling IS NULL",
    "asked": "ruling = 'ask_again'",
    "open": "sealed_at IS NULL",
    "retarget": "retarget = 'open'",
}
"""Those that lists pick out, each with an index of its own."""


class Visit(Record, Base):
    """One entry into one enterprise as the flow engine folds it. `state` is the whole fold.

    `complete` tells that the seal and every quoted head are here; `flags` are worth a look but
    hold nothing up; an irregularity holds the result until it is ruled on. `untold` is no part of
    the fold: its result should have gone out and could not. `offsite`: nobody entered.
    """

    __tablename__ = "visit"
    __table_args__ = (
        # The lists of an agency and of a region, each read from its end.
        Index("ix_visit_agency", "agency_id", "received_at", "id"),
        Index("ix_visit_list_of_region", "received_at", "id"),
        Index("ix_visit_of_enterprise", "uscc", "received_at", "id"),
        Index("ix_visit_of_enterprise_by_day", "uscc", "scanned_at"),
        *(
            Index(
                f"ix_visit_{name}",
                "agency_id",
                "received_at",
                "id",
                # Each engine finds an index only by its own way of asking for a true value.
                sqlite_where=text(some.replace("irregular", "irregular = 1")),
                postgresql_where=text(some),
            )
            for name, some in PILES.items()
        ),
        # The few that are not over: what a tablet that is lost may hold alone.
        Index(
            "ix_visit_begun",
            "lead_device_id",
            sqlite_where=text("NOT complete"),
            postgresql_where=text("NOT complete"),
        ),
        Index(
            "ix_visit_untold", "id", sqlite_where=text("untold"), postgresql_where=text("untold")
        ),
    )
    retention_default = Retention.INSPECTION

    id: Mapped[Key]
    agency_id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(12), index=True)
    task_ids: Mapped[list[str]]
    lead_device_id: Mapped[Id]
    uscc: Mapped[str | None] = mapped_column(String(18))
    offsite: Mapped[bool] = mapped_column(default=False)
    premise_id: Mapped[Id | None]
    stage: Mapped[Word]
    outcome: Mapped[Word | None]
    opened_at: Mapped[datetime | None] = mapped_column(index=True)
    scanned_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    irregular: Mapped[bool] = mapped_column(default=False)
    irregularities: Mapped[list[dict[str, Any]]]
    flags: Mapped[list[dict[str, Any]]]
    time_confidence: Mapped[Word]
    complete: Mapped[bool] = mapped_column(default=False)
    ruling: Mapped[Word | None]
    retarget: Mapped[Word | None]
    state: Mapped[dict[str, Any]] = mapped_column(JsonText)
    untold: Mapped[bool] = mapped_column(default=False)
    untold_why: Mapped[str] = mapped_column(String(60), default="")
    changed_at: Mapped[datetime]


GUESTS = {
    "ix_visit_task_guest": ("agency_id", "received_at", "visit_id"),
    "ix_visit_task_guest_of_region": ("received_at", "visit_id"),
}


class VisitTask(Base):
    """Which tasks a visit served: the way from a task to its visits.

    `guest` marks one row of each agency that took part with a tablet of another's leading: by it
    the agency finds the visit among its own, in the order of `received_at`.
    """

    __tablename__ = "visit_task"
    __table_args__ = (
        *(
            Index(
                name,
                *columns,
                sqlite_where=text("guest = 1"),
                postgresql_where=text("guest"),
            )
            for name, columns in GUESTS.items()
        ),
    )

    visit_id: Mapped[Key]
    task_id: Mapped[str] = mapped_column(code(64), primary_key=True, index=True)
    agency_id: Mapped[Id]
    received_at: Mapped[datetime]
    guest: Mapped[bool]


class VisitAnswer(Record, Base):
    """An answer to a point, one row per answering event; the graver of two counts."""

    __tablename__ = "visit_answer"
    retention_default = Retention.INSPECTION

    event_id: Mapped[Key]
    visit_id: Mapped[Id] = mapped_column(index=True)
    device_id: Mapped[Id]
    form_id: Mapped[Id]
    form_version: Mapped[int]
    point_id: Mapped[Id]
    answer: Mapped[Word]
    severity: Mapped[Word | None]
    note: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime]


class VisitFinding(Record, Base):
    """A problem found: on a point of the checklist, or off the list with its basis."""

    __tablename__ = "visit_finding"
    retention_default = Retention.INSPECTION

    event_id: Mapped[Key]
    visit_id: Mapped[Id] = mapped_column(index=True)
    point_id: Mapped[Id | None]
    basis_id: Mapped[Id | None]
    severity: Mapped[Word]
    text: Mapped[str] = mapped_column(Text)
    off_list: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
