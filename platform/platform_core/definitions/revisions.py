"""What was published before: the list, one of them, the difference between two, and going back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

from platform_core import database, i18n, identity
from platform_core.definitions import diff, drafts, names, rights, store
from platform_core.definitions.errors import UnknownDefinition
from platform_core.definitions.evaluate import standing_revision
from platform_core.definitions.model import (
    Answers,
    Change,
    ChangeItem,
    Key,
    PublishResult,
    Raw,
    Revision,
    RevisionLine,
)
from platform_core.definitions.publish import publish
from platform_core.identity import Actor


async def revisions(kind: str, name: str, app: str | None = None, *, actor: Actor) -> list[RevisionLine]:
    """Every revision, newest first. Raises UnknownDefinition."""
    await rights.require(actor, "read")
    key = await names.existing(kind, name, app)
    stamp = await store.stamp(key)
    rows = await store.revision_lines(key)
    known = await identity.names([str(row["author"]) for row in rows])
    return [_line(row, known, stamp) for row in rows]


async def revision(
    kind: str, name: str, number: int | None = None, app: str | None = None, *, actor: Actor
) -> Revision:
    """One revision; without a number the published one. Raises UnknownDefinition, also for a retired one then."""
    await rights.require(actor, "read")
    key = await names.existing(kind, name, app)
    if number is None:
        stamp = await store.stamp(key)
        if stamp is None or stamp.state != store.PUBLISHED:
            raise UnknownDefinition(kind, name)
        number = stamp.revision
    return standing_revision(await _stored(key, number))


async def differences(
    kind: str, name: str, from_: int, to: int | None, app: str | None = None, *, actor: Actor
) -> list[Change]:
    """What changed from one revision to another (0: from nothing; `to` None: the draft), told to the reader."""
    await rights.require(actor, "read")
    key = await names.address(kind, name, app)
    old = (await _stored(key, from_)).raw if from_ else {}
    new = (
        (await drafts.read_draft(key)).definition
        if to is None
        else (await _stored(key, to)).raw
        if to
        else {}
    )
    return diff.compare(old, new)


async def rollback(
    kind: str,
    name: str,
    revision: int,
    app: str | None = None,
    *,
    note: str = "",
    accept: Collection[str] = (),
    answers: Answers | None = None,
    actor: Actor,
) -> PublishResult:
    """Publishes an earlier revision again, as a new one, through the same checks and plan as any publish."""
    await rights.require(actor, "rollback")
    key, raw = await _earlier(kind, name, revision, app)
    note = note or i18n._("Back to revision {number}", number=revision)
    item = ChangeItem(kind=key.kind, app=key.app, name=key.name, definition=raw)
    return await publish([item], note, accept, answers=answers, actor=actor)


async def item_of_revision(
    kind: str, name: str, revision: int, app: str | None = None, *, actor: Actor
) -> ChangeItem:
    """An earlier revision as an item to check: what would rolling back to it do?"""
    await rights.require(actor, "read")
    key, raw = await _earlier(kind, name, revision, app)
    return ChangeItem(kind=key.kind, app=key.app, name=key.name, definition=raw)


async def _earlier(kind: str, name: str, number: int, app: str | None) -> tuple[Key, Raw]:
    key = await names.existing(kind, name, app)
    return key, (await _stored(key, number)).raw


async def _stored(key: Key, number: int) -> store.StoredRevision:
    found = await store.revision(key, number)
    if found is None:
        raise UnknownDefinition(key.kind, f"{key.name} ({number})")
    return found


def _line(row: database.Row, known: dict[str, str], stamp: store.Stamp | None) -> RevisionLine:
    number = cast("int", row["number"])
    return RevisionLine(
        number=number,
        hash=str(row["hash"]),
        note=str(row["note"]),
        author=str(row["author"]),
        author_name=known.get(str(row["author"]), ""),
        at=cast("datetime", row["at"]),
        change_set=str(row["change_set"]),
        current=stamp is not None and stamp.revision == number and stamp.state == store.PUBLISHED,
    )
