"""What becomes of each definition of a package: installed, merged with what the company made of it, or kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from platform_core.definitions import package_rows, store
from platform_core.definitions.kinds import kind_named
from platform_core.definitions.merging import Merged, merge
from platform_core.definitions.model import ChangeItem, Key, Raw
from platform_core.definitions.package_files import Package
from platform_core.definitions.parse import content_hash, lift

OnConflict = Literal["ask", "mine", "theirs", "fail"]


@dataclass(frozen=True)
class MergedItem:
    """What is shipped now, and what it makes together with the company's changes."""

    item: ChangeItem
    merged: ChangeItem


@dataclass(frozen=True)
class Kept:
    """What is shipped now and waits; `conflicts` is in how many places both sides changed the same, 0 where the
    definition is the company's own."""

    item: ChangeItem
    conflicts: int


@dataclass
class Sorted:
    """The items of a package by what is to be done with them."""

    install: list[ChangeItem] = field(default_factory=list)
    unchanged: list[ChangeItem] = field(default_factory=list)
    merged: list[MergedItem] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


async def sorted_items(package: Package, on_conflict: OnConflict) -> Sorted:
    """Every item of the package in its place, as the installation stands."""
    stamps = await store.stamps()
    shipped = await package_rows.shipped(package.app)
    result = Sorted()
    for item in map(_lifted, package.items):
        stamp, before = stamps.get(item.key), shipped.get(item.key)
        if not _is_plain(item, stamp, before, result):
            await _merge(item, stamp, before, on_conflict, result)
    return result


def _is_plain(
    item: ChangeItem, stamp: store.Stamp | None, before: package_rows.Shipped | None, result: Sorted
) -> bool:
    """Places what nobody here has changed, or what is nothing new."""
    shipped_now = content_hash(item.definition)
    if stamp is None:
        result.install.append(item)
    elif stamp.state == store.PUBLISHED and stamp.hash == shipped_now:
        result.unchanged.append(item)
    elif before is not None and before.hash == shipped_now:
        pass  # changed here, but nothing new is shipped
    elif before is not None and stamp.state == store.PUBLISHED and stamp.hash == before.hash:
        result.install.append(item)
    else:
        return False
    return True


async def _merge(
    item: ChangeItem,
    stamp: store.Stamp | None,
    before: package_rows.Shipped | None,
    on_conflict: OnConflict,
    result: Sorted,
) -> None:
    """Places what the company has changed since it was shipped, retired, or made itself."""
    if before is None or stamp is None or stamp.state != store.PUBLISHED:
        result.kept.append(Kept(item, 0))
        return
    base, mine = await _base_and_mine(item.key, stamp)
    choice = on_conflict if on_conflict in ("mine", "theirs") else None
    made = merge(base, mine, item.definition, otherwise=choice)
    if not made.is_clean:
        result.kept.append(Kept(item, len(made.conflicts)))
        return
    result.merged.append(MergedItem(item, msgspec.structs.replace(item, definition=made.definition)))


async def _base_and_mine(key: Key, stamp: store.Stamp) -> tuple[Raw, Raw]:
    states = await package_rows.states(key)
    stored = await store.revision(key, stamp.revision)
    return lifted(key, states.shipped if states else {}), lifted(key, stored.raw if stored else {})


async def merge_waiting(key: Key, **choices: object) -> tuple[Merged, str] | None:
    """What a waiting shipped state makes together with the company's changes, and its version; None where none
    waits. `choices` are those of `merge`."""
    states, stamp = await package_rows.states(key), await store.stamp(key)
    if states is None or states.waiting is None or stamp is None:
        return None
    base, mine = await _base_and_mine(key, stamp)
    return merge(base, mine, lifted(key, states.waiting), **choices), states.waiting_version  # type: ignore[arg-type]  # passed on


def _lifted(item: ChangeItem) -> ChangeItem:
    """As it will be kept, so that hashes can be compared."""
    return msgspec.structs.replace(item, definition=lifted(item.key, item.definition))


def lifted(key: Key, raw: Raw) -> Raw:
    """A definition in today's schema, so that three of different ages can be compared."""
    made, problem = lift(kind_named(key.kind), raw)
    return raw if problem is not None else made
