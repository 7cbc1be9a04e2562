"""What people decided on a plan page, as the store of definitions takes it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

_OLD, _NEW, _AUTO, _FILL = "map-old:", "map-new:", "map-auto:", "fill:"


def answers_in(posted: Iterable[tuple[str, object]]) -> dict[str, object]:
    """The answers by plan item. Of a mapping only the values that go elsewhere than they would by themselves."""
    lists: dict[str, list[str]] = {}
    for name, value in posted:
        lists.setdefault(name, []).append(str(value))
    found: dict[str, object] = {}
    for name, values in lists.items():
        if name.startswith(_OLD):
            item = name.removeprefix(_OLD)
            pairs = _pairs(values, lists.get(_NEW + item, []), lists.get(_AUTO + item, []))
            if pairs:
                found[item] = {"map": pairs}
        elif name.startswith(_FILL) and values[0].strip():
            found[name.removeprefix(_FILL)] = {"fill": values[0].strip()}
    return found


def _pairs(old: list[str], new: list[str], auto: list[str]) -> list[list[object]]:
    """[old value, new value or None]; lines that do not fit together are left out."""
    pairs: list[list[object]] = []
    for spelt, chosen, by_itself in zip(old, new, auto, strict=False):
        if chosen.strip() == by_itself:
            continue
        try:
            value: object = msgspec.json.decode(spelt)
        except msgspec.DecodeError:
            continue
        pairs.append([value, chosen.strip() or None])
    return pairs
