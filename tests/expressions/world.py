"""One form with a field of every type, its linked account and its lines: what the conformance table talks about.

| field | type | | field | type |
|---|---|---|---|---|
| n, k | number, 4 and 2 decimals | | i, j | whole numbers |
| s, t | text (s is searchable) | | b, c | yes or no |
| d, e | date | | p, q | moment |
| h | time of day | | g, gs | choice and choices of `grade` (a, b, c) |
| u, w | person | | amt, fee | money in any currency |
| usd, tip | money in USD | | acc | link to an account (name, size, country, parent.name) |
| us | persons | | lines | rows: qty, price, note, done, cost (money), value (USD), on, sku (choice) |

In the table `$ana`, `$bo`, `$north`, `$lab`, `$eu` and `$acme` stand for ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from platform_core.expressions import (
    MONEY,
    NUMBER,
    REF,
    TEXT,
    USER,
    USER_SCOPE,
    Env,
    FieldScope,
    Money,
    Person,
    Type,
    choice,
    list_of,
    money,
    parse_type,
    ref,
)
from platform_core.expressions.traces import json_value

IDS = {
    name: f"00000000-0000-7000-8000-{number:012d}"
    for number, name in enumerate(("ana", "bo", "north", "lab", "eu", "acme", "parent"), start=1)
}
NOW = datetime(2024, 3, 15, 10, 30, tzinfo=UTC)
GRADES = {"grade": ("a", "b", "c"), "country": ("CN", "DE", "US")}

RECORD = {
    "n": "number", "k": "number", "i": "number", "j": "number", "s": "text", "t": "text", "b": "bool", "c": "bool",
    "d": "date", "e": "date", "p": "datetime", "q": "datetime", "h": "time", "g": "choice:grade",
    "gs": "list:choice:grade", "u": "user", "w": "user", "us": "list:user", "amt": "money", "fee": "money",
    "usd": "money:USD", "tip": "money:USD", "acc": "ref:test.account",
}  # fmt: skip
ACCOUNT = {
    "name": "text",
    "size": "number",
    "country": "choice:country",
    "owner": "user",
    "parent": "ref:test.account",
}
LINE = {
    "qty": "number", "price": "number", "note": "text", "done": "bool", "cost": "money", "value": "money:USD",
    "on": "date", "sku": "choice:grade",
}  # fmt: skip


def kind(code: str) -> Type:
    return parse_type(code, GRADES.get)


FIELDS: dict[str, Type] = {
    **{name: kind(code) for name, code in RECORD.items()},
    **{f"acc.{name}": kind(code) for name, code in ACCOUNT.items()},
    "acc.parent.name": TEXT,
    "lines": list_of(ref("test.line")),
    **{f"lines.{name}": list_of(kind(code)) for name, code in LINE.items()},
}
VARIABLES: dict[str, Type] = {
    "limit": NUMBER, "name": TEXT, "who": USER, "picks": list_of(choice("grade", GRADES["grade"])), "cap": money("USD"),
    "any_amount": MONEY, "where": REF,
}  # fmt: skip
SCOPE = FieldScope(FIELDS, roots={"user": USER_SCOPE, "vars": FieldScope(VARIABLES)}, old=True)

ANA = Person(
    IDS["ana"], name="Ana", email="ana@demo.example", zone="Europe/Berlin", team=IDS["north"],
    teams=(IDS["north"], IDS["lab"]), territories=(IDS["eu"],), roles=("crm.sales", "local.buyer"),
    managers={IDS["bo"]: IDS["ana"]}.get, membership=lambda team, user: (team, user) == (IDS["lab"], IDS["bo"]),
)  # fmt: skip


def with_ids(text: str) -> str:
    """`$ana` and the like replaced by their ids."""
    return re.sub(r"\$([a-z]+)", lambda match: IDS[match.group(1)], text)


def value(type_: Type, raw: Any) -> Any:
    """The canonical value of a JSON one: numbers are text, money is "12.5 EUR", moments ISO with Z."""
    if raw is None:
        return None
    if isinstance(raw, str) and raw.startswith("@"):
        return large(raw)
    if type_.of is not None:
        return tuple(value(type_.of, each) for each in raw)
    if type_.kind == "number":
        return Decimal(raw)
    if type_.kind == "money":
        amount, currency = raw.split()
        return Money(Decimal(amount), currency)
    parse = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}
    if type_.kind in parse:
        return parse[type_.kind](raw)
    return with_ids(raw) if isinstance(raw, str) else raw


def large(macro: str) -> Any:
    """Values too large to spell: "@x*9000" is a long text, "@list*1001" a long list; "@float" is a binary float."""
    name, _, count = macro[1:].partition("*")
    return 0.5 if name == "float" else "x" * int(count) if name == "x" else ("a",) * int(count)


def record(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one case: fields by dotted name, rows of `lines` as mappings."""
    values: dict[str, Any] = {}
    for name, given in raw.items():
        if name == "lines" and isinstance(given, str):
            values[name] = [{"qty": Decimal(1)}] * int(given.partition("*")[2])
        elif name == "lines":
            values[name] = [
                {field: value(kind(LINE[field]), each) for field, each in row.items()} for row in given
            ]
        else:
            values[name] = value(FIELDS[name], given)
    if any(name.startswith("acc.") for name in values):
        values["acc"] = IDS["acme"]
    if "acc.parent.name" in values:
        values["acc.parent"] = IDS["parent"]
    return values


def environment(raw: Mapping[str, Any], zone: str = "UTC") -> Env:
    """The Env of one case: its fields, and under "old" and "vars" what stands there."""
    fields = {name: given for name, given in raw.items() if name not in ("old", "vars")}
    variables = {name: value(VARIABLES[name], given) for name, given in raw.get("vars", {}).items()}
    old = record(raw["old"]) if "old" in raw else None
    return Env(record(fields), old=old, user=ANA, vars=variables, now=NOW, zone=zone)


def shown(result: object) -> Any:
    """A result as the table writes it."""
    if isinstance(result, Money):
        made = json_value(result)
        return f"{made['amount']} {made['currency']}"
    if isinstance(result, timedelta | datetime | date | time):
        return json_value(result)
    if isinstance(result, Sequence) and not isinstance(result, str):
        return [shown(each) for each in result]
    return json_value(result)
