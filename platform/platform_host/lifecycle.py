"""Opens what the program stands on, in order, and closes it again in reverse."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from platform_core import (
    audit,
    database,
    definitions,
    files,
    identity,
    jobs,
    operations,
    plugins,
    search,
    settings,
    telemetry,
)
from platform_core.errors import Conflict
from platform_core.plugins import Registry
from platform_host import celery
from platform_host.carrying import carrying
from platform_host.demo import DEMO_DOMAIN

_log = logging.getLogger("tradewind.host")
_STOP_GRACE = 20.0  # seconds that running jobs get at the end


@asynccontextmanager
async def running(
    registry: Registry,
    *,
    worker: bool,
    install: bool = True,
    role: operations.Role | None = None,
    prepare: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[None]:
    """An open installation: database migrated, interrupted publishes settled, apps installed, catalog loaded.

    `worker` also runs the embedded worker, unless Celery carries the jobs. `install` False leaves shipped apps alone
    (tests, `migrate`). With a `role` the process stays: it tells that it is alive and looks after the audit.
    `prepare` is done before anything runs beside it.
    """
    current = settings.current()
    identity.keep_on_loopback(DEMO_DOMAIN)
    async with AsyncExitStack() as stack:
        await database.open(current.database_url, pool_size=current.pool_size)
        stack.push_async_callback(database.close)
        stack.push_async_callback(files.close)
        operations.expect(registry.migrations)
        await operations.recognise_key()
        await database.migrate(registry.migrations)
        await operations.adopt_key()
        await stack.enter_async_context(plugins.running(registry))
        await jobs.plant_schedules()
        await definitions.recover()
        if install:
            await install_apps(registry)
            await plugins.upgrade_all(actor=identity.SYSTEM)
        watcher = await definitions.watch()
        stack.push_async_callback(watcher.stop)
        if prepare is not None:
            await prepare()
        await _stay(stack, role)
        await search.ensure()
        await stack.enter_async_context(carrying())
        if worker and celery.is_used(current):
            _log.info("jobs are left to Celery's workers: tradewind worker, tradewind beat")
        elif worker:
            embedded = jobs.Worker(concurrency=2)
            await embedded.start()
            stack.push_async_callback(embedded.stop, _STOP_GRACE)
        yield


async def _stay(stack: AsyncExitStack, role: operations.Role | None) -> None:
    """What a process does beside its work; a short one only writes down what it has seen."""
    operations.offer_numbers()
    if role is None:
        stack.push_async_callback(audit.flush_access)
        return
    presence, keeper = operations.Presence(role), audit.Keeper()
    for one in (presence, keeper):
        await one.start()
        stack.push_async_callback(one.stop)
    stack.callback(telemetry.flush_lines)


async def install_apps(registry: Registry) -> None:
    """Install or upgrade every shipped app. What a company has changed itself is kept and reported; an upgrade that
    would destroy data waits for the operator, and the installed version goes on."""
    for folder in registry.app_folders:
        try:
            result = await definitions.install_app(folder, actor=identity.SYSTEM)
        except Conflict as error:  # consent is missing, or one of its forms is being published
            _log.warning("%s was not upgraded: %s Run: tradewind app install", folder.parent.name, error)
            continue
        for kept in result.kept:
            _log.warning("%s was changed here and by the new version alike: decide under /admin/apps", kept)
