"""Published roles as access: which rows and fields, in SQL and in Python alike."""

from __future__ import annotations

from itertools import combinations

import pytest

from platform_core import database, entities, permissions
from platform_core.database import new_id
from platform_core.entities import Entity
from platform_core.identity import SYSTEM, Actor
from platform_core.permissions import ScopePredicate, access
from tests.permissions.conftest import Office, person
from tests.permissions.example_forms import form, insert, role

SCOPES = {
    "owner_only": "own",
    "of_team": "team",
    "of_tree": "team_tree",
    "of_land": "territory",
    "of_all": "all",
    "of_none": "none",
    "by_list": "owner == user.id or includes(helpers, user.id)",
    "by_link": "parent.owner == user.id",
    "by_size": "cost > 100 and not blank(name)",
}


async def found(entity: Entity, alternatives: list[ScopePredicate]) -> set[str]:
    """Ids of the rows for which one of the alternatives holds."""
    if not alternatives:
        return set()
    text = " OR ".join(f"({each.sql})" for each in alternatives)
    params = tuple(param for each in alternatives for param in each.params)
    rows = await database.fetch_tuples(f'SELECT t."id" FROM "{entity.table}" t WHERE {text}', params)
    return {str(row_id) for (row_id,) in rows}


@pytest.fixture
async def things(office: Office) -> Entity:
    await office.publish(
        form("thing", "name", "cost:decimal", "helpers:users", "parent:link:thing"),
        *(role(name, thing={"read": scope}) for name, scope in SCOPES.items()),
    )
    return office.form("thing")


async def filled(entity: Entity, lina: Actor, other: str) -> dict[str, dict[str, object]]:
    """Rows of every kind, by id, with the values that Python sees."""
    cost = entity.fields["cost"].columns[0].type
    rows: dict[str, dict[str, object]] = {}
    for owner in (lina.user_id, other, None):
        for team in (*lina.teams, new_id(), None):
            values: dict[str, object] = {"owner": owner, "team": team, "name": "A" if team else None}
            values |= {"territory": lina.territories[0] if owner is None else None}
            values |= {"helpers": [other, lina.user_id] if team is None else []}
            dear = database.to_db(cost, 250 if owner == other else 5)
            rows[await insert(entity, **values, cost=dear)] = values | {"cost": 250 if owner == other else 5}
    first = next(iter(rows))
    child = await insert(entity, parent=first, helpers=[])
    rows[child] = {"parent": first, "helpers": (), "parent.owner": lina.user_id}
    return rows


@pytest.mark.parametrize("names", [*combinations(SCOPES, 1), *combinations(SCOPES, 2)], ids=" + ".join)
async def test_sql_and_python_agree_on_every_row(things: Entity, names: tuple[str, ...]) -> None:
    lina = person(*names, team=new_id(), teams=(new_id(), new_id()), territories=(new_id(),))
    lina = Actor(
        user_id=lina.user_id, name="Lina", roles=names, team=lina.teams[0], teams=lina.teams,
        territories=lina.territories,
    )  # fmt: skip
    rows = await filled(things, lina, new_id())
    granted = access(things, lina)
    in_python = {row_id for row_id, row in rows.items() if granted.row_allows("read", row, lina)}
    assert await found(things, granted.predicate("read", lina)) == in_python


async def test_somebody_without_team_and_territory_sees_own_rows_by_every_scope(things: Entity) -> None:
    lina = person("of_team", "of_tree", "of_land")
    mine = await insert(things, owner=lina.user_id)
    await insert(things, owner=None)
    assert await found(things, access(things, lina).predicate("read", lina)) == {mine}


async def test_everybody_with_the_same_roles_shares_one_sql_text(things: Entity) -> None:
    roles = ("of_tree", "of_land", "by_list")
    lina = person(*roles, team=new_id(), teams=tuple(new_id() for _ in range(5)))
    carlos = person(*roles, territories=(new_id(),))
    assert access(things, lina) is access(things, carlos)
    texts = [[each.sql for each in access(things, who).predicate("read", who)] for who in (lina, carlos)]
    assert texts[0] == texts[1]


