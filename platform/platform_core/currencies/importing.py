"""Rates from a CSV file: every line read, or every problem told."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO

from platform_core.currencies.model import Quote
from platform_core.currencies.table import MOST, quote_of
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_

_NAMES: Mapping[str, str] = {
    "date": "date", "day": "date", "日期": "date", "fecha": "date", "التاريخ": "date",
    "from": "from", "currency": "from", "货币": "from", "原币": "from", "de": "from", "devise": "from",
    "to": "to", "目标货币": "to", "本币": "to", "a": "to", "vers": "to",
    "rate": "rate", "汇率": "rate", "tipo": "rate", "taux": "rate",
    "per": "per", "units": "per", "单位": "per",
    "source": "source", "来源": "source", "fuente": "source",
}  # fmt: skip
_NEEDED = ("date", "from", "to", "rate")


def quotes_from_csv(data: bytes, *, origin: str = "csv") -> list[Quote]:
    """Columns date, from, to, rate; also per (the rate is for so many units) and source. UTF-8, comma, semicolon or tab.

    Raises Invalid with every problem; pointers are lines of the file ("/lines/4/rate").
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Invalid.one(
            "/file", "encoding", N_("The file is not UTF-8."), remedy=N_("Save it as CSV UTF-8.")
        ) from exc
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(StringIO(text), delimiter=delimiter))
    names = [_NAMES.get(cell.strip().casefold(), "") for cell in rows[0]] if rows else []
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise Invalid.one(
            "/lines/1", "columns", N_("These columns are missing: {names}."), names=", ".join(missing),
            remedy=N_("The first line names the columns: date, from, to, rate."),
        )  # fmt: skip
    if len(rows) > MOST + 1:
        raise Invalid.one("/file", "too_many", N_("At most {most} rates at once."), most=MOST)
    made: list[Quote] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in row):
            cells = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name}
            quote = _quote(cells, number, delimiter, origin, problems)
            made += [quote] if quote is not None else []
    if problems:
        raise Invalid(problems[:200])
    return made


def _quote(
    cells: Mapping[str, str], number: int, delimiter: str, origin: str, problems: list[Problem]
) -> Quote | None:
    before = len(problems)
    day = _day(cells.get("date", ""), number, problems)
    rate = _rate(cells, number, delimiter, problems)
    if len(problems) > before or day is None or rate is None:
        return None
    return Quote(
        day=day, source=cells.get("from", "").upper(), target=cells.get("to", "").upper(), rate=rate,
        origin=cells.get("source") or origin,
    )  # fmt: skip


def _day(text: str, number: int, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        problems.append(
            Problem(
                pointer=f"/lines/{number}/date",
                code="date",
                message=N_("“{text}” is no date."),
                params={"text": text[:30]},
                remedy=N_("Write dates as 2026-11-22."),
            )
        )
        return None


def _rate(cells: Mapping[str, str], number: int, delimiter: str, problems: list[Problem]) -> Decimal | None:
    text, per = cells.get("rate", ""), cells.get("per", "")
    if delimiter != ",":  # then a comma stands for the decimal point
        text, per = text.replace(",", "."), per.replace(",", ".")
    try:
        return quote_of(text, per)
    except InvalidOperation:
        problems.append(
            Problem(
                pointer=f"/lines/{number}/rate",
                code="rate",
                message=N_("“{text}” is no rate."),
                params={"text": text[:30]},
                remedy=N_("Write numbers as 7.1234."),
            )
        )
        return None
