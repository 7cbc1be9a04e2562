"""The parts of a form that stand beside its canvas: rules, stages, lists, numbers, and the formula of a field.

Each is a fragment that the designer hosts as a tab (a formula in the panel of its field), and a page of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from form_engine.builders.hosting import spoken_languages, text_of
from form_engine.builders.looking import fields_of
from form_engine.builders.starting.offers import roles_for
from form_engine.designer import Part, PartRequest, register_part
from form_engine.designer.drafted import DraftedField, drafted
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.in_use import types_in_use
from form_engine.fields.table import TableField
from platform_core import clock, definitions, expressions, i18n, records, web
from platform_core.definitions import Draft, World
from platform_core.i18n import N_, _
from platform_core.web import Option

_SCRIPT = "js/builders/parts.js"
LEVELS = (("", N_("as the form says")), ("write", N_("write")), ("read", N_("read")), ("required", N_("required")), ("hidden", N_("hidden")))  # fmt: skip


class FieldNames(Struct, frozen=True):
    """The fields of a draft as options."""

    all: list[Option]
    """Every field and every column of a table ("lines.qty")."""
    own: list[Option]
    choices: list[Option]
    chips: list[Option]
    sums: list[Option]


def names_of(draft: Draft) -> FieldNames:
    """What there is to choose from."""
    types, every = types_in_use(), list(drafted(draft))
    own = [Option(one.name, one.label) for one in every]
    chips, sums, choices = [], [], []
    for one, option in zip(every, own, strict=True):
        kind = types.of(one.definition) if one.definition is not None else None
        if kind is not None and kind.chip:
            chips.append(option)
        if kind is not None and kind.summed:
            sums.append(option)
        if one.type == "choice":
            choices.append(option)
    return FieldNames([*own, *_columns(every)], own, choices, chips, sums)


def _columns(every: Sequence[DraftedField]) -> list[Option]:
    return [
        Option(f"{one.name}.{cell.name}", f"{one.label}: {i18n.label(cell.label) or cell.name}")
        for one in every
        if isinstance(one.definition, TableField)
        for cell in one.definition.fields
    ]


async def draw_rules(asked: PartRequest) -> str:
    """The rules, each a condition with what follows from it."""
    rules = (
        [dict(one) for one in asked.value if isinstance(one, Mapping)]
        if isinstance(asked.value, list)
        else []
    )
    return _drawn(asked, "_part_rules.html", rules=rules, names=names_of(asked.draft))


async def draw_stages(asked: PartRequest) -> str:
    """The stage field, the matrix of fields and stages, the ways between the stages."""
    value = asked.value if isinstance(asked.value, Mapping) else {}
    field = str(value.get("field") or "")
    names = names_of(asked.draft)
    return _drawn(
        asked, "_part_stages.html", value=value, field=field, names=names, stages=stages_of(asked.draft, field),
        matrix=value.get("matrix") if isinstance(value.get("matrix"), Mapping) else {},
        transitions=value.get("transitions") or [], roles=await roles_for(asked.actor),
        levels=[Option(key, _(word)) for key, word in LEVELS],
    )  # fmt: skip


def stages_of(draft: Draft, field: str) -> list[Option]:
    """The values of the stage field's list, in their order."""
    found = next((one for one in drafted(draft) if one.name == field), None)
    dictionary = str(found.raw.get("dictionary") or "") if found is not None else ""
    world = World(definitions.catalog(), {}, draft.key)
    made = world.find("dictionary", dictionary) if dictionary else None
    if not isinstance(made, DictionaryDef):
        return []
    ordered = sorted(made.values, key=lambda one: one.order)
    return [Option(one.key, i18n.label(one.label) or one.key) for one in ordered if one.merged_into is None]


