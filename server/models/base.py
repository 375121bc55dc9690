"""What every table shares: names of constraints, types that mean the same on both engines.

A moment is always aware UTC; a naive one is refused here, so that no table can hold one.
Foreign keys are deferred to the commit, so rows may be added in any order.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from shared.canonical import canonical

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class JsonText(TypeDecorator[dict[str, Any]]):
    """An object kept as its text: it is read and sent whole, and no part of it is asked for."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002
        return None if value is None else orjson.loads(value)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
AnyJson = JSON(none_as_null=False).with_variant(JSONB(none_as_null=False), "postgresql")
"""A JSON value that may be null, which is not the same as no value."""
BigId = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up only a plain INTEGER


def code(length: int) -> String:
    """Text that machines compare and people do not sort: byte by byte, whatever the locale.

    A database's own order of text costs several times as much at each step of an index, and
    changes with the system's libraries.
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")


Id = Annotated[str, mapped_column(code(64))]
Key = Annotated[str, mapped_column(code(64), primary_key=True)]
Word = Annotated[str, mapped_column(code(40))]
Hash = Annotated[str, mapped_column(code(64))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: Json,
        list[str]: Json,
        list[dict[str, Any]]: Json,
    }


def ref(column: str) -> ForeignKey:
    """A foreign key checked when the transaction commits."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


class Retention(StrEnum):
    """How long a record is kept; the spans themselves are dated parameters."""

    INSPECTION = (
        "inspection"  # visits and all that proves them: permanent unless a province says else
    )
    PLAN = "plan"
    PERSON = "person"
    DELIVERY = "delivery"
    OPERATION = "operation"  # sessions, enrolments, uploads: what only running the service needs
    TRUST = "trust"  # keys, revocations, audit: as long as anything they prove


class Record:
    """A row that is part of the record: it has a retention class and can be held for a court."""

    retention_default: ClassVar[Retention] = Retention.OPERATION

    @declared_attr
    def retention_class(cls) -> Mapped[str]:  # noqa: N805 -- SQLAlchemy passes the class
        return mapped_column(String(20), default=str(cls.retention_default))

    legal_hold: Mapped[bool] = mapped_column(default=False)
