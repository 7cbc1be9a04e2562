"""Drafts: what admins are working on. Two of them never overwrite each other without being told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jsonpatch
import jsonpointer
import msgspec

from platform_core import database, identity
from platform_core.definitions import diff, draft_rows, names, rights, store
from platform_core.definitions.draft_rows import DraftRow
from platform_core.definitions.errors import InvalidDefinition, NothingToPublish, StaleDraft
from platform_core.definitions.kinds import kinds
from platform_core.definitions.model import Draft, Key, Raw
from platform_core.definitions.parse import content_hash, name_problems, stored_form
from platform_core.definitions.reading_order import in_reading_order
from platform_core.errors import Invalid
from platform_core.i18n import N_
from platform_core.identity import Actor

_MOST_BYTES = 4_000_000
"""A definition larger than this is a mistake: the largest shipped one has 40 kB."""


async def get_draft(kind: str, name: str, app: str | None = None, *, actor: Actor) -> Draft:
    """The draft; the published definition (`exists` False) where there is none; {} where there is neither."""
    await rights.require(actor, "read")
    return await read_draft(await names.address(kind, name, app))


async def put_draft(
    kind: str, name: str, definition: Raw, app: str | None = None, *, rev: int | None = None, actor: Actor
) -> Draft:
    """Saves the whole draft. With `rev` only if nobody has changed it since (StaleDraft); without it, knowingly over
    whatever is there. A draft may be wrong; it only has to be a JSON object under a sound name (Invalid)."""
    await rights.require(actor, "draft")
    key = await _sound_address(kind, name, app)
    async with database.transaction():
        row = await draft_rows.claim(key, actor.user_id)
        if rev is not None and rev != row.rev:
            raise await _stale(key, row, rev, definition)
        await _write(key, row, definition, actor)
        return await read_draft(key)


async def patch_draft(
    kind: str,
    name: str,
    rev: int,
    patches: Sequence[Mapping[str, object]],
    app: str | None = None,
    *,
    actor: Actor,
) -> Draft:
    """Changes the draft by RFC 6902 operations. Raises StaleDraft, or Invalid where an operation does not fit."""
    await rights.require(actor, "draft")
    key = await _sound_address(kind, name, app)
    async with database.transaction():
        row = await draft_rows.claim(key, actor.user_id)
        standing = await read_draft(key)
        if rev != row.rev:
            before = await draft_rows.state_at(key, rev)
            raise await _stale(key, row, rev, _patched(before, patches) if before is not None else {})
        await _write(key, row, _patched(standing.definition, patches), actor)
        return await read_draft(key)


async def discard_draft(
    kind: str, name: str, app: str | None = None, *, rev: int | None = None, actor: Actor
) -> Draft:
    """Throws the draft away; what is published stays."""
    await rights.require(actor, "draft")
    key = await names.address(kind, name, app)
    async with database.transaction():
        row = await draft_rows.claim(key, actor.user_id)
        if rev is not None and rev != row.rev:
            raise await _stale(key, row, rev, {})
        await draft_rows.write(key, row.rev + 1, None, 0, actor.user_id)
        return await read_draft(key)


async def read_draft(key: Key) -> Draft:
    """The draft under a key, without asking who wants it."""
    row = await draft_rows.read(key)
    if row is not None and (raw := row.raw) is not None:
        known = await identity.names([row.updated_by])
        return Draft(
            key=key,
            rev=row.rev,
            definition=raw,
            base=row.base,
            updated_by=row.updated_by,
            updated_by_name=known.get(row.updated_by, ""),
            updated_at=row.updated_at,
        )
    standing = await _published(key)
    return Draft(
        key=key,
        rev=row.rev if row else 0,
        definition=in_reading_order(key.kind, standing.raw) if standing else {},
        exists=False,
        base=standing.number if standing else 0,
    )


async def locked(draft: Draft) -> Draft:
    """The draft under lock, for publishing. Raises NothingToPublish, or StaleDraft where it has moved on."""
    row = await draft_rows.read(draft.key, lock=True)
    if row is None or row.source is None:
        raise NothingToPublish(draft.key.kind, draft.key.name)
    if row.rev != draft.rev:
        raise await _stale(draft.key, row, draft.rev, draft.definition)
    return await read_draft(draft.key)


async def settle(key: Key, hash: str, *, used_up: bool, actor: Actor) -> None:
    """After a publish: the draft that was published, or says the same, is gone; `rev` moves on for everyone who had
    the published definition on the screen. A draft that says something else stays as it is."""
    row = await draft_rows.claim(key, actor.user_id)
    standing = row.raw
    if standing is None or used_up or content_hash(standing) == hash:
        await draft_rows.write(key, row.rev + 1, None, 0, actor.user_id)


async def _published(key: Key) -> store.StoredRevision | None:
    stamp = await store.stamp(key)
    return await store.revision(key, stamp.revision) if stamp else None


async def _sound_address(kind: str, name: str, app: str | None) -> Key:
    key = await names.address(kind, name, app)
    problems = name_problems(key, tuple(found.name for found in kinds()))
    if problems:
        raise InvalidDefinition(problems, [problems])
    return key


async def _write(key: Key, row: DraftRow, definition: Raw, actor: Actor) -> None:
    if not isinstance(definition, Mapping):
        raise Invalid.one("", "type", N_("A definition is a JSON object."))
    source = msgspec.json.encode(stored_form(definition)).decode()
    if len(source) > _MOST_BYTES:
        raise Invalid.one(
            "", "too_large", N_("This definition is too large: at most {limit} bytes."), limit=_MOST_BYTES
        )
    base = row.base
    if row.source is None:
        standing = await store.stamp(key)
        base = standing.revision if standing else 0
    await draft_rows.write(key, row.rev + 1, source, base, actor.user_id)


def _patched(definition: Raw, patches: Sequence[Mapping[str, object]]) -> Raw:
    for place, operation in enumerate(patches):
        try:
            patched: object = jsonpatch.apply_patch(definition, [dict(operation)])
        except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError) as exc:
            message = N_("This operation does not fit the draft: {reason}.")
            raise Invalid.one(f"/patches/{place}", "patch", message, reason=str(exc)) from exc
        if not isinstance(patched, dict):
            raise Invalid.one(f"/patches/{place}", "type", N_("A definition is a JSON object."))
        definition = patched
    return definition


async def _stale(key: Key, row: DraftRow, rev: int, yours: Raw) -> StaleDraft:
    """What was read, what is wanted and what is there now, with the difference in words."""
    standing = await read_draft(key)
    before = await draft_rows.state_at(key, rev)
    known = await identity.names([row.updated_by])
    changes = diff.compare(before if before is not None else yours, standing.definition)
    theirs = {
        "rev": standing.rev,
        "definition": standing.definition,
        "updated_by": known.get(row.updated_by, ""),
        "updated_at": row.updated_at,
        "changes": [msgspec.to_builtins(change) for change in changes],
    }
    base = {"rev": rev, "definition": before} if before is not None else None
    return StaleDraft(base=base, yours={"definition": yours}, theirs=theirs)
