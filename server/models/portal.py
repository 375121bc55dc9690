"""Signing in to the portal without a link: what was asked, and what may be tried."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, ref


class PortalSignIn(Record, Base):
    """Somebody asked for a code at a number, for an enterprise; both may be anybody's.

    The row is the same whether or not they belong together: `contact_id` and `code_hash` come
    later, from a job, and only if they do. `ticket_hash` is of what the browser was given.
    """

    __tablename__ = "portal_sign_in"
    __table_args__ = (Index("ix_portal_sign_in_address", "address_index", "created_at"),)

    id: Mapped[Key]
    ticket_hash: Mapped[Hash] = mapped_column(unique=True)
    uscc: Mapped[str] = mapped_column(String(18))
    address_index: Mapped[Hash]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    handled_at: Mapped[datetime | None] = mapped_column(index=True)
    contact_id: Mapped[Id | None] = mapped_column(ref("contact.id"))
    code_hash: Mapped[Hash | None]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
