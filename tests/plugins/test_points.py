"""Every extension point with a plugin at it, and what is refused there, with the plugin's name and a remedy."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from platform_core import database, definitions, expressions, jobs, plugins
from platform_core.definitions import ChangeItem
from platform_core.identity import SYSTEM
from platform_core.plugins import ExtensionPointError, Registry, Room, live, parse_manifest
from tests.fixtures_crm import Crm
from tests.plugins.samples import write_notes, write_plugin

FORM: dict[str, object] = {
    "kind": "form", "schema": 1, "name": "crate", "label": {"en": "Crate"},
    "fields": [{"type": "text", "name": "name"}, {"type": "decimal", "name": "weight"}],
    "layout": {"tabs": [{"sections": [{"fields": [{"field": "name", "widget": "loud"}, "weight"]}]}]},
}  # fmt: skip
CODE = '''
import click
from form_engine import Widget
from platform_core.expressions import function
from platform_core.plugins import Connector
from platform_core.records import RecordSaved

TWICE = function("twice", "text", "(t: text) -> text", lambda t: t * 2, "Twice.", "两倍。", ('twice("a")', '"aa"'), sql="({0} || {0})")
heard = []

async def shout(saves):
    for save in saves:
        save.set("name", str(save.get("name")).upper())

async def listen(event):
    heard.append(type(event).__name__)

@click.command("weigh")
@click.argument("what")
async def weigh(what):
    """Weigh something."""
    click.echo(f"weighing {what}")

class Berths:
    name = "berths"
    label = {"en": "Berths"}
    def text(self, code, language):
        return {"N1": "North 1"}.get(code)
    def search(self, text, language, limit):
        return [("N1", "North 1")] if "n" in text.lower() else []
'''
REGISTER = """
registry.add_templates(HERE / "templates")
registry.add_widget(Widget(name="loud", types=("text",), template="harbour/_loud.html"))
registry.add_function(TWICE)
registry.add_hook("computed", shout)
registry.add_listener(RecordSaved, listen)
registry.add_connector(Connector(kind="erp", name="dock", label={"en": "Dock"}, open=lambda settings: dict(settings)))
registry.add_document_filter("tons", lambda value: f"{value} t")
registry.add_command(weigh)
registry.add_dictionary(Berths())
"""
TOUCHES = {
    "widget": ["loud"], "function": ["twice"], "hook": ["computed"], "listener": ["RecordSaved"], "connector": ["dock"],
    "document_filter": ["tons"], "command": ["weigh"], "dictionary": ["berths"],
}  # fmt: skip
LOUD = (
    "{% macro control(name, value, at={}, placeholder='') %}"
    '<input class="input" data-loud name="{{ name }}" value="{{ value }}">{% endmacro %}'
)


@pytest.fixture
async def harbour(crm: Crm) -> Crm:
    """A plugin at nearly every point of the core, installed, and a form whose layout names its control."""
    folder = write_plugin("harbour", REGISTER, code=CODE, touches=TOUCHES)
    (folder / "templates" / "harbour").mkdir(parents=True)
    (folder / "templates" / "harbour" / "_loud.html").write_text(LOUD, encoding="utf-8")
    await plugins.install("harbour", actor=await crm.actor("admin"))
    item = ChangeItem(kind="form", app="local", name="crate", definition=FORM)
    await definitions.publish([item], actor=SYSTEM)
    return crm


async def test_a_plugin_at_each_point_of_the_core_does_its_part(harbour: Crm) -> None:
    admin = await harbour.login("admin")
    made = await admin.api("POST", "/records/crate", {"name": "box", "weight": "3"}, expect=201)

    assert made["name"] == "BOX"
    listed = await admin.api("GET", '/records/crate?filter=twice(name)=="BOXBOX"')
    assert len(listed["items"]) == 1  # type: ignore[arg-type]  # JSON
    assert "data-loud" in await admin.page("/r/crate/new")
    codes = await admin.request("GET", "/choices/codes/berths?q=no")
    assert codes.json() == {"items": [{"id": "N1", "code": "N1", "title": "North 1"}]}
    (dock,) = plugins.connectors("erp")
    assert dock.open({"url": "https://erp.example"}) == {"url": "https://erp.example"}
    assert plugins.document_filters()["tons"](3) == "3 t"
    assert plugins.command_of("harbour", "weigh").name == "weigh"
    import harbour as module  # type: ignore[import-not-found]  # written by this test

    assert module.heard == ["RecordSaved"]


async def test_everything_leaves_with_the_plugin(harbour: Crm) -> None:
    await plugins.disable("harbour", actor=await harbour.actor("admin"))
    admin = await harbour.login("admin")

    made = await admin.api("POST", "/records/crate", {"name": "box"}, expect=201)
    assert made["name"] == "box"
    assert "data-loud" not in await admin.page("/r/crate/new")
    assert plugins.connectors("erp") == () and "tons" not in plugins.document_filters()
    assert plugins.code_list("berths") is None
    with pytest.raises(plugins.NoSuchPlugin):
        plugins.command_of("harbour", "weigh")
    assert "twice" in expressions.all_functions()


REFUSED = [
    ('registry.add("flow_nod", "x")', "flow_nod"),
    ('registry.add_field_type("no type")', "field type"),
    ('registry.add_widget("no control")', "control"),
    ('registry.add_hook("computed", shout)\nregistry.add_hook("before_save", shout)', "before_save"),
    ('registry.add_connector(Connector(kind="fax", name="dock", label={}, open=dict))', "fax"),
    ('registry.add_document_filter("to ns", str)', "to ns"),
    ("registry.add_app(HERE)", "plugin.toml"),
    ('registry.add_flow_node("x")', "flow_node"),
    ('registry.add_flow_trigger("x")', "flow_trigger"),
    ('registry.add_report_visual("x")', "report_visual"),
]


async def test_what_cannot_be_used_is_refused_with_the_plugins_name_and_a_remedy(crm: Crm) -> None:
    more = {"document_filter": ["to ns"], "field_type": ["no type"], "widget": ["no control"]}
    admin = await crm.actor("admin")
    for register, named in REFUSED:
        write_plugin("harbour", register, code=CODE, touches={**TOUCHES, **more})
        with pytest.raises(ExtensionPointError) as refused:
            await plugins.install("harbour", actor=admin)
        assert "'harbour'" in refused.value.text and named in refused.value.text
        assert refused.value.remedy
        assert await plugins.state_of("harbour") is None


def test_an_engine_opens_a_point_of_its_own_for_those_that_come_later() -> None:
    nodes: list[object] = []
    gone: list[str] = []
    registry = Registry()

    def engine(registry: Registry) -> None:
        registry.declare("flow_node", nodes.append, retire=gone.append)
        registry.declare("report_visual", nodes.append)
        registry.declare("flow_trigger", nodes.append)

    registry.enter(Room("engine", engine))
    manifest, problems = parse_manifest(
        'name = "steps"\nversion = "1.0.0"\ntradewind = ">=0.1"\nlabel = {en = "Steps"}\n'
        '[touches]\nflow_node = ["weigh"]\nflow_trigger = ["tide"]\nreport_visual = ["map"]\n'
    )
    assert not problems

    def register(registry: Registry) -> None:
        registry.add_flow_node("weigh")
        registry.add_flow_trigger("tide")
        registry.add_report_visual("map")

    registry.enter(Room("steps", register, manifest))
    assert nodes == ["weigh", "tide", "map"]
    registry.take_out("steps")
    assert gone == ["weigh"]
    with pytest.raises(ExtensionPointError):
        registry.declare("flow_node", nodes.append)


def test_the_manifest_tells_all_its_problems_at_once() -> None:
    manifest, problems = parse_manifest(
        'name = "json"\nversion = "one"\ntradewind = "2"\nlabel = {zh = "插件"}\ncolour = "red"\n'
        'settings = {type = "array", properties = {size = {type = "list"}}}\n[touches]\ntable = ["notes"]\n'
    )
    assert manifest is None
    assert {one.pointer for one in problems} == {
        "/colour", "/name", "/version", "/tradewind", "/label/en", "/settings", "/touches/table/0",
    }  # fmt: skip
    assert parse_manifest("name = [")[1][0].code == "toml"


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ("0.1.0", ">=0.1,<2", True), ("2.0", ">=0.1,<2", False), ("1.2.3", "~=1.2", True), ("2.0.0", "~=1.2", False),
        ("1.0.0rc1", "==1.0", True), ("1.0", "", True), ("1.5", "!=1.5", False),
    ],
)  # fmt: skip
def test_ranges_compare_number_by_number(version: str, wanted: str, fits: bool) -> None:
    from platform_core.plugins.versions import fits as lies_in

    assert lies_in(version, wanted) is fits


def test_nothing_of_a_plugin_stays_in_the_registries_of_the_process() -> None:
    assert not [name for name in jobs.kinds() if name.startswith("harbour.")]
    assert not plugins.connectors("erp")


def test_the_command_line_writes_a_plugin_that_has_no_problems(tmp_path: object) -> None:
    from platform_host.cli.plugins import plugin

    runner, data = CliRunner(), f"{tmp_path}/data"
    made = runner.invoke(plugin, ["new", "greeting", "--data", data])
    assert made.exit_code == 0, made.output
    checked = runner.invoke(plugin, ["check", "greeting", "--data", data])
    assert checked.exit_code == 0 and "no problems" in checked.output, checked.output
    listed = runner.invoke(plugin, ["list", "--json", "--data", data])
    assert '"plugin": "greeting"' in listed.output
    toml = f"{data}/plugins/greeting/plugin.toml"
    with open(toml, encoding="utf-8") as file:
        text = file.read()
    with open(toml, "w", encoding="utf-8") as file:
        file.write(text.replace('route = ["/greeting"]', 'route = ["/greet", "/more"]'))
    wrong = runner.invoke(plugin, ["check", "greeting", "--data", data])
    assert wrong.exit_code == 1 and "/greeting" in wrong.output and "/more" in wrong.output


async def test_a_function_that_is_missing_stops_what_uses_it_and_nothing_else(harbour: Crm) -> None:
    narrowed = {**FORM, "lists": [{"name": "all", "columns": ["name"], "filter": 'twice(name) == "BOXBOX"'}]}
    item = ChangeItem(kind="form", app="local", name="crate", definition=narrowed)
    await definitions.publish([item], actor=SYSTEM)
    await plugins.disable("harbour", actor=await harbour.actor("admin"))
    live.current().leave("harbour", forget=True)
    assert "twice" not in expressions.all_functions()

    await definitions.refresh(anew=True)
    assert not definitions.catalog().broken
    with pytest.raises(expressions.EvaluationError):
        expressions.all_functions()["twice"].python("a")
    admin = await harbour.login("admin")
    await admin.api("POST", "/records/crate", {"name": "box"}, expect=201)
    await admin.page("/r/account")

    await plugins.enable("harbour", actor=await harbour.actor("admin"))
    assert expressions.all_functions()["twice"].python("a") == "aa"


MORE = """
MORE = Table(name="x_notes_more", columns=(Column("id", TEXT, primary=True),))
MIGRATIONS.append(Migration("notes.0002", up=(CreateTable(MORE),), down=(DropTable("x_notes_more"),)))
"""


async def test_newer_files_are_installed_at_the_next_start(crm: Crm) -> None:
    write_notes()
    await plugins.install("notes", actor=await crm.actor("admin"))
    folder = write_notes("1.1.0")
    code, manifest = folder / "__init__.py", folder / "plugin.toml"
    text = code.read_text(encoding="utf-8")
    code.write_text(text.replace("\n\ndef register", f"\n{MORE}\n\ndef register"), encoding="utf-8")
    announced = manifest.read_text(encoding="utf-8").replace(
        '["x_notes_note"]', '["x_notes_note", "x_notes_more"]'
    )
    manifest.write_text(announced, encoding="utf-8")

    live.current().leave("notes", forget=True)
    await live.current().sync()
    await plugins.upgrade_all(actor=SYSTEM)

    known = await plugins.state_of("notes")
    assert known is not None and known.version == "1.1.0"
    assert "x_notes_more" in await database.tables()
    await plugins.remove("notes", actor=await crm.actor("admin"))
    assert not [table for table in await database.tables() if table.startswith("x_notes")]
