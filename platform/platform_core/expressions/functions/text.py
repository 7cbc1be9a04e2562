"""Functions on text. Lengths and positions count code points, positions from 1; comparing is by code point."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from platform_core.expressions import arithmetic, sql_text
from platform_core.expressions.arithmetic import Number
from platform_core.expressions.environment import Env
from platform_core.expressions.functions.spec import FunctionSpec, function
from platform_core.expressions.limits import (
    RESULT_LENGTH,
    WIDE,
    bounded_number,
    bounded_text,
    require_text_length,
)
from platform_core.expressions.patterns import SPACES, require_pattern_length
from platform_core.expressions.types import Money
from platform_core.i18n import N_

_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,28}(?:\.\d{0,28})?|\.\d{1,28})", re.ASCII)


def _trim(text: str) -> str:
    return text.strip(SPACES)


def _left(text: str, length: Number) -> str:
    return text[: arithmetic.whole(length, 0, RESULT_LENGTH)]


def _right(text: str, length: Number) -> str:
    count = arithmetic.whole(length, 0, RESULT_LENGTH)
    return text[-count:] if count else ""


def _mid(text: str, start: Number, length: Number) -> str:
    first = arithmetic.whole(start, 1, RESULT_LENGTH + 1) - 1
    return text[first : first + arithmetic.whole(length, 0, RESULT_LENGTH)]


def _same_text(left: str, right: str) -> bool:
    return left.casefold() == right.casefold()


def like(text: str, pattern: str) -> bool:
    """`*` stands for any run of characters, everything else for itself; the whole text must match.

    Searches piece by piece from the left, so the time grows with the length only.
    """
    require_pattern_length(pattern)
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *inner, last = rest
    if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
        return False
    position, end = len(first), len(text) - len(last)
    for piece in inner:
        found = text.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _concat(*parts: str | None) -> str:
    return arithmetic.join_texts([part for part in parts if part is not None])


def _replace(text: str, old: str, new: str) -> str:
    if not old:
        return text
    require_text_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _find(text: str, part: str) -> int:
    return text.find(part) + 1


def text_of(env: Env, value: object) -> str | None:
    """A value as plain text: 1.5, 2024-05-01, 2024-05-01 09:30 (in the zone), 12.5 EUR, true, a key or an id."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int):
        return number_text(value)
    if isinstance(value, Money):
        return f"{number_text(value.amount)} {value.currency}"
    return _moment_text(env, value)


def _moment_text(env: Env, value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(env.zone).strftime("%Y-%m-%d %H:%M").rjust(16, "0")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        seconds = value // timedelta(seconds=1)
        return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}"
    raise TypeError(f"no text for {type(value).__name__}")


def number_text(value: Number) -> str:
    """Plain digits without an exponent and without zeros at the end: 1.50 is "1.5", 1E+3 is "1000"."""
    number = arithmetic.decimal_of(value)
    return bounded_text(format(number.normalize(WIDE), "f")) if number else "0"


def _number(text: str) -> Decimal | None:
    digits = _trim(text)
    return bounded_number(Decimal(digits)) if _NUMBER.fullmatch(digits) else None


