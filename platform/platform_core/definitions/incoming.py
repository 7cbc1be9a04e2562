"""What a publish would break elsewhere: "breaks 3 reports, 1 flow"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from platform_core import i18n
from platform_core.definitions import store
from platform_core.definitions.kinds import kind_label, kind_named
from platform_core.definitions.model import Definition, Key, PlanItem, Revision
from platform_core.definitions.world import World
from platform_core.i18n import N_


async def broken_uses(
    key: Key, old: Revision | None, new: Definition | None, rewritten: AbstractSet[Key], world: World
) -> list[PlanItem]:
    """One destructive item for each part that goes and is used, or one for the whole where that goes.

    `rewritten` are the definitions of the same change set: they are checked as they will be.
    """
    if old is None:
        return []
    uses = [use for use in await store.uses_of(key) if use.required and use.by not in rewritten]
    if new is None:
        return [_whole(key, uses, world)] if uses else []
    gone = _gone(key, old, new)
    parts = sorted({use.part for use in uses if use.part is not None and use.part in gone})
    return [_part(part, [use for use in uses if use.part == part], world) for part in parts]


def _gone(key: Key, old: Revision, new: Definition) -> frozenset[str]:
    kind = kind_named(key.kind)
    before = kind.parts(old.definition) if old.definition is not None else None
    after = kind.parts(new)
    return frozenset(before) - frozenset(after) if before is not None and after is not None else frozenset()


def _part(part: str, uses: list[store.Use], world: World) -> PlanItem:
    return PlanItem(
        id=f"uses.{part}",
        code="breaks",
        message=N_("Without '{part}' this breaks: {what} ({names})."),
        params={"part": part, **_told(uses, world)},
        count=len({use.by for use in uses}),
        destructive=True,
        severity="danger",
    )


def _whole(key: Key, uses: list[store.Use], world: World) -> PlanItem:
    return PlanItem(
        id="uses",
        code="breaks",
        message=N_("Without '{name}' this breaks: {what} ({names})."),
        params={"name": key.name, **_told(uses, world)},
        count=len({use.by for use in uses}),
        destructive=True,
        severity="danger",
    )


def _told(uses: list[store.Use], world: World) -> dict[str, object]:
    """ "3 reports, 1 flow" and their names for the reader, and the keys behind them for the screen."""
    by = sorted({use.by for use in uses})
    counts = Counter(user.kind for user in by)
    what = i18n.join_list(
        [f"{count} {kind_label(kind, count)}" for kind, count in sorted(counts.items())], style="unit"
    )
    names = ", ".join(_title(user, world) for user in by)
    return {"what": what, "names": names, "keys": [user.text for user in by]}


def _title(key: Key, world: World) -> str:
    """What people call a definition; its full name where it has no label."""
    label = getattr(world.definition(key), "label", None)
    return (i18n.label(label) if isinstance(label, Mapping) else "") or key.full_name
