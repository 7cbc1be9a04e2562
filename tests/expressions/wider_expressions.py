"""Random expressions for the back ends without a database: every type, every function, and values at the edges."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.expressions.random_expressions import IDENTITIES, joined

NUMBERS = (
    "0", "1", "-1", "2", "3", "7", "0.5", "2.5", "-2.5", "-2.345", "10", "100.01", "0.0001", "1000000007", "-0.1",
    "9999999999999999999999999999", "0.0000000000000000000000000001", "1234567890123.456789012345678", "31", "12",
)  # fmt: skip
TEXTS = (
    "", "a", "A", "ab", "b c", "信风", "x_%", " a ", "Straße", "STRASSE", "ΑΣ", "ας", "İi", "ıI", "😀x😀", "e\u0301", "\u3000 t\u00a0",
    "12.5", " -3 ", ".5", "1e3", "2024-02-29", "2024-02-29 09:30", "09:30", "a*b", "ﬁ", "Ǆ", "\uffee", "ẞ",
)  # fmt: skip
UNITS = st.sampled_from(["'day'", "'week'", "'month'", "'quarter'", "'year'"])
COUNTS = st.sampled_from(["-1", "0", "1", "2", "3", "-13", "29", "1.9", "-0.5"])
ZONES = st.sampled_from(
    [
        "UTC",
        "Asia/Shanghai",
        "America/New_York",
        "Europe/Berlin",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    ]
)


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


WORDS = st.sampled_from([quoted(text) for text in TEXTS])
LEAVES: dict[str, SearchStrategy[str]] = {
    "number": st.one_of(st.sampled_from(["n", "k", "i", "j", "acc.size", "old.n"]), st.sampled_from(NUMBERS)),
    "text": st.one_of(st.sampled_from(["s", "t", "acc.name", "old.s", "user.name"]), WORDS),
    "bool": st.sampled_from(["b", "c", "true", "false", "(g == 'a')", "('a' in gs)", "(u == user.id)", "changed(n)",
                             "user_has_role('sales')", "(b == null)"]),
    "date": st.sampled_from(["d", "e", "today()", "date('2024-02-29')", "date('0001-01-01')", "date('9999-12-31')"]),
    "datetime": st.sampled_from(["p", "q", "now()", "datetime('2024-03-31 02:30')", "datetime('2024-11-03 01:30')"]),
    "time": st.sampled_from(["h", "time('09:30')", "time(p)"]),
    "duration": st.sampled_from(["(p - q)", "(q - p)"]),
    "money": st.sampled_from(["amt", "fee", "usd", "money(2.5, 'USD')", "money(1, 'EUR')"]),
    "numbers": st.sampled_from(["lines.qty", "lines.price", "[1, 2, 2.5]", "[3, null, 3.0]"]),
    "texts": st.sampled_from(["lines.note", "['b', 'a', 'b']", "['x', null]"]),
    "bools": st.sampled_from(["lines.done", "(lines.qty > 1)", "blank(lines.note)"]),
}  # fmt: skip


def expressions(kind: str, depth: int) -> SearchStrategy[str]:
    """Texts of the type `kind`, at most `depth` operations deep."""
    if depth == 0:
        return LEAVES[kind]
    of = {name: expressions(name, depth - 1) for name in LEAVES}
    return st.one_of(LEAVES[kind], *(_made(way, of) for way in MADE[kind]))


def _made(way: str, of: dict[str, SearchStrategy[str]]) -> SearchStrategy[str]:
    """A way spelt "round({number}, {count})" with its parts filled in."""
    parts = [part.split("}")[0] for part in way.split("{")[1:]]
    template = way
    for part in parts:
        template = template.replace("{" + part + "}", "{}", 1)
    known = {**of, "count": COUNTS, "unit": UNITS, "word": WORDS}
    return joined(template, *(known[part] for part in parts))


SAME = ("IF({bool}, {X}, {X})", "coalesce({X}, {X})")
MADE: dict[str, list[str]] = {
    "number": [
        "({number} + {number})", "({number} - {number})", "({number} * {number})", "({number} / {number})",
        "({number} // {number})", "({number} % {number})", "mod({number}, {number})", "-({number})",
        "round({number}, {count})", "round_even({number}, {count})", "round({number} / {number}, {count})",
        "round(percent({number}, {number}), {count})", "abs({number})", "ceil({number})", "floor({number})",
        "min({number}, {number}, {number})", "max({number}, {number})", "clamp({number}, {number}, {number})",
        "percent({number}, {number})", "percent({money}, {money})", "({money} / {money})", "({duration} / {duration})",
        "len({text})", "find({text}, {text})", "number({text})", "year({date})", "month({datetime})", "day({datetime})",
        "hour({datetime})", "hour({time})", "weekday({date})", "week({date})", "week({datetime})",
        "days_between({date}, {date})", "days_between({datetime}, {datetime})", "hours_between({datetime}, {datetime})",
        "({date} - {date})", "workdays({date}, {date})", "sum({numbers})", "avg({numbers})", "round(avg({numbers}), {count})",
        "min({numbers})", "max({numbers})", "count({numbers})", "count({bools})", "count(distinct({numbers}))",
        "first({numbers})", "last({numbers})", "sum(lines.qty * {number})", "amt.amount",
    ],
    "bool": [
        *(f"({{{kind}}} {sign} {{{kind}}})" for kind in ("number", "text", "date", "datetime", "time", "duration", "money")
          for sign in ("==", "!=", "<", ">=")),
        "({bool} and {bool})", "({bool} or {bool})", "(not {bool})", "({bool} == {bool})", "({bool} != {bool})",
        "blank({text})", "blank({money})", "blank({duration})", "between({number}, {number}, {number})",
        "between({text}, {text}, {text})", "between({date}, {date}, {date})", "({number} in [1, 2.50, null])",
        "({text} not in [{word}, 'a'])", "contains({text}, {text})", "starts_with({text}, {text})", "ends_with({text}, {text})",
        "same_text({text}, {text})", "like({text}, '*a*')", "like({text}, {word})", "any({bools})", "all({bools})",
        "includes({numbers}, {number})", "includes({texts}, {text})", "({number} in {numbers})",
    ],
    "text": [
        "({text} + {text})", "concat({text}, {text})", "trim({text})", "upper({text})", "lower({text})",
        "left({text}, {count})", "right({text}, {count})", "mid({text}, {count}, {count})", "replace({text}, {text}, {text})",
        "text({number})", "text({money})", "text({date})", "text({datetime})", "text({time})", "text({duration})",
        "text({bool})", "join({numbers})", "join({texts}, {word})", "first({texts})", "join(distinct({texts}))",
        "text(amt.currency)",
    ],
    "date": [
        "add_days({date}, {number})", "add_months({date}, {count})", "add_workdays({date}, {count})",
        "start_of({unit}, {date})", "end_of({unit}, {date})", "date({datetime})", "date({text})",
        "date({number}, {number}, {number})", "min({date}, {date})", "clamp({date}, {date}, {date})",
    ],
    "datetime": [
        "add_days({datetime}, {count})", "add_months({datetime}, {count})", "start_of({unit}, {datetime})",
        "end_of({unit}, {datetime})", "datetime({date})", "datetime({date}, {time})", "datetime({text})",
        "({datetime} + {duration})", "({datetime} - {duration})", "max({datetime}, {datetime})",
    ],
    "time": ["time({datetime})", "time({text})", "time({number}, {number})", "time(9, {number}, {number})"],
    "duration": ["({datetime} - {datetime})", "({duration} + {duration})", "({duration} * {number})", "-({duration})"],
    "money": [
        "({money} + {money})", "({money} - {money})", "({money} * {number})", "({number} * {money})", "({money} / {number})",
        "round({money}, {count})", "round({money} / {number}, {count})", "abs({money})", "floor({money})", "-({money})",
        "sum(lines.cost)", "sum(lines.value)", "avg(lines.value)", "max({money}, {money})", "money({number}, 'EUR')",
        "sum(lines.value * {number})",
    ],
    "numbers": ["(lines.qty * lines.price)", "(lines.qty / lines.price)", "distinct({numbers})"],
    "texts": ["distinct({texts})", "upper(lines.note)"],
    "bools": ["(lines.qty == lines.price)", "(not lines.done)", "(lines.qty > {number})", "(lines.done and lines.qty > 1)"],
}  # fmt: skip
for _kind, _ways in MADE.items():
    if _kind in ("number", "text", "bool", "date", "datetime", "money"):
        _ways.extend(way.replace("{X}", "{" + _kind + "}") for way in SAME)

LETTERS = st.characters(exclude_categories=["Cs", "Cn", "Co"], exclude_characters="$@")
"""`$` and `@` mean something to the world of the table."""
_number = st.one_of(st.sampled_from(NUMBERS), st.decimals(-1000, 1000, places=4).map(str))
_texts = st.one_of(st.sampled_from(TEXTS), st.text(LETTERS, max_size=4))
_money = st.tuples(_number, st.sampled_from(["EUR", "USD"])).map(" ".join)
_usd = st.sampled_from(NUMBERS).map(lambda number: f"{number} USD")
_date = st.one_of(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.dates(date(2024, 1, 1), date(2024, 12, 31)))
_moment = st.one_of(
    st.datetimes(datetime(1902, 1, 1), datetime(2037, 12, 31)),
    st.datetimes(datetime(2024, 2, 1), datetime(2024, 12, 1)),
).map(lambda moment: moment.replace(tzinfo=UTC).isoformat())
_fields = {
    "n": _number, "k": _number, "i": st.sampled_from(["0", "1", "-2", "7"]), "j": st.sampled_from(["0", "1", "3"]),
    "s": _texts, "t": _texts, "b": st.booleans(), "c": st.booleans(), "d": _date.map(date.isoformat),
    "e": _date.map(date.isoformat), "p": _moment, "q": _moment, "h": st.sampled_from(["00:00", "09:30", "23:59:59", "12:00:00.5"]),
    "g": st.sampled_from("abc"), "gs": st.lists(st.sampled_from("abc"), max_size=3), "u": IDENTITIES, "w": IDENTITIES,
    "amt": _money, "fee": _money, "usd": _usd, "acc.name": _texts, "acc.size": _number,
    "lines": st.lists(
        st.fixed_dictionaries({}, optional={"qty": _number, "price": _number, "note": _texts, "done": st.booleans(),
                                            "cost": _money, "value": _usd, "sku": st.sampled_from("abc")}),
        max_size=3),
    "old": st.fixed_dictionaries({}, optional={"n": _number, "s": _texts}),
}  # fmt: skip
ENVIRONMENTS: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries({}, optional=_fields)
KINDS = ("number", "bool", "text", "date", "datetime", "money", "duration", "time")
TEXTS_OF_ANY_TYPE = st.one_of(*(expressions(kind, depth) for kind in KINDS for depth in (1, 2)))
