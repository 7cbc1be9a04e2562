"""The kind `app`: what has to hold for a menu."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platform_core import i18n
from platform_core.definitions import Kind, Reference, World
from platform_core.errors import Problem
from platform_core.i18n import N_
from platform_core.web.app_definition import AppDef, MenuDef

_TARGETS = ("form", "report", "dashboard", "page")
_DEEPEST = 2
_LABELS = {
    "en": ("app", "apps"), "zh": ("应用", "应用"), "es": ("aplicación", "aplicaciones"),
    "fr": ("application", "applications"), "ar": ("تطبيق", "التطبيقات"),
}  # fmt: skip


class AppKind(Kind[AppDef]):
    """Apps: one definition per app, named like it."""

    name = "app"
    icon = "grid"
    struct = AppDef
    labels = _LABELS

    def check(self, definition: AppDef, world: World) -> list[Problem]:
        found = list(_language_problems(definition))
        for pointer, entry in _entries(definition.menu, "/menu"):
            found.extend(_entry_problems(entry, pointer))
        return found

    def references(self, definition: AppDef) -> list[Reference]:
        found = [Reference("role", role, pointer=f"/home/{role}", required=False) for role in definition.home]
        for pointer, entry in _entries(definition.menu, "/menu"):
            if entry.form:
                found.append(Reference("form", entry.form, pointer=f"{pointer}/form"))
            found.extend(
                Reference(kind, name, pointer=f"{pointer}/{kind}", required=False)
                for kind, name in (("report", entry.report), ("dashboard", entry.dashboard))
                if name
            )
        return found


def _entries(menu: Sequence[MenuDef], pointer: str) -> Iterator[tuple[str, MenuDef]]:
    for place, entry in enumerate(menu):
        yield f"{pointer}/{place}", entry
        yield from _entries(entry.items, f"{pointer}/{place}/items")


def _entry_problems(entry: MenuDef, pointer: str) -> Iterator[Problem]:
    targets = [name for name in _TARGETS if getattr(entry, name)]
    if len(targets) + bool(entry.items) != 1:
        yield Problem(
            pointer=pointer,
            code="one_target",
            message=N_("A line of the menu leads to exactly one thing."),
            remedy=N_("Give it one of {targets}, or `items` for a heading over several lines."),
            params={"targets": ", ".join(_TARGETS)},
        )
    if entry.list and not entry.form:
        yield Problem(pointer=f"{pointer}/list", code="list_of_form", message=N_("A list belongs to a form."))
    if not entry.label and not entry.form:
        yield Problem(
            pointer=f"{pointer}/label", code="required", message=N_("This line of the menu needs a label.")
        )
    if entry.items and pointer.count("/items/") >= _DEEPEST - 1:
        yield Problem(
            pointer=f"{pointer}/items",
            code="too_deep",
            message=N_("A menu has headings and lines, nothing deeper."),
        )


def _language_problems(definition: AppDef) -> Iterator[Problem]:
    spoken = [language.code for language in i18n.languages()]
    for place, code in enumerate(definition.languages):
        if code not in spoken:
            yield Problem(
                pointer=f"/languages/{place}",
                code="unknown_language",
                message=N_("Tradewind does not speak '{code}'."),
                params={"code": code, "known": ", ".join(spoken)},
                remedy=N_("It speaks {known}."),
            )
