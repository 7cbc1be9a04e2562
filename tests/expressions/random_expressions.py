"""Random expressions of a wanted type over the world of the conformance table, and random values to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.expressions.world import IDS

TEXTS = ("", "a", "A", "ab", "b c", "信风", "x_%", " a ")
NUMBERS = ("0", "1", "-1", "2", "3", "0.5", "2.5", "-2.345", "10", "100.01", "0.0001")
WORDS = st.sampled_from([f"'{text}'" for text in TEXTS])
PLACES = ("-1", "0", "1", "2")
IDENTITIES = st.sampled_from([IDS["ana"], IDS["bo"]])


def joined(template: str, *parts: SearchStrategy[str]) -> SearchStrategy[str]:
    """`template` with its {} filled by the parts."""
    return st.tuples(*parts).map(lambda filled: template.format(*filled))


def expressions(kind: str, depth: int) -> SearchStrategy[str]:
    """Texts of the type `kind`, at most `depth` operations deep."""
    if depth == 0:
        return LEAVES[kind]
    smaller = {name: expressions(name, depth - 1) for name in LEAVES}
    return st.one_of(LEAVES[kind], *MAKERS[kind](smaller))


def _numbers(of: dict[str, SearchStrategy[str]]) -> list[SearchStrategy[str]]:
    number = of["number"]
    return [
        joined("({} {} {})", number, st.sampled_from(["+", "-", "*", "%", "//"]), number),
        joined("round({} / {}, {})", number, number, st.sampled_from(PLACES)),
        joined("round({}, {})", number, st.sampled_from(PLACES)),
        joined("{}({})", st.sampled_from(["abs", "ceil", "floor"]), number),
        joined("{}({}, {})", st.sampled_from(["min", "max", "mod"]), number, number),
        joined("clamp({}, {}, {})", number, number, number),
        joined("IF({}, {}, {})", of["bool"], number, number),
        joined("coalesce({}, {})", number, number),
        joined("-({})", number),
        joined("len({})", of["text"]),
        joined("find({}, {})", of["text"], of["text"]),
        joined("{}({})", st.sampled_from(["year", "month", "day", "weekday", "week"]), of["date"]),
        joined("days_between({}, {})", of["date"], of["date"]),
        joined("{}({})", st.sampled_from(["sum", "min", "max", "count"]), of["row_number"]),
        joined("round(avg({}), {})", of["row_number"], st.sampled_from(PLACES)),
        joined("count({})", of["row_bool"]),
    ]


def _conditions(of: dict[str, SearchStrategy[str]]) -> list[SearchStrategy[str]]:
    condition = of["bool"]
    compared = [
        joined("({} {} {})", of[kind], st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), of[kind])
        for kind in ("number", "text", "date")
    ]
    return [
        *compared,
        joined("({} {} {})", of["money"], st.sampled_from(["==", "!=", "<", ">="]), of["money"]),
        joined("({} and {})", condition, condition),
        joined("({} or {})", condition, condition),
        joined("(not {})", condition),
        joined("({} == {})", condition, condition),
        joined("blank({})", st.one_of(of["text"], of["number"], of["date"], of["money"])),
        joined("between({}, {}, {})", of["number"], of["number"], of["number"]),
        joined(
            "({} {} [{}, {}])",
            of["number"],
            st.sampled_from(["in", "not in"]),
            st.sampled_from(NUMBERS),
            st.just("2.5"),
        ),
        joined("({} {} [{}, 'a'])", of["text"], st.sampled_from(["in", "not in"]), WORDS),
        joined(
            "{}({}, {})", st.sampled_from(["contains", "starts_with", "ends_with"]), of["text"], of["text"]
        ),
        joined("like({}, {})", of["text"], st.sampled_from(["'a*'", "'*b*'", "'*'", "'x_%'"])),
        joined("{}({})", st.sampled_from(["any", "all"]), of["row_bool"]),
    ]


MAKERS: dict[str, Callable[[dict[str, SearchStrategy[str]]], list[SearchStrategy[str]]]] = {
    "number": _numbers,
    "bool": _conditions,
    "text": lambda of: [
        joined("({} + {})", of["text"], of["text"]),
        joined("concat({}, {})", of["text"], of["text"]),
        joined("trim({})", of["text"]),
        joined("{}({}, {})", st.sampled_from(["left", "right"]), of["text"], st.sampled_from(PLACES)),
        joined("mid({}, {}, 2)", of["text"], st.sampled_from(PLACES)),
        joined("replace({}, {}, {})", of["text"], of["text"], of["text"]),
        joined("IF({}, {}, {})", of["bool"], of["text"], of["text"]),
        joined("coalesce({}, {})", of["text"], of["text"]),
        joined("upper({})", WORDS),
    ],
    "date": lambda of: [
        joined("add_days({}, {})", of["date"], st.sampled_from(PLACES)),
        joined("add_months({}, {})", of["date"], st.sampled_from(PLACES)),
        joined("{}('{}', {})", st.sampled_from(["start_of", "end_of"]), st.sampled_from(["week", "month", "quarter", "year"]), of["date"]),
        joined("date({})", st.sampled_from(["p", "q"])),
        joined("IF({}, {}, {})", of["bool"], of["date"], of["date"]),
        joined("coalesce({}, {})", of["date"], of["date"]),
    ],
    "money": lambda of: [
        joined("({} {} {})", of["money"], st.sampled_from(["+", "-"]), of["money"]),
        joined("({} * {})", of["money"], of["number"]),
        joined("round({}, {})", of["money"], st.sampled_from(PLACES)),
        joined("IF({}, {}, {})", of["bool"], of["money"], of["money"]),
        joined("sum({})", st.sampled_from(["lines.cost", "lines.value"])),
    ],
    "row_number": lambda of: [
        joined("({} {} {})", of["row_number"], st.sampled_from(["+", "-", "*"]), st.one_of(of["row_number"], LEAVES["number"])),
        joined("IF({}, {}, 0)", of["row_bool"], of["row_number"]),
    ],
    "row_bool": lambda of: [
        joined("({} {} {})", of["row_number"], st.sampled_from(["==", "<", ">="]), st.one_of(of["row_number"], LEAVES["number"])),
        joined("({} and {})", of["row_bool"], of["row_bool"]),
        joined("(not {})", of["row_bool"]),
    ],
}  # fmt: skip
LEAVES: dict[str, SearchStrategy[str]] = {
    "number": st.one_of(st.sampled_from(["n", "k", "i", "j", "acc.size"]), st.sampled_from(NUMBERS)),
    "text": st.one_of(st.sampled_from(["s", "t", "acc.name"]), WORDS),
    "bool": st.sampled_from(
        [
            "b",
            "c",
            "true",
            "(g == 'a')",
            "(g != 'b')",
            "(g in ['a', 'c'])",
            "('a' in gs)",
            "(u == user.id)",
            "(u != w)",
            "blank(gs)",
        ]
    ),
    "date": st.sampled_from(["d", "e", "today()", "date('2024-02-29')"]),
    "money": st.sampled_from(["amt", "fee", "usd", "money(2.5, 'USD')", "money(1, 'EUR')"]),
    "row_number": st.sampled_from(["lines.qty", "lines.price"]),
    "row_bool": st.sampled_from(["lines.done", "(lines.sku == 'a')", "blank(lines.note)"]),
}

_amounts = st.sampled_from(["0 EUR", "1 EUR", "2.5 USD", "-1.25 USD"])
_line = st.fixed_dictionaries(
    {},
    optional={
        "qty": st.sampled_from(NUMBERS), "price": st.sampled_from(["0", "1", "2.5", "-0.01"]),
        "note": st.sampled_from(TEXTS), "done": st.booleans(), "sku": st.sampled_from("abc"),
        "cost": _amounts, "value": st.sampled_from(["1 USD", "-2.5 USD"]),
    },
)  # fmt: skip
_dates = st.dates(date(2023, 12, 25), date(2024, 3, 20)).map(date.isoformat)
_moments = st.datetimes(datetime(2023, 12, 30), datetime(2024, 3, 20)).map(
    lambda moment: moment.replace(tzinfo=UTC).isoformat()
)

ENVIRONMENTS: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "n": st.sampled_from(NUMBERS), "k": st.sampled_from(["0", "1", "2.5", "-0.01", "3"]),
        "i": st.sampled_from(["0", "1", "-2", "7"]), "j": st.sampled_from(["0", "1", "3"]),
        "s": st.sampled_from(TEXTS), "t": st.sampled_from(TEXTS), "b": st.booleans(), "c": st.booleans(),
        "d": _dates, "e": _dates, "p": _moments, "q": _moments, "g": st.sampled_from("abc"),
        "gs": st.lists(st.sampled_from("abc"), max_size=2, unique=True), "u": IDENTITIES, "w": IDENTITIES,
        "amt": _amounts, "fee": _amounts, "usd": st.sampled_from(["0 USD", "2.5 USD"]),
        "lines": st.lists(_line, max_size=3), "acc.name": st.sampled_from(TEXTS), "acc.size": st.sampled_from(["0", "5"]),
    },
)  # fmt: skip
ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"])
TEXTS_OF_ANY_TYPE = st.one_of(*(expressions(kind, 3) for kind in ("bool", "number", "text", "date", "money")))
"""A condition most often decides; the others show that values agree too."""
