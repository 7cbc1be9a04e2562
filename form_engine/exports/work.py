"""The job: reads what the person may take out, chunk by chunk, and keeps the file for that person."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec

from form_engine.exports.order import ExportOrder
from form_engine.exports.service import allowed, most_rows
from form_engine.exports.writers import Writer, open_writer
from form_engine.fields.base import Cell
from form_engine.kind.compile import CompiledForm
from form_engine.showing import cell, form
from platform_core import definitions, files, i18n, identity, jobs, permissions, records
from platform_core.entities import Entity, EntityField
from platform_core.identity import Actor
from platform_core.records import Record

_READ = 256 * 1024


async def export(job: jobs.Job) -> dict[str, object]:
    """Write the file and answer {"file": id, "rows": n}. Runs again from the beginning after a crash."""
    await definitions.refresh()
    order = msgspec.convert(job.payload["order"], ExportOrder)
    actor = await identity.actor_of(str(job.payload["actor"]), via="job")
    entity = allowed(str(job.payload["form"]), actor)
    i18n.use(actor.language, actor.zone)
    fields = chosen_fields(entity, order, actor)
    with tempfile.TemporaryDirectory(prefix="tradewind-export-") as folder:
        path = Path(folder) / f"{entity.name}.{order.format}"
        rows = await _write(job, path, entity, order, fields, actor)
        stored = await files.store(path.name, _chunks(path), actor=actor)
    return {"file": stored.id, "rows": rows}


def chosen_fields(entity: Entity, order: ExportOrder, actor: Actor) -> tuple[EntityField, ...]:
    """The columns: those that were asked for, else the view's, else every field; never one that is hidden."""
    access = permissions.access(entity, actor)
    view = entity.views.get(order.view or "")
    names = order.fields or (("code", *view.columns) if view else tuple(entity.fields))
    found = [entity.fields[name] for name in dict.fromkeys(names) if name in entity.fields]
    return tuple(field for field in found if access.visible(field.name) and (field.columns or field.rows))


def headings(fields: Sequence[EntityField]) -> list[str]:
    """The labels; where two fields have the same, each with its name behind it, as the import understands it."""
    labels = [i18n.label(field.label) or field.name for field in fields]
    times = Counter(label.casefold() for label in labels)
    return [
        f"{label} ({field.name})" if times[label.casefold()] > 1 else label
        for field, label in zip(fields, labels, strict=True)
    ]


async def _write(
    job: jobs.Job, path: Path, entity: Entity, order: ExportOrder, fields: Sequence[EntityField], actor: Actor
) -> int:
    compiled = form(entity.key)
    names = [field.name for field in fields]
    point = i18n.separators(actor.language)[1]
    writer = await asyncio.to_thread(open_writer, order.format, path, headings(fields), names, point)
    count = 0
    try:
        asked = msgspec.structs.replace(order.query(entity.key), fields=tuple(names))
        async for chunk in records.stream(asked, actor=actor, most=most_rows(entity, actor)):
            rows = [_row(record, compiled, fields, order) for record in chunk]
            await asyncio.to_thread(writer.write, rows)
            count += len(rows)
            await job.progress(count)
    finally:
        await asyncio.to_thread(_close, writer)
    return count


def _row(
    record: Record, compiled: CompiledForm, fields: Sequence[EntityField], order: ExportOrder
) -> list[Cell]:
    values = [record.values.get(field.name) if field.name != "code" else record.code for field in fields]
    if order.format == "json":
        return values  # type: ignore[return-value]  # wire values are what JSON holds
    return [cell(compiled, field, value) for field, value in zip(fields, values, strict=True)]


def _close(writer: Writer) -> None:
    writer.close()


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _READ):
            yield chunk
