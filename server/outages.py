"""Tells an outage from a bug: the database is away, a disk is full. The same request may do later.

Never decides what is answered; server/errors.py does.
"""

import errno
import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, OperationalError

_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
_PRIMARY = 0xFF
"""An error code of SQLite is one of the above in its lowest byte; the others say more."""


def is_outage(error: BaseException) -> bool:
    """Whether a part we depend on failed us, rather than we ourselves."""
    if isinstance(error, OSError):
        return error.errno in _DISK
    if isinstance(error, psycopg.OperationalError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY in _SQLITE
    return error.connection_invalidated or isinstance(error, OperationalError)
