"""A row of the file as raw values of the form: text as it stands, numbers and dates so that they mean one thing only.

The field's codec reads text in the importing person's language. What a workbook has told us for certain (a number, a
day, an amount in euros) must not be read again as if somebody had typed it: "1.234" is a different number in Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from form_engine.imports.model import Habits, Mapped, RowProblem
from form_engine.imports.sheet import Row
from form_engine.imports.zones import ZoneOfCountry
from form_engine.showing import is_masked
from platform_core.entities import Entity, EntityField
from platform_core.i18n import N_, input_number

Raw = dict[str, object]
Convert = Callable[[str, str], object]
"""(text, mark) → raw value."""

_SPOILT: Mapping[str, tuple[str, str, str]] = {
    "x": (
        "import_bytes", N_("This cannot be read as text."),
        N_("Save the file again as CSV in UTF-8, or as XLSX."),
    ),
    "e": ("import_cell_error", N_("The cell shows the error {text}."), N_("Mend the formula, or clear the cell.")),
    "f": (
        "import_formula", N_("The formula has no result in the file."),
        N_("Open the file in a spreadsheet program and save it."),
    ),
}  # fmt: skip

_DAY_MONTH = re.compile(r"^\s*(\d{1,2})\s*([/\-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?!\d)")
"""With points the day stands first everywhere."""
_NUMBER = re.compile(r"[+\-\u2212]?\d[\d.,'\u2019\s]*\d|[+\-\u2212]?\d")
_COMMA_NUMBER = re.compile(r"\d{1,3}(?:[.'\u2019\s]\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_POINT_NUMBER = re.compile(r"\d{1,3}(?:[,'\u2019\s]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_SURELY_COMMA = re.compile(r"[+\-]?(?:\d{1,3}(?:[.\s']\d{3})+,\d+|\d+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,})")
_SURELY_POINT = re.compile(r"[+\-]?(?:\d{1,3}(?:[,\s']\d{3})+\.\d+|\d+\.\d{1,2}|\d{1,3}(?:,\d{3}){2,})")


@dataclass(frozen=True, slots=True)
class _Column:
    """One mapped column."""

    place: int
    heading: str
    field: EntityField
    convert: Convert


class RowReader:
    """Reads rows of one file for one form and one person."""

    def __init__(
        self,
        entity: Entity,
        columns: Sequence[str],
        mapping: Mapped,
        habits: Habits,
        *,
        language: str,
        writable: Collection[str],
    ) -> None:
        self._columns = tuple(
            _Column(
                place,
                heading,
                entity.fields[mapping[heading]],
                converter(entity.fields[mapping[heading]].type, habits, language),
            )
            for place, heading in enumerate(columns)
            if heading in mapping
        )
        self._zone = ZoneOfCountry(entity, tuple(mapping.values()), writable, language)

    def read(self, row: Row) -> tuple[Raw, tuple[RowProblem, ...]]:
        """The raw values (nothing for an empty cell, so that defaults hold), and what cannot even be read."""
        values: Raw = {}
        problems: list[RowProblem] = []
        for column in self._columns:
            text, mark = row.cells[column.place], row.marks.get(column.place, "")
            spoilt = _spoilt(column, text, mark)
            if spoilt is not None:
                problems.append(spoilt)
            elif text:
                values[column.field.name] = column.convert(text, mark)
        self._zone.fill(values)
        return values, tuple(problems)


def guess_habits(rows: Sequence[Row]) -> Habits:
    """How the first rows are written; where they do not tell, as most of the world writes."""
    cells = [
        cell.strip()
        for row in rows
        for place, cell in enumerate(row.cells)
        if cell and place not in row.marks
    ]
    days = [(int(found[1]), int(found[3])) for cell in cells if (found := _DAY_MONTH.match(cell))]
    month_first = any(second > 12 >= first for first, second in days) and not any(
        first > 12 for first, _second in days
    )
    commas = sum(1 for cell in cells if _SURELY_COMMA.fullmatch(cell))
    points = sum(1 for cell in cells if _SURELY_POINT.fullmatch(cell))
    decimal = "," if commas > points else "." if points > commas else ""
    return Habits(dates="mdy" if month_first else "dmy", decimal=decimal)  # type: ignore[arg-type]  # one of the three


def _spoilt(column: _Column, text: str, mark: str) -> RowProblem | None:
    """Why a cell is worth nothing."""
    if mark in _SPOILT:
        code, message, remedy = _SPOILT[mark]
        return _problem(column, code, message, remedy, text=text[:40])
    if is_masked(text):
        return _problem(
            column, "import_masked", N_("“{text}” is a masked value of an export, not the real one."),
            N_("Leave the column out, or ask somebody who sees the value."), text=text[:40],
        )  # fmt: skip
    return None


def _problem(column: _Column, code: str, message: str, remedy: str, **params: object) -> RowProblem:
    return RowProblem(
        column=column.heading,
        field=column.field.name,
        code=code,
        message=message,
        params=params,
        remedy=remedy,
    )


def converter(kind: str, habits: Habits, language: str) -> Convert:
    """How the cells of a column are read for a field of a type."""
    if kind in ("integer", "decimal"):
        return lambda text, mark: _number(text, mark, habits, language)
    if kind == "percent":
        return lambda text, mark: _percent(text, mark, habits, language)
    if kind == "money":
        return lambda text, mark: _money(text, mark, habits, language)
    if kind == "date":
        return lambda text, mark: text[:10] if mark == "d" else _ordered(text, habits)
    if kind == "datetime":
        return lambda text, mark: text if mark == "d" else _ordered(text, habits)
    return lambda text, mark: text


def _number(text: str, mark: str, habits: Habits, language: str) -> object:
    if mark == "n" or len(mark) == 3:
        return _exact(text.split(" ")[0], text)
    return _spoken(text, habits, language)


def _percent(text: str, mark: str, habits: Habits, language: str) -> object:
    if mark in ("n", "p"):
        return _exact(text.removesuffix("%"), text)
    return _spoken(text, habits, language)


def _money(text: str, mark: str, habits: Habits, language: str) -> object:
    if len(mark) == 3:
        return {"amount": _exact(text.split(" ")[0], text), "currency": mark}
    return _exact(text, text) if mark == "n" else _spoken(text, habits, language)


def _exact(number: str, text: str) -> object:
    try:
        return Decimal(number)
    except InvalidOperation:
        return text


def _spoken(text: str, habits: Habits, language: str) -> str:
    """The text with its number written as `language` writes it, where the file's own way of writing is known."""
    if not habits.decimal:
        return text
    found = _NUMBER.search(text)
    if found is None:
        return text
    sign, digits = (found[0][0], found[0][1:]) if found[0][0] in "+-\u2212" else ("", found[0])
    shape = _COMMA_NUMBER if habits.decimal == "," else _POINT_NUMBER
    if not shape.fullmatch(digits):
        return text
    plain = re.sub(r"[^\d,.]", "", digits)
    group = "." if habits.decimal == "," else ","
    number = Decimal(plain.replace(group, "").replace(",", "."))
    negative = "-" if sign in ("-", "\u2212") else ""
    return text[: found.start()] + negative + input_number(number, language=language) + text[found.end() :]


def _ordered(text: str, habits: Habits) -> str:
    """A date with the month first as ISO; any other as it stands."""
    found = _DAY_MONTH.match(text) if habits.dates == "mdy" else None
    if found is None:
        return text
    month, day, year = found[1], found[3], found[4]
    if len(year) == 2:
        year = f"20{year}" if int(year) < 70 else f"19{year}"
    return f"{year}-{int(month):02}-{int(day):02}{text[found.end() :]}"
