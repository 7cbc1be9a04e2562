"""Labels on their way to translators and back: of what is published here, or of a package in a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from platform_core.definitions.catalog import refresh
from platform_core.definitions.errors import UnknownDefinition
from platform_core.definitions.labels import with_words
from platform_core.definitions.model import ChangeItem, Key, Raw
from platform_core.definitions.package_files import read_package, write_package
from platform_core.definitions.publish import publish
from platform_core.i18n import Taken, Unit
from platform_core.identity import Actor


async def published_of(app: str) -> dict[Key, Raw]:
    """What is published of an app. Raises UnknownDefinition where there is no such app."""
    found = {key: one.raw for key, one in (await refresh()).by_key.items() if key.app == app}
    if not found:
        raise UnknownDefinition("app", app)
    return found


async def packaged_in(folder: Path) -> dict[Key, Raw]:
    """What a package in a folder ships. Raises InvalidPackage."""
    package = await asyncio.to_thread(read_package, folder)
    return {item.key: item.definition for item in package.items}


async def publish_labels(
    definitions: Mapping[Key, Raw],
    language: str,
    units: Sequence[Unit],
    *,
    actor: Actor,
    dry_run: bool = False,
) -> Taken:
    """Publishes translated labels as one change set; drafts stay as they are. Raises InvalidDefinition."""
    changed, taken = with_words(definitions, language, units)
    if changed and not dry_run:
        items = [
            ChangeItem(kind=key.kind, app=key.app, name=key.name, definition=raw)
            for key, raw in changed.items()
        ]
        await publish(items, f"i18n: {language}", actor=actor)
    return taken


async def write_labels(
    folder: Path,
    definitions: Mapping[Key, Raw],
    language: str,
    units: Sequence[Unit],
    *,
    dry_run: bool = False,
) -> Taken:
    """Writes translated labels into the files of a package."""
    changed, taken = with_words(definitions, language, units)
    if changed and not dry_run:
        await asyncio.to_thread(write_package, folder, changed)
    return taken
