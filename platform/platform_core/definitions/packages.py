"""Apps as packages: installing, upgrading without losing what the company changed, exporting, comparing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from platform_core import database
from platform_core.definitions import diff, package_rows, rights, store
from platform_core.definitions.catalog import catalog, load, refresh
from platform_core.definitions.errors import InvalidDefinition, MergeConflicts, UnknownDefinition
from platform_core.definitions.evaluate import evaluate
from platform_core.definitions.model import ChangeItem, DataStep, Key, Published, Raw
from platform_core.definitions.package_files import InvalidPackage, Package, read_package, write_package
from platform_core.definitions.package_sorting import Kept, OnConflict, Sorted, sorted_items
from platform_core.definitions.parse import content_hash
from platform_core.definitions.publish import publish
from platform_core.definitions.steps import register_data_step
from platform_core.errors import Problem
from platform_core.identity import Actor

SHIPPED = "definitions.shipped"


class InstallResult(msgspec.Struct, frozen=True, kw_only=True):
    """`published` are the new revisions, `unchanged` counts what stood so already. `merged` are keys of definitions
    that this company has changed and that now have what is new beside it. `kept` are keys whose shipped version is new
    but was not installed: both changed the same (`conflicts` counts the places), or the company has retired or made
    the definition itself. `dropped` are keys that an earlier version shipped and this one does not: they stay as they
    are. `job` finishes the publish in the background."""

    app: str
    version: str
    published: tuple[Published, ...]
    unchanged: int
    merged: tuple[str, ...] = ()
    kept: tuple[str, ...]
    conflicts: int = 0
    dropped: tuple[str, ...]
    job: str | None = None


class PackageChange(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between what is published and what installing a package makes of it. `kept`: installing would
    not touch it, because the company has changed the same."""

    key: str
    pointer: str
    sentence: str
    kept: bool = False


