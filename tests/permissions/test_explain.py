"""Why somebody may or may not, in sentences that name role, scope and owner."""

from __future__ import annotations

import pytest

from platform_core import audit, permissions
from platform_core.database import new_id
from platform_core.entities import Entity
from platform_core.errors import Forbidden
from platform_core.identity import SYSTEM
from platform_core.permissions import explain
from tests.permissions.conftest import Office, person
from tests.permissions.example_forms import form, role


@pytest.fixture
async def things(office: Office) -> Entity:
    await office.publish(
        form("thing", "name", "cost", "grade"),
        role("everybody", thing={"read": "all", "fields": {"cost": "hidden"}}),
        role("maker", thing={"read": "own", "create": True, "update": "own", "fields": {"grade": "read"}}),
        role("stranger"),
    )
    return office.form("thing")


async def test_a_yes_names_the_role_and_the_scope_that_decided(things: Entity) -> None:
    lina = person("everybody", "maker")
    why = explain(lina, things, {"owner": lina.user_id}, "update")
    assert why.allowed
    assert why.decided_by == ("local.maker",)
    assert "Role Maker: scope own holds, because the record is Lina's own." in why.sentences


async def test_a_no_names_every_role_that_was_asked(things: Entity) -> None:
    lina = person("everybody", "maker", "stranger")
    why = explain(lina, things, {"owner": new_id()}, "update")
    assert not why.allowed
    assert why.decided_by == ()
    assert list(why.sentences) == [
        "Role Everybody does not grant update on Thing.",
        "Role Maker: scope own does not hold; the record belongs to somebody else.",
        "Role Stranger says nothing about Thing.",
    ]


async def test_a_field_is_explained_with_the_role_that_hides_it(things: Entity) -> None:
    lina = person("everybody", "maker")
    hidden = explain(lina, things, {"owner": new_id()}, "read", "cost")
    assert not hidden.allowed
    assert "Role Everybody hides the field cost." in hidden.sentences
    shown = explain(lina, things, {"owner": lina.user_id}, "read", "cost")
    assert shown.decided_by == ("local.maker",)
    written = explain(lina, things, {"owner": lina.user_id}, "update", "grade")
    assert not written.allowed
    assert "Role Maker lets the field grade be read, not written." in written.sentences


async def test_creating_is_explained_without_a_row(things: Entity) -> None:
    assert explain(person("maker"), things, None, "create").decided_by == ("local.maker",)
    assert not explain(person("everybody"), things, None, "create").allowed
    assert not explain(person("maker"), things, None, "create", "grade").allowed


async def test_an_explanation_never_contradicts_the_decision(things: Entity) -> None:
    for roles in ((), ("everybody",), ("maker",), ("everybody", "maker")):
        lina = person(*roles)
        granted = permissions.access(things, lina)
        for row in ({"owner": lina.user_id}, {"owner": new_id()}):
            for action in ("read", "update", "delete", "export"):
                assert explain(lina, things, row, action).allowed == granted.row_allows(action, row, lina)
            for name in ("name", "cost", "grade", "nonsense"):
                shown = granted.row_allows("read", row, lina) and granted.shows(name, row, lina) == "clear"
                assert explain(lina, things, row, "read", name).allowed == shown


async def test_an_admin_and_somebody_without_roles_are_explained_too(things: Entity) -> None:
    assert explain(person("admin"), things, None, "delete").decided_by == ("admin",)
    assert explain(person(), things, None, "read").sentences == ("Lina has no role.",)
    assert not explain(person("admin"), things, None, "read", "nonsense").allowed


async def test_an_action_is_granted_by_a_role_and_its_refusal_is_noted(office: Office) -> None:
    await office.publish(role("loader", "import"), role("seller"))
    assert permissions.may(person("loader"), "import")
    await permissions.require(person("loader"), "import")
    await permissions.require(SYSTEM, "anything")
    lina = person("seller")
    with pytest.raises(Forbidden):
        await permissions.require(lina, "import")
    (line,) = await audit.read(audit.AuditQuery(user_id=lina.user_id))
    assert (line.action, line.kind) == ("action.import", "access")


async def test_an_engine_makes_its_actions_known(office: Office) -> None:
    permissions.register_action("approve", "Approve quotes")
    assert permissions.known_actions()["approve"] == "Approve quotes"
    assert "approve" in permissions.actions(person("admin"))
    await office.publish(role("boss", "approve"))
    assert permissions.actions(person("boss")) == {"approve"}
