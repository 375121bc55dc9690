"""The daily anchors and what lies under each. Rows are added once and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Record, Retention, Word, code


class DailyAnchor(Record, Base):
    """One published root; `day` is the local day (ISO) that ended before it was made."""

    __tablename__ = "daily_anchor"
    retention_default = Retention.TRUST

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    signed_object: Mapped[dict[str, Any]]
    audit_seq: Mapped[int]  # up to which the audit log lies under this anchor or one before
    made_at: Mapped[datetime] = mapped_column(unique=True)


class AnchorLeaf(Record, Base):
    """The leaf hash number `no` of a day, and what it is of: a receipt, or an audit entry."""

    __tablename__ = "anchor_leaf"
    retention_default = Retention.TRUST

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[Word]
    ref: Mapped[str] = mapped_column(code(64), default="")
    hash: Mapped[Hash] = mapped_column(unique=True)
