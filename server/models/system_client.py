"""Other systems that read through the interface by a token of their own."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Hash, Id, Key, Record, Retention, ref


class SystemClient(Record, Base):
    """A system that may read: of one agency, or of its whole region. Only a hash is kept.

    `scopes` are resources of the interface (`visits`, `documents`, …).
    """

    __tablename__ = "system_client"
    retention_default = Retention.TRUST

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    agency_id: Mapped[Id] = mapped_column(ref("agency.id"), index=True)
    whole_region: Mapped[bool] = mapped_column(default=False)
    scopes: Mapped[list[str]]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    made_by: Mapped[Id]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
