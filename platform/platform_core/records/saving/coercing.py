"""Input → canonical values, by the field's compiled codec; every refusal with its place."""

from __future__ import annotations

from collections.abc import Mapping

from platform_core import database, permissions
from platform_core.entities import EntityField, FieldProblem, ParseContext, Rows
from platform_core.i18n import N_
from platform_core.records.saving.rows import RowsChange, RowValue
from platform_core.records.saving.work import Save, Values, escaped


def coerce(save: Save) -> None:
    """Fills `values` and `given` from `raw`, which names only fields that may be written here."""
    context = ParseContext(language=save.actor.language, zone=save.actor.zone, textual=save.options.textual)
    for name, raw in save.raw.items():
        field = save.entity.fields.get(name)
        if field is None or name in save.failed or field.children is not None:
            continue
        save.given.add(name)
        if field.rows is not None:
            _coerce_rows(save, field, field.rows, raw, context)
            continue
        try:
            save.values[name] = field.codec.parse(raw, context)
        except FieldProblem as exc:
            refuse(save, name, exc)


def refuse(save: Save, name: str, problem: FieldProblem, below: str = "") -> None:
    """Notes what a codec refused."""
    save.refuse(
        name,
        problem.code,
        str(problem),
        below=below + problem.pointer,
        remedy=problem.remedy,
        **problem.params,
    )


def refuse_led(save: Save, name: str, field: EntityField, below: str = "") -> None:
    """Notes that an outside system leads the field, so that a person only reads it."""
    message = N_("This comes from {system}; people only read it.")
    save.refuse(
        name,
        "owned_outside",
        message,
        below=below,
        remedy=N_("Leave it out."),
        system=str(field.owned_by).upper(),
    )


def _led_outside(save: Save, cell: EntityField) -> bool:
    return cell.owned_by is not None and not permissions.acts_for_outside(save.actor)


def _coerce_rows(save: Save, field: EntityField, rows: Rows, raw: object, context: ParseContext) -> None:
    if not isinstance(raw, list | tuple | None):
        save.refuse(field.name, "type", N_("This must be a list of rows."))
        return
    before = stored_rows(save, field.name)
    # A record that had more before the limit came down can still be saved, only not with yet more.
    if raw is not None and len(raw) > max(rows.limit, len(before)):
        message = N_("At most {limit} rows are allowed; these are {count}.")
        save.refuse(field.name, "too_many", message, limit=rows.limit, count=len(raw))
        return
    known = {row["id"]: row for row in before}
    after: list[RowValue] = []
    places: list[int] = []
    for place, entry in enumerate(raw or ()):
        row = _coerce_row(save, field, rows, entry, known, f"/{place}", context)
        if row is not None:
            after.append(row)
            places.append(place)
            known.pop(row["id"], None)  # a second row with that id is a mistake
    save.values[field.name] = tuple(after)
    save.rows[field.name] = RowsChange(field, before, tuple(after), tuple(places))


def stored_rows(save: Save, name: str) -> tuple[RowValue, ...]:
    """The rows of a table field as they are stored."""
    found = (save.before or {}).get(name)
    return found if isinstance(found, tuple) else ()


def _coerce_row(
    save: Save,
    field: EntityField,
    rows: Rows,
    entry: object,
    known: Mapping[object, RowValue],
    below: str,
    context: ParseContext,
) -> RowValue | None:
    if not isinstance(entry, Mapping):
        save.refuse(field.name, "type", N_("A row is an object."), below=below)
        return None
    row_id = entry.get("id")
    if row_id is not None and row_id not in known:
        save.refuse(
            field.name, "unknown_row", N_("There is no such row in this record."), below=f"{below}/id"
        )
        return None
    row: Values = dict(known[row_id]) if row_id is not None else _new_row(rows)
    given = {str(name): value for name, value in entry.items() if name != "id"}
    failed = _coerce_cells(save, field.name, rows, given, row, below, context)
    for name, cell in rows.fields.items():
        asked = row_id is None or name in given
        if cell.required and asked and name not in failed and row.get(name) in (None, "", ()):
            save.refuse(field.name, "required", N_("This is required."), below=f"{below}/{escaped(name)}")
    return row


def _new_row(rows: Rows) -> Values:
    defaults = {name: cell.default for name, cell in rows.fields.items() if cell.columns}
    return {"id": database.new_id(), **defaults}


def _coerce_cells(
    save: Save,
    table: str,
    rows: Rows,
    given: Mapping[str, object],
    row: Values,
    below: str,
    context: ParseContext,
) -> set[str]:
    failed: set[str] = set()
    for name, raw in given.items():
        place = f"{below}/{escaped(name)}"
        cell = rows.fields.get(name)
        if cell is None or not cell.columns:
            save.refuse(
                table, "unknown_field", N_("There is no field '{field}'."), below=place, field=name[:60]
            )
        elif not cell.writable:
            save.refuse(table, "not_writable", N_("This field is filled by the system."), below=place)
        else:
            try:
                value = cell.codec.parse(raw, context)
            except FieldProblem as exc:
                refuse(save, table, exc, place)
            else:
                if not _led_outside(save, cell) or value == row.get(name):
                    row[name] = value
                    continue
                refuse_led(save, table, cell, place)
        failed.add(name)
    return failed