FUNCTIONS: Final[tuple[FunctionSpec, ...]] = (
    function(
        "len", "text", "(text: text) -> number", len,
        "How many characters the text has.", "文本的字符数。",
        ("LEN('信风')", "2"),
        sqlite="length({0})", postgresql="char_length({0})",
    ),
    function(
        "lower", "text", "(text: text) -> text", lambda text: bounded_text(text.lower()),
        "The text in small letters.", "转为小写。",
        ("LOWER('Abc')", "abc"),
    ),
    function(
        "upper", "text", "(text: text) -> text", lambda text: bounded_text(text.upper()),
        "The text in capitals.", "转为大写。",
        ("UPPER('Abc')", "ABC"),
    ),
    function(
        "trim", "text", "(text: text) -> text", _trim,
        "The text without blanks at both ends.", "去掉首尾空白。",
        ("TRIM('  a b ')", "a b"),
        sql=sql_text.trim,
    ),
    function(
        "left", "text", "(text: text, length: number) -> text", _left,
        "The first characters of the text.", "文本开头的若干字符。",
        ("LEFT('abc', 2)", "ab"),
        sqlite="substr({0}, 1, max({1}, 0))", postgresql="left({0}, CASE WHEN {1} < 0 THEN 0 ELSE {1} END)",
    ),
    function(
        "right", "text", "(text: text, length: number) -> text", _right,
        "The last characters of the text.", "文本末尾的若干字符。",
        ("RIGHT('abc', 2)", "bc"),
        sqlite="substr({0}, -max({1}, 0), max({1}, 0))", postgresql="right({0}, CASE WHEN {1} < 0 THEN 0 ELSE {1} END)",
    ),
    function(
        "mid", "text", "(text: text, start: number, length: number) -> text", _mid,
        "Characters from the middle, counted from 1.", "从指定位置（从 1 起）取若干字符。",
        ("MID('abcd', 2, 2)", "bc"),
        sqlite="substr({0}, max({1}, 1), max({2}, 0))", postgresql="substr({0}, CASE WHEN {1} < 1 THEN 1 ELSE {1} END, CASE WHEN {2} < 0 THEN 0 ELSE {2} END)",
    ),
    function(
        "contains", "text", "(text: text, part: text) -> bool", lambda text, part: part in text,
        "True when the part stands anywhere in the text; capitals matter.", "文本包含该部分时为真（区分大小写）。",
        ("CONTAINS('Nordic Tools', 'Tool')", "true"),
        sql=sql_text.contains,
    ),
    function(
        "starts_with", "text", "(text: text, start: text) -> bool", str.startswith,
        "True when the text begins so; capitals matter.", "文本以此开头时为真（区分大小写）。",
        ("STARTS_WITH('https://a', 'http')", "true"),
        sql=sql_text.starts_with,
    ),
    function(
        "ends_with", "text", "(text: text, end: text) -> bool", str.endswith,
        "True when the text ends so; capitals matter.", "文本以此结尾时为真（区分大小写）。",
        ("ENDS_WITH('a.pdf', '.pdf')", "true"),
        sql=sql_text.ends_with,
    ),
    function(
        "same_text", "text", "(text: text, other: text) -> bool", _same_text,
        "True when both texts are equal, capitals aside.", "忽略大小写比较两个文本是否相同。",
        ("SAME_TEXT('Straße', 'STRASSE')", "true"),
        sql=sql_text.same_text,
    ),
    function(
        "like", "text", "(text: text, pattern: text) -> bool", like,
        "True when the whole text fits the pattern; * stands for any characters.", "文本符合模式时为真，* 代表任意字符。",
        ("LIKE('CUS-2024-7', 'CUS-*-7')", "true"),
        sql=sql_text.like,
    ),
    function(
        "concat", "text", "(parts...: text) -> text", _concat,
        "The texts put together; blanks are left out.", "连接多个文本，空值略过。",
        ("CONCAT('a', null, 'b')", "ab"),
        nulls="handles", sql=sql_text.concat,
    ),
    function(
        "replace", "text", "(text: text, old: text, new: text) -> text", _replace,
        "The text with every occurrence of one part replaced.", "把文本中的某部分全部替换。",
        ("REPLACE('a-b-c', '-', '')", "abc"),
        sqlite="CASE WHEN {2} IS NULL THEN NULL ELSE replace({0}, {1}, {2}) END",
        postgresql="replace({0}, {1}, {2})",
    ),
    function(
        "find", "text", "(text: text, part: text) -> number", _find,
        "Where the part begins in the text, counted from 1; 0 when it is not there.", "某部分在文本中的位置（从 1 起），没有则为 0。",
        ("FIND('abcb', 'b')", "2"),
        sqlite="instr({0}, {1})", postgresql="strpos({0}, {1})",
    ),
    function(
        "text", "text", "(value: T) -> text", text_of,
        "The value as plain text.", "把值转为文本。",
        ("TEXT(1.50)", "1.5"),
        needs_env=True,
        sql=sql_text.as_text,
    ),
    function(
        "number", "text", "(text: text) -> number", _number,
        "The number that the text spells; blank when it spells none.", "把文本转为数字，不是数字则为空。",
        ("NUMBER(' 12.5 ')", "12.5"),
        blank_because=N_("The text is not a number."),
    ),
)  # fmt: skip
