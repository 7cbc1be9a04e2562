"""Installing, switching on and off, setting and removing plugins: one command each, with the actor and the audit."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from pathlib import Path

from platform_core import audit, database, definitions, records
from platform_core.definitions import PlanItem
from platform_core.errors import Conflict, Forbidden
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.plugins import live, state
from platform_core.plugins.archiving import archive
from platform_core.plugins.errors import NoSuchPlugin, PluginRefused
from platform_core.plugins.finding import Found, find_plugin, find_plugins
from platform_core.plugins.rooms import Room
from platform_core.plugins.uses import held, uses
from platform_core.plugins.values import checked, defaults_of, forget_secrets, keep_secrets

_log = logging.getLogger("tradewind.plugins")


async def install(name: str, *, actor: Actor) -> state.PluginState:
    """Install a plugin that was found, and switch it on.

    Raises NoSuchPlugin, InvalidManifest, ExtensionPointError (its code contributes what it may not), InvalidPackage
    (its definitions), and Conflict where it is installed already. After any of them nothing of it is left.
    """
    await _require(actor, "install", name)
    found = find_plugin(name)
    manifest = found.usable
    known = await state.state_of(name)
    if known is not None and known.stage != "installing":
        raise Conflict(
            N_("The plugin '{plugin}' is installed already."), params={"plugin": name},
            remedy=N_("Switch it on or off, or remove it first."),
        )  # fmt: skip
    plugins = live.current()
    plugins.busy.add(name)
    try:
        if known is None:
            await state.insert(manifest, {}, actor.user_id)
        room = plugins.enter(found)
        try:
            await _bring(found, room, actor)
        except Exception:
            await _take_away(room, name, actor)
            raise
    except Exception:
        plugins.leave(name, forget=True)
        await state.delete(name)
        raise
    finally:
        plugins.busy.discard(name)
    await definitions.refresh(anew=True)
    return await _after(name)


async def _bring(found: Found, room: Room, actor: Actor) -> None:
    """Tables, definitions, and the word to every process."""
    await database.migrate(room.migrations)
    manifest = found.usable
    if manifest.definitions:
        await definitions.refresh(anew=True)  # its own kinds and field types are known from here on
        await definitions.install_app(found.folder / manifest.definitions, actor=actor)
    async with database.transaction():
        await state.set_version(manifest, room.signatures)
        await state.set_stage(found.name, "installed", enabled=True)
        await _note("install", found.name, actor, {"version": manifest.version})
        await definitions.touch_catalog()


async def enable(name: str, *, actor: Actor) -> state.PluginState:
    """Switch an installed plugin on, everywhere, at once. Raises what keeps its code out; then it stays off."""
    await _require(actor, "enable", name)
    known = await _installed(name)
    if known.enabled and name in live.current().rooms:
        return known
    plugins, found = live.current(), find_plugin(name)
    plugins.busy.add(name)
    try:
        entered = name not in plugins.rooms
        if entered:
            plugins.enter(found)
        try:
            await upgrade(found, known, actor=actor)
            async with database.transaction():
                await state.set_stage(name, "installed", enabled=True)
                await _note("enable", name, actor, {"version": found.usable.version})
                await definitions.touch_catalog()
        except Exception:
            if entered:
                plugins.leave(name)
            raise
    finally:
        plugins.busy.discard(name)
    await definitions.refresh(anew=True)
    return await _after(name)


async def disable(name: str, *, actor: Actor) -> state.PluginState:
    """Switch a plugin off, everywhere, at once. Its data, settings and definitions stay."""
    await _require(actor, "disable", name)
    known = await _installed(name)
    if not known.enabled:
        return known
    async with database.transaction():
        await state.set_stage(name, known.stage, enabled=False, off_because="admin")
        await _note("disable", name, actor, {"version": known.version})
        await definitions.touch_catalog()
    return await _after(name)


async def upgrade(found: Found, known: state.PluginState, *, actor: Actor) -> bool:
    """Bring tables and definitions of an installed plugin to the version that lies there. False where it is that."""
    manifest = found.usable
    if known.version == manifest.version:
        return False
    room = live.current().rooms[found.name]
    await database.migrate(room.migrations)
    if manifest.definitions:
        await definitions.install_app(found.folder / manifest.definitions, actor=actor)
    async with database.transaction():
        await state.set_version(manifest, room.signatures)
        await _note("upgrade", found.name, actor, {"from": known.version, "to": manifest.version})
        await definitions.touch_catalog()
    return True


async def upgrade_all(*, actor: Actor) -> None:
    """At the start of the program: every plugin whose files are newer. One that fails goes on as it was."""
    plugins = live.current()
    found = find_plugins() if plugins.rooms else {}
    for name in sorted(plugins.rooms):
        try:
            if name in found and await upgrade(found[name], plugins.known[name], actor=actor):
                _log.info("the plugin '%s' was upgraded to %s", name, found[name].usable.version)
        except Exception:  # noqa: BLE001 - one plugin must not keep the program from starting
            _log.exception("the plugin '%s' was not upgraded", name)


async def plan_of_removal(name: str, *, actor: Actor) -> list[PlanItem]:
    """What stands in the way of removing it ("in_use": cannot be accepted), and what would be lost ("rows")."""
    await _require(actor, "remove", name)
    known = await _installed(name)
    return [*uses(known), *await held(known)]


async def remove(
    name: str, *, accept: Collection[str] = (), archived: bool = False, actor: Actor
) -> Path | None:
    """Take a plugin out without residue: tables, definitions, jobs, schedules, secrets, settings, and its row.

    Refused while definitions of others use it, and while data would be lost that is neither in `accept` (ids of the
    plan) nor `archived`. Returns the archive's file, where there is one. What the audit says of it stays.
    """
    plan = await plan_of_removal(name, actor=actor)
    in_use = [one for one in plan if one.code == "in_use"]
    if in_use:
        raise _refused(N_("The plugin '{plugin}' is still in use."), name, in_use,
                       N_("Take it out of these definitions and publish them first."))  # fmt: skip
    lost = [one for one in plan if one.id not in accept]
    if lost and not archived:
        raise _refused(N_("Removing the plugin '{plugin}' loses data."), name, lost,
                       N_("Accept each of these, or keep an archive."))  # fmt: skip
    known = await _installed(name)
    plugins = live.current()
    plugins.busy.add(name)
    try:
        async with database.transaction():
            await state.set_stage(name, "removing", enabled=False, off_because="admin")
            await definitions.touch_catalog()
        file = await archive(known) if archived else None
        room = plugins.rooms.get(name)
        await _take_away(room, name, actor)
        await forget_secrets(known.settings, actor=actor)
        async with database.transaction():
            await state.delete(name)
            await _note("remove", name, actor, {"version": known.version, "archived": archived})
            await definitions.touch_catalog()
        plugins.leave(name, forget=True)
    finally:
        plugins.busy.discard(name)
    await definitions.refresh(anew=True)
    return file


async def _take_away(room: Room | None, name: str, actor: Actor) -> None:
    """Everything but its row: definitions, what is kept of its records, jobs and schedules, tables."""
    await definitions.purge_app(name, actor=actor)
    await records.forget_app(name, actor=actor)
    async with database.transaction():
        await database.execute("DELETE FROM tw_job WHERE kind LIKE ? ESCAPE '!'", (_below(name),))
        await database.execute("DELETE FROM tw_schedule WHERE kind LIKE ? ESCAPE '!'", (_below(name),))
    if room is not None:
        await database.migrate_down(room.migrations, to=None)
    # What is left where the plugin's own way back is not there (its files are gone), or does not reach.
    async with database.transaction():
        for table in await database.tables():
            if table.startswith((f"x_{name}_", f"r_{name}__")):
                await database.apply(database.DropTable(table))
        await database.execute("DELETE FROM tw_migration WHERE id LIKE ? ESCAPE '!'", (_below(name),))


async def configure(name: str, given: Mapping[str, object], *, actor: Actor) -> state.PluginState:
    """Set a plugin's settings, all of them. Invalid with every problem.

    A secret that is not given stays as it is; an empty one is taken out.
    """
    await _require(actor, "configure", name)
    known = await _installed(name)
    manifest = find_plugin(name).usable
    standing = {key: value for key, value in known.settings.items() if isinstance(value, Mapping)}
    values = checked(manifest, {**standing, **{key: one for key, one in given.items() if one is not None}})
    async with database.transaction():
        kept = await keep_secrets(manifest, values, actor=actor)
        defaults = defaults_of(manifest)
        kept = {key: one for key, one in kept.items() if key not in defaults or defaults[key] != one}
        changed = sorted(k for k in {*kept, *known.settings} if kept.get(k) != known.settings.get(k))
        await state.set_settings(name, kept)
        await _note("configure", name, actor, {"settings": changed})
        await definitions.touch_catalog()
    return await _after(name)


async def _installed(name: str) -> state.PluginState:
    known = await state.state_of(name)
    if known is None:
        raise NoSuchPlugin(name, remedy=N_("It is not installed."))
    return known


async def _after(name: str) -> state.PluginState:
    await definitions.refresh()
    return await _installed(name)


async def _note(action: str, name: str, actor: Actor, detail: Mapping[str, object]) -> None:
    await audit.write(f"plugin.{action}", actor=actor, kind="plugin", subject=f"plugin/{name}", detail=detail)


async def _require(actor: Actor, doing: str, name: str) -> None:
    if not (actor.is_admin or actor.is_system):
        await audit.refused(f"plugin.{doing}", actor=actor, subject=f"plugin/{name}")
        raise Forbidden(N_("Only an admin may change which plugins there are."))


def _below(name: str) -> str:
    """A LIKE pattern for "<name>.…"; "_" is a letter like any other."""
    return name.replace("_", "!_") + ".%"


def _refused(message: str, name: str, items: list[PlanItem], remedy: str) -> PluginRefused:
    listed = [{"id": one.id, "code": one.code, "message": one.text, "params": one.params} for one in items]
    return PluginRefused(message, params={"plugin": name}, remedy=remedy, details=listed)
