"""Conditions made by clicks: two levels of and/or over a form's fields, to text and back.

What people click is `{"match": "all" | "any", "groups": [{"match", "rules": [{"field", "op", "value"}]}]}`; the text is
what is stored. A text that clicks cannot express has no tree: it is then edited as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from form_engine.screens.choices import options_of_field
from form_engine.screens.filters import Rule, Rules, condition_text, lookup_url, operators_of
from platform_core import expressions, i18n
from platform_core.entities import EntityField
from platform_core.errors import Invalid, TradewindError
from platform_core.expressions import Node
from platform_core.i18n import _
from platform_core.web import FilterField, FilterOperator, Option

ROLE = "@role"
"""The pseudo field for what the acting person is."""
_ME = "me"
_NONE_OF = "not_in"
_SIGNS = {"eq": "eq", "ne": "ne", "lt": "lt", "le": "le", "gt": "gt", "ge": "ge"}
_TURNED = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


class Tree(Struct, frozen=True):
    """A condition as clicks made it."""

    match: Literal["all", "any"] = "all"
    groups: tuple[Rules, ...] = ()


def offered(fields: Sequence[EntityField], roles: Sequence[Option]) -> list[FilterField]:
    """What conditions can be clicked about: the fields, and the role of the acting person."""
    found = [
        FilterField(
            name=field.name, label=i18n.label(field.label) or field.name, type=field.type, operators=_operators(field),
            options=options_of_field(field), url=lookup_url(field),
        )
        for field in fields
        if field.operators and field.columns and field.rows is None
    ]  # fmt: skip
    words = (FilterOperator("eq", _("is"), 1), FilterOperator("ne", _("is not"), 1))
    role = FilterField(ROLE, _("Role of the acting person"), "choice", words, tuple(roles))
    return [*found, role]


def _operators(field: EntityField) -> tuple[FilterOperator, ...]:
    found = operators_of(field)
    if any(one.key == "in" for one in found):
        found = (*found, FilterOperator(_NONE_OF, _("is none of"), "many"))
    return (*found, FilterOperator(_ME, _("is the acting person"), 0)) if field.type == "user" else found


def text_of(tree: Tree, fields: Mapping[str, EntityField]) -> str:
    """The condition as text; empty where nothing is said. Raises Invalid for a value that cannot be."""
    groups = [text for group in tree.groups if (text := _joined(_parts(group, fields), group.match))]
    text = _joined([f"({group})" for group in groups] if len(groups) > 1 else groups, tree.match)
    return expressions.dump(expressions.parse(text)) if text else ""


def _parts(group: Rules, fields: Mapping[str, EntityField]) -> list[str]:
    return [part for rule in group.rules if (part := _part(rule, fields))]


def _part(rule: Rule, fields: Mapping[str, EntityField]) -> str:
    if rule.field == ROLE:
        has = f"user_has_role({msgspec.json.encode(str(rule.value or '')).decode()})"
        return "" if not rule.value else f"not {has}" if rule.op == "ne" else has
    if rule.op == _ME:
        return f"{rule.field} == user.id" if rule.field in fields else ""
    if rule.op == _NONE_OF:
        inner = condition_text(fields, Rule(rule.field, "in", rule.value), "")
        return f"not ({inner})" if inner else ""
    text = condition_text(fields, rule, "")
    return f"({text})" if " and " in text else text


def _joined(parts: Sequence[str], match: str) -> str:
    return (" and " if match == "all" else " or ").join(
        f"({part})" if len(parts) > 1 else part for part in parts
    )


def tree_of(text: str, fields: Mapping[str, EntityField]) -> Tree | None:
    """The clicks behind a text; None where it cannot be read or says more than clicks can."""
    if not text.strip():
        return Tree()
    try:
        node = expressions.parse(text)
    except TradewindError:
        return None
    if node.op not in ("and", "or"):
        group = _group((node,), "all", fields)
        return None if group is None else Tree("all", (group,))
    match: Literal["all", "any"] = "all" if node.op == "and" else "any"
    flat = _flat(node, node.op)
    simple = _group(flat, match, fields)
    if simple is not None:
        return Tree("all", (simple,))
    groups = []
    for one in flat:
        inner: Literal["all", "any"] = "any" if one.op == "or" else "all"
        group = _group(_flat(one, one.op) if one.op in ("and", "or") else (one,), inner, fields)
        if group is None:
            return None
        groups.append(group)
    return Tree(match, tuple(groups))


def _flat(node: Node, op: str) -> tuple[Node, ...]:
    if node.op != op:
        return (node,)
    return tuple(inner for arg in node.args for inner in _flat(arg, op))


def _group(
    nodes: Sequence[Node], match: Literal["all", "any"], fields: Mapping[str, EntityField]
) -> Rules | None:
    rules = []
    for node in nodes:
        rule = _rule(node, fields)
        if rule is None:
            return None
        rules.append(rule)
    return Rules(match, tuple(rules))


def _rule(node: Node, fields: Mapping[str, EntityField]) -> Rule | None:
    """One comparison; None where it is something else. What comes back must say the same."""
    rule = _compared(node, fields)
    if rule is None or (rule.field != ROLE and rule.field not in fields):
        return None
    try:
        again = expressions.dump(expressions.parse(_part(rule, fields) or "null"))
    except (Invalid, TradewindError):
        return None
    return rule if again == expressions.dump(node) else None


def _compared(node: Node, fields: Mapping[str, EntityField]) -> Rule | None:
    if node.op == "not":
        inner = _compared(node.args[0], fields)
        turned = {"blank": "filled", "eq": "ne", "in": _NONE_OF}
        allowed = inner is not None and (inner.op in ("blank", "in") or inner.field == ROLE)
        return Rule(inner.field, turned[inner.op], inner.value) if inner and allowed else None
    if node.op == "call":
        return _called(node, fields)
    if node.op == "in":
        return _listed(node, fields)
    if node.op in _SIGNS:
        left, right = node.args
        op = node.op
        if left.op == "const":
            left, right, op = right, left, _TURNED[op]
        if right.op == "path" and right.path == ("user", "id") and op == "eq":
            return Rule(_name(left), _ME)
        value = _value(right, fields.get(_name(left)))
        return None if value is None else Rule(_name(left), op, value)
    return None


def _called(node: Node, fields: Mapping[str, EntityField]) -> Rule | None:
    function, args = node.name.lower(), node.args
    if function == "user_has_role" and len(args) == 1 and args[0].op == "const":
        return Rule(ROLE, "eq", args[0].value)
    if function == "blank" and len(args) == 1:
        return Rule(_name(args[0]), "blank")
    if function in ("contains", "starts_with", "includes") and len(args) == 2:
        subject = args[0].args[0] if args[0].op == "call" and args[0].name.lower() == "lower" else args[0]
        value = _value(args[1], fields.get(_name(subject)))
        return None if value is None else Rule(_name(subject), function, value)
    return None


def _listed(node: Node, fields: Mapping[str, EntityField]) -> Rule | None:
    left, right = node.args
    if right.op != "list":
        return None
    values = [_value(one, fields.get(_name(left))) for one in right.args]
    return None if None in values else Rule(_name(left), "in", values)


def _name(node: Node) -> str:
    """The field that a path names by itself; empty for anything else."""
    own = node.op == "path" and node.name in ("", "record") and len(node.path) == 1
    return node.path[0] if own else ""


def _value(node: Node, field: EntityField | None) -> object:
    """A constant as a person types it; None for anything else."""
    if field is None:
        return None
    if node.op == "neg" and node.args[0].op == "const":
        return f"-{node.args[0].value}"
    if node.op == "call" and all(one.op == "const" for one in node.args):
        return _made(node)
    if node.op != "const" or node.value is None:
        return None
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    if field.reference is not None:
        return {"id": node.value, "title": node.value}
    number = _number(node.value) if node.kind == "number" else None
    return i18n.input_number(number) if number is not None else node.value


def _made(node: Node) -> object:
    """date("2026-01-31"), datetime("…Z") in the reader's zone, money(5, "EUR")."""
    function, values = node.name.lower(), [str(one.value) for one in node.args]
    if function == "date" and len(values) == 1:
        return values[0]
    if function == "datetime" and len(values) == 1:
        try:
            moment = datetime.fromisoformat(values[0])
        except ValueError:
            return None
        return moment.astimezone(ZoneInfo(i18n.current().zone)).strftime("%Y-%m-%dT%H:%M")
    if function == "money" and len(values) == 2:
        amount = _number(values[0])
        return f"{i18n.input_number(amount)} {values[1]}" if amount is not None else None
    return None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
