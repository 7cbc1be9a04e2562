"""The port between the statements and the two engines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from platform_core.database.dialect import Dialect

Params = Sequence[object]
Row = dict[str, object]


class Connection(Protocol):
    """One leased connection. Its methods raise this room's errors only."""

    async def dicts(self, sql: str, params: Params) -> list[Row]: ...
    async def tuples(self, sql: str, params: Params) -> list[tuple[object, ...]]: ...
    async def count(self, sql: str, params: Params) -> int:
        """Runs a statement and tells how many rows it changed."""

    async def many(self, sql: str, rows: Iterable[Params]) -> None:
        """Runs one statement for every row, all or nothing."""

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Params]) -> None: ...
    async def post_copy(self, table: str, columns: Sequence[str], rows: Sequence[Params]) -> None:
        """As `copy`, but where the engine can it returns once the rows are sent: the next call waits for the end
        and raises what went wrong."""

    async def command(self, sql: str) -> None:
        """Runs BEGIN, COMMIT, SAVEPOINT, a PRAGMA or DDL: no parameters, no placeholders."""

    async def abandon(self) -> None:
        """Waits for what was posted and forgets its error: the caller is about to roll back."""

    async def is_idle(self) -> bool:
        """Waits for what is still running, then tells whether no transaction is open."""


class Backend(Protocol):
    """One open database."""

    @property
    def dialect(self) -> Dialect: ...
    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def acquire(self, *, write: bool) -> Connection: ...
    async def release(self, connection: Connection) -> None: ...
    async def begin(self, connection: Connection, *, snapshot: bool, seconds: float | None) -> None:
        """Opens a transaction; a snapshot only reads, sees one state, and may have a time limit per statement."""

    async def commit(self, connection: Connection) -> None: ...
    async def rollback(self, connection: Connection) -> None: ...
