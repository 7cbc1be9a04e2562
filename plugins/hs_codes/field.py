"""The field type `hs_code`: kept as 6 to 10 bare digits, shown with dots and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated, Literal

from msgspec import Meta

from form_engine import Cell, FieldType, IndexedField, Names, Schema
from hs_codes.numbers import bare, dotted
from hs_codes.tariff import below, describe, entries
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener

Depth = Literal["chapter", "heading", "subheading"]
_DIGITS: dict[Depth, int] = {"chapter": 2, "heading": 4, "subheading": 6}
_SHOWN = 70
"""Characters of the description beside a code."""
_NATIONAL = ("98", "99")
"""Chapters that every country fills for itself."""


class HsCodeField(IndexedField, frozen=True, kw_only=True, tag="hs_code"):
    """A customs number. Six digits are the same in all countries, further ones are national.

    `verify` is how far a code must stand in HS 2022; older editions have other subheadings.
    """

    min_digits: Annotated[int, Meta(ge=6, le=10)] = 6
    max_digits: Annotated[int, Meta(ge=6, le=10)] = 10
    verify: Depth = "subheading"


@dataclass(frozen=True, slots=True)
class HsCodeCodec:
    least: int
    most: int
    verify: Depth

    def parse(self, raw: object, context: ParseContext) -> str | None:
        text = _text_of(raw, context)
        digits = bare(text)
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit() and self.least <= len(digits) <= self.most):
            raise FieldProblem(
                "hs_code", N_("Give {least} to {most} digits, such as 8471.30."), least=self.least, most=self.most
            )  # fmt: skip
        self._verify(digits)
        return digits

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value

    def _verify(self, digits: str) -> None:
        if digits[:2] in _NATIONAL:
            return
        known = entries()
        for depth, length in _DIGITS.items():
            part = digits[:length]
            if part not in known:
                raise _unknown(depth, part)
            if depth == self.verify:
                return


def _text_of(raw: object, context: ParseContext) -> str:
    """What was given as text. A spreadsheet gives numbers, and takes the nought away in front of 010121."""
    if raw is None:
        return ""
    if isinstance(raw, int | float) and not isinstance(raw, bool) and context.textual:
        text = f"{raw:.15g}"
        return f"0{text}" if text.isdigit() and len(text) in (5, 7, 9) else text
    if not isinstance(raw, str):
        raise FieldProblem("type", N_("This must be text."))
    return raw.partition("·")[0]


def _unknown(depth: Depth, part: str) -> FieldProblem:
    """What is not in the nomenclature, and what stands beside it."""
    if depth == "chapter":
        return FieldProblem("hs_chapter", N_("There is no chapter {chapter} in HS 2022."), chapter=part)
    if depth == "heading":
        message = N_("There is no heading {heading} in chapter {chapter} of HS 2022.")
        return FieldProblem("hs_heading", message, heading=part, chapter=part[:2])
    offered = [dotted(code) for code in below(part[:4])]
    return FieldProblem(
        "hs_subheading", N_("There is no subheading {subheading} in heading {heading} of HS 2022."),
        remedy=N_("There are: {offered}."), subheading=dotted(part), heading=part[:4],
        offered=", ".join(offered[:12]) + (", …" if len(offered) > 12 else ""),
    )  # fmt: skip


class HsCodeType(FieldType[HsCodeField]):
    name = "hs_code"
    definition = HsCodeField
    label = N_("HS code")
    operators = ("eq", "ne", "starts_with", "in", "blank")
    groupable = True
    plain = True

    def columns(self, field: HsCodeField, base: str) -> tuple[StoredColumn, ...]:
        return (StoredColumn(base, TEXT),)

    def codec(self, field: HsCodeField, names: Names) -> FieldCodec:
        return HsCodeCodec(field.min_digits, field.max_digits, field.verify)

    def expression_type(self, field: HsCodeField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: HsCodeField) -> Schema:
        return {
            "type": "string",
            "pattern": f"^[0-9]{{{field.min_digits},{field.max_digits}}}$",
            "examples": ["847130"],
        }

    def check(self, field: HsCodeField) -> Iterator[Problem]:
        if field.min_digits > field.max_digits:
            message = N_("The least number of digits is above the greatest.")
            yield Problem(pointer="/min_digits", code="range", message=message)

    def demo(self, field: HsCodeField, names: Names, random: Random) -> object:
        code = random.choice(("847130", "848210", "850760", "940542", "610910", "392410"))
        return code.ljust(field.min_digits, "0")

    def typed(self, text: str) -> str:
        """What somebody types into a filter, as stored values begin."""
        return bare(text)

    def show(self, field: HsCodeField, names: Names, wire: object, reader: Listener) -> str:
        meaning = describe(str(wire), reader.language) or ""
        cut = meaning if len(meaning) <= _SHOWN else meaning[: _SHOWN - 1].rstrip() + "…"
        return f"{dotted(wire)} · {cut}" if cut else dotted(wire)

    def cell(self, field: HsCodeField, names: Names, wire: object, reader: Listener) -> Cell:
        return dotted(wire)

    def neutral_text(self, field: HsCodeField, names: Names, value: object) -> str:
        return dotted(value)