async def test_a_field_hidden_by_one_role_is_seen_on_the_rows_of_another(office: Office) -> None:
    await office.publish(
        form("thing", "name", "cost"),
        role("everybody", thing={"read": "all", "fields": {"cost": "hidden"}}),
        role("maker", thing={"read": "own", "update": "own"}),
    )
    things, lina = office.form("thing"), person("everybody", "maker")
    mine, theirs = {"owner": lina.user_id}, {"owner": new_id()}
    granted = access(things, lina)
    assert granted.row_allows("read", theirs, lina)
    assert (granted.shows("cost", mine, lina), granted.shows("cost", theirs, lina)) == ("clear", "")
    assert (granted.shows("name", mine, lina), granted.shows("name", theirs, lina)) == ("clear", "clear")
    assert [(g.kind, g.params) for g in granted.field_guards("cost", lina)] == [("own", (lina.user_id,))]
    assert granted.readable("cost")
    assert not granted.unrestricted("cost")
    assert granted.unrestricted("name")
    assert "cost" not in granted.fields_readable_in_clear()
    assert granted.field_allows_update("cost", mine, lina)
    assert not granted.field_allows_update("cost", theirs, lina)
    # alone, the first role shows the field nowhere
    alone = person("everybody")
    assert not access(things, alone).readable("cost")
    assert access(things, alone).field_guards("cost", alone) == []


async def test_a_masked_field_is_seen_but_not_in_clear(office: Office) -> None:
    await office.publish(
        form("thing", "phone"),
        role("caller", thing={"read": "all", "create": True, "update": "all", "fields": {"phone": "masked"}}),
    )
    things, lina = office.form("thing"), person("caller")
    granted = access(things, lina)
    assert granted.masked("phone")
    assert granted.visible("phone")
    assert not granted.readable("phone")
    assert not granted.unrestricted("phone")
    assert not granted.writable("phone")
    assert not granted.creatable("phone")
    assert [each.kind for each in granted.mask_guards("phone", lina)] == ["all"]


async def test_a_read_only_field_is_seen_and_not_written(office: Office) -> None:
    await office.publish(
        form("thing", "grade"),
        role("seller", thing={"read": "all", "create": True, "update": "all", "fields": {"grade": "read"}}),
    )
    granted = access(office.form("thing"), person("seller"))
    assert granted.unrestricted("grade")
    assert not granted.writable("grade")


async def test_creating_updating_and_deleting_are_granted_one_by_one(office: Office) -> None:
    await office.publish(
        form("thing", "name"),
        role("reader", thing={"read": "all"}),
        role("maker", thing={"read": "own", "create": True}),
        role("editor", thing={"read": "own", "update": "own"}),
        role("remover", thing={"read": "own", "delete": "own"}),
    )
    things = office.form("thing")
    may = {
        name: {
            action
            for action in ("read", "create", "update", "delete")
            if access(things, person(name)).can(action)
        }
        for name in ("reader", "maker", "editor", "remover", "unknown")
    }
    assert may == {
        "reader": {"read"},
        "maker": {"read", "create"},
        "editor": {"read", "update"},
        "remover": {"read", "delete"},
        "unknown": set(),
    }


async def test_an_export_takes_the_rows_and_fields_of_the_role_that_may_export(office: Office) -> None:
    await office.publish(
        form("thing", "name", "cost"),
        role("everybody", thing={"read": "all"}),
        role("taker", thing={"read": "own", "export": {"rows": 100}, "fields": {"cost": "hidden"}}),
        role("forbidden", thing={"read": "all", "export": {"rows": 0}}),
        role("unlimited", thing={"read": "own", "export": {"rows": None}}),
    )
    things, lina = office.form("thing"), person("everybody", "taker")
    granted = access(things, lina)
    assert granted.export_rows == 100
    assert [each.kind for each in granted.predicate("export", lina)] == ["own"]
    assert granted.field_guards("cost", lina, "export") == []
    assert granted.field_guards("cost", lina) != []
    for name, rows in (("everybody", 0), ("forbidden", 0), ("unlimited", None)):
        assert access(things, person(name)).export_rows == rows
    assert not access(things, person("forbidden")).can("export")
    assert access(things, person("taker", "unlimited")).export_rows is None


