"""Opens what the program stands on, in order, and closes it again in reverse."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from platform_core import database, definitions, identity, jobs, plugins, search, settings
from platform_core.plugins import Registry
from platform_host.demo import DEMO_DOMAIN

_log = logging.getLogger("tradewind.host")
_STOP_GRACE = 20.0  # seconds that running jobs get at the end


@asynccontextmanager
async def running(registry: Registry, *, worker: bool, install: bool = True) -> AsyncIterator[None]:
    """An open installation: database migrated, interrupted publishes settled, apps installed, catalog loaded.

    `worker` also runs the embedded worker. `install` False leaves shipped apps alone (tests, `migrate`).
    """
    current = settings.current()
    identity.keep_on_loopback(DEMO_DOMAIN)
    async with AsyncExitStack() as stack:
        await database.open(current.database_url, pool_size=current.pool_size)
        stack.push_async_callback(database.close)
        await database.migrate(registry.migrations)
        await stack.enter_async_context(plugins.running(registry))
        await jobs.plant_schedules()
        await definitions.recover()
        if install:
            await install_apps(registry)
            await plugins.upgrade_all(actor=identity.SYSTEM)
        watcher = await definitions.watch()
        stack.push_async_callback(watcher.stop)
        await search.ensure()
        if worker:
            embedded = jobs.Worker(concurrency=2)
            await embedded.start()
            stack.push_async_callback(embedded.stop, _STOP_GRACE)
        yield


async def install_apps(registry: Registry) -> None:
    """Install or upgrade every shipped app. What a company has changed itself is kept and reported; an upgrade that
    would destroy data waits for the operator, and the installed version goes on."""
    for folder in registry.app_folders:
        try:
            result = await definitions.install_app(folder, actor=identity.SYSTEM)
        except definitions.NotAccepted as error:
            _log.warning("%s was not upgraded: %s Run: tradewind app install", folder.parent.name, error)
            continue
        for kept in result.kept:
            _log.warning("%s was changed in this installation: the shipped version was not installed", kept)
