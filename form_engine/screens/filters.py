"""The filter builder's conditions, and the expression that they mean.

The browser keeps `{"match": "all" | "any", "rules": [{"field", "op", "value"}]}` in one input; it stands in the list's
address, so that a filtered list can be shared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from form_engine.definition import FieldDef
from form_engine.fields.duration import read_iso
from form_engine.fields.in_use import types_in_use
from form_engine.fields.tree_choice import keys_below
from form_engine.screens.choices import dictionary_of, options_of_field
from platform_core import i18n, settings
from platform_core.entities import Entity, EntityField, FieldProblem, ParseContext
from platform_core.errors import Invalid
from platform_core.i18n import N_, _
from platform_core.permissions import Access
from platform_core.web import FilterField, FilterOperator

MAX_RULES = 30


class Rule(msgspec.Struct, frozen=True):
    """One condition. `value` is text, a list of texts, {"id", "title"} of a lookup, or None."""

    field: str
    op: str
    value: object = None


class Rules(msgspec.Struct, frozen=True):
    """The conditions of one list."""

    match: Literal["all", "any"] = "all"
    rules: tuple[Rule, ...] = ()


_OPERATORS: Mapping[str, tuple[str, int | Literal["many"]]] = {
    "contains": (N_("contains"), 1),
    "starts_with": (N_("starts with"), 1),
    "eq": (N_("is"), 1),
    "ne": (N_("is not"), 1),
    "in": (N_("is one of"), "many"),
    "includes": (N_("includes"), 1),
    "below": (N_("is in or below"), 1),
    "lt": (N_("is less than"), 1),
    "le": (N_("is at most"), 1),
    "gt": (N_("is more than"), 1),
    "ge": (N_("is at least"), 1),
    "between": (N_("is between"), 2),
    "blank": (N_("is empty"), 0),
    "filled": (N_("is not empty"), 0),
}
_TIME_WORDS = {
    "lt": N_("is before"),
    "le": N_("is on or before"),
    "gt": N_("is after"),
    "ge": N_("is on or after"),
}
_OF_BOTH_CASES = frozenset(("long_text", "rich_text", "address", "social", "barcode"))
_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def parse_rules(text: str) -> Rules:
    """The conditions in an address; nonsense counts as none (an address is no place for an error page)."""
    if not text:
        return Rules()
    try:
        rules = msgspec.json.decode(text, type=Rules)
    except msgspec.DecodeError:
        return Rules()
    return Rules(rules.match, rules.rules[:MAX_RULES])


def known_rules(entity: Entity, access: Access, rules: Rules) -> Rules:
    """The conditions about fields that are there for this actor; one about any other field counts as none, and so
    does a comparison that there is not."""
    known = (
        rule
        for rule in rules.rules
        if rule.op in _OPERATORS and rule.field in entity.fields and access.unrestricted(rule.field)
    )
    return Rules(rules.match, tuple(known))


def expression_of(entity: Entity, rules: Rules, user_id: str) -> str | None:
    """The filter that the conditions mean, or None without any. Raises Invalid for a value that cannot be."""
    parts = [part for rule in rules.rules if (part := condition_text(entity.fields, rule, user_id))]
    if not parts:
        return None
    return (" and " if rules.match == "all" else " or ").join(f"({part})" for part in parts)


def filter_fields(entity: Entity, access: Access) -> tuple[FilterField, ...]:
    """What the builder offers: fields that the actor reads in clear, in the order of the form."""
    return tuple(
        FilterField(
            name=field.name,
            label=i18n.label(field.label) or field.name,
            type=field.type,
            operators=operators_of(field),
            options=options_of_field(field),
            url=lookup_url(field),
        )
        for field in entity.fields.values()
        if field.operators and access.unrestricted(field.name)
    )


def lookup_url(field: EntityField) -> str:
    """Where a reference field's autocomplete asks; empty for other fields."""
    if field.reference is None:
        return ""
    if field.reference.kind == "record" and field.reference.forms:
        return f"/r/{field.reference.forms[0]}/choices"
    return {"user": "/choices/users", "team": "/choices/teams"}.get(field.reference.kind, "")


def described(entity: Entity, rule: Rule) -> tuple[str, str]:
    """(field label, "is more than 5"): a condition as a chip shows it."""
    field = entity.fields[rule.field]
    word = _word(field, rule.op)
    values = rule.value if isinstance(rule.value, list) else [rule.value]
    shown = i18n.join_list([text for value in values if (text := _shown(field, value))])
    return i18n.label(field.label) or field.name, " ".join(
        filter(None, (word if rule.op != "eq" else "", shown))
    )


def operators_of(field: EntityField) -> tuple[FilterOperator, ...]:
    """The comparisons that a field's type offers, in the reader's words."""
    names = [*field.operators, *(("filled",) if "blank" in field.operators else ())]
    return tuple(
        FilterOperator(name, _word(field, name), _OPERATORS[name][1]) for name in names if name in _OPERATORS
    )


def _word(field: EntityField, op: str) -> str:
    timed = field.type in ("date", "datetime")
    return _(_TIME_WORDS[op] if timed and op in _TIME_WORDS else _OPERATORS[op][0])


def _shown(field: EntityField, value: object) -> str:
    if isinstance(value, Mapping):
        return str(value.get("title", ""))
    for option in options_of_field(field):
        if option.value == value:
            return option.label
    return "" if value is None else str(value)


