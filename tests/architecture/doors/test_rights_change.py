"""What somebody loses is gone from their very next answer, whatever was planned and remembered for them before."""

from __future__ import annotations

from platform_core import definitions, identity
from platform_core.definitions import ChangeItem
from tests.architecture.doors.company import HUSHED, ROLES, Raw
from tests.architecture.doors.doors_lists import api, screen
from tests.architecture.doors.visit import slips
from tests.architecture.doors.world import World

ASKED = (
    api("dossier", total="1", limit="5"), api("dossier", q="qx", total="1"), api("dossier", "/aggregate", by="name"),
    api("dossier", "/choices"), screen("dossier"), screen("dossier", view="all"),
)  # fmt: skip


async def _publish(name: str, **grant: object) -> None:
    """The role with another grant on dossiers."""
    role = next(role for role in ROLES if role["name"] == name)
    forms: dict[str, Raw] = role["forms"]  # type: ignore[assignment]  # JSON
    changed: Raw = {**role, "forms": {**forms, "dossier": {**forms["dossier"], **grant}}}
    await definitions.publish([ChangeItem(kind="role", name=name, definition=changed)], actor=identity.SYSTEM)


async def _told(world: World, person: str, words: set[str]) -> list[str]:
    """The words that any of the usual questions still answers."""
    found: set[str] = set()
    for visit in ASKED:
        found |= set(slips(visit, await visit.make(world, person), words))
    return sorted(found)


async def test_a_field_that_a_role_begins_to_hide_is_hidden_at_once(world: World) -> None:
    own = world.of("dossier", "lina")
    word = own.marks["name"][-1].lower()
    assert await _told(world, "lina", {word}) == [word]
    await _publish("door_sales", fields={**dict.fromkeys((*HUSHED, "name"), "hidden"), "veilcard": "masked"})
    assert await _told(world, "lina", {word, "hushword"}) == []
    await _publish("door_sales")
    assert await _told(world, "lina", {word}) == [word]


async def test_rows_that_a_role_no_longer_reaches_are_gone_at_once(world: World) -> None:
    word = world.of("dossier", "lina").marks["name"][-1].lower()
    assert await _told(world, "manager", {word}) == [word]
    await _publish("door_manager", read="own", update="own", delete="own")
    assert await _told(world, "manager", {word}) == []
    manager = await world.client("manager")
    await manager.api("GET", f"/records/dossier/{world.of('dossier', 'lina').id}", expect=404)


async def test_a_role_that_is_taken_away_opens_nothing_any_more(world: World) -> None:
    names = {kept.marks["name"][-1].lower() for kept in world.all_of("dossier")}
    assert len(await _told(world, "finance", names)) == len(names)
    await identity.set_roles(world.ids["finance"], ("finance",), actor=identity.SYSTEM)
    assert await _told(world, "finance", names) == []
    finance = await world.client("finance")
    await finance.api("GET", "/records/dossier", expect=404)


async def test_a_record_that_changes_hands_is_gone_for_who_had_it(world: World) -> None:
    own = world.of("dossier", "lina")
    admin, lina = await world.client("admin"), await world.client("lina")
    await lina.api("GET", f"/records/dossier/{own.id}")
    change = {"owner": world.ids["carlos"]}
    await admin.api("PATCH", f"/records/dossier/{own.id}", change, headers={"If-Match": "*"})
    word = own.marks["name"][-1].lower()
    assert await _told(world, "lina", {word}) == []
    assert await _told(world, "carlos", {word}) == [word]
    for rest in ("", "/history", "/timeline", "/why"):
        await lina.api("GET", f"/records/dossier/{own.id}{rest}", expect=404)
    assert (await lina.request("GET", f"/files/{own.files['scan']}")).status_code == 404


async def test_a_closed_account_and_an_ended_session_open_nothing(world: World) -> None:
    lina, carlos = await world.client("lina"), await world.client("carlos")
    await lina.api("DELETE", "/session", expect=204)
    await lina.api("GET", "/records/dossier", expect=401)
    await identity.deactivate(world.ids["carlos"], actor=identity.SYSTEM)
    await carlos.api("GET", "/records/dossier", expect=401)
