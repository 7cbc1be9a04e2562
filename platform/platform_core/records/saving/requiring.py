"""What must not be blank."""

from __future__ import annotations

from platform_core.i18n import N_
from platform_core.records.saving.work import Save


def require_fields(save: Save) -> None:
    """Notes each required field that is blank.

    A field that became required later, is blank already and is not part of this change is left in peace: who
    corrects a phone number need not know the incoterm.
    """
    for field in save.entity.own_fields:
        if not field.required or field.name in save.failed or not is_blank(save.values.get(field.name)):
            continue
        if field.virtual and field.rows is None or field.numbering is not None:
            continue
        if field.name in save.excused:
            continue
        touched = save.is_new or field.name in save.given or save.changed(field.name)
        if touched:
            save.refuse(field.name, "required", N_("This is required."), remedy=N_("Fill it in."))


def is_blank(value: object) -> bool:
    """Nothing, an empty text, or an empty list."""
    return value is None or value in ("", ())
