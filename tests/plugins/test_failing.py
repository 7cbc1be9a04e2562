"""A plugin that fails is passed over, counted, switched off and reported; nothing else goes down with it."""

from __future__ import annotations

import pytest

from platform_core import audit, database, definitions, notifications, plugins, records
from platform_core.definitions import ChangeItem
from platform_core.identity import SYSTEM
from platform_host import assemble, create_app, running
from tests.fixtures_crm import Client, Crm
from tests.plugins.samples import write_plugin

FAILING_HOOK = """
registry.add_hook("before_save", spoil)
"""
HOOKS = """
import asyncio

from platform_core import database

async def spoil(saves):
    for save in saves:
        save.raw["name"] = "spoilt"
    await database.execute("INSERT INTO tw_plugin (name) VALUES ('spoilt')")

async def hang(saves):
    await database.execute("UPDATE tw_plugin SET off_because = 'hung' WHERE name = 'bad'")
    await asyncio.Event().wait()

async def refuse(saves):
    for save in saves:
        if save.raw.get("name") == "Smith":
            save.refuse("name", "smith", "No more Smiths.")
"""
TYPE = '''
from random import Random
from form_engine import FieldType, IndexedField
from platform_core.database import TEXT
from platform_core.entities import StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE

class OddField(IndexedField, frozen=True, kw_only=True, tag="odd"):
    """A field of the tests."""

class Codec:
    def parse(self, raw, context):
        if raw == "bang":
            raise RuntimeError("bang")
        return raw or None
    def to_columns(self, value):
        return (value,)
    def from_columns(self, raw):
        return raw[0]
    def to_wire(self, value):
        return value

class OddType(FieldType[OddField]):
    name = "odd"
    definition = OddField
    label = "Odd"
    def columns(self, field, base):
        return (StoredColumn(base, TEXT),)
    def codec(self, field, names):
        return Codec()
    def expression_type(self, field, names):
        return TEXT_TYPE
    def value_schema(self, field):
        return {"type": "string"}
    def demo(self, field, names, random: Random):
        return "x"
    def show(self, field, names, wire, reader):
        if wire == "boom":
            raise RuntimeError("boom")
        return f"odd: {wire}"
'''
FORM = {
    "kind": "form", "schema": 1, "name": "crate", "label": {"en": "Crate"},
    "fields": [{"type": "text", "name": "name"}, {"type": "odd", "name": "mark", "required": True}],
}  # fmt: skip
PLAIN = {**FORM, "fields": [{"type": "text", "name": "name"}]}


async def publish(form: dict[str, object], *accept: str) -> None:
    item = ChangeItem(kind="form", app="local", name=str(form["name"]), definition=form)
    await definitions.publish([item], accept=accept, actor=SYSTEM)


async def make(crm: Crm, **values: object) -> records.Record:
    return await records.create("crate", values, actor=await crm.actor("admin"))


@pytest.mark.parametrize("hook", ["spoil", "hang"])
async def test_a_hook_that_fails_or_hangs_keeps_nobody_from_saving(crm: Crm, hook: str) -> None:
    write_plugin(
        "bad", f'registry.add_hook("before_save", {hook})', code=HOOKS, touches={"hook": ["before_save"]},
        more="hook_seconds = 0.2\n",
    )  # fmt: skip
    await publish(PLAIN)
    await plugins.install("bad", actor=await crm.actor("admin"))

    made = await make(crm, name="Box")

    assert made.values["name"] == "Box"
    await plugins.settle()
    known = await plugins.state_of("bad")
    assert known is not None and known.failures == 1 and known.off_because == ""
    assert known.last_error is not None and "before_save" in known.last_error


async def test_a_hook_may_refuse_on_purpose(crm: Crm) -> None:
    write_plugin("good", 'registry.add_hook("rules", refuse)', code=HOOKS, touches={"hook": ["rules"]})
    await publish(PLAIN)
    await plugins.install("good", actor=await crm.actor("admin"))

    client = await crm.login("admin")
    answer = await client.api("POST", "/records/crate", {"name": "Smith"}, expect=422)

    assert answer["errors"][0]["pointer"] == "/name"  # type: ignore[index]  # JSON
    await plugins.settle()
    known = await plugins.state_of("good")
    assert known is not None and known.failures == 0


async def test_after_five_failures_in_a_row_it_is_switched_off_and_admins_are_told(crm: Crm) -> None:
    write_plugin(
        "bad", "registry.add_page(page)", touches={"route": ["/bad"]},
        code='from litestar import Response, get\n\n@get("/bad")\nasync def page() -> Response[str]:\n    raise RuntimeError("sour")\n',
    )  # fmt: skip
    admin, client = await crm.actor("admin"), await crm.login("admin")
    await plugins.install("bad", actor=admin)

    for _ in range(5):
        assert "Something broke" in await client.page("/bad", expect=500)
    await plugins.settle()

    await client.page("/bad", expect=404)
    await client.page("/r/account")
    known = await plugins.state_of("bad")
    assert known is not None and not known.enabled and known.off_because == "failures"
    told = await notifications.inbox_of(admin)
    assert any("bad" in notice.text and "5" in notice.text for notice in told.items)
    lines = await audit.read(audit.AuditQuery(kind="plugin"))
    assert "plugin.switched_off" in {line.action for line in lines}

    await plugins.enable("bad", actor=admin)
    assert plugins.is_live("bad")


