"""A database, a Redis and worker processes that a test may stop, kill and start again."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from tests import servers
from tests.fixtures_crm import SECRET_KEY
from tests.waiting import breathe

ROOT = Path(__file__).parents[3]


class Staff:
    """One installation on `url`, and the processes that work for it."""

    def __init__(
        self, folder: Path, url: str, database: servers.Server | None, redis: servers.Server | None
    ) -> None:
        self.folder = folder
        self.url = url
        self.database = database
        self.redis = redis
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = folder / "staff.log"

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
        redis = {"TRADEWIND_REDIS_URL": self.redis.url("0")} if self.redis else {}
        return kept | redis | {
            "TRADEWIND_DATA": str(self.folder / "data"), "TRADEWIND_DATABASE_URL": self.url,
            "TRADEWIND_ARGON2_PROFILE": "test", "TRADEWIND_SECRET_KEY": SECRET_KEY, "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def run(self, *arguments: str) -> None:
        """A command of the program, to its end."""
        done = subprocess.run(
            self._command(arguments), env=self.environ, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def hire(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A process that stays: `work …` or `beat`, in a group of its own."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self._command(arguments), env=self.environ, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )  # fmt: skip
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9 of the process and of its children, at once."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
        self.processes.remove(process)

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "tests.jobs.processes.program", *arguments]

    async def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Rows, read past the program; patient while the database starts again."""
        if self.url.startswith("sqlite:"):
            with sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20) as file:
                return file.execute(sql).fetchall()
        for _ in range(100):
            try:
                connection = await asyncpg.connect(self.url)
                try:
                    return [tuple(row) for row in await connection.fetch(sql)]
                finally:
                    await connection.close()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await breathe(0.1)
        raise AssertionError("the database does not come back")

    async def until(self, sql: str, fits: Callable[[list[tuple[object, ...]]], bool], seconds: float) -> None:
        """Asks until the answer fits."""
        try:
            async with asyncio.timeout(seconds):
                while not fits(await self.ask(sql)):
                    await breathe(0.1)
        except TimeoutError:
            said = self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""
            raise AssertionError(f"{sql}: {await self.ask(sql)}\n{said}") from None

    def dismiss(self) -> None:
        """Everybody goes home, at once."""
        for process in list(self.processes):
            self.kill(process)


@contextmanager
def staff(kind: str, folder: Path, *, url: str = "") -> Iterator[Staff]:
    """`kind` is sqlite, postgresql, celery (PostgreSQL and Redis), or signals (SQLite and Redis).

    With `url` the database is that one, which the test does not stop.
    """
    with ExitStack() as stack:
        database = redis = None
        url = url or f"sqlite:///{folder / 'jobs.db'}"
        # Beside pytest's folders: those let nobody in but us, and PostgreSQL does not run as root.
        home = Path(stack.enter_context(TemporaryDirectory(prefix="tradewind-staff-")))
        if kind in ("postgresql", "celery") and url.startswith("sqlite:"):
            database = stack.enter_context(servers.postgresql(home))
            url = database.url("postgres")
        if kind in ("celery", "signals"):
            redis = stack.enter_context(servers.redis(home))
        made = Staff(folder, url, database, redis)
        stack.callback(made.dismiss)
        yield made
