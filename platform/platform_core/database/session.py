"""The current database of the process and its transactions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from functools import partial
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from platform_core.database.backend import Backend, Connection
from platform_core.database.dialect import Dialect
from platform_core.database.errors import DatabaseError, Retryable, TransactionMisuse, Unreachable

T = TypeVar("T")
AfterCommit = Callable[[], Awaitable[None] | None]
StatementHook = Callable[[int, str], None]

_log = logging.getLogger("tradewind.database")
_backend: Backend | None = None
_hooks: list[StatementHook] = []
_statements = 0
_generation = 0
_background: set[asyncio.Future[None]] = set()


class _Collected(NamedTuple):
    """One item for a function that gets all items of the transaction at once."""

    function: Callable[[list[Any]], Awaitable[None] | None]
    item: object


_Waiting = AfterCommit | _Collected


class _Lease:
    """One open transaction: its connection, the task that owns it, and what waits for the commit."""

    __slots__ = ("broken", "callbacks", "closed", "connection", "database", "savepoints", "snapshot", "task")

    def __init__(self, database: Backend, connection: Connection, snapshot: bool) -> None:
        self.database = database
        self.connection = connection
        self.snapshot = snapshot
        self.task = asyncio.current_task()
        self.callbacks: list[_Waiting] = []
        self.savepoints = 0
        self.closed = False
        self.broken = False


_lease: ContextVar[_Lease | None] = ContextVar("tradewind_transaction", default=None)


def use_backend(backend: Backend | None) -> None:
    """Sets the current database; `open` and `close` call it."""
    global _backend, _statements, _generation
    _backend = backend
    _statements = 0
    _generation += 1


def generation() -> int:
    """Changes whenever another database becomes the current one: what a process remembers of its rows ends there."""
    return _generation


def backend() -> Backend:
    """The open database. Raises Unreachable before `open`."""
    if _backend is None:
        raise Unreachable("The database is not open.", remedy="Call `await database.open(url)` first.")
    return _backend


def is_open() -> bool:
    """Whether there is a current database."""
    return _backend is not None


def dialect() -> Dialect:
    """The words of the current engine."""
    return backend().dialect


def _current() -> _Lease | None:
    lease = _lease.get()
    if lease is None or lease.closed:
        return None
    if lease.task is not asyncio.current_task():
        raise TransactionMisuse(
            "A task that was started inside a transaction uses that transaction.",
            remedy="Await the work in the same task (asyncio.timeout, not wait_for; no gather), "
            "or start it with database.after_commit().",
        )
    if lease.broken:
        raise TransactionMisuse("This transaction has failed and can only be rolled back.")
    return lease


def current_connection() -> Connection | None:
    """The connection of this task's open transaction. Raises TransactionMisuse in a task that only inherited it."""
    lease = _current()
    return None if lease is None else lease.connection


def in_transaction() -> bool:
    """Whether this task has a transaction open."""
    lease = _lease.get()
    return lease is not None and not lease.closed and lease.task is asyncio.current_task()


def on_statement(hook: StatementHook) -> Callable[[], None]:
    """Calls `hook(number, sql)` before each statement and commit, numbered from 1 since `open`.

    Returns the function that takes the hook away. What the hook raises stops the statement.
    """
    _hooks.append(hook)
    return lambda: _hooks.remove(hook)


def announce(sql: str) -> None:
    """Tells the hooks about the next statement."""
    if not _hooks:
        return
    global _statements
    _statements += 1
    for hook in tuple(_hooks):
        hook(_statements, sql)


class Transaction:
    """`async with transaction():` — the outermost begins and commits, an inner one is a savepoint."""

    __slots__ = ("_before", "_lease", "_mark", "_savepoint", "_seconds", "_snapshot")

    def __init__(self, *, snapshot: bool = False, seconds: float | None = None) -> None:
        self._snapshot = snapshot
        self._seconds = seconds
        self._savepoint = ""
        self._mark = 0
        self._before: _Lease | None = None
        self._lease: _Lease | None = None

    async def __aenter__(self) -> Self:
        self._before = _lease.get()
        outer = _current()
        if outer is None:
            await self._begin()
        else:
            await self._nest(outer)
        return self

    async def _begin(self) -> None:
        database = backend()
        connection = await database.acquire(write=not self._snapshot)
        try:
            announce("BEGIN")
            await database.begin(connection, snapshot=self._snapshot, seconds=self._seconds)
        except BaseException:
            await _give_back(database, connection)
            raise
        self._lease = _Lease(database, connection, self._snapshot)
        _lease.set(self._lease)

    async def _nest(self, outer: _Lease) -> None:
        if self._snapshot:
            return  # inside a transaction its own state is the one to read
        if outer.snapshot:
            raise TransactionMisuse("A snapshot only reads; open the transaction outside of it.")
        outer.savepoints += 1
        self._savepoint = f"s{outer.savepoints}"
        self._mark = len(outer.callbacks)
        await _command(outer, f"SAVEPOINT {self._savepoint}")

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lease is not None:
            await self._end(self._lease, exc)
        elif self._savepoint:
            await self._end_savepoint(exc)

    async def _end(self, lease: _Lease, exc: BaseException | None) -> None:
        committed = False
        try:
            if exc is None and not lease.broken:
                committed = await _commit(lease)
            else:
                await _rollback(lease)
        finally:
            lease.closed = True
            _lease.set(self._before)
            await lease.database.release(lease.connection)
            if committed:
                await _run_callbacks(lease.callbacks)
        if exc is None and not committed:
            raise TransactionMisuse("The transaction had failed inside and was rolled back.")

    async def _end_savepoint(self, exc: BaseException | None) -> None:
        lease = _lease.get()
        if lease is None or lease.closed:
            raise TransactionMisuse("The outer transaction ended before the inner one.")
        if exc is None:
            try:
                await _command(lease, f"RELEASE SAVEPOINT {self._savepoint}")
            except DatabaseError:
                await self._undo(lease)  # what was posted inside has failed
                raise
            return
        await self._undo(lease)

    async def _undo(self, lease: _Lease) -> None:
        """Back to the savepoint."""
        del lease.callbacks[self._mark :]
        try:
            await lease.connection.abandon()
            await lease.connection.command(f"ROLLBACK TO SAVEPOINT {self._savepoint}")
            await lease.connection.command(f"RELEASE SAVEPOINT {self._savepoint}")
        except DatabaseError:
            lease.broken = (
                True  # the engine has given the whole transaction up; only the outermost may end it
            )
            _log.warning(
                "rollback to a savepoint failed; the whole transaction will be rolled back", exc_info=True
            )


