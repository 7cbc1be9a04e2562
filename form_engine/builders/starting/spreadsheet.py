"""A spreadsheet turned into a form: its columns looked at, the form published, its rows handed to an import."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing

from msgspec import Struct

from form_engine.builders.starting.guessing import LOOKED_AT, Guess, columns_of, guess
from form_engine.builders.starting.making import Begun, dictionary_of, form_of, labels
from form_engine.imports import service
from form_engine.imports.reading import guess_habits
from form_engine.imports.sheet import Row, Sheet
from form_engine.imports.source import open_sheet
from platform_core import definitions, files
from platform_core.definitions import Raw
from platform_core.files import StoredFile
from platform_core.identity import Actor

OFFERED = (
    "text", "long_text", "integer", "decimal", "percent", "money", "boolean", "choice", "date", "datetime", "email",
    "phone", "url", "country", "currency", "language",
)  # fmt: skip
"""The types that a column may become."""


class Looked(Struct, frozen=True):
    """A kept file and what its columns seem to be."""

    file: StoredFile
    columns: tuple[str, ...]
    guesses: tuple[Guess, ...]
    rows: int
    """How many rows were looked at."""


class Chosen(Struct, frozen=True, kw_only=True):
    """What somebody has made of one column. `values` are the words of a choice."""

    heading: str
    label: str
    name: str
    type: str
    required: bool = False
    values: tuple[str, ...] = ()


async def keep(name: str, chunks: AsyncIterator[bytes], actor: Actor) -> StoredFile:
    """Keeps the file and makes sure that it is a spreadsheet. Raises ImportRefused."""
    stored = await files.store(name, chunks, actor=actor)
    await open_sheet(await files.fetch(stored.sha256))
    return stored


async def look(file_id: str, actor: Actor) -> Looked:
    """What the columns of a kept file seem to be. Raises NotFound for the file of somebody else."""
    stored = (await files.opened(file_id, actor=actor)).file
    sheet = await open_sheet(await files.fetch(stored.sha256))
    rows = await _first_rows(sheet)
    found = guess(columns_of(sheet.columns, rows), guess_habits(rows), actor.language)
    return Looked(stored, sheet.columns, tuple(found), len(rows))


async def _first_rows(sheet: Sheet) -> list[Row]:
    rows: list[Row] = []
    async with aclosing(sheet.chunks()) as chunks:
        async for chunk in chunks:
            rows += chunk
            if len(rows) >= LOOKED_AT:
                break
    return rows[:LOOKED_AT]


def begun_of(
    name: str,
    label: str,
    chosen: Sequence[Chosen],
    language: str,
    *,
    app: str,
    menu: str,
    grants: Mapping[str, str],
) -> Begun:
    """The form and its choice lists as they are to be published."""
    fields: list[Raw] = []
    dictionaries: list[Raw] = []
    for column in chosen:
        field: Raw = {"name": column.name, "type": column.type, "label": labels(column.label, language)}
        if column.required:
            field["required"] = True
        if column.type == "text":
            field["search"] = True
        if column.type == "choice":
            raw, _keys = dictionary_of(
                f"{name[:20]}_{column.name[:19]}", labels(column.label, language), column.values, language
            )
            dictionaries.append(raw)
            field["dictionary"] = raw["name"]
        fields.append(field)
    form = form_of(name, labels(label, language), fields)
    return Begun(app=app, forms=(form,), dictionaries=tuple(dictionaries), menu=menu, grants=grants)


async def take_rows(begun: Begun, looked: Looked, chosen: Sequence[Chosen], actor: Actor) -> str:
    """Starts the import of the file's rows into the published form; its id. Raises ImportRefused."""
    await definitions.refresh()
    with definitions.pinned():
        path = await files.fetch(looked.file.sha256)
        made = await service.upload(begun.full_name, looked.file.name, service.read_file(path), actor=actor)
        mapping = {one.heading: one.name for one in chosen if one.heading in made.columns}
        await service.set_mapping(made.id, mapping, actor=actor, habits=made.habits)
        await service.commit(made.id, actor=actor)
    return made.id
