"""Forms that begin with something: templates shipped as JSON beside this file."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from form_engine.builders.starting.making import Begun
from platform_core.definitions import Raw

_FOLDER = Path(__file__).parent.parent / "templates"


class Template(msgspec.Struct, frozen=True):
    """One template. `label` and `text` are per language; the first of `forms` gives the new form its name."""

    name: str
    label: dict[str, str]
    text: dict[str, str]
    icon: str
    forms: tuple[Raw, ...]
    dictionaries: tuple[Raw, ...] = ()


@lru_cache(maxsize=1)
def all_templates() -> Mapping[str, Template]:
    """By name, in the order of their names."""
    found = [msgspec.json.decode(path.read_bytes(), type=Template) for path in sorted(_FOLDER.glob("*.json"))]
    return {one.name: one for one in found}


def begun_from(
    template: Template, name: str, label: Mapping[str, str], *, app: str, menu: str, grants: Mapping[str, str]
) -> Begun:
    """The template under another name: its choice lists are called after the form."""
    forms = copy.deepcopy(template.forms)
    dictionaries = copy.deepcopy(template.dictionaries)
    renamed = {}
    for raw in dictionaries:
        old = str(raw["name"])
        renamed[old] = raw["name"] = f"{name}_{old.removeprefix(f'{template.name}_')}"[:40]
    form = forms[0]
    form["name"], form["label"] = name, dict(label)
    fields = form["fields"]
    for field in fields if isinstance(fields, list) else ():
        if field.get("dictionary") in renamed:
            field["dictionary"] = renamed[field["dictionary"]]
    if label != template.forms[0]["label"]:
        form.pop("plural", None)
    return Begun(app=app, forms=forms, dictionaries=dictionaries, menu=menu, grants=grants)
