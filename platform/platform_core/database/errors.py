"""What can go wrong between us and the database; the drivers' own errors never leave this room.

DatabaseError
├── Unreachable            the server does not answer, the file cannot be opened, the URL is not understood
├── SchemaTooNew           the database was migrated by a newer program
├── TransactionMisuse      a task uses a transaction that another task has open
├── BadValue               a value does not fit its column (too large, not a UUID, a NUL byte)
├── StatementTimeout       longer than the time limit
├── ConstraintViolation    table, columns, constraint
│   ├── UniqueViolation
│   ├── ForeignKeyViolation
│   └── NotNullViolation
└── Retryable              the same transaction may succeed when run again
    ├── LockTimeout
    ├── SerializationFailure   also a deadlock
    └── StaleStatement     another process has altered a table since this statement was prepared
"""

from __future__ import annotations

from platform_core.errors import TradewindError


class DatabaseError(TradewindError):
    """Base of this room's errors; `message` is the driver's own sentence where there is no better one."""

    code = "database"
    status = 500


class Unreachable(DatabaseError):
    """No connection can be made; the remedy says what to look at."""

    code = "database_unreachable"
    status = 503


class SchemaTooNew(DatabaseError):
    """The database holds migrations that this program does not know."""

    code = "schema_too_new"


class TransactionMisuse(DatabaseError):
    """A programming error around transactions, stopped before it corrupts anything."""

    code = "transaction_misuse"


class BadValue(DatabaseError):
    """A value does not fit its column or parameter."""

    code = "bad_value"
    status = 422


class StatementTimeout(DatabaseError):
    """A statement ran longer than its time limit and was stopped."""

    code = "statement_timeout"
    status = 503


class ConstraintViolation(DatabaseError):
    """A constraint refused the change. `columns` is empty where the engine names the constraint only."""

    code = "constraint"
    status = 409

    def __init__(
        self, message: str, *, table: str = "", columns: tuple[str, ...] = (), constraint: str = ""
    ) -> None:
        self.table = table
        self.columns = columns
        self.constraint = constraint
        super().__init__(message)


class UniqueViolation(ConstraintViolation):
    """There is such a row already."""

    code = "unique"


class ForeignKeyViolation(ConstraintViolation):
    """The row points to one that is not there, or others still point to it."""

    code = "foreign_key"


class NotNullViolation(ConstraintViolation):
    """A column that must have a value has none."""

    code = "not_null"


class Retryable(DatabaseError):
    """Nothing is wrong with the work itself: run the whole transaction again (`run_transaction` does)."""

    code = "retry"
    status = 503


class LockTimeout(Retryable):
    """Somebody else held the lock for too long."""

    code = "lock_timeout"


class SerializationFailure(Retryable):
    """Two transactions crossed each other, or stood in each other's way."""

    code = "serialization"


class StaleStatement(Retryable):
    """A table was altered since this statement was prepared."""

    code = "stale_statement"