async def draw_lists(asked: PartRequest) -> str:
    """The lists: columns in their order, condition, order, chips, totals."""
    lists = (
        [dict(one) for one in asked.value if isinstance(one, Mapping)]
        if isinstance(asked.value, list)
        else []
    )
    names = names_of(asked.draft)
    system = [Option(key, _(word)) for key, word in _SYSTEM.items()]
    return _drawn(asked, "_part_lists.html", lists=lists, names=names, columns=[*names.own, *system])


_SYSTEM = {
    "code": N_("Number"),
    "owner": N_("Owner"),
    "created_at": N_("Created"),
    "updated_at": N_("Changed"),
}


async def draw_numbering(asked: PartRequest) -> str:
    """The pattern, when it begins anew, and the next numbers."""
    value = asked.value if isinstance(asked.value, Mapping) else {}
    resets = [
        Option("never", _("never")), Option("year", _("each year")), Option("month", _("each month")),
        Option("day", _("each day")), *names_of(asked.draft).own,
    ]  # fmt: skip
    today = clock.now().date()
    found = await _numbers(asked, str(value.get("pattern") or ""), str(value.get("reset") or "never"), today)
    return _drawn(
        asked, "_part_numbering.html", value=value, resets=resets, today=today.isoformat(), numbers=found
    )


async def preview_numbers(asked: PartRequest, posted: Mapping[str, object]) -> str:
    """The next five numbers of a pattern on a day, and the first after the count has begun anew."""
    try:
        day = date.fromisoformat(str(posted.get("day") or ""))
    except ValueError:
        day = clock.now().date()
    found = await _numbers(
        asked, str(posted.get("pattern") or "")[:80], str(posted.get("reset") or "never"), day
    )
    return _drawn(asked, "_numbers.html", numbers=found)


class Numbers(Struct, frozen=True):
    """What a pattern gives: the next ones, and the first of the next period with its day."""

    next: list[str]
    later: str = ""
    later_on: str = ""


async def _numbers(asked: PartRequest, pattern: str, reset: str, day: date) -> Numbers:
    if not pattern:
        return Numbers([])
    key = asked.draft.key.full_name
    found = await records.next_numbers(key, pattern, reset, day)
    anew = records.next_period(reset, day)
    if anew is None:
        return Numbers(found)
    first = await records.next_numbers(key, pattern, reset, anew, count=1)
    return Numbers(found, first[0], i18n.format_date(anew))


async def draw_formula(asked: PartRequest) -> str:
    """A formula with every function beside it, tried on a record."""
    language = web.visit(asked.request).language
    return _drawn(
        asked, "_part_formula.html", text=str(asked.value or ""), functions=expressions.describe_functions(language),
        fields=list(fields_of(asked.draft).values()), published=asked.draft.base > 0,
    )  # fmt: skip


PARTS = (
    Part(name="rules", label=N_("Rules"), at="/rules", fragment=draw_rules, script=_SCRIPT, icon="bolt", order=10),
    Part(name="stages", label=N_("Stages"), at="/stages", fragment=draw_stages, script=_SCRIPT, icon="flag", order=20),
    Part(name="lists", label=N_("Lists"), at="/lists", fragment=draw_lists, script=_SCRIPT, icon="table", order=30),
    Part(
        name="numbering", label=N_("Numbering"), at="/numbering", fragment=draw_numbering, answer=preview_numbers,
        script=_SCRIPT, icon="hash", order=40,
    ),
    Part(
        name="formula", label=N_("Formula"), at="/fields/*/expr", types=("formula",), fragment=draw_formula,
        script=_SCRIPT, icon="sigma", order=10,
    ),
)  # fmt: skip


def register_parts() -> None:
    """Lets our parts into the designer."""
    for part in PARTS:
        register_part(part)


def _drawn(asked: PartRequest, template: str, **context: object) -> str:
    return web.render(
        f"form_engine/builders/{template}", web.shell(asked.request), asked=asked, at=asked.at,
        form=asked.draft.key.full_name, spoken=spoken_languages(), language=web.visit(asked.request).language,
        text_of=text_of, **context,
    )  # fmt: skip