def condition_text(fields: Mapping[str, EntityField], rule: Rule, user_id: str) -> str:
    """One condition as an expression; empty where the field or the comparison does not exist (any more)."""
    field = fields.get(rule.field)
    if field is None or rule.op not in _OPERATORS:
        return ""
    if rule.op in ("blank", "filled"):
        return f"{'not ' if rule.op == 'filled' else ''}blank({field.name})"
    values = [_typed(field, value) for value in _values(rule.value, user_id)]
    if not values:
        return ""
    literal = _literal_of(field)
    if rule.op in ("contains", "starts_with"):
        # Only text with a sort key has an exact lower case in the database; codes are of one case anyway. What has
        # neither is looked for as it was typed.
        folded = any(column.role == "sort" for column in field.columns)
        subject = f"lower({field.name})" if folded else field.name
        wanted = values[0] if field.type in _OF_BOTH_CASES else values[0].casefold()
        return f"{rule.op}({subject}, {_text(wanted)})"
    if rule.op == "in":
        return f"{field.name} in [{', '.join(literal(value) for value in values[:100])}]"
    if rule.op == "below":
        dictionary = dictionary_of(field)
        keys = keys_below(dictionary, values[0]) if dictionary else (values[0],)
        return f"{field.name} in [{', '.join(map(_text, keys))}]"
    if rule.op == "includes":
        return f"includes({field.name}, {literal(values[0])})"
    return _comparison(field, rule.op, [literal(value) for value in values[:2]])


def _comparison(field: EntityField, op: str, literals: Sequence[str]) -> str:
    if op == "between":
        low, high = (*literals, literals[0])[:2]
        return f"{field.name} >= {low} and {field.name} {_upper(field, '<=')} {_end(field, high)}"
    if field.type == "datetime" and op in ("eq", "le", "gt"):
        day_end = _end(field, literals[0])
        if op == "eq":
            return f"{field.name} >= {literals[0]} and {field.name} < {day_end}"
        return f"{field.name} {'<' if op == 'le' else '>='} {day_end}"
    return f"{field.name} {_SIGNS[op]} {literals[0]}"


def _upper(field: EntityField, sign: str) -> str:
    return "<" if field.type == "datetime" else sign


def _end(field: EntityField, literal: str) -> str:
    """For instants the moment after the named minute, so that "until 14:50" holds all of that minute."""
    return literal.replace(':00Z")', ':59.999999Z")') if field.type == "datetime" else literal


def _values(value: object, user_id: str) -> list[str]:
    held = value if isinstance(value, list) else [value]
    texts = [
        str(one.get("id", "")) if isinstance(one, Mapping) else str(one) for one in held if one is not None
    ]
    return [user_id if text == "me" else text for text in texts if text != ""]


def _typed(field: EntityField, text: str) -> str:
    """As the field's type spells it: "84.71" means the same as "8471" to a customs number."""
    if not isinstance(field.definition, FieldDef):
        return text
    return types_in_use().of(field.definition).typed(text)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _literal_of(field: EntityField) -> Callable[[str], str]:
    """How a typed value of the field is written in an expression."""
    makers: Mapping[str, Callable[[str], str]] = {
        "integer": lambda text: _number(field, text),
        "decimal": lambda text: _number(field, text),
        "percent": lambda text: _number(field, text),
        "money": lambda text: _money(field, text),
        "boolean": lambda text: "True" if text in ("true", "True", "1", "yes") else "False",
        "date": lambda text: f"date({_text(text)})",
        "datetime": lambda text: f"datetime({_text(_instant(field, text))})",
        "rating": lambda text: _number(field, text),
        "time": lambda text: f"time({_text(_read(field, text))})",
        "duration": lambda text: _span(_read(field, text)),
        "consent": lambda text: "True" if text in ("true", "True", "1", "yes") else "False",
    }
    return makers.get(field.type, _text)


def _read(field: EntityField, text: str) -> str:
    """What was typed, as the field's type writes it on the wire."""
    try:
        value = field.codec.parse(
            text, ParseContext(i18n.current().language, i18n.current().zone, textual=True)
        )
    except FieldProblem as refusal:
        raise _not_a(field, text, refusal.message) from None
    return str(field.codec.to_wire(value) or "")


def _span(iso: str) -> str:
    """A duration as an expression: the time between two moments."""
    from datetime import UTC, datetime

    start = datetime(2000, 1, 1, tzinfo=UTC)
    end = start + (read_iso(iso) or timedelta())
    return f'(datetime("{end:%Y-%m-%dT%H:%M:%SZ}") - datetime("{start:%Y-%m-%dT%H:%M:%SZ}"))'


def _number(field: EntityField, text: str) -> str:
    value = i18n.parse_number(text)
    if value is None:
        raise _not_a(field, text, N_("{field}: “{text}” is not a number."))
    return f"({value:f})"


def _money(field: EntityField, text: str) -> str:
    """ "1200" in the installation's currency, or "1200 EUR"."""
    amount, _space, currency = text.strip().partition(" ")
    return f"money({_number(field, amount)}, {_text((currency or settings.current().base_currency).upper())})"


def _instant(field: EntityField, text: str) -> str:
    """A wall clock of the reader's zone as an instant with whole minutes."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise _not_a(field, text, N_("{field}: “{text}” is not a date and time.")) from None
    aware = wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(i18n.current().zone))
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")


def _not_a(field: EntityField, text: str, message: str) -> Invalid:
    label = i18n.label(field.label) or field.name
    return Invalid.one("/filter", "filter_value", message, field=label, text=text)
