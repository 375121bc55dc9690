"""综合查一次: searches for overlapping visits, what they propose, what each agency said to it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id, Key, Record, Retention, Word, ref


class SearchStatus(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"  # what the solver gave broke a hard rule; nothing of it is proposed


class MergeStatus(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DISSOLVED = "dissolved"  # accepted, and taken back before anybody went
    LAPSED = "lapsed"  # a later search proposed anew


class MergeSearch(Record, Base):
    """One look for overlaps in a region; the figures are those of all its tasks together.

    `bound` is a number of visits below which nobody could have planned them.
    """

    __tablename__ = "merge_search"
    __table_args__ = (Index("ix_merge_search_waiting", "status", "asked_at"),)
    retention_default = Retention.PLAN

    id: Mapped[Key]
    region: Mapped[str] = mapped_column(String(12), index=True)
    since: Mapped[date]
    until: Mapped[date]
    status: Mapped[Word] = mapped_column(default=SearchStatus.WAITING)
    asked_by: Mapped[Id] = mapped_column(ref("person.id"))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    tasks: Mapped[int] = mapped_column(default=0)
    visits: Mapped[int] = mapped_column(default=0)
    bound: Mapped[int] = mapped_column(default=0)
    left_over: Mapped[int] = mapped_column(default=0)


class MergeProposal(Record, Base):
    """A joint visit proposed; `visit_minutes` is what one visit takes, for counting what is saved.

    Accepted by all its agencies it is one visit with many tasks, within the shared window.
    """

    __tablename__ = "merge_proposal"
    retention_default = Retention.PLAN

    id: Mapped[Key]
    search_id: Mapped[Id] = mapped_column(ref("merge_search.id"), index=True)
    uscc: Mapped[str] = mapped_column(String(18), ref("enterprise.uscc"))
    premise_id: Mapped[Id] = mapped_column(ref("premise.id"))
    lead_agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    day: Mapped[date]
    window_from: Mapped[date]
    window_to: Mapped[date]
    officer_ids: Mapped[list[str]]
    points: Mapped[int]
    points_merged: Mapped[int]
    visits_avoided: Mapped[int]
    visit_minutes: Mapped[int]
    status: Mapped[Word] = mapped_column(default=MergeStatus.PROPOSED)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class MergePart(Record, Base):
    """A task of a proposal, and whether its agency's head has accepted.

    The window is the task's own, from before it became a visit with others.
    """

    __tablename__ = "merge_part"
    __table_args__ = (Index("ix_merge_part_agency_proposal", "agency_id", "proposal_id"),)
    retention_default = Retention.PLAN

    proposal_id: Mapped[Id] = mapped_column(ref("merge_proposal.id"), primary_key=True)
    task_id: Mapped[Id] = mapped_column(ref("task.id"), primary_key=True, index=True)
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"))
    accepted_by: Mapped[Id | None] = mapped_column(ref("person.id"))
    accepted_at: Mapped[datetime | None]
    window_from: Mapped[date | None]
    window_to: Mapped[date | None]