async def _command(lease: _Lease, sql: str) -> None:
    announce(sql)
    await lease.connection.command(sql)


async def _commit(lease: _Lease) -> bool:
    try:
        announce("COMMIT")
        await lease.database.commit(lease.connection)
    except asyncio.CancelledError:
        # The engine may have committed although we were told to stop: then what waits for it must still run.
        if await lease.connection.is_idle():
            await _run_callbacks(lease.callbacks)
        else:
            await _rollback(lease)
        raise
    except BaseException:
        await _rollback(lease)
        raise
    return True


async def _rollback(lease: _Lease) -> None:
    try:
        await lease.database.rollback(lease.connection)
    except DatabaseError:
        _log.warning("rollback failed; the connection is dropped by its pool", exc_info=True)


async def _give_back(database: Backend, connection: Connection) -> None:
    try:
        await database.rollback(connection)
    except DatabaseError:
        _log.warning("a transaction could not begin", exc_info=True)
    finally:
        await database.release(connection)


async def _run_callbacks(waiting: Sequence[_Waiting]) -> None:
    collected: dict[Callable[[list[Any]], Awaitable[None] | None], list[object]] = {}
    calls: list[AfterCommit] = []
    for entry in waiting:
        if not isinstance(entry, _Collected):
            calls.append(entry)
            continue
        if entry.function not in collected:
            collected[entry.function] = []
            calls.append(partial(entry.function, collected[entry.function]))
        collected[entry.function].append(entry.item)
    for call in calls:
        try:
            answer = call()
            if answer is not None:
                await answer
        except Exception:  # noqa: BLE001 - the commit stands; a failing callback must not make it look undone
            _log.exception("a callback after the commit failed")


def transaction() -> Transaction:
    """Opens a transaction, or a savepoint inside one. IMMEDIATE on SQLite: whoever reads in it may write."""
    return Transaction()


def snapshot(*, seconds: float | None = None) -> Transaction:
    """A read-only transaction that sees one state throughout; writers do not wait for it.

    `seconds` limits its statements (StatementTimeout). Inside an open transaction it simply reads that one.
    """
    return Transaction(snapshot=True, seconds=seconds)


async def run_transaction(work: Callable[[], Awaitable[T]], *, attempts: int = 2) -> T:
    """Runs `work` in a transaction and, where it failed for a passing reason (`Retryable`), runs it again whole.

    Inside an open transaction it runs once: only the outermost can be repeated.
    """
    repeatable = not in_transaction()
    for attempt in range(1, attempts + 1):
        try:
            async with transaction():
                return await work()
        except Retryable:
            if not repeatable or attempt == attempts:
                raise
            _log.info("transaction is run again", exc_info=True)
    raise AssertionError("unreachable: the loop returns or raises")


def after_commit(callback: AfterCommit) -> None:
    """Runs `callback` after the outermost commit, at once outside of a transaction, never after a rollback.

    It may be a coroutine function. What it raises is logged: the commit stands.
    """
    lease = _current()
    if lease is not None:
        lease.callbacks.append(callback)
    else:
        _start(callback)


def after_commit_with(function: Callable[[list[T]], Awaitable[None] | None], item: T) -> None:
    """Like `after_commit`, but `function` is called once with the items of all calls of this transaction."""
    lease = _current()
    if lease is not None:
        lease.callbacks.append(_Collected(function, item))
    else:
        _start(partial(function, [item]))


async def settle() -> None:
    """Waits for callbacks that were started outside of a transaction; `close` calls it."""
    here = asyncio.get_running_loop()
    waiting = [one for one in _background if one is not asyncio.current_task() and one.get_loop() is here]
    await asyncio.gather(*waiting, return_exceptions=True)


def _start(callback: AfterCommit) -> None:
    answer = callback()
    if answer is not None:
        future = asyncio.ensure_future(answer)
        _background.add(future)
        future.add_done_callback(_started_ended)


def _started_ended(future: asyncio.Future[None]) -> None:
    _background.discard(future)
    if not future.cancelled() and (error := future.exception()) is not None:
        _log.error("a callback failed", exc_info=error)
