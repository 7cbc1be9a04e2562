"""Three forms that compute from each other, and what their computed fields must hold, worked out from nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from platform_core import database
from platform_core.entities import quote
from platform_core.expressions import Money
from tests.form_engine.publishing import Raw, compiled, form, text

Rows = dict[str, dict[str, object]]

ACCOUNT: Raw = form(
    "account",
    text("name"),
    text("country"),
    {"type": "decimal", "name": "rate", "scale": 2},
    {"type": "children", "name": "deals", "form": "deal", "by": "account"},
    {"type": "rollup", "name": "deal_count", "of": "deals", "compute": "count()"},
    {"type": "rollup", "name": "won_amount", "of": "deals", "compute": "sum(amount)", "where": "won"},
    {"type": "rollup", "name": "best", "of": "deals", "compute": "max(amount)"},
    {"type": "rollup", "name": "mean", "of": "deals", "compute": "avg(pieces)"},
    {"type": "rollup", "name": "open_tasks", "of": "deal.account", "compute": "sum(open_tasks)"},
    {"type": "formula", "name": "score", "expr": "deal_count * 10 + coalesce(rate, 0)", "result": "decimal"},
    {"type": "formula", "name": "sign", "expr": "IF(score > 15, 'busy', 'calm')", "result": "text"},
)
DEAL: Raw = form(
    "deal",
    text("name"),
    {"type": "link", "name": "account", "form": "account"},
    {"type": "money", "name": "amount", "currency": "EUR"},
    {"type": "integer", "name": "pieces"},
    {"type": "boolean", "name": "won"},
    {"type": "table", "name": "lines", "fields": [{"type": "integer", "name": "qty"}, text("what")]},
    {"type": "lookup", "name": "country", "path": "account.country"},
    {"type": "lookup", "name": "account_sign", "path": "account.sign"},
    {"type": "formula", "name": "weighted", "expr": "amount * account.rate / 100", "result": "money:EUR"},
    {"type": "formula", "name": "qty", "expr": "sum(lines.qty)", "result": "integer"},
    {"type": "rollup", "name": "big_lines", "of": "lines", "compute": "count()", "where": "qty > 5"},
    {"type": "rollup", "name": "open_tasks", "of": "task.deal", "compute": "count()", "where": "not done"},
)
TASK: Raw = form(
    "task",
    text("name"),
    {"type": "link", "name": "deal", "form": "deal"},
    {"type": "boolean", "name": "done"},
    {"type": "lookup", "name": "country", "path": "deal.account.country"},
    {"type": "formula", "name": "line", "expr": "concat(name, ' / ', deal.name)", "result": "text"},
)
TRADE = (ACCOUNT, DEAL, TASK)


async def rows_of(name: str) -> Rows:
    """Every stored record of a form with its canonical values, those in the bin too."""
    entity = compiled(name).entity
    fields = entity.stored_fields
    columns = ", ".join(quote(column.name) for each in fields for column in each.columns)
    found: Rows = {}
    for row in await database.fetch_tuples(f"SELECT {columns} FROM {quote(entity.table)}"):
        values: dict[str, object] = {}
        start = 0
        for each in fields:
            end = start + len(each.columns)
            values[each.name] = each.codec.from_columns(row[start:end])
            start = end
        found[str(values["id"])] = values
    return found


async def differences() -> list[str]:
    """Where what is stored is not what a calculation from nothing gives."""
    accounts, deals, tasks = await rows_of("account"), await rows_of("deal"), await rows_of("task")
    lines = await _lines()
    wanted: dict[str, Rows] = {"account": {}, "deal": {}, "task": {}}
    for id, deal in deals.items():
        wanted["deal"][id] = _own_of_deal(deal, lines.get(id, []))
        wanted["deal"][id]["open_tasks"] = sum(
            1 for task in tasks.values() if task["deal"] == id and not task["done"] and _live(task)
        )
    for id, account in accounts.items():
        mine = {key: deal for key, deal in deals.items() if deal["account"] == id and _live(deal)}
        wanted["account"][id] = _of_account(account, mine, wanted["deal"])
    for id, deal in deals.items():
        there = accounts.get(str(deal["account"]), {})
        more = wanted["account"].get(str(deal["account"]), {})
        wanted["deal"][id] |= {
            "country": there.get("country"),
            "account_sign": more.get("sign"),
            "weighted": _weighted(deal["amount"], there.get("rate")),
        }
    for id, task in tasks.items():
        deal = deals.get(str(task["deal"]), {})
        line = f"{task['name'] or ''} / {deal.get('name') or ''}"
        wanted["task"][id] = {
            "country": accounts.get(str(deal.get("account")), {}).get("country"),
            "line": line.strip(),
        }
    stored = {"account": accounts, "deal": deals, "task": tasks}
    return [
        f"{form}.{name} is {stored[form][id][name]!r}, not {value!r}"
        for form, rows in wanted.items()
        for id, values in rows.items()
        for name, value in values.items()
        if stored[form][id][name] != value
    ]


def _live(record: Mapping[str, object]) -> bool:
    return record["archived_at"] is None


def _own_of_deal(deal: Mapping[str, object], lines: list[int | None]) -> dict[str, object]:
    there = [qty for qty in lines if qty is not None]
    return {"qty": sum(there), "big_lines": sum(1 for qty in there if qty > 5)}


def _of_account(account: Mapping[str, object], mine: Rows, deals: Rows) -> dict[str, object]:
    won = [
        deal["amount"].amount for deal in mine.values() if deal["won"] and isinstance(deal["amount"], Money)
    ]
    amounts = [deal["amount"].amount for deal in mine.values() if isinstance(deal["amount"], Money)]
    pieces = [Decimal(str(deal["pieces"])) for deal in mine.values() if deal["pieces"] is not None]
    rate = account["rate"]
    score = Decimal(10 * len(mine)) + (rate if isinstance(rate, Decimal) else Decimal(0))
    return {
        "deal_count": len(mine),
        "won_amount": Money(sum(won, Decimal("0.00")), "EUR"),
        "best": Money(max(amounts), "EUR") if amounts else None,
        "mean": _rounded(sum(pieces, Decimal(0)) / len(pieces), "0.0001") if pieces else None,
        "open_tasks": sum(int(str(deals[id]["open_tasks"])) for id in mine),
        "score": score.quantize(Decimal("0.01")),
        "sign": "busy" if score > 15 else "calm",
    }


def _weighted(amount: object, rate: object) -> Money | None:
    if not isinstance(amount, Money) or not isinstance(rate, Decimal):
        return None
    return Money(_rounded(amount.amount * rate / 100, "0.01"), "EUR")


def _rounded(number: Decimal, to: str) -> Decimal:
    return number.quantize(Decimal(to), ROUND_HALF_UP)


async def _lines() -> dict[str, list[int | None]]:
    rows = compiled("deal").entity.fields["lines"].rows
    assert rows is not None
    found: dict[str, list[int | None]] = {}
    for parent, qty in await database.fetch_tuples(f'SELECT "parent", "qty" FROM {quote(rows.table)}'):
        found.setdefault(str(parent), []).append(cast("int | None", qty))
    return found
