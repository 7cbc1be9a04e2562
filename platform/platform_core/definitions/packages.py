"""Apps as packages: installing, upgrading without losing what the company changed, exporting, comparing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import msgspec

from platform_core import database
from platform_core.definitions import diff, package_rows, rights, store
from platform_core.definitions.catalog import refresh
from platform_core.definitions.errors import InvalidDefinition, UnknownDefinition
from platform_core.definitions.kinds import kind_named
from platform_core.definitions.model import ChangeItem, Key, Published, Raw
from platform_core.definitions.package_files import InvalidPackage, Package, read_package, write_package
from platform_core.definitions.parse import content_hash, lift
from platform_core.definitions.publish import publish
from platform_core.errors import Problem
from platform_core.identity import Actor


class InstallResult(msgspec.Struct, frozen=True, kw_only=True):
    """`published` are the new revisions, `unchanged` counts what stood so already. `kept` are keys whose shipped
    version is new but was not installed, because this company has changed (or retired) the definition; `dropped` are
    keys that an earlier version shipped and this one does not: they stay as they are."""

    app: str
    version: str
    published: tuple[Published, ...]
    unchanged: int
    kept: tuple[str, ...]
    dropped: tuple[str, ...]


class PackageChange(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between what is published and what a package ships. `kept`: installing would not touch it."""

    key: str
    pointer: str
    sentence: str
    kept: bool = False


class InstalledApp(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is "" for an app that came with no package; `customised` counts definitions changed here."""

    app: str
    version: str
    definitions: int
    customised: int


class _Sorted(msgspec.Struct):
    """The items of a package by what is to be done with them."""

    install: list[ChangeItem] = []
    unchanged: list[ChangeItem] = []
    kept: list[ChangeItem] = []


async def install_app(folder: Path, *, actor: Actor, accept: Collection[str] = ()) -> InstallResult:
    """Installs or upgrades the package in `folder`, all of it as one change set.

    Raises InvalidPackage (nothing is installed), and NotAccepted for destructive items not in `accept`.
    """
    await rights.require(actor, "install")
    package = await asyncio.to_thread(read_package, folder)
    return await database.run_transaction(lambda: _install(package, accept, actor))


async def export_app(app: str, folder: Path) -> list[Path]:
    """Writes everything published of an app into `folder` and returns the files. Raises UnknownDefinition."""
    published = {key: found.raw for key, found in (await refresh()).by_key.items() if key.app == app}
    if not published:
        raise UnknownDefinition("app", app)
    return await asyncio.to_thread(write_package, folder, published)


async def diff_app(folder: Path) -> list[PackageChange]:
    """What the package in `folder` has otherwise than what is published here, told in sentences."""
    package = await asyncio.to_thread(read_package, folder)
    catalog = await refresh()
    sorted_ = await _sorted(package)
    kept = {item.key for item in sorted_.kept}
    return [
        PackageChange(
            key=item.key.text, pointer=change.pointer, sentence=change.sentence, kept=item.key in kept
        )
        for item in (*sorted_.install, *sorted_.kept)
        for standing in [catalog.by_key.get(item.key)]
        for change in diff.compare(standing.raw if standing else {}, item.definition)
    ]


async def installed_apps() -> list[InstalledApp]:
    """Every app of which something is published, by name."""
    stamps = {key: stamp for key, stamp in (await store.stamps()).items() if stamp.state == store.PUBLISHED}
    shipped = await package_rows.shipped()
    counts = Counter(key.app for key in stamps)
    changed = Counter(
        key.app for key, one in shipped.items() if key in stamps and stamps[key].hash != one.hash
    )
    versions = {key.app: one.version for key, one in shipped.items() if key.kind == "app"}
    return [
        InstalledApp(app=app, version=versions.get(app, ""), definitions=count, customised=changed[app])
        for app, count in sorted(counts.items())
    ]


async def _install(package: Package, accept: Collection[str], actor: Actor) -> InstallResult:
    await store.lock_catalog()
    before = await package_rows.shipped(package.app)
    sorted_ = await _sorted(package)
    published: tuple[Published, ...] = ()
    if sorted_.install:
        note = f"{package.app} {package.version}"
        try:
            published = (await publish(sorted_.install, note, accept, actor=actor)).revisions
        except InvalidDefinition as exc:
            raise InvalidPackage(_by_file(package, sorted_.install, exc)) from exc
    for item in (*sorted_.install, *sorted_.unchanged):
        standing = before.get(item.key)
        if standing is None or not standing.is_of(package.version, content_hash(item.definition)):
            await package_rows.mark_shipped(item.key, package.version, item.definition)
    for item in sorted_.kept:
        await package_rows.mark_waiting(item.key, package.version, item.definition)
    there = {item.key for item in package.items}
    return InstallResult(
        app=package.app,
        version=package.version,
        published=published,
        unchanged=len(sorted_.unchanged),
        kept=tuple(item.key.text for item in sorted_.kept),
        dropped=tuple(
            sorted(key.text for key in await package_rows.shipped(package.app) if key not in there)
        ),
    )


async def _sorted(package: Package) -> _Sorted:
    stamps = await store.stamps()
    shipped = await package_rows.shipped(package.app)
    result = _Sorted()
    for item in map(_lifted, package.items):
        _place(item, stamps.get(item.key), shipped.get(item.key), result)
    return result


def _place(
    item: ChangeItem, stamp: store.Stamp | None, before: package_rows.Shipped | None, result: _Sorted
) -> None:
    """A definition that the company has changed since it was shipped, retired, or made itself, is its own."""
    shipped_now = content_hash(item.definition)
    if stamp is None:
        result.install.append(item)
    elif stamp.state == store.PUBLISHED and stamp.hash == shipped_now:
        result.unchanged.append(item)
    elif before is not None and before.hash == shipped_now:
        return  # changed here, but nothing new is shipped
    elif before is not None and stamp.state == store.PUBLISHED and stamp.hash == before.hash:
        result.install.append(item)
    else:
        result.kept.append(item)


def _lifted(item: ChangeItem) -> ChangeItem:
    """As it will be kept, so that hashes can be compared."""
    raw: Raw = item.definition
    lifted, problem = lift(kind_named(item.kind), raw)
    return item if problem is not None else msgspec.structs.replace(item, definition=lifted)


def _by_file(package: Package, items: list[ChangeItem], exc: InvalidDefinition) -> list[Problem]:
    """The problems with the file each is in, where their pointers named a place in the change set."""
    files: dict[Key, str] = {item.key: file for item, file in zip(package.items, package.files, strict=True)}
    return [
        msgspec.structs.replace(problem, pointer=f"{files[item.key]}#{problem.pointer}")
        for item, found in zip(items, exc.by_item, strict=True)
        for problem in found
    ]
