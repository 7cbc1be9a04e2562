"""The laws of the union: no deny, one role grants both the row and the field, more roles never see less."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from platform_core.identity import Actor
from platform_core.permissions import Access, Grant, Scope

ME, OTHER = "me", "other"
FIELDS = frozenset({"id", "name", "cost", "margin"})
ACTOR = Actor(user_id=ME, name="Lina", team="t1", teams=("t1", "t2"), territories=("north",))
ROWS = [
    {"owner": owner, "team": team, "territory": territory}
    for owner, team, territory in product(
        (ME, OTHER, None), ("t1", "t2", "t3", None), ("north", "south", None)
    )
]

some_fields = st.frozensets(st.sampled_from(sorted(FIELDS - {"id"})))
grants = st.builds(
    Grant,
    role=st.sampled_from(["a", "b", "c"]),
    scope=st.builds(Scope, st.sampled_from(["own", "team", "team_tree", "territory", "all"])),
    hidden=some_fields,
    masked=some_fields,
    read_only=some_fields,
)
roles = st.lists(grants, max_size=4)


def access(granted: Sequence[Grant]) -> Access:
    held = tuple(granted)
    return Access(
        "local.thing", FIELDS, {"read": held, "update": held, "delete": held, "export": held}, creating=held
    )


def covers(grant: Grant, row: dict[str, str | None]) -> bool:
    """What a scope means, said once more in other words."""
    mine = row["owner"] == ME
    return {
        "own": mine,
        "team": mine or row["team"] == "t1",
        "team_tree": mine or row["team"] in ("t1", "t2"),
        "territory": mine or row["territory"] == "north",
        "all": True,
    }[grant.scope.text]


@given(roles)
def test_a_row_is_seen_when_some_role_sees_it(granted: list[Grant]) -> None:
    for row in ROWS:
        assert access(granted).row_allows("read", row, ACTOR) == any(covers(grant, row) for grant in granted)


@given(roles)
def test_a_field_is_seen_only_where_one_role_grants_both_row_and_field(granted: list[Grant]) -> None:
    united = access(granted)
    for row, name in product(ROWS, FIELDS):
        by = [grant for grant in granted if covers(grant, row)]
        clear = any(name not in grant.hidden | grant.masked for grant in by)
        masked = any(name in grant.masked and name not in grant.hidden for grant in by)
        assert (united.shows(name, row, ACTOR) == "clear") == clear
        if masked and not clear:
            assert united.shows(name, row, ACTOR) == "masked"


@given(roles)
def test_a_field_is_written_only_where_one_role_grants_both_row_and_field(granted: list[Grant]) -> None:
    united = access(granted)
    for row, name in product(ROWS, FIELDS):
        by = [grant for grant in granted if covers(grant, row)]
        wanted = any(name not in grant.hidden | grant.masked | grant.read_only for grant in by)
        assert united.field_allows_update(name, row, ACTOR) == wanted


@given(roles, grants)
def test_one_more_role_never_takes_anything_away(granted: list[Grant], more: Grant) -> None:
    less, united = access(granted), access([*granted, more])
    rank = {"": 0, "masked": 1, "clear": 2}
    for row in ROWS:
        assert united.row_allows("read", row, ACTOR) >= less.row_allows("read", row, ACTOR)
        for name in FIELDS:
            assert rank[united.shows(name, row, ACTOR)] >= rank[less.shows(name, row, ACTOR)]
            assert united.field_allows_update(name, row, ACTOR) >= less.field_allows_update(name, row, ACTOR)


@given(roles)
def test_the_order_of_roles_does_not_matter(granted: list[Grant]) -> None:
    there, back = access(granted), access(granted[::-1])
    assert {atom.key for atom in there.atoms("read")} == {atom.key for atom in back.atoms("read")}
    for name in FIELDS:
        assert {a.key for a in there.guard_atoms(name)} == {a.key for a in back.guard_atoms(name)}


@given(roles)
def test_an_unrestricted_field_is_clear_on_every_row_that_is_seen(granted: list[Grant]) -> None:
    united = access(granted)
    seen = [row for row in ROWS if united.row_allows("read", row, ACTOR)]
    for name in united.fields_readable_in_clear():
        assert all(united.shows(name, row, ACTOR) == "clear" for row in seen)
    for name in FIELDS:
        if not united.visible(name):
            assert not any(united.shows(name, row, ACTOR) for row in seen)


@given(roles)
def test_several_fields_are_clear_together_only_by_one_role(granted: list[Grant]) -> None:
    united = access(granted)
    if united.all_unrestricted(["name", "cost"]):
        for row in (row for row in ROWS if united.row_allows("read", row, ACTOR)):
            assert any(covers(g, row) and g.shows("name") and g.shows("cost") for g in granted)


def test_no_role_grants_nothing() -> None:
    nothing = access([])
    assert not any(
        nothing.can(action) for action in ("read", "create", "update", "delete", "export", "import")
    )
    assert nothing.predicate("read", ACTOR) == []
    assert nothing.fields_readable_in_clear() == frozenset()
    assert not nothing.row_allows("read", ROWS[0], ACTOR)


def test_what_may_not_be_seen_cannot_be_changed() -> None:
    everything, own = Grant("a", Scope("all")), Grant("a", Scope("own"))
    united = Access("local.thing", FIELDS, {"read": (own,), "update": (everything,), "delete": (everything,)})
    assert united.row_allows("update", {"owner": ME}, ACTOR)
    assert not united.row_allows("update", {"owner": OTHER}, ACTOR)
    assert not united.row_allows("delete", {"owner": OTHER}, ACTOR)


def test_a_field_that_does_not_exist_looks_like_a_hidden_one() -> None:
    united = access([Grant("a", Scope("all"), hidden=frozenset({"cost"}))])
    for name in ("cost", "nonsense"):
        assert not united.readable(name)
        assert not united.visible(name)
        assert not united.writable(name)
        assert not united.unrestricted(name)
        assert united.shows(name, ROWS[0], ACTOR) == ""
