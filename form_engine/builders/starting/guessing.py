"""What the columns of a spreadsheet are, told from their values and headings: a proposal that people correct."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from form_engine.builders.starting.naming import free, named
from form_engine.fields.in_use import types_in_use
from form_engine.imports.model import Habits
from form_engine.imports.reading import converter
from form_engine.imports.sheet import Row
from form_engine.kind.names import NO_NAMES
from platform_core.entities import FieldProblem, ParseContext

MOST_CHOICES = 15
"""A column with more different words is text."""
LOOKED_AT = 1_000
"""Rows that are looked at."""
_SURE = 0.98
_FEW = 4
"""Fewer values than these say nothing about repetition."""
_LONG = 200

_HEADINGS: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"e-?mail|邮箱|邮件|correo|courriel|بريد", re.IGNORECASE),
    "phone": re.compile(
        r"phone|mobile|\btel\b|fax|whatsapp|电话|手机|传真|tel[eé]f|m[oó]vil|portable|هاتف|جوال",
        re.IGNORECASE,
    ),
    "url": re.compile(r"\burl\b|web|site|网址|网站|página|موقع", re.IGNORECASE),
    "country": re.compile(r"country|nation|国家|国别|pa[ií]s|pays|بلد|دولة", re.IGNORECASE),
    "currency": re.compile(r"currency|币种|货币|moneda|divisa|devise|عملة", re.IGNORECASE),
    "money": re.compile(
        r"price|amount|cost|value|revenue|budget|价|金额|预算|precio|importe|prix|montant|سعر|مبلغ",
        re.IGNORECASE,
    ),
    "code": re.compile(
        r"\b(no|nr|id|code|sku|zip|postcode|hs|vat|tax)\b|编号|编码|邮编|税号|c[oó]digo|رمز", re.IGNORECASE
    ),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_URL = re.compile(
    r"(https?://|www\.)\S+\.\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|net|org|cn|de|es|fr|it|eu|io|co)(/\S*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(\+|00|\(0|0)?[\d\s()./-]{6,22}(\s*(ext|x|-)\.?\s*\d+)?")
_NUMBER = re.compile(r"[+\-−]?\d[\d.,'’\s]*%?|[+\-−]?[.,]\d+")
_WHOLE = re.compile(r"[+\-−]?\d{1,3}(?:[.,'’\s]\d{3})*|[+\-−]?\d+")
_YES_NO = frozenset({
    "yes", "no", "true", "false", "y", "n", "ja", "nein", "oui", "non", "sí", "si", "是", "否", "نعم", "لا", "x",
})  # fmt: skip


class Guess(Struct, frozen=True, kw_only=True):
    """A column as a field. `values` are the different words of a choice, in the order of their number; `sample` the
    first values; `rate` the share of rows that have a value."""

    heading: str
    name: str
    type: str
    values: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()
    rate: float = 0.0


class Column(Struct, frozen=True):
    """The values of one column with their marks (see `sheet.Row`)."""

    heading: str
    cells: tuple[tuple[str, str], ...]
    rows: int


def columns_of(headings: Sequence[str], rows: Sequence[Row]) -> list[Column]:
    """The columns of the first rows, blanks left out."""
    looked = rows[:LOOKED_AT]
    return [
        Column(
            heading,
            tuple((row.cells[place], row.marks.get(place, "")) for row in looked if row.cells[place].strip()),
            len(looked),
        )
        for place, heading in enumerate(headings)
    ]


def guess(columns: Sequence[Column], habits: Habits, language: str) -> list[Guess]:
    """A proposal for each column, with names that do not repeat."""
    taken: set[str] = set()
    found = []
    for place, column in enumerate(columns):
        kind = _kind(column, habits, language)
        name = free(
            named(column.heading) or (kind if kind not in ("text", "choice") else f"field_{place + 1}"), taken
        )
        words = _words(column) if kind == "choice" else ()
        found.append(
            Guess(
                heading=column.heading, name=name, type=kind, values=words,
                sample=tuple(dict.fromkeys(text for text, _mark in column.cells))[:3],
                rate=len(column.cells) / column.rows if column.rows else 0.0,
            )
        )  # fmt: skip
    return found


def _kind(column: Column, habits: Habits, language: str) -> str:
    """The narrowest type that takes nearly all values."""
    if not column.cells:
        return "text"
    marks = [mark for _text, mark in column.cells]
    texts = [text.strip() for text, _mark in column.cells]
    if _all(mark in ("n", "p") or len(mark) == 3 for mark in marks):
        return _marked_number(column, marks, texts)
    if _all(mark == "d" for mark in marks):
        return "date" if all(len(text) <= 10 or text[11:16] == "00:00" for text in texts) else "datetime"
    for kind in ("email", "url", "boolean"):
        if _looks(kind, texts):
            return kind
    for kind in ("date", "datetime", "country", "currency"):
        if _reads(kind, column, habits, language) and _plausible(kind, column, texts):
            return kind
    if _all(_PHONE.fullmatch(text) for text in texts) and _is_phone(column.heading, texts):
        return "phone"
    if _all(_NUMBER.fullmatch(text) for text in texts) and not _is_code(column.heading, texts):
        return _number(column, texts, habits, language)
    return _text(column, texts)


def _marked_number(column: Column, marks: Sequence[str], texts: Sequence[str]) -> str:
    if _all(mark == "p" for mark in marks):
        return "percent"
    if _all(len(mark) == 3 for mark in marks):
        return "money"
    whole = all("." not in text for text in texts)
    return "text" if whole and _HEADINGS["code"].search(column.heading) else "integer" if whole else "decimal"


def _looks(kind: str, texts: Sequence[str]) -> bool:
    if kind == "email":
        return _all(_EMAIL.fullmatch(text) for text in texts)
    if kind == "url":
        return _all(_URL.fullmatch(text) for text in texts)
    return len(texts) >= _FEW and all(text.casefold() in _YES_NO for text in texts)


def _reads(kind: str, column: Column, habits: Habits, language: str) -> bool:
    """Whether the type's own reading takes nearly all values."""
    types = types_in_use()
    field = types.decode({"name": "x", "type": kind})
    if field is None:
        return False
    codec, convert = types.of(field).codec(field, NO_NAMES), converter(kind, habits, language)
    context = ParseContext(language=language, textual=True)

    def one(text: str, mark: str) -> bool:
        try:
            return codec.parse(convert(text, mark), context) is not None
        except FieldProblem:
            return False

    return _all(one(text, mark) for text, mark in column.cells)


