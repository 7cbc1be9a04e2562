"""Laws of the three-way merge: nothing is lost that only one side did, and it does not matter which side is which."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core.definitions import Edited, merge
from platform_core.definitions.merging import ABSENT

_SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "b", "c"])
_NAMES = st.sampled_from(["city", "name", "rate", "zone", "vip"])
_ENTRIES = st.fixed_dictionaries(
    {"name": _NAMES}, optional={"type": st.sampled_from(["text", "date"]), "size": st.integers(1, 3)}
)
_LISTS = st.lists(_ENTRIES, max_size=5, unique_by=lambda entry: entry["name"])
_COLUMNS = st.lists(_NAMES, max_size=5, unique=True)
_DEFINITIONS = st.fixed_dictionaries(
    {"fields": _LISTS},
    optional={
        "columns": _COLUMNS,
        "label": st.dictionaries(st.sampled_from(["en", "zh"]), st.sampled_from(["x", "y", "z"])),
        "icon": _SCALARS,
        "tabs": st.lists(st.fixed_dictionaries({"fields": _COLUMNS}), max_size=2),
    },
)
Definition = dict[str, Any]


def canonical(raw: object) -> str:
    return json.dumps(raw, sort_keys=True)


@given(_DEFINITIONS, _DEFINITIONS)
def test_what_only_one_side_changed_is_taken_whole(base: Definition, changed: Definition) -> None:
    for made in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert made.is_clean
        assert canonical(made.definition) == canonical(changed)


@given(_DEFINITIONS, _DEFINITIONS, _DEFINITIONS)
@settings(max_examples=300)
def test_it_does_not_matter_which_side_is_which(
    base: Definition, mine: Definition, theirs: Definition
) -> None:
    before = copy.deepcopy((base, mine, theirs))
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {conflict.pointer for conflict in one.conflicts} == {
        conflict.pointer for conflict in other.conflicts
    }
    if one.is_clean:
        assert canonical(one.definition) == canonical(other.definition)
    assert (base, mine, theirs) == before


@given(_DEFINITIONS, _DEFINITIONS, _DEFINITIONS)
def test_choosing_a_side_leaves_no_conflict_and_two_choices_mirror_each_other(
    base: Definition, mine: Definition, theirs: Definition
) -> None:
    ours = merge(base, mine, theirs, otherwise="mine")
    turned = merge(base, theirs, mine, otherwise="theirs")
    assert ours.is_clean and turned.is_clean
    assert canonical(ours.definition) == canonical(turned.definition)


@given(_LISTS, _LISTS, _LISTS)
def test_lists_are_merged_entry_by_entry(base: list[Any], mine: list[Any], theirs: list[Any]) -> None:
    made = merge({"fields": base}, {"fields": mine}, {"fields": theirs}, otherwise="mine").definition[
        "fields"
    ]
    assert isinstance(made, list)
    names = [entry["name"] for entry in made]
    assert len(set(names)) == len(names)
    old, ours, new = ({entry["name"]: entry for entry in side} for side in (base, mine, theirs))
    for name in {*old, *ours, *new}:
        if ours.get(name) == old.get(name):
            assert (name in names) == (name in new)
        elif new.get(name) == old.get(name) or new.get(name) == ours.get(name):
            assert (name in names) == (name in ours)


FIELDS = [{"name": "a"}, {"name": "b"}, {"name": "c"}]


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (["a", "x", "b", "c"], ["a", "b", "c", "y"], ["a", "x", "b", "c", "y"]),
        (["c", "a", "b"], ["a", "b", "y", "c"], ["c", "a", "b", "y"]),
        (["a", "c"], ["a", "b", "y", "c"], ["a", "y", "c"]),
        (["a", "x", "b", "c"], ["a", "d", "b", "c"], ["a", "d", "x", "b", "c"]),
    ],
)
def test_orders_and_insertions_of_both_sides_are_kept(
    mine: list[str], theirs: list[str], expected: list[str]
) -> None:
    made = merge({"columns": ["a", "b", "c"]}, {"columns": mine}, {"columns": theirs})
    assert made.is_clean and made.definition["columns"] == expected


def test_conflicts_are_settled_by_pointer() -> None:
    base = {"fields": [{"name": "city", "label": {"en": "City"}, "size": 1}, {"name": "fax"}], "icon": "x"}
    mine = {"fields": [{"name": "city", "label": {"en": "Town"}, "size": 2}], "icon": "x"}
    theirs = {"fields": [{"name": "city", "label": {"en": "Place"}, "size": 1}, {"name": "fax", "size": 9}]}

    open_ = merge(base, mine, theirs)
    assert {(one.pointer, one.mine, one.theirs) for one in open_.conflicts if one.mine is not ABSENT} == {
        ("/fields/city/label/en", "Town", "Place")
    }
    assert [one.pointer for one in open_.conflicts if one.mine is ABSENT] == ["/fields/fax"]
    settled = merge(
        base, mine, theirs, {"/fields/city/label/en": Edited("Town or place"), "/fields/fax": "theirs"}
    )
    assert settled.is_clean
    assert settled.definition == {
        "fields": [{"name": "city", "label": {"en": "Town or place"}, "size": 2}, {"name": "fax", "size": 9}]
    }


def test_a_reordering_by_both_sides_is_a_conflict_of_the_order_alone() -> None:
    made = merge({"fields": FIELDS}, {"fields": FIELDS[::-1]}, {"fields": [FIELDS[1], FIELDS[0], FIELDS[2]]})
    assert [(one.pointer, one.order) for one in made.conflicts] == [("/fields", True)]
