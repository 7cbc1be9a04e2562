"""What a publish means for how records are numbered."""

from __future__ import annotations

from collections.abc import Iterator

from form_engine.definition import FormDef, NumberingDef
from form_engine.fields.autonumber import AutonumberField
from platform_core import i18n
from platform_core.definitions import PlanItem
from platform_core.i18n import N_

_STRICT = N_(
    "From now on '{field}' is numbered without gaps: who saves at the same time waits for the other, and what is"
    " destroyed is told in the audit. Gaps of before stay."
)
_FAST = N_("From now on '{field}' is numbered quickly: numbers may be left out.")


def numbering_items(old: FormDef | None, new: FormDef) -> Iterator[PlanItem]:
    """An item for each number whose mode changes."""
    before = _modes(old) if old is not None else {}
    for name, (mode, label) in _modes(new).items():
        if name in before and before[name][0] != mode:
            yield PlanItem(
                id=f"numbering.{name}.{mode}",
                code=mode,
                message=_STRICT if mode == "strict" else _FAST,
                params={"field": label},
                severity="advice" if mode == "fast" else "info",
            )


def _modes(form: FormDef) -> dict[str, tuple[str, str]]:
    """(mode, what people call it) by "code" or the field's name."""
    numbered: list[tuple[str, NumberingDef | AutonumberField | None, str]] = [
        ("code", form.numbering, i18n.label(form.label) or form.name)
    ]
    numbered += [
        (each.name, each, i18n.label(each.label) or each.name)
        for each in form.fields
        if isinstance(each, AutonumberField)
    ]
    return {name: (made.mode, label) for name, made, label in numbered if made is not None}