class InstalledApp(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is "" for an app that came with no package; `customised` counts definitions changed here, `waiting`
    those whose shipped version waits for a decision."""

    app: str
    version: str
    definitions: int
    customised: int
    waiting: int = 0


async def install_app(
    folder: Path, *, actor: Actor, accept: Collection[str] = (), on_conflict: OnConflict = "ask"
) -> InstallResult:
    """Installs or upgrades the package in `folder`, all of it as one change set.

    What the company has changed is merged with what is new. Where both changed the same, `on_conflict` says what
    counts; "ask" leaves that definition as it is until somebody decides, "fail" raises MergeConflicts before anything
    is done. Raises InvalidPackage (nothing is installed), and NotAccepted for destructive items not in `accept`.
    """
    await rights.require(actor, "install")
    package = await asyncio.to_thread(read_package, folder)
    return await database.run_transaction(lambda: _install(package, accept, on_conflict, actor))


async def export_app(app: str, folder: Path) -> list[Path]:
    """Writes everything published of an app into `folder` and returns the files. Raises UnknownDefinition."""
    published = {key: found.raw for key, found in (await refresh()).by_key.items() if key.app == app}
    if not published:
        raise UnknownDefinition("app", app)
    return await asyncio.to_thread(write_package, folder, published)


async def diff_app(folder: Path) -> list[PackageChange]:
    """What installing the package in `folder` would make otherwise than what is published here, told in sentences."""
    package = await asyncio.to_thread(read_package, folder)
    catalog = await refresh()
    sorted_ = await sorted_items(package, "ask")
    kept = [one.item for one in sorted_.kept]
    return [
        PackageChange(key=item.key.text, pointer=change.pointer, sentence=change.sentence, kept=item in kept)
        for item in (*sorted_.install, *(one.merged for one in sorted_.merged), *kept)
        for standing in [catalog.by_key.get(item.key)]
        for change in diff.compare(standing.raw if standing else {}, item.definition)
    ]


class _ShippedLine(msgspec.Struct):
    key: Key
    version: str
    definition: Raw


async def installed_apps() -> list[InstalledApp]:
    """Every app of which something is published, by name."""
    stamps = {key: stamp for key, stamp in (await store.stamps()).items() if stamp.state == store.PUBLISHED}
    shipped = await package_rows.shipped()
    counts = Counter(key.app for key in stamps)
    changed = Counter(
        key.app for key, one in shipped.items() if key in stamps and stamps[key].hash != one.hash
    )
    waiting = Counter(key.app for key, one in shipped.items() if key in stamps and one.waiting_version)
    versions = {key.app: one.version for key, one in shipped.items() if key.kind == "app"}
    return [
        InstalledApp(
            app=app,
            version=versions.get(app, ""),
            definitions=count,
            customised=changed[app],
            waiting=waiting[app],
        )
        for app, count in sorted(counts.items())
    ]


async def _install(
    package: Package, accept: Collection[str], on_conflict: OnConflict, actor: Actor
) -> InstallResult:
    await store.lock_catalog()
    sorted_ = await sorted_items(package, on_conflict)
    if on_conflict == "fail" and any(one.conflicts for one in sorted_.kept):
        raise MergeConflicts([one.item.key for one in sorted_.kept if one.conflicts])
    await _set_unsound_apart(sorted_)
    shipped = await _newly_shipped(package, sorted_)
    note = f"{package.app} {package.version}"
    items = [*sorted_.install, *(one.merged for one in sorted_.merged)]
    try:
        made = await publish(items, note, accept, then=[DataStep(SHIPPED, {"lines": shipped})], actor=actor)
    except InvalidDefinition as exc:
        raise InvalidPackage(_by_file(package, items, exc)) from exc
    for one in sorted_.kept:
        await package_rows.mark_waiting(one.item.key, package.version, one.item.definition)
    there = {item.key for item in package.items}
    return InstallResult(
        app=package.app,
        version=package.version,
        published=made.revisions,
        unchanged=len(sorted_.unchanged),
        merged=tuple(one.item.key.text for one in sorted_.merged),
        kept=tuple(one.item.key.text for one in sorted_.kept),
        conflicts=sum(one.conflicts for one in sorted_.kept),
        dropped=tuple(
            sorted(key.text for key in await package_rows.shipped(package.app) if key not in there)
        ),
        job=made.job,
    )


async def _set_unsound_apart(sorted_: Sorted) -> None:
    """A merge may make something that neither side had meant (a field in two places): then somebody has to decide."""
    while sorted_.merged:
        items = [*sorted_.install, *(one.merged for one in sorted_.merged)]
        evaluation = await evaluate(items, await load(catalog()), planned=False)
        wrong = {one.key for one in evaluation.candidates if one.problems}
        unsound = [one for one in sorted_.merged if one.item.key in wrong]
        if not unsound:
            return
        sorted_.merged = [one for one in sorted_.merged if one not in unsound]
        sorted_.kept += [Kept(one.item, 1) for one in unsound]


async def _newly_shipped(package: Package, sorted_: Sorted) -> list[dict[str, object]]:
    """What is noted as shipped in the transaction that publishes."""
    before = await package_rows.shipped(package.app)
    taken = (*sorted_.install, *sorted_.unchanged, *(one.item for one in sorted_.merged))
    return [
        {"key": msgspec.to_builtins(item.key), "version": package.version, "definition": item.definition}
        for item in taken
        for standing in [before.get(item.key)]
        if standing is None or not standing.is_of(package.version, content_hash(item.definition))
    ]


async def _mark_shipped(params: Mapping[str, object]) -> None:
    """The data step SHIPPED."""
    for line in msgspec.convert(params["lines"], list[_ShippedLine]):
        await package_rows.mark_shipped(line.key, line.version, line.definition)


register_data_step(SHIPPED, _mark_shipped)


def _by_file(package: Package, items: list[ChangeItem], exc: InvalidDefinition) -> list[Problem]:
    """The problems with the file each is in, where their pointers named a place in the change set."""
    files: dict[Key, str] = {item.key: file for item, file in zip(package.items, package.files, strict=True)}
    return [
        msgspec.structs.replace(problem, pointer=f"{files[item.key]}#{problem.pointer}")
        for item, found in zip(items, exc.by_item, strict=True)
        for problem in found
    ]
