"""What happens when a plugin fails: it is noted, and after too many failures in a row the plugin is switched off.

The failure may have happened inside somebody's transaction, so noting runs in a task of its own, outside of it.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from platform_core import audit, database, definitions, identity, notifications, settings
from platform_core.i18n import N_
from platform_core.plugins import guarding, live, state
from platform_core.plugins.registry import Registry

_log = logging.getLogger("tradewind.plugins")
_tasks: set[asyncio.Task[None]] = set()

TOPIC = "system"
SWITCHED_OFF = N_("The plugin '{plugin}' failed {count} times in a row and was switched off.")


@asynccontextmanager
async def running(registry: Registry) -> AsyncIterator[live.Live]:
    """The plugins of this process, and somebody who notes their failures."""
    stop = guarding.on_failure(_on_failure)
    try:
        async with live.running(registry) as plugins:
            yield plugins
            await settle()
    finally:
        stop()


async def settle() -> None:
    """Wait until every failure is noted: at the end of the program, and in tests."""
    while _tasks:
        await asyncio.gather(*tuple(_tasks), return_exceptions=True)


def _on_failure(plugin: str, where: str, exc: BaseException) -> None:
    count = guarding.failures_in_a_row(plugin)
    too_many = count >= settings.current().plugin_failures and not guarding.is_passed_over(plugin)
    if too_many:
        guarding.pass_over(plugin)
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    error = f"{where}: {type(exc).__name__}: {exc}"
    # An empty context: the caller's transaction is not the task's.
    task = loop.create_task(_note(plugin, error, count if too_many else 0), context=contextvars.Context())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _note(plugin: str, error: str, too_many: int) -> None:
    try:
        await state.note_failure(plugin, error)
        if too_many:
            await _switch_off(plugin, error, too_many)
    except Exception:  # noqa: BLE001 - the failure stands in the log already
        _log.exception("a failure of the plugin '%s' could not be noted", plugin)


async def _switch_off(plugin: str, error: str, count: int) -> None:
    async with database.transaction():
        known = await state.state_of(plugin)
        if known is None or not known.enabled:
            return
        await state.set_stage(plugin, known.stage, enabled=False, off_because="failures")
        await audit.write(
            "plugin.switched_off", actor=identity.SYSTEM, kind="plugin", subject=f"plugin/{plugin}",
            detail={"failures": count, "version": known.version},
        )  # fmt: skip
        await _tell_admins(plugin, count)
        await definitions.touch_catalog()
    _log.error("the plugin '%s' was switched off after %d failures in a row: %s", plugin, count, error)
    if live.is_live(plugin):
        await definitions.refresh()


async def _tell_admins(plugin: str, count: int) -> None:
    admins = [one.id for one in await identity.users(role=identity.ADMIN_ROLE, limit=200)]
    text = notifications.Message(SWITCHED_OFF, {"plugin": plugin, "count": count})
    await notifications.notify(admins, topic=TOPIC, text=text, link=f"/admin/plugins/{plugin}", mail=True)