async def test_importing_needs_the_action_or_the_form_and_creating(office: Office) -> None:
    await office.publish(
        form("thing", "name"),
        role("by_action", "import", thing={"read": "own", "create": True}),
        role("by_form", thing={"read": "own", "create": True, "import": True}),
        role("no_create", "import", thing={"read": "own", "import": True}),
        role("no_import", thing={"read": "own", "create": True}),
    )
    things = office.form("thing")
    assert {
        name: access(things, person(name)).can("import")
        for name in ("by_action", "by_form", "no_create", "no_import")
    } == {"by_action": True, "by_form": True, "no_create": False, "no_import": False}
    assert not access(things, person("no_create", "no_import")).can("import")


async def test_an_admin_and_the_system_have_everything(things: Entity) -> None:
    for who in (person("admin"), SYSTEM):
        granted = access(things, who)
        assert all(
            granted.can(action) for action in ("read", "create", "update", "delete", "export", "import")
        )
        assert granted.fields_readable_in_clear() == frozenset(things.fields)
        assert granted.predicate("read", who)[0].sql == "TRUE"
        assert granted.export_rows is None


async def test_a_new_version_of_a_role_counts_from_the_next_request_on(office: Office) -> None:
    await office.publish(form("thing", "name"), role("seller", thing={"read": "own"}))
    lina = person("seller")
    assert access(office.form("thing"), lina).predicate("read", lina)[0].kind == "own"
    await office.publish(role("seller", thing={"read": "all"}))
    assert access(office.form("thing"), lina).predicate("read", lina)[0].kind == "all"


async def test_a_role_of_another_app_means_its_own_form(office: Office) -> None:
    await office.publish(form("thing", "name"), role("seller", thing={"read": "all"}), app="one")
    await office.publish(form("thing", "name"), role("buyer", thing={"read": "all"}), app="two")
    mine, theirs = entities.get("one.thing"), entities.get("two.thing")
    assert access(mine, person("one.seller")).can("read")
    assert access(mine, person("seller")).can("read")
    assert not access(theirs, person("seller")).can("read")
    assert access(theirs, person("buyer")).can("read")


async def test_a_role_name_that_two_apps_have_grants_nothing_until_it_is_written_whole(
    office: Office,
) -> None:
    await office.publish(form("thing", "name"), role("seller", thing={"read": "all"}), app="one")
    await office.publish(role("seller"), app="two")
    assert not access(office.form("thing"), person("seller")).can("read")
    assert access(office.form("thing"), person("one.seller")).can("read")


async def test_a_scope_that_no_longer_fits_its_form_grants_nothing(office: Office) -> None:
    await office.publish(form("thing", "name"), role("seller", thing={"read": "name == 'A'"}))
    entity = office.form("thing")
    fields = {name: field for name, field in entity.fields.items() if name != "name"}
    altered = Entity(
        app=entity.app,
        name=entity.name,
        table=entity.table,
        revision=2,
        hash="other",
        label={},
        fields=fields,
    )
    assert not access(altered, person("seller")).can("read")
    assert access(entity, person("seller")).can("read")


async def test_roles_are_known_by_every_name_that_means_them(office: Office) -> None:
    await office.publish(role("seller"), app="trade")
    assert permissions.role_names(person("seller")) >= {"seller", "trade.seller"}
    assert permissions.role_names(person("trade.seller")) >= {"seller", "trade.seller"}
    assert permissions.role_names(person("admin")) == {"admin"}
