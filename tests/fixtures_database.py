"""The databases of the tests: `db` (migrated, empty) and `bare_db` (no tables at all), on SQLite and PostgreSQL.

A test that takes one of them runs on both engines. Where PostgreSQL cannot be had its half is left out and listed at
the end; under CI=true that is a failure.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import asyncpg
import msgspec
import pytest

from platform_core import clock, database
from platform_core.database import Migration
from tests import servers
from tests.system_migrations import collect


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        servers.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        servers.end_run()


@pytest.fixture(scope="session")
def migrations() -> Sequence[Migration]:
    """What `db` is migrated with; a room may override it to see its own tables only."""
    return collect()


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    """A test that sets the clock does not leave it to the next one."""
    yield
    clock.set_source(None)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """The engine a test runs on: "sqlite", then "postgresql"."""
    name = str(request.param)
    if name == "postgresql":
        _require_postgresql()
    return name


@pytest.fixture
async def db(engine: str, migrations: Sequence[Migration], tmp_path: Path) -> AsyncIterator[str]:
    """A migrated database without rows (but those that migrations write) as the current one. Yields the engine."""
    if engine == "sqlite":
        file = tmp_path / "tradewind.db"
        shutil.copyfile(await _sqlite_template(migrations), file)
        await database.open(f"sqlite:///{file}")
    else:
        await _open_clean_postgresql(migrations)
    yield engine
    await database.close()


@pytest.fixture
async def bare_db(engine: str, tmp_path: Path) -> AsyncIterator[str]:
    """A database without any table as the current one. Yields the engine."""
    await database.open(await bare_url(engine, tmp_path))
    yield engine
    await database.close()


async def bare_url(engine: str, folder: Path) -> str:
    """URL of a new, empty database; for tests that open it themselves, or from several processes."""
    if engine == "sqlite":
        return f"sqlite:///{folder / 'bare.db'}"
    name = f"bare_{_worker()}"
    url = servers.postgresql_url(name)
    try:
        await _run_on(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    except asyncpg.InvalidCatalogNameError:
        await _run_on(servers.postgresql_url(), f'CREATE DATABASE "{name}"')
    return url


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def _require_postgresql() -> None:
    try:
        servers.postgresql_url()
    except servers.CannotStart as exc:
        reason = f"PostgreSQL ({exc})"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}: CI must test both engines")
        pytest.skip(f"left out: {reason}")


def _digest(migrations: Sequence[Migration]) -> str:
    return hashlib.sha256(msgspec.json.encode(migrations)).hexdigest()[:12]


async def _sqlite_template(migrations: Sequence[Migration]) -> Path:
    """A migrated file to copy; made once per run and set of migrations."""
    with servers.locked("sqlite") as folder:
        template = folder / f"template-{_digest(migrations)}.db"
        if not template.exists():
            beside = template.with_suffix(".new")
            await database.open(f"sqlite:///{beside}")
            try:
                await database.migrate(migrations)
            finally:
                await database.close()
            beside.rename(template)
    return template


async def _run_on(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _open_clean_postgresql(migrations: Sequence[Migration]) -> None:
    """Opens this worker's database, emptied; made anew where it is missing or a test has altered system tables."""
    name = f"db_{_worker()}_{_digest(migrations)}"
    url = servers.postgresql_url(name)
    try:
        await database.open(url)
        if await database.fetch_value("SELECT public.test_reset()"):
            return
        await database.close()
    except database.Unreachable:
        await database.close()
    await _run_on(
        servers.postgresql_url(),
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}"',
    )
    await database.open(url)
    await database.migrate(migrations)
    for statement in _RESET:
        await database.execute(statement)


# Emptying the tables that have rows takes a few milliseconds, a new database a hundred. Rows that migrations wrote
# are kept aside and put back. Triggers rest meanwhile: some tables are append-only.
_RESET = (
    "CREATE SCHEMA seed",
    """CREATE TABLE seed.known AS SELECT relname::text AS name, false AS filled FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    """DO $$ DECLARE t text; n bigint; BEGIN
    FOR t IN SELECT name FROM seed.known LOOP
        EXECUTE format('CREATE TABLE seed.%I AS TABLE public.%I', 'of_' || t, t);
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n > 0 THEN UPDATE seed.known SET filled = true WHERE name = t;
        ELSE EXECUTE format('DROP TABLE seed.%I', 'of_' || t); END IF;
    END LOOP; END $$""",
    """CREATE FUNCTION public.test_shape() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(format('%s.%s:%s', c.relname, a.attname, a.atttypid), ',' ORDER BY c.relname, a.attnum))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    AND c.relname::text IN (SELECT name FROM seed.known) $$""",
    "CREATE TABLE seed.shape AS SELECT public.test_shape() AS shape",
    """CREATE FUNCTION public.test_reset() RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE t text; used boolean; dirty text[] := '{}'; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
             AND relname::text NOT IN (SELECT name FROM seed.known) LOOP
        EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', t);
    END LOOP;
    IF (SELECT shape FROM seed.shape) IS DISTINCT FROM public.test_shape() THEN RETURN false; END IF;
    FOR t IN SELECT name FROM seed.known LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO used;
        IF used THEN dirty := dirty || format('public.%I', t); END IF;
    END LOOP;
    IF dirty <> '{}' THEN
        EXECUTE 'TRUNCATE ' || array_to_string(dirty, ', ') || ' RESTART IDENTITY CASCADE';
    END IF;
    FOR t IN SELECT name FROM seed.known WHERE filled LOOP
        EXECUTE format('INSERT INTO public.%I SELECT * FROM seed.%I', t, 'of_' || t);
    END LOOP;
    RETURN true; END $$""",
)
