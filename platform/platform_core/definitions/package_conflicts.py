"""Shipped states that wait because the company has changed the same: looked at, and settled into a draft."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from platform_core import audit, database
from platform_core.definitions import drafts, package_rows, rights, store
from platform_core.definitions.errors import MergeConflicts
from platform_core.definitions.merging import Choice, Merged
from platform_core.definitions.model import Draft, Key
from platform_core.definitions.package_sorting import merge_waiting
from platform_core.identity import Actor


class WaitingMerge(msgspec.Struct, frozen=True):
    """A definition whose shipped version waits; `merged` has what is in the way."""

    key: Key
    version: str
    merged: Merged


async def waiting_merges(app: str, *, actor: Actor) -> list[WaitingMerge]:
    """Everything of an app that waits for a decision, by kind and name."""
    await rights.require(actor, "read")
    found = []
    stamps = await store.stamps()
    for key, shipped in sorted((await package_rows.shipped(app)).items()):
        stamp = stamps.get(key)
        if shipped.waiting_version is None or stamp is None or stamp.state != store.PUBLISHED:
            continue
        made = await merge_waiting(key)
        if made is not None:
            found.append(WaitingMerge(key, made[1], made[0]))
    return found


async def settle_merge(key: Key, choices: Mapping[str, Choice], *, actor: Actor) -> Draft:
    """Writes the merged definition as the draft, which is then published like any other; the shipped version is the
    one that later ones are compared with. Raises MergeConflicts while a place is undecided."""
    await rights.require(actor, "draft")
    async with database.transaction():
        made = await merge_waiting(key, choices=choices)
        if made is None or not made[0].is_clean:
            raise MergeConflicts([key])
        merged, version = made
        states = await package_rows.states(key)
        if states is not None and states.waiting is not None:
            await package_rows.mark_shipped(key, version, states.waiting)
        draft = await drafts.put_draft(key.kind, key.name, merged.definition, key.app, actor=actor)
        await audit.write(
            "definition.merge",
            actor=actor,
            kind="definition",
            subject=key.text,
            detail={"version": version, "pointers": sorted(choices)},
        )
    return draft
