"""What a publish would break elsewhere: "breaks 3 reports, 1 flow"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet

from platform_core import i18n
from platform_core.definitions import store
from platform_core.definitions.kinds import kind_label, kind_named
from platform_core.definitions.model import Definition, Key, PlanItem, Revision
from platform_core.i18n import N_


async def broken_uses(
    key: Key, old: Revision | None, new: Definition | None, rewritten: AbstractSet[Key]
) -> list[PlanItem]:
    """One destructive item for each part that goes and is used, or one for the whole where that goes.

    `rewritten` are the definitions of the same change set: they are checked as they will be.
    """
    if old is None:
        return []
    uses = [use for use in await store.uses_of(key) if use.required and use.by not in rewritten]
    if new is None:
        return [_whole(key, uses)] if uses else []
    gone = _gone(key, old, new)
    parts = sorted({use.part for use in uses if use.part is not None and use.part in gone})
    return [_part(part, [use for use in uses if use.part == part]) for part in parts]


def _gone(key: Key, old: Revision, new: Definition) -> frozenset[str]:
    kind = kind_named(key.kind)
    before = kind.parts(old.definition) if old.definition is not None else None
    after = kind.parts(new)
    return frozenset(before) - frozenset(after) if before is not None and after is not None else frozenset()


def _part(part: str, uses: list[store.Use]) -> PlanItem:
    return PlanItem(
        id=f"uses.{part}",
        code="breaks",
        message=N_("Without '{part}' this breaks: {what} ({names})."),
        params={"part": part, **_told(uses)},
        count=len({use.by for use in uses}),
        destructive=True,
        severity="danger",
    )


def _whole(key: Key, uses: list[store.Use]) -> PlanItem:
    return PlanItem(
        id="uses",
        code="breaks",
        message=N_("Without '{name}' this breaks: {what} ({names})."),
        params={"name": key.name, **_told(uses)},
        count=len({use.by for use in uses}),
        destructive=True,
        severity="danger",
    )


def _told(uses: list[store.Use]) -> dict[str, object]:
    """ "3 reports, 1 flow" for the reader, and the keys behind it for the screen."""
    by = sorted({use.by for use in uses})
    counts = Counter(use.kind for use in by)
    what = i18n.join_list(
        [f"{count} {kind_label(kind, count)}" for kind, count in sorted(counts.items())], style="unit"
    )
    return {
        "what": what,
        "names": ", ".join(user.full_name for user in by),
        "keys": [user.text for user in by],
    }
