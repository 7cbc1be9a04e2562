"""SQLite's errors as ours."""

from __future__ import annotations

import sqlite3

from platform_core.database.errors import (
    BadValue,
    ConstraintViolation,
    DatabaseError,
    ForeignKeyViolation,
    LockTimeout,
    NotNullViolation,
    StatementTimeout,
    UniqueViolation,
    Unreachable,
)

_VIOLATIONS: dict[str, type[ConstraintViolation]] = {
    "SQLITE_CONSTRAINT_UNIQUE": UniqueViolation,
    "SQLITE_CONSTRAINT_PRIMARYKEY": UniqueViolation,
    "SQLITE_CONSTRAINT_ROWID": UniqueViolation,
    "SQLITE_CONSTRAINT_FOREIGNKEY": ForeignKeyViolation,
    "SQLITE_CONSTRAINT_NOTNULL": NotNullViolation,
}
_UNREACHABLE = (
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
    "SQLITE_IOERR",
    "SQLITE_NOTADB",
    "SQLITE_CORRUPT",
    "SQLITE_FULL",
)


def translated(exc: Exception) -> DatabaseError:
    """Our error for one of the driver's; raise it `from exc`."""
    message = str(exc)
    name = getattr(exc, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_CONSTRAINT"):
        return _violation(name, message)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LockTimeout(
            "The database file is locked by another program.",
            remedy="Stop the other program, or wait until it has finished.",
        )
    if name == "SQLITE_INTERRUPT":
        return StatementTimeout("The statement took too long and was stopped.")
    if name.startswith(_UNREACHABLE):
        return Unreachable(
            "The database file cannot be used: {reason}.",
            params={"reason": message},
            remedy="Look at the path, its permissions and the space on the disk.",
        )
    if isinstance(exc, OverflowError | UnicodeEncodeError | sqlite3.InterfaceError | sqlite3.DataError):
        return BadValue(message)
    if isinstance(exc, sqlite3.ProgrammingError) and "binding parameter" in message:
        return BadValue(message)
    return DatabaseError(message)


def _violation(name: str, message: str) -> ConstraintViolation:
    # "UNIQUE constraint failed: tw_job.idem_key, tw_job.kind", or "…: index 'ux_name'" for an expression
    kind = _VIOLATIONS.get(name, ConstraintViolation)
    _, _, where = message.partition(": ")
    if where.startswith("index "):
        return kind(message, constraint=where.removeprefix("index ").strip("'"))
    parts = [part.rpartition(".") for part in where.split(", ")] if where else []
    return kind(message, table=parts[0][0] if parts else "", columns=tuple(part[2] for part in parts))
