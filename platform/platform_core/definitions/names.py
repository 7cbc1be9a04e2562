"""From what people write ("account", "trade_crm.account", an app beside it) to the key of a definition."""

from __future__ import annotations

from platform_core.definitions import draft_rows, store
from platform_core.definitions.errors import UnknownDefinition
from platform_core.definitions.guess import did_you_mean
from platform_core.definitions.kinds import kind_named
from platform_core.definitions.model import LOCAL, Key
from platform_core.definitions.snapshot import choose


async def existing(kind: str, name: str, app: str | None = None) -> Key:
    """The key of something that was ever published. Raises UnknownKind, UnknownDefinition, AmbiguousName."""
    kind_named(kind)
    known = await store.keys_of(kind)
    found = _chosen(known, kind, name, app)
    if found is None:
        raise UnknownDefinition(kind, name, *did_you_mean(name, [key.name for key in known]))
    return found


async def address(kind: str, name: str, app: str | None = None) -> Key:
    """The key to save a draft under: an existing definition or draft of that name, else a new one of `app`."""
    kind_named(kind)
    home, dot, bare = name.partition(".")
    if dot:
        return Key(kind, home, bare)
    if app is not None:
        return Key(kind, app, name)
    known = await store.keys_of(kind)
    drafted = await draft_rows.keys_of(kind)
    return _chosen(sorted({*known, *drafted}), kind, name, None) or Key(kind, LOCAL, name)


def _chosen(known: list[Key], kind: str, name: str, app: str | None) -> Key | None:
    if app is not None:
        return next((key for key in known if key.app == app and key.name == name.rpartition(".")[2]), None)
    by_name: dict[tuple[str, str], list[Key]] = {}
    for key in known:
        by_name.setdefault((kind, key.name), []).append(key)
    return choose(by_name, kind, name, None)
