"""Plugins that tests write into `<data>/plugins`: whole packages, from a few words."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platform_core import settings
from platform_core.plugins import Registry  # noqa: F401 - what the samples import

MANIFEST = """
name = "{name}"
version = "{version}"
tradewind = ">=0.1,<2"
label = {{en = "{label}", zh = "{label}"}}
"""

HEAD = """
\"\"\"A plugin of the tests.\"\"\"

from pathlib import Path

from platform_core.plugins import Registry

HERE = Path(__file__).parent
"""


def write_plugin(
    name: str,
    register: str,
    *,
    touches: Mapping[str, list[str]] | None = None,
    more: str = "",
    code: str = "",
    version: str = "1.0.0",
    definitions: Mapping[str, object] | None = None,
) -> Path:
    """A plugin whose `register(registry)` has the body `register`; `code` stands before it, `more` is TOML."""
    folder = settings.current().data / "plugins" / name
    folder.mkdir(parents=True, exist_ok=True)
    manifest = MANIFEST.format(name=name, version=version, label=name.replace("_", " ").capitalize())
    if definitions is not None:
        manifest += 'definitions = "definitions"\n'
        for file, value in definitions.items():
            path = folder / "definitions" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(value), encoding="utf-8")
    manifest += more
    if touches:
        manifest += "\n[touches]\n" + "".join(
            f"{key} = {json.dumps(names)}\n" for key, names in touches.items()
        )
    (folder / "plugin.toml").write_text(manifest, encoding="utf-8")
    body = textwrap.indent(textwrap.dedent(register).strip() or "pass", "    ")
    text = f"{HEAD}\n{textwrap.dedent(code)}\n\ndef register(registry: Registry) -> None:\n{body}\n"
    (folder / "__init__.py").write_text(text, encoding="utf-8")
    return folder


NOTES_CODE = """
from litestar import Response, get
from platform_core import database, jobs
from platform_core.database import TEXT, Column, CreateTable, DropTable, Migration, Table

NOTES = Table(name="x_notes_note", columns=(Column("id", TEXT, primary=True), Column("text", TEXT)))
MIGRATIONS = [Migration("notes.0001", up=(CreateTable(NOTES),), down=(DropTable("x_notes_note"),))]


@get("/notes", name="notes_page")
async def page() -> Response[str]:
    rows = await database.fetch_tuples("SELECT text FROM x_notes_note ORDER BY text")
    return Response("notes: " + ", ".join(str(text) for (text,) in rows))


async def write(job: jobs.Job) -> None:
    await database.execute("INSERT INTO x_notes_note (id, text) VALUES (?, ?)", (job.id, str(job.payload["text"])))
"""
NOTES_REGISTER = """
registry.add_migrations(MIGRATIONS)
registry.add_page(page)
registry.add_job_kind(jobs.JobKind("notes.write", write))
"""
NOTES_TOUCHES = {"table": ["x_notes_note"], "route": ["/notes"], "job": ["notes.write"]}
NOTES_SETTINGS = """
[settings]
type = "object"
required = ["token"]
[settings.properties.size]
type = "integer"
minimum = 1
default = 10
[settings.properties.token]
type = "string"
writeOnly = true
"""
NOTES_DEFINITIONS = {
    "app.json": {
        "kind": "app", "schema": 1, "name": "notes", "version": "1.0.0", "label": {"en": "Notes"}, "languages": ["en"],
        "menu": [{"label": {"en": "Notes"}, "page": "/notes"}],
    },
    "dictionaries/note_color.json": {
        "kind": "dictionary", "schema": 1, "name": "note_color", "label": {"en": "Color"},
        "values": [{"key": "red", "label": {"en": "Red"}}],
    },
}  # fmt: skip


def write_notes(version: str = "1.0.0") -> Path:
    """A plugin with everything that can leave something behind."""
    return write_plugin(
        "notes", NOTES_REGISTER, code=NOTES_CODE, touches=NOTES_TOUCHES, more=NOTES_SETTINGS, version=version,
        definitions=NOTES_DEFINITIONS,
    )  # fmt: skip


def items_of(answer: Mapping[str, object], key: str = "items") -> list[dict[str, Any]]:
    """The rows of a JSON answer."""
    found = answer[key]
    assert isinstance(found, list)
    return found
