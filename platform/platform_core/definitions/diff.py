"""What is different between two states of a definition, found by the names of things and told in sentences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, cast

import msgspec

from platform_core.definitions.diff_words import Place
from platform_core.definitions.model import Change, Raw

_IDENTITIES = ("name", "key", "id")


def compare(old: Mapping[str, object], new: Mapping[str, object]) -> list[Change]:
    """Every difference, in the order of the new definition; pointers into the new one, of what went into the old."""
    return list(_objects(Place(), old, new))


def _values(place: Place, old: object, new: object) -> Iterator[Change]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _labels(place, old, new) if place.is_label_map else _objects(place, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(place, old, new)
    else:
        yield place.replaced(old, new)


def _objects(place: Place, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Change]:
    for name, value in new.items():
        inner = place.member(name)
        if name in old:
            yield from _values(inner, old[name], value)
        elif _named(value):
            yield from _lists(inner, [], cast("list[object]", value))
        else:
            yield inner.added(value)
    for name, value in old.items():
        if name in new:
            continue
        inner = place.member(name)
        if _named(value):
            yield from _lists(inner, cast("list[object]", value), [])
        else:
            yield inner.removed(value)


def _labels(place: Place, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Change]:
    for language in dict.fromkeys([*new, *old]):
        if old.get(language) != new.get(language):
            yield place.relabelled(language, old.get(language), new.get(language))


def _lists(place: Place, old: list[object], new: list[object]) -> Iterator[Change]:
    identity = _identity_of(old, new)
    if identity is not None:
        yield from _named_lists(place, identity, cast("list[Raw]", old), cast("list[Raw]", new))
    elif not any(isinstance(value, Mapping | list) for value in [*old, *new]):
        yield place.relisted(old, new)
    else:
        yield from _sequences(place, old, new)


def _named_lists(place: Place, identity: str, old: list[Raw], new: list[Raw]) -> Iterator[Change]:
    before = {str(value[identity]): (index, value) for index, value in enumerate(old)}
    after = {str(value[identity]): (index, value) for index, value in enumerate(new)}
    shared = [name for name in after if name in before]
    moved = _moved(shared, [before[name][0] for name in shared])
    for name, (index, value) in after.items():
        inner = place.element(index, name, value)
        if name not in before:
            yield inner.added(value)
            continue
        yield from _objects(inner, before[name][1], value)
        if name in moved:
            yield inner.moved(before[name][0], index)
    for name, (index, value) in before.items():
        if name not in after:
            yield place.element(index, name, value).removed(value)


def _sequences(place: Place, old: list[object], new: list[object]) -> Iterator[Change]:
    """Lists of things without names: what is alike stays, what stands in the same place is compared."""
    spelt_old, spelt_new = [_spelt(value) for value in old], [_spelt(value) for value in new]
    for _tag, a, b, c, d in SequenceMatcher(None, spelt_old, spelt_new, autojunk=False).get_opcodes():
        if spelt_old[a:b] == spelt_new[c:d]:
            continue
        both = min(b - a, d - c)
        for offset in range(both):
            yield from _values(
                place.element(c + offset, "", new[c + offset]), old[a + offset], new[c + offset]
            )
        for index in range(c + both, d):
            yield place.element(index, "", new[index]).added(new[index])
        for index in range(a + both, b):
            yield place.element(index, "", old[index]).removed(old[index])


def _identity_of(old: Sequence[object], new: Sequence[object] = ()) -> str | None:
    """The member by which the entries of both lists are told apart: all have it, and none twice on one side."""
    if not (old or new) or not all(isinstance(value, Mapping) for value in (*old, *new)):
        return None
    sides = cast("tuple[Sequence[Mapping[str, Any]], ...]", (old, new))
    return next((name for name in _IDENTITIES if all(_tells_apart(name, side) for side in sides)), None)


def _tells_apart(name: str, entries: Sequence[Mapping[str, Any]]) -> bool:
    found = [entry.get(name) for entry in entries]
    return all(isinstance(value, str) for value in found) and len(set(found)) == len(found)


def _named(value: object) -> bool:
    return isinstance(value, list) and _identity_of(value) is not None


def _moved(names: Sequence[str], places: Sequence[int]) -> frozenset[str]:
    """The fewest names whose moving explains the new order: all but a longest run that kept its order."""
    ends: list[int] = []
    at: list[int] = []
    back: list[int] = []
    for index, place in enumerate(places):
        slot = bisect_left(ends, place)
        back.append(at[slot - 1] if slot else -1)
        ends[slot : slot + 1] = [place]
        at[slot : slot + 1] = [index]
    stayed: set[str] = set()
    index = at[-1] if at else -1
    while index >= 0:
        stayed.add(names[index])
        index = back[index]
    return frozenset(names) - stayed


def _spelt(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()
