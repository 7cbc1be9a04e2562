"""Three states of a definition made one: what was shipped, what the company made of it, what is shipped now.

What only one side has changed is taken from that side. Entries of lists are told apart by their name, key, id or
field, not by their place, and keep the order that somebody gave them. What both sides changed differently is a
conflict, until a choice is made for its pointer. A pointer names entries of such lists by their key:
"/fields/country/label/en".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

import msgspec

from platform_core.definitions.model import Raw

_IDENTITIES = ("name", "key", "id", "field")


class Absent(msgspec.Struct, frozen=True):
    """Stands for a value that is not there; null is one that is."""


ABSENT = Absent()


class Edited(msgspec.Struct, frozen=True):
    """A choice of neither side: this value instead, or nothing (ABSENT)."""

    value: object


Choice = Literal["mine", "theirs"] | Edited


class MergeConflict(msgspec.Struct, frozen=True):
    """What both sides changed. A side without a value has ABSENT. With `order` only the order of a list is meant."""

    pointer: str
    base: object
    mine: object
    theirs: object
    order: bool = False


class Merged(msgspec.Struct, frozen=True):
    """The one definition; where conflicts were left open it says there what `mine` says."""

    definition: Raw
    conflicts: tuple[MergeConflict, ...]

    @property
    def is_clean(self) -> bool:
        return not self.conflicts


def merge(
    base: Mapping[str, object],
    mine: Mapping[str, object],
    theirs: Mapping[str, object],
    choices: Mapping[str, Choice] | None = None,
    *,
    otherwise: Choice | None = None,
) -> Merged:
    """Merges; `choices` settle conflicts by pointer, `otherwise` all others. Pure: changes none of the three."""
    one = _Merge(choices or {}, otherwise)
    made = one.objects("", base, mine, theirs)
    return Merged(made, tuple(one.conflicts))


class _Merge:
    """One merge and the conflicts found on the way."""

    def __init__(self, choices: Mapping[str, Choice], otherwise: Choice | None) -> None:
        self._choices = choices
        self._otherwise = otherwise
        self.conflicts: list[MergeConflict] = []

    def values(self, pointer: str, base: object, mine: object, theirs: object) -> object:
        """One value of the three."""
        if same(mine, theirs) or same(base, theirs):
            return mine
        if same(base, mine):
            return theirs
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            return self.objects(pointer, base if isinstance(base, Mapping) else {}, mine, theirs)
        if isinstance(mine, list) and isinstance(theirs, list):
            return self._lists(pointer, base if isinstance(base, list) else [], mine, theirs)
        return self._settled(MergeConflict(pointer, base, mine, theirs))

    def objects(
        self,
        pointer: str,
        base: Mapping[str, object],
        mine: Mapping[str, object],
        theirs: Mapping[str, object],
    ) -> Raw:
        """Member by member, in the order of `mine`, new ones of `theirs` behind."""
        made: Raw = {}
        for name in dict.fromkeys([*mine, *theirs]):
            value = self.values(
                f"{pointer}/{escaped(name)}",
                base.get(name, ABSENT),
                mine.get(name, ABSENT),
                theirs.get(name, ABSENT),
            )
            if value is not ABSENT:
                made[name] = value
        return made

    def _lists(self, pointer: str, base: list[object], mine: list[object], theirs: list[object]) -> object:
        sides = [keyed(side) for side in (base, mine, theirs)]
        if None not in sides:
            return self._keyed_lists(pointer, *cast("list[dict[str, object]]", sides))
        if len(base) == len(mine) == len(theirs):
            triples = enumerate(zip(base, mine, theirs, strict=True))
            return [self.values(f"{pointer}/{place}", *triple) for place, triple in triples]
        return self._settled(MergeConflict(pointer, base, mine, theirs))

    def _keyed_lists(
        self, pointer: str, base: dict[str, object], mine: dict[str, object], theirs: dict[str, object]
    ) -> list[object]:
        kept: dict[str, object] = {}
        for key in dict.fromkeys([*mine, *theirs]):
            value = self.values(
                f"{pointer}/{escaped(key)}",
                base.get(key, ABSENT),
                mine.get(key, ABSENT),
                theirs.get(key, ABSENT),
            )
            if value is not ABSENT:
                kept[key] = value
        orders = [[key for key in side if key in kept] for side in (base, mine, theirs)]
        return [kept[key] for key in self._order(pointer, *orders)]

    def _order(self, pointer: str, base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
        """The keys that are left, in an order that both sides can recognise."""
        shared = set(mine) & set(theirs)
        order = self._shared_order(
            pointer, *([key for key in side if key in shared] for side in (base, mine, theirs))
        )
        places = {key: place for place, key in enumerate(order)}
        alone = [_behind(side, shared, places) for side in (mine, theirs)]
        found = {key: (places[key], 0, "", 0) for key in order} | alone[0] | alone[1]
        return sorted(found, key=lambda key: found[key])

    def _shared_order(self, pointer: str, base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
        """The order of what both sides have. What both have added has no place to compare it with."""
        if mine == theirs:
            return mine
        if set(base) == set(mine):
            if theirs == base:
                return mine
            if mine == base:
                return theirs
        return cast("list[str]", self._settled(MergeConflict(pointer, base, mine, theirs, order=True)))

    def _settled(self, conflict: MergeConflict) -> object:
        choice = self._choices.get(conflict.pointer, self._otherwise)
        if choice is None:
            self.conflicts.append(conflict)
            return conflict.mine
        if isinstance(choice, Edited):
            return conflict.mine if conflict.order else choice.value
        return conflict.mine if choice == "mine" else conflict.theirs


def _behind(
    side: list[str], shared: set[str], places: Mapping[str, int]
) -> dict[str, tuple[int, int, str, int]]:
    """Where keys that only one side has belong: behind the shared one before them, runs of several sides told apart
    by their first key, so that it does not matter which side is which."""
    found: dict[str, tuple[int, int, str, int]] = {}
    anchor, first, place = -1, "", 0
    for key in side:
        if key in shared:
            anchor, first, place = places[key], "", 0
            continue
        first, place = first or key, place + 1
        found[key] = (anchor, 1, first, place)
    return found


def keyed(entries: Sequence[object]) -> dict[str, object] | None:
    """The entries by what tells them apart; None where something does not, or a key comes twice."""
    found: dict[str, object] = {}
    for entry in entries:
        key = _key(entry)
        if key is None or key in found:
            return None
        found[key] = entry
    return found


def _key(entry: object) -> str | None:
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, Mapping):
        return None
    return next((value for name in _IDENTITIES if isinstance(value := entry.get(name), str)), None)


def same(one: object, other: object) -> bool:
    """Equal as JSON: 1 is neither true nor 1.0, and the order of members does not matter."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return msgspec.json.encode(one, order="deterministic") == msgspec.json.encode(
        other, order="deterministic"
    )


def escaped(name: str) -> str:
    """A segment of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
