"""What people have filled in to begin a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from form_engine.builders.hosting import AnyRequest
from form_engine.builders.starting.making import GRANTS, Begun, dictionary_of, form_of, labels
from form_engine.builders.starting.naming import free, named
from form_engine.builders.starting.spreadsheet import OFFERED, Chosen, Looked
from platform_core import web
from platform_core.definitions import LOCAL, Raw
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_

_BLANK_LINES = 5
_WORDS = re.compile(r"[\n,;，；、،؛]+")


class Answers(Struct, frozen=True, kw_only=True):
    """The posted form. `fields` and `columns` are lines as they came, in their order."""

    name: str = ""
    label: str = ""
    app: str = LOCAL
    menu: str = ""
    grants: Mapping[str, str] = {}
    fields: tuple[Mapping[str, object], ...] = ()
    columns: tuple[Mapping[str, object], ...] = ()

    def label_map(self, language: str) -> dict[str, str]:
        """The label in the writer's language."""
        return labels(self.label, language)

    @classmethod
    def from_file(cls, file_name: str) -> Answers:
        """The first proposal: the form is called like its file."""
        stem = re.sub(r"[_-]+", " ", file_name.rpartition(".")[0] or file_name).strip()
        return cls(name=named(stem), label=stem[:1].upper() + stem[1:])


def blank_answers() -> Answers:
    """A form with some empty lines for its fields."""
    return Answers(fields=tuple({} for _line in range(_BLANK_LINES)))


async def answers_of(request: AnyRequest) -> Answers:
    """The answers in a posted form."""
    raw = web.nest(web.pairs(await request.form()), rows=("fields", "columns"))
    label = _text(raw.get("label"))
    grants = raw.get("grants")
    return Answers(
        name=_text(raw.get("name")) or named(label), label=label, app=_text(raw.get("app")) or LOCAL,
        menu=_text(raw.get("menu")),
        grants={
            role: str(word) for role, word in _flat(grants) if word in GRANTS and word != "none"
        },
        fields=_lines(raw.get("fields")), columns=_lines(raw.get("columns")),
    )  # fmt: skip


def _flat(grants: object) -> Iterator[tuple[str, object]]:
    """A role's key has a point, at which names nest: {"local": {"clerk": "own"}} → "local.clerk"."""
    for app, roles in grants.items() if isinstance(grants, Mapping) else ():
        for role, word in roles.items() if isinstance(roles, Mapping) else ():
            yield f"{app}.{role}", word


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _lines(value: object) -> tuple[Mapping[str, object], ...]:
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()


def chosen_fields(given: Answers, language: str) -> Begun:
    """The form of "from nothing". Raises Invalid where a line lacks something."""
    problems = _missing(given)
    taken: set[str] = set()
    fields: list[Raw] = []
    dictionaries: list[Raw] = []
    for place, line in enumerate(given.fields):
        label, kind = _text(line.get("label")), _text(line.get("type")) or "text"
        if not label:
            continue
        name = free(named(label) or f"field_{place + 1}", taken)
        field: Raw = {"name": name, "type": kind, "label": labels(label, language)}
        if line.get("required") == "true":
            field["required"] = True
        if kind in ("choice", "choices"):
            words = _words(line.get("of"))
            if not words:
                problems.append(_lacks(place, N_("“{field}” needs the values to choose from."), label))
            raw, _keys = dictionary_of(
                f"{given.name[:20]}_{name[:19]}", labels(label, language), words, language
            )
            dictionaries.append(raw)
            field["dictionary"] = raw["name"]
        elif kind in ("link", "links"):
            field["form"] = _text(line.get("of"))
            if not field["form"]:
                problems.append(_lacks(place, N_("“{field}” needs the form it links to."), label))
        fields.append(field)
    if not fields:
        message = N_("A form needs at least one field.")
        problems.append(Problem(pointer="/fields", code="required", message=message))
    if problems:
        raise Invalid(problems)
    form = form_of(given.name, given.label_map(language), fields)
    return Begun(
        app=given.app, forms=(form,), dictionaries=tuple(dictionaries), menu=given.menu, grants=given.grants
    )


def _missing(given: Answers) -> list[Problem]:
    if given.label and given.name:
        return []
    return [Problem(pointer="/label", code="required", message=N_("The form needs a label and a name."))]


def _lacks(place: int, message: str, label: str) -> Problem:
    return Problem(pointer=f"/fields/{place}/of", code="required", message=message, params={"field": label})


def _words(value: object) -> list[str]:
    found = (" ".join(word.split()) for word in _WORDS.split(_text(value)))
    return list(dict.fromkeys(word for word in found if word))


def chosen_columns(given: Answers, looked: Looked) -> list[Chosen]:
    """The columns that become fields. Raises Invalid."""
    problems = _missing(given)
    found: list[Chosen] = []
    taken: set[str] = set()
    for place, line in enumerate(given.columns[: len(looked.columns)]):
        if line.get("take") != "true":
            continue
        heading, kind = looked.columns[place], _text(line.get("type"))
        label = _text(line.get("label")) or heading
        words = tuple(_words(line.get("values")))
        if kind not in OFFERED:
            kind = "text"
        if kind == "choice" and not words:
            problems.append(_lacks(place, N_("“{field}” needs the values to choose from."), label))
        name = free(_text(line.get("name")) or named(label) or f"field_{place + 1}", taken)
        found.append(
            Chosen(
                heading=heading, label=label, name=name, type=kind, required=line.get("required") == "true", values=words
            )
        )  # fmt: skip
    if not found:
        message = N_("A form needs at least one field.")
        problems.append(Problem(pointer="/columns", code="required", message=message))
    if problems:
        raise Invalid(problems)
    return found
