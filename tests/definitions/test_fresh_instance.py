"""An app that was designed in one installation works in another: forms, dictionaries, roles, menu."""

from __future__ import annotations

from pathlib import Path

from platform_core import definitions, entities, identity, records, settings
from platform_core.definitions import ChangeItem, Key, Raw
from platform_host import assemble, running

LABEL = {"en": "Projects"}
APP: tuple[Raw, ...] = (
    {"kind": "app", "schema": 1, "name": "projects", "version": "1.0.0", "label": LABEL, "menu": [{"form": "task"}]},
    {"kind": "dictionary", "schema": 1, "name": "urgency", "label": {"en": "Urgency"},
     "values": [{"key": "now", "label": {"en": "Now"}}, {"key": "later", "label": {"en": "Later"}}]},
    {"kind": "form", "schema": 1, "name": "project", "label": LABEL, "fields": [
        {"type": "text", "name": "name", "label": {"en": "Name"}},
        {"type": "children", "name": "tasks", "form": "task", "by": "project", "label": {"en": "Tasks"}}]},
    {"kind": "form", "schema": 1, "name": "task", "label": {"en": "Task"}, "fields": [
        {"type": "text", "name": "name", "label": {"en": "Name"}},
        {"type": "link", "name": "project", "form": "project", "label": {"en": "Project"}},
        {"type": "choice", "name": "urgency", "dictionary": "urgency", "label": {"en": "Urgency"}}]},
    {"kind": "role", "schema": 1, "name": "planner", "label": {"en": "Planner"},
     "forms": {"task": {"read": "all", "create": True, "update": "own", "delete": "none"}}},
)  # fmt: skip


def use(folder: Path) -> None:
    settings.use(settings.load({}, {"TRADEWIND_DATA": str(folder), "TRADEWIND_SECRET_KEY": "0" * 64}))


async def test_an_exported_app_installs_in_a_fresh_installation(tmp_path: Path) -> None:
    package, again = tmp_path / "package", tmp_path / "again"
    use(tmp_path / "here")
    async with running(assemble(), worker=False, install=False):
        items = [
            ChangeItem(app="projects", kind=str(raw["kind"]), name=str(raw["name"]), definition=raw)
            for raw in APP
        ]
        await definitions.publish(items, actor=identity.SYSTEM)
        await definitions.export_app("projects", package)
    use(tmp_path / "there")
    async with running(assemble(), worker=False, install=False):
        result = await definitions.install_app(package, actor=identity.SYSTEM)
        assert len(result.published) == len(APP)
        made = await records.create("project", {"name": "Fair in Canton"}, actor=identity.SYSTEM)
        task = {"name": "Book the stand", "project": made.id, "urgency": "now"}
        assert (await records.create("task", task, actor=identity.SYSTEM)).title == "Book the stand"
        assert entities.get("task").key == "projects.task"
        found = definitions.catalog().by_key
        assert found[Key("role", "projects", "planner")].raw == APP[4]
        assert found[Key("app", "projects", "projects")].raw == APP[0]
        await definitions.export_app("projects", again)
    settings.use(None)
    files = sorted(path.relative_to(package) for path in package.rglob("*.json"))
    assert files == sorted(path.relative_to(again) for path in again.rglob("*.json"))
    assert all((package / file).read_bytes() == (again / file).read_bytes() for file in files)
