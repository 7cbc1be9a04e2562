"""What is wrong with a draft, told with the place it belongs to."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from form_engine.designer.drafted import label_of
from form_engine.designer.parts import valued
from form_engine.designer.property_words import words_of
from platform_core import definitions, web
from platform_core.definitions import CheckResult, Draft
from platform_core.i18n import _


class PlacedProblem(msgspec.Struct, frozen=True):
    """A sentence with its place: "danger" stops a publish, "gold" is what publishing would touch."""

    pointer: str
    place: str
    text: str
    tone: str = "danger"


def problems_of(draft: Draft, result: CheckResult) -> list[PlacedProblem]:
    """Problems first, then the consequences that have a place and lose or refuse something."""
    found = [
        PlacedProblem(one.pointer, place_of(draft, one.pointer), f"{one.message} {one.remedy}".strip())
        for one in map(web.spoken, result.problems)
    ]
    advice = [
        PlacedProblem(item.pointer, place_of(draft, item.pointer), definitions.sentence(item), "gold")
        for item in result.plan
        if item.pointer and (item.destructive or item.severity in ("warning", "danger"))
    ]
    return found + advice


def place_of(draft: Draft, pointer: str) -> str:
    """ "Tax no., Choice list": the place of a pointer in the reader's words."""
    steps = pointer.split("/")[1:]
    if not steps:
        return _("Form")
    if steps[0] == "fields" and len(steps) > 1:
        return ", ".join(_field_words(draft, steps))
    named = {"fields": _("Fields"), "layout": _("Arrangement"), "lists": _("Lists"), "rules": _("Rules"), "stages": _("Stages"),
             "numbering": _("Numbering"), "duplicates": _("Duplicates")}  # fmt: skip
    return named.get(steps[0]) or words_of(steps[0])[0]


def _field_words(draft: Draft, steps: list[str]) -> list[str]:
    found = []
    here, rest = "", steps
    while len(rest) >= 2 and rest[0] == "fields":
        here += f"/fields/{rest[1]}"
        raw = valued(draft.definition, here)
        found.append(label_of(raw) if isinstance(raw, Mapping) else rest[1])
        rest = rest[2:]
    return found + ([words_of(rest[0])[0]] if rest else [])
