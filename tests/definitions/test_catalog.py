"""The catalog: one immutable snapshot, changed whole, noticed by other processes, and hard to bring down."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from platform_core import database, definitions
from platform_core.definitions import Key
from platform_core.identity import Actor
from tests.definitions.example_kinds import ChartKind, Sheet, SheetDef, SheetKind, chart, item, sheet


async def test_a_request_keeps_the_catalog_it_started_with(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    with definitions.pinned() as seen:
        await definitions.publish([item(sheet("customer", "city", "fax"))], actor=admin)
        assert definitions.catalog() is seen
        assert definitions.catalog().get("sheet", "customer") == seen.get("sheet", "customer")
    standing = definitions.catalog().get("sheet", "customer")
    assert standing is not None
    assert standing.revision == 2


async def test_only_what_has_changed_is_compiled_again(
    db: str, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await definitions.publish([item(sheet("customer", "city")), item(sheet("deal", "city"))], actor=admin)
    before = definitions.catalog().get("sheet", "deal")
    compiled: list[str] = []
    real = SheetKind.compile

    def noting(
        self: SheetKind, definition: SheetDef, meta: Mapping[str, object], key: Key, revision: int, hash: str
    ) -> Sheet:
        compiled.append(key.name)
        return real(self, definition, meta, key, revision, hash)

    monkeypatch.setattr(SheetKind, "compile", noting)
    await definitions.publish([item(sheet("customer", "city", "fax"))], actor=admin)
    assert set(compiled) == {"customer"}
    assert definitions.catalog().get("sheet", "deal") is before


async def test_looking_costs_one_statement(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    statements: list[str] = []
    stop = database.on_statement(lambda _number, sql: statements.append(sql))
    await definitions.refresh()
    stop()
    assert len(statements) == 1


async def test_inside_a_transaction_nothing_uncommitted_gets_into_the_catalog(db: str, admin: Actor) -> None:
    class Undone(Exception):
        pass

    with pytest.raises(Undone):
        async with database.transaction():
            await definitions.publish([item(sheet("customer", "city"))], actor=admin)
            await definitions.refresh()
            raise Undone
    assert (await definitions.refresh()).get("sheet", "customer") is None


async def test_a_name_that_two_apps_have_needs_its_app(db: str, admin: Actor) -> None:
    await definitions.publish(
        [item(sheet("customer", "a"), "one"), item(sheet("customer", "b"), "two")], actor=admin
    )
    catalog = definitions.catalog()
    with pytest.raises(definitions.AmbiguousName, match=r"one\.customer, two\.customer"):
        catalog.get("sheet", "customer")
    found = catalog.get("sheet", "two.customer")
    assert found is not None
    assert found.key.app == "two"
    assert catalog.get("sheet", "customer", app="one") is catalog.get("sheet", "one.customer")
    assert [found.key.app for found in catalog.all("sheet")] == ["one", "two"]
    assert catalog.get("sheet", "three.customer") is None


async def test_what_no_longer_compiles_is_left_out_and_reported(
    db: str, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await definitions.publish([item(sheet("customer", "city")), item(sheet("deal", "city"))], actor=admin)
    real = SheetKind.compile

    def fails(self: SheetKind, d, meta, key, n, h):  # type: ignore[no-untyped-def]  # as the real one
        if key.name == "deal":
            raise ValueError("a plugin is gone")
        return real(self, d, meta, key, n, h)

    monkeypatch.setattr(SheetKind, "compile", fails)
    await definitions.refresh(anew=True)
    assert definitions.catalog().get("sheet", "deal") is None
    assert definitions.catalog().get("sheet", "customer") is not None
    assert {key.name: reason for key, reason in definitions.broken().items()} == {
        "deal": "ValueError: a plugin is gone"
    }
    listed = {line.key.name: line.state for line in await definitions.listing("sheet", actor=admin)}
    assert listed == {"customer": "published", "deal": "broken"}
    assert (await definitions.check([item(chart("map", "deal", "city"))], actor=admin)).ok


async def test_definitions_of_a_kind_that_is_gone_are_left_out(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city")), item(chart("map", "customer"))], actor=admin)
    definitions.forget_kind("chart")
    await definitions.refresh(anew=True)
    assert [key.kind for key in definitions.broken()] == ["chart"]
    assert definitions.catalog().get("sheet", "customer") is not None
    definitions.register_kind(ChartKind())
    await definitions.refresh(anew=True)
    assert not definitions.broken()


async def test_a_broken_definition_is_mended_by_publishing_over_it(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    await database.execute("UPDATE tw_definition_revision SET definition = '{\"no\": 1}'")
    await definitions.refresh(anew=True)
    assert definitions.broken()
    over = [item(sheet("customer", "city", "fax"))]
    assert [found.id for found in (await definitions.check(over, actor=admin)).plan] == ["old.unreadable"]
    await definitions.publish(over, accept=["old.unreadable"], actor=admin)
    assert not definitions.broken()
    standing = definitions.catalog().get("sheet", "customer")
    assert standing is not None
    assert standing.object.columns == {"city": "city", "fax": "fax"}  # type: ignore[attr-defined]  # a Sheet


async def test_a_quiet_process_notices_within_a_second(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    watcher = definitions.Watcher()
    await watcher.start()
    try:
        # As if another process had done it: nothing in this one was told.
        await database.execute("UPDATE tw_definition_catalog SET version = 41")
        await database.notify("tradewind_definitions", "41")
        async with asyncio.timeout(1):
            await watcher.reached(41)
    finally:
        await watcher.stop()
