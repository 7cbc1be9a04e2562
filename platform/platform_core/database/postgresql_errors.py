"""PostgreSQL's errors as ours, by SQLSTATE."""

from __future__ import annotations

import re

import asyncpg

from platform_core.database.errors import (
    BadValue,
    ConstraintViolation,
    DatabaseError,
    ForeignKeyViolation,
    LockTimeout,
    NotNullViolation,
    SerializationFailure,
    StaleStatement,
    StatementTimeout,
    UniqueViolation,
    Unreachable,
)

_VIOLATIONS: dict[str, type[ConstraintViolation]] = {
    "23505": UniqueViolation,
    "23503": ForeignKeyViolation,
    "23502": NotNullViolation,
}
_CLASSES: dict[str, type[DatabaseError]] = {
    "55P03": LockTimeout,
    "40001": SerializationFailure,
    "40P01": SerializationFailure,
    "57014": StatementTimeout,
}
_KEY = re.compile(r"\((.+?)\)=\(")  # of "Key (a, b)=(1, 2) already exists.", in any language of the server

_LOST = (OSError, TimeoutError, asyncpg.ConnectionDoesNotExistError, asyncpg.InternalClientError)
"""The connection went away; the driver's own state may break over it."""
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, *_LOST)


def translated(exc: BaseException) -> DatabaseError:
    """Our error for one of the driver's; raise it `from exc`."""
    message = str(exc)
    if isinstance(exc, asyncpg.InvalidCachedStatementError | asyncpg.OutdatedSchemaCacheError):
        return StaleStatement(message)
    if isinstance(exc, asyncpg.PostgresError):
        return _by_state(exc, exc.sqlstate or "", message)
    if isinstance(exc, asyncpg.exceptions.DataError | ValueError | TypeError):
        return BadValue(message)
    if isinstance(exc, _LOST):
        return unreachable(message)
    return DatabaseError(message)


def _by_state(exc: asyncpg.PostgresError, state: str, message: str) -> DatabaseError:
    if state.startswith("23"):
        found = _KEY.search(exc.detail or "")
        columns = tuple(name.strip(' "') for name in found.group(1).split(",")) if found else ()
        if not columns and exc.column_name:
            columns = (exc.column_name,)
        kind = _VIOLATIONS.get(state, ConstraintViolation)
        return kind(
            message, table=exc.table_name or "", columns=columns, constraint=exc.constraint_name or ""
        )
    if state.startswith("22"):
        return BadValue(message, code="overflow" if state == "22003" else None)
    if state.startswith(("08", "57P", "53", "28", "3D")):
        return unreachable(message)
    return _CLASSES.get(state, DatabaseError)(message)


def unreachable(reason: str) -> Unreachable:
    """The server does not answer, or refuses us."""
    return Unreachable(
        "The PostgreSQL server cannot be used: {reason}",
        params={"reason": reason or "no answer"},
        remedy="Look at TRADEWIND_DATABASE_URL, and whether the server runs and lets this user in.",
    )