async def test_a_field_type_that_fails_takes_no_page_down(crm: Crm) -> None:
    write_plugin("odd", "registry.add_field_type(OddType())", code=TYPE, touches={"field_type": ["odd"]})
    await plugins.install("odd", actor=await crm.actor("admin"))
    await publish(FORM)
    client = await crm.login("admin")
    made = await make(crm, name="Box", mark="boom")

    assert "boom" in await client.page("/r/crate")
    assert "boom" in await client.page(f"/r/crate/{made.id}")
    answer = await client.api("POST", "/records/crate", {"name": "B", "mark": "bang"}, expect=422)
    assert answer["errors"][0]["code"] == "plugin_failed"  # type: ignore[index]  # JSON


async def test_a_field_whose_plugin_is_off_is_read_as_text_and_written_by_nobody(crm: Crm) -> None:
    write_plugin("odd", "registry.add_field_type(OddType())", code=TYPE, touches={"field_type": ["odd"]})
    admin, client = await crm.actor("admin"), await crm.login("admin")
    await plugins.install("odd", actor=admin)
    await publish(FORM)
    made = await make(crm, name="Box", mark="x7")
    assert "odd: x7" in await client.page(f"/r/crate/{made.id}")

    await plugins.disable("odd", actor=admin)

    page = await client.page(f"/r/crate/{made.id}")
    assert "x7" in page and "odd: x7" not in page and "is switched off or missing" in page
    assert "switched off" in await client.page(f"/r/crate/{made.id}/edit")
    changed = await client.request(
        "PATCH", f"/api/v1/records/crate/{made.id}", json={"name": "Crate"}, headers={"If-Match": "*"}
    )
    assert changed.status_code == 200 and changed.json()["mark"] == "x7"
    refused = await client.request(
        "PATCH", f"/api/v1/records/crate/{made.id}", json={"mark": "x8"}, headers={"If-Match": "*"}
    )
    assert refused.status_code in (403, 422)
    await client.api("POST", "/records/crate", {"name": "without the mark"}, expect=201)
    with pytest.raises(definitions.InvalidDefinition):
        await publish({**FORM, "label": {"en": "Box"}})

    await plugins.enable("odd", actor=admin)
    assert "odd: x7" in await client.page(f"/r/crate/{made.id}")


async def test_a_plugin_in_use_is_not_removed_and_the_uses_are_listed(crm: Crm) -> None:
    write_plugin("odd", "registry.add_field_type(OddType())", code=TYPE, touches={"field_type": ["odd"]})
    admin = await crm.actor("admin")
    await plugins.install("odd", actor=admin)
    await publish(FORM)

    with pytest.raises(plugins.PluginRefused) as refused:
        await plugins.remove("odd", actor=admin)

    assert [item["id"] for item in refused.value.details] == ["use.local/form/crate/fields/1"]  # type: ignore[attr-defined]  # a list
    await publish(PLAIN, "field.mark.removed")
    await plugins.remove("odd", actor=admin)
    assert await plugins.state_of("odd") is None


@pytest.mark.parametrize("damage", ["gone", "broken", "newer"])
async def test_a_plugin_that_is_missing_or_broken_at_the_start_takes_nothing_down(
    crm: Crm, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write_plugin(
        "odd", "registry.add_field_type(OddType())", code=TYPE, touches={"field_type": ["odd"]}
    )
    await plugins.install("odd", actor=await crm.actor("admin"))
    await publish(FORM)
    made = await make(crm, name="Box", mark="x7")
    await plugins.settle()
    from platform_core.plugins import live

    live.current().leave("odd", forget=True)
    file = folder / ("plugin.toml" if damage == "newer" else "__init__.py")
    if damage == "gone":
        import shutil

        shutil.rmtree(folder)
    else:
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.replace("<2", "<0.1") if damage == "newer" else "import nothing_of_that_name\n",
            encoding="utf-8",
        )

    registry = assemble()
    async with _again(crm):
        client = Client(create_app(registry))
        await client.sign_in("admin@demo.example")
        assert "x7" in await client.page(f"/r/crate/{made.id}")
        await client.page("/r/account")
        line = await plugins.line_of("odd")
        assert line is not None and line.standing in ("missing", "broken")
        await client.http.aclose()
    assert "odd" in caplog.text


def _again(crm: Crm):  # type: ignore[no-untyped-def]  # a context manager of the host
    """The program started anew over the same database."""
    from contextlib import asynccontextmanager

    from platform_core import settings

    @asynccontextmanager
    async def started():  # type: ignore[no-untyped-def]  # see above
        await database.close()
        async with running(assemble(), worker=False, install=False):
            yield
        await database.open(settings.current().database_url)

    return started()