def _plausible(kind: str, column: Column, texts: Sequence[str]) -> bool:
    """Two letters may be a country or an abbreviation: then the heading decides."""
    if kind in ("date", "datetime"):
        return all(re.search(r"\d", text) and not text.isdigit() for text in texts)
    short = all(len(text) <= 3 for text in texts)
    return not short or _HEADINGS[kind].search(column.heading) is not None


def _is_phone(heading: str, texts: Sequence[str]) -> bool:
    digits = [sum(one.isdigit() for one in text) for text in texts]
    if not all(6 <= count <= 17 for count in digits):
        return False
    return _HEADINGS["phone"].search(heading) is not None or _all(
        text[:1] in "+(" or text[:2] == "00" for text in texts
    )


def _is_code(heading: str, texts: Sequence[str]) -> bool:
    """Digits that are not counted with: a zero in front, or a heading that says so."""
    led = any(re.fullmatch(r"0\d+", text) for text in texts)
    return (
        led
        or _HEADINGS["code"].search(heading) is not None
        and not any("." in one or "," in one for one in texts)
    )


def _number(column: Column, texts: Sequence[str], habits: Habits, language: str) -> str:
    if all(text.endswith("%") for text in texts):
        return "percent"
    if all(re.fullmatch(r"[+\-−]?\d+", text) for text in texts):
        return "integer"
    grouped = all(_WHOLE.fullmatch(text) for text in texts)
    point = "," if habits.decimal == "," else "."
    if grouped and not any(point in text for text in texts):
        return "integer"
    return "decimal" if _reads("decimal", column, habits, language) else "text"


def _text(column: Column, texts: Sequence[str]) -> str:
    if any(len(text) > _LONG or "\n" in text for text in texts):
        return "long_text"
    words = _words(column)
    repeats = len(texts) >= _FEW and len(words) <= min(MOST_CHOICES, len(texts) // 2)
    return "choice" if repeats and all(len(word) <= 60 for word in words) else "text"


def _words(column: Column) -> tuple[str, ...]:
    """The different words, the most frequent first; capitals and blanks do not make another word."""
    counts: dict[str, int] = {}
    spelt: dict[str, str] = {}
    for text, _mark in column.cells:
        key = " ".join(text.split()).casefold()
        spelt.setdefault(key, " ".join(text.split()))
        counts[key] = counts.get(key, 0) + 1
    return tuple(spelt[key] for key in sorted(counts, key=lambda key: -counts[key]))


def _all(answers: object) -> bool:
    """Nearly all; one slip in fifty is a slip."""
    found = [bool(one) for one in answers]  # type: ignore[attr-defined]  # an iterable of truths
    return bool(found) and sum(found) / len(found) >= _SURE
