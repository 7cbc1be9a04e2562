"""What was last shipped of each definition: the base of any later merge."""

from __future__ import annotations

from typing import cast

import msgspec

from platform_core import database
from platform_core.definitions.model import Key, Raw
from platform_core.definitions.parse import content_hash

_OF_KEY = "kind = ? AND app = ? AND name = ?"


class Shipped(msgspec.Struct, frozen=True):
    """`version` and `hash` of the shipped state that is, or was customised into, the published one; `waiting_version`
    of a newer one that was not installed because the company has changed the definition."""

    key: Key
    version: str
    hash: str
    waiting_version: str | None

    def is_of(self, version: str, hash: str) -> bool:
        """Whether that very state is noted already, and nothing newer waits."""
        return (self.version, self.hash, self.waiting_version) == (version, hash, None)


async def shipped(app: str | None = None) -> dict[Key, Shipped]:
    """Everything that ever came with a package, of one app or of all."""
    sql = "SELECT kind, app, name, version, hash, waiting_version FROM tw_definition_shipped"
    rows = await database.fetch_tuples(f"{sql} WHERE app = ?" if app else sql, (app,) if app else ())
    found = [
        Shipped(
            Key(str(kind), str(of_app), str(name)),
            str(version),
            str(hash_),
            cast("str | None", waiting),
        )
        for kind, of_app, name, version, hash_, waiting in rows
    ]
    return {one.key: one for one in found}


class States(msgspec.Struct, frozen=True):
    """What was shipped before and what is shipped now and waits (None: nothing does)."""

    shipped: Raw
    waiting: Raw | None
    waiting_version: str


async def states(key: Key) -> States | None:
    """The shipped states of a definition; None for one that came with no package."""
    rows = await database.fetch_tuples(
        f"SELECT definition, waiting_definition, waiting_version FROM tw_definition_shipped WHERE {_OF_KEY}",
        (key.kind, key.app, key.name),
    )
    if not rows:
        return None
    shipped_, waiting, version = rows[0]
    return States(
        cast("Raw", msgspec.json.decode(str(shipped_))),
        None if waiting is None else cast("Raw", msgspec.json.decode(str(waiting))),
        str(version or ""),
    )


async def mark_shipped(key: Key, version: str, raw: Raw) -> None:
    """This shipped state is what is published now."""
    await database.execute(
        "INSERT INTO tw_definition_shipped (kind, app, name, version, hash, definition, waiting_version,"
        " waiting_definition) VALUES (?, ?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT (kind, app, name) DO UPDATE SET"
        " version = excluded.version, hash = excluded.hash, definition = excluded.definition,"
        " waiting_version = NULL, waiting_definition = NULL",
        (key.kind, key.app, key.name, version, content_hash(raw), _text(raw)),
    )


async def mark_waiting(key: Key, version: str, raw: Raw) -> None:
    """This shipped state was not installed; the one before stays the base to merge from."""
    await database.execute(
        f"UPDATE tw_definition_shipped SET waiting_version = ?, waiting_definition = ? WHERE {_OF_KEY}",
        (version, _text(raw), key.kind, key.app, key.name),
    )


def _text(raw: Raw) -> str:
    return msgspec.json.encode(raw, order="deterministic").decode()
