"""Rows that PostgreSQL gives as JSON: how what JSON has no word for is read again."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import Date, DateTime, TypeDecorator

from server.models.base import JsonText


def reader(type_: Any) -> Callable[[str], Any] | None:
    """What reads a value of a column of this type; None if JSON says it as it is."""
    kept = type_.impl_instance if isinstance(type_, TypeDecorator) else type_
    if isinstance(kept, DateTime):
        return _moment
    if isinstance(type_, JsonText):
        return orjson.loads
    return date.fromisoformat if isinstance(kept, Date) else None


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)
