"""The rows of this room: reading and writing, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

import msgspec

from platform_core import clock, database
from platform_core.definitions.model import Key, Raw

PUBLISHED = "published"
RETIRED = "retired"

_MANY = 25
"""From so many definitions on, one query for all is quicker than one for each."""

_REVISION = (
    "r.kind, r.app, r.name, r.number, r.hash, r.definition, r.meta, r.note, r.author, r.at, r.change_set"
)
_STAMP = "revision, hash, state, change_set"
_OF_KEY = "kind = ? AND app = ? AND name = ?"


class StoredRevision(msgspec.Struct, frozen=True, kw_only=True):
    """A revision as it is kept; `source` is JSON in the spelling of its author."""

    key: Key
    number: int
    hash: str
    source: bytes
    meta: Mapping[str, object]
    note: str
    author: str
    at: datetime
    change_set: str

    @property
    def raw(self) -> Raw:
        return cast("Raw", msgspec.json.decode(self.source))


class CatalogVersion(msgspec.Struct, frozen=True):
    """`change_set` made this version: a number alone does not tell two databases apart, or one from its backup."""

    version: int
    change_set: str | None


class Stamp(msgspec.Struct, frozen=True):
    """Where a definition stands. The same stamp means the same revision row, content and meta."""

    revision: int
    hash: str
    state: str
    change_set: str


class Use(msgspec.Struct, frozen=True):
    """`by` uses `part` of something (None: the whole); it can do without where the use is not `required`."""

    by: Key
    part: str | None
    pointer: str
    required: bool


class Link(msgspec.Struct, frozen=True):
    """What a definition uses, as it is kept. The target's app is "" where an optional reference points nowhere."""

    target: Key
    part: str | None
    pointer: str
    required: bool


def _of(key: Key) -> tuple[str, str, str]:
    return (key.kind, key.app, key.name)


async def catalog_version() -> CatalogVersion:
    """The version row: one small SELECT."""
    rows = await database.fetch_tuples("SELECT version, change_set FROM tw_definition_catalog WHERE id = 1")
    return CatalogVersion(*cast("tuple[int, str | None]", rows[0])) if rows else CatalogVersion(-1, None)


async def lock_catalog() -> None:
    """Waits until no other publish is running, and keeps others waiting until the commit."""
    await database.fetch_value(
        f"SELECT version FROM tw_definition_catalog WHERE id = 1{database.dialect().for_update}"
    )


async def bump_catalog(change_set: str) -> int:
    """The next version of the catalog, made by `change_set`."""
    sql = "UPDATE tw_definition_catalog SET version = version + 1, change_set = ? WHERE id = 1 RETURNING version"
    return cast("int", await database.fetch_value(sql, (change_set,), write=True))


async def stamps() -> dict[Key, Stamp]:
    """Where every definition stands."""
    rows = await database.fetch_tuples(f"SELECT kind, app, name, {_STAMP} FROM tw_definition")
    return {Key(str(row[0]), str(row[1]), str(row[2])): _stamp(row[3:]) for row in rows}


async def stamp(key: Key) -> Stamp | None:
    """Where one definition stands; None where it was never published."""
    rows = await database.fetch_tuples(f"SELECT {_STAMP} FROM tw_definition WHERE {_OF_KEY}", _of(key))
    return _stamp(rows[0]) if rows else None


def _stamp(row: tuple[object, ...]) -> Stamp:
    return Stamp(*cast("tuple[int, str, str, str]", row))


async def labels() -> list[database.Row]:
    """kind, app, name, label, revision, state, updated_at of everything that was ever published."""
    return await database.fetch_all(
        "SELECT kind, app, name, label, revision, state, updated_at FROM tw_definition ORDER BY app, kind, name"
    )


async def current_revisions(keys: Sequence[Key]) -> list[StoredRevision]:
    """The newest revisions of `keys`."""
    joined = (
        f"SELECT {_REVISION} FROM tw_definition d JOIN tw_definition_revision r"
        " ON r.kind = d.kind AND r.app = d.app AND r.name = d.name AND r.number = d.revision"
    )
    if len(keys) > _MANY:
        wanted = set(keys)
        rows = await database.fetch_tuples(joined)
        return [found for found in map(_stored, rows) if found.key in wanted]
    result: list[StoredRevision] = []
    for key in keys:
        rows = await database.fetch_tuples(
            f"{joined} WHERE d.kind = ? AND d.app = ? AND d.name = ?", _of(key)
        )
        result.extend(map(_stored, rows))
    return result


