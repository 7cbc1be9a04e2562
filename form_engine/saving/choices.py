"""A value that a choice list no longer offers stays where it is, but no record takes it anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from form_engine.kind.names import published_dictionary
from platform_core.entities import EntityField
from platform_core.i18n import N_
from platform_core.records import Save


async def refuse_inactive_choices(saves: Sequence[Save]) -> None:
    """Notes every inactive value that a record did not have before."""
    for save in saves:
        before = save.before or {}
        for name in save.given - save.failed:
            field = save.entity.fields[name]
            if field.dictionary is not None:
                if (new := save.values.get(name)) is not None:
                    _check(save, field, new, before.get(name), name, "")
            elif field.rows is not None and name in save.rows:
                _check_rows(save, name, field.rows.fields)


def _check_rows(save: Save, name: str, cells: Mapping[str, EntityField]) -> None:
    change = save.rows[name]
    chosen = [cell for cell in cells.values() if cell.dictionary is not None]
    if not chosen:
        return
    stored = {row["id"]: row for row in change.before}
    for place, row in enumerate(change.after):
        old = stored.get(row["id"], {})
        for cell in chosen:
            _check(save, cell, row.get(cell.name), old.get(cell.name), name, f"/{place}/{cell.name}")


def _check(save: Save, field: EntityField, new: object, old: object, name: str, below: str) -> None:
    if new is None or new == old:
        return
    dictionary = published_dictionary(field.dictionary or "")
    if dictionary is None:
        return
    kept = set(_keys(old))
    for key in _keys(new):
        value = dictionary.values.get(key)
        if value is not None and not value.active and key not in kept:
            save.refuse(
                name,
                "inactive_choice",
                N_("'{value}' is no longer offered in '{list}'."),
                below=below,
                remedy=N_("Choose another value."),
                value=dictionary.text(key, save.actor.language),
                list=dictionary.text_of_label(save.actor.language),
            )
            return


def _keys(value: object) -> Iterator[str]:
    """The keys of a choice, or of several."""
    many: Iterable[object] = value if isinstance(value, tuple) else (value,)
    return (str(key) for key in many if key is not None)
