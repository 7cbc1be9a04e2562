"""The database: one current database per process, SQLite or PostgreSQL, spoken to in one way.

SQL has `?` placeholders on both engines. `transaction()` is the only door to a transaction, nested ones are
savepoints; a task started inside one may not use it. System tables and form tables are made by the same steps
(`CreateTable`, `AddColumn` …), recorded as `Migration`s or run by a publish. Values: ids are text (UUIDv7), instants
aware UTC, decimals exact on both engines (through `to_db`), JSON is a dict or a list, never a bare scalar.
"""

from platform_core.database.apply import apply
from platform_core.database.backend import Params, Row
from platform_core.database.connect import (
    PoolState,
    data_version,
    forget_statements,
    piccolo_engine,
    pool_state,
    server_version,
    wait_until_open,
)
from platform_core.database.connect import close_database as close
from platform_core.database.connect import open_database as open
from platform_core.database.dialect import FOLD, Dialect, quoted
from platform_core.database.errors import (
    BadValue,
    ConstraintViolation,
    DatabaseError,
    ForeignKeyViolation,
    LockTimeout,
    NotNullViolation,
    Retryable,
    SchemaTooNew,
    SerializationFailure,
    StaleStatement,
    StatementTimeout,
    TransactionMisuse,
    UniqueViolation,
    Unreachable,
)
from platform_core.database.ids import id_at, is_id, new_id, sort_key
from platform_core.database.inspect import columns_of, indexes_of, introspect, tables
from platform_core.database.migrate import Migration, applied_migrations, migrate, migrate_down
from platform_core.database.schema import (
    WORDS,
    AddColumn,
    Column,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropNotNull,
    DropTable,
    Index,
    RenameColumn,
    RenameTable,
    RunSql,
    SetNotNull,
    Step,
    Table,
    sql,
)
from platform_core.database.session import (
    after_commit,
    after_commit_with,
    dialect,
    generation,
    in_transaction,
    is_open,
    on_statement,
    run_transaction,
    snapshot,
    transaction,
)
from platform_core.database.signals import listen, notify, unlisten
from platform_core.database.sqlite import register_sqlite_function
from platform_core.database.statements import (
    copy_rows,
    execute,
    execute_many,
    fetch_all,
    fetch_one,
    fetch_tuples,
    fetch_value,
    post_rows,
)
from platform_core.database.types import (
    BLOB,
    BOOL,
    DATE,
    INSTANT,
    INT,
    JSON,
    TEXT,
    UUID,
    ColumnType,
    decimal_type,
)


def to_db(column_type: ColumnType, value: object) -> object:
    """The parameter for a value of this type on the current engine. Raises BadValue (overflow), TypeError (float)."""
    return dialect().to_db(column_type, value)


def from_db(column_type: ColumnType, raw: object) -> object:
    """The value behind a raw one, where an aggregate or expression has lost the column's declared type."""
    return dialect().from_db(column_type, raw)


__all__ = [
    "BLOB",
    "BOOL",
    "DATE",
    "FOLD",
    "INSTANT",
    "INT",
    "JSON",
    "TEXT",
    "UUID",
    "WORDS",
    "AddColumn",
    "BadValue",
    "Column",
    "ColumnType",
    "ConstraintViolation",
    "CreateIndex",
    "CreateTable",
    "DatabaseError",
    "Dialect",
    "DropColumn",
    "DropIndex",
    "DropNotNull",
    "DropTable",
    "ForeignKeyViolation",
    "Index",
    "LockTimeout",
    "Migration",
    "NotNullViolation",
    "Params",
    "PoolState",
    "RenameColumn",
    "RenameTable",
    "Retryable",
    "Row",
    "RunSql",
    "SchemaTooNew",
    "SerializationFailure",
    "SetNotNull",
    "StaleStatement",
    "StatementTimeout",
    "Step",
    "Table",
    "TransactionMisuse",
    "UniqueViolation",
    "Unreachable",
    "after_commit",
    "after_commit_with",
    "applied_migrations",
    "apply",
    "close",
    "columns_of",
    "copy_rows",
    "data_version",
    "decimal_type",
    "dialect",
    "execute",
    "execute_many",
    "fetch_all",
    "fetch_one",
    "fetch_tuples",
    "fetch_value",
    "forget_statements",
    "from_db",
    "generation",
    "id_at",
    "in_transaction",
    "indexes_of",
    "introspect",
    "is_id",
    "is_open",
    "listen",
    "migrate",
    "migrate_down",
    "new_id",
    "notify",
    "on_statement",
    "open",
    "piccolo_engine",
    "pool_state",
    "post_rows",
    "quoted",
    "register_sqlite_function",
    "run_transaction",
    "server_version",
    "snapshot",
    "sort_key",
    "sql",
    "tables",
    "to_db",
    "transaction",
    "unlisten",
    "wait_until_open",
]