async def revision(key: Key, number: int) -> StoredRevision | None:
    sql = f"SELECT {_REVISION} FROM tw_definition_revision r WHERE {_OF_KEY} AND number = ?"
    rows = await database.fetch_tuples(sql, (*_of(key), number))
    return _stored(rows[0]) if rows else None


async def revision_lines(key: Key) -> list[database.Row]:
    """number, hash, note, author, at, change_set; newest first."""
    sql = (
        "SELECT number, hash, note, author, at, change_set FROM tw_definition_revision"
        f" WHERE {_OF_KEY} ORDER BY number DESC"
    )
    return await database.fetch_all(sql, _of(key))


def _stored(row: tuple[object, ...]) -> StoredRevision:
    kind, app, name, number, hash_, source, meta, note, author, at, change_set = row
    return StoredRevision(
        key=Key(str(kind), str(app), str(name)),
        number=cast("int", number),
        hash=str(hash_),
        source=str(source).encode(),
        meta=cast("Mapping[str, object]", meta),
        note=str(note),
        author=str(author),
        at=cast("datetime", at),
        change_set=str(change_set),
    )


async def add_revision(stored: StoredRevision, label: Mapping[str, str]) -> None:
    """Writes the revision and makes it the current one."""
    await database.execute(
        "INSERT INTO tw_definition_revision"
        " (kind, app, name, number, hash, definition, meta, note, author, at, change_set)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*_of(stored.key), stored.number, stored.hash, stored.source.decode(), dict(stored.meta), stored.note,
         stored.author, stored.at, stored.change_set),
    )  # fmt: skip
    await database.execute(
        "INSERT INTO tw_definition (kind, app, name, revision, hash, state, label, change_set, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, app, name) DO UPDATE SET"
        " revision = excluded.revision, hash = excluded.hash, state = excluded.state, label = excluded.label,"
        " change_set = excluded.change_set, updated_at = excluded.updated_at",
        (*_of(stored.key), stored.number, stored.hash, PUBLISHED, dict(label), stored.change_set, stored.at),
    )


async def set_retired(key: Key, change_set: str) -> None:
    sql = f"UPDATE tw_definition SET state = ?, change_set = ?, updated_at = ? WHERE {_OF_KEY}"
    await database.execute(sql, (RETIRED, change_set, clock.now(), *_of(key)))


async def replace_references(key: Key, links: Iterable[Link]) -> None:
    """What `key` uses from now on."""
    await database.execute(f"DELETE FROM tw_definition_reference WHERE {_OF_KEY}", _of(key))
    lines = [(*_of(key), *_of(link.target), link.part, link.pointer, link.required) for link in links]
    if lines:
        await database.execute_many(
            "INSERT INTO tw_definition_reference (kind, app, name, to_kind, to_app, to_name, part, pointer,"
            " required) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            lines,
        )


async def uses_of(key: Key) -> list[Use]:
    """Who uses a definition, or a part of it."""
    rows = await database.fetch_tuples(
        "SELECT kind, app, name, part, pointer, required FROM tw_definition_reference"
        " WHERE to_kind = ? AND to_name = ? AND to_app IN (?, '') ORDER BY kind, app, name, pointer",
        (key.kind, key.name, key.app),
    )
    return [
        Use(
            Key(str(kind), str(app), str(name)),
            None if part is None else str(part),
            str(pointer),
            bool(required),
        )
        for kind, app, name, part, pointer, required in rows
    ]


async def keys_of(kind: str) -> list[Key]:
    """Everything of a kind that was ever published, by app and name."""
    rows = await database.fetch_tuples(
        "SELECT app, name FROM tw_definition WHERE kind = ? ORDER BY app, name", (kind,)
    )
    return [Key(kind, str(app), str(name)) for app, name in rows]
