"""Functions on text. Lengths and positions count code points, positions from 1; comparing is by code point."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from platform_core.expressions import arithmetic, sql_text
from platform_core.expressions.arithmetic import Number
from platform_core.expressions.environment import Env
from platform_core.expressions.functions.spec import FunctionSpec, built_in
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
    built_in(
        "len", "text", "(text: text) -> number", len,
        "How many characters the text has.", "文本的字符数。",
        ("LEN('信风')", "2"),
        es="Cuántos caracteres tiene el texto.",
        fr="Combien de caractères compte le texte.",
        ar="عدد أحرف النص.",
        sqlite="length({0})", postgresql="char_length({0})",
    ),
    built_in(
        "lower", "text", "(text: text) -> text", lambda text: bounded_text(text.lower()),
        "The text in small letters.", "转为小写。",
        ("LOWER('Abc')", "abc"),
        es="El texto en minúsculas.",
        fr="Le texte en minuscules.",
        ar="النص بالأحرف الصغيرة.",
    ),
    built_in(
        "upper", "text", "(text: text) -> text", lambda text: bounded_text(text.upper()),
        "The text in capitals.", "转为大写。",
        ("UPPER('Abc')", "ABC"),
        es="El texto en mayúsculas.",
        fr="Le texte en majuscules.",
        ar="النص بالأحرف الكبيرة.",
    ),
    built_in(
        "trim", "text", "(text: text) -> text", _trim,
        "The text without blanks at both ends.", "去掉首尾空白。",
        ("TRIM('  a b ')", "a b"),
        es="El texto sin espacios al principio ni al final.",
        fr="Le texte sans espaces au début ni à la fin.",
        ar="النص من دون مسافات في أوله وآخره.",
        sql=sql_text.trim,
    ),
    built_in(
        "left", "text", "(text: text, length: number) -> text", _left,
        "The first characters of the text.", "文本开头的若干字符。",
        ("LEFT('abc', 2)", "ab"),
        es="Los primeros caracteres del texto.",
        fr="Les premiers caractères du texte.",
        ar="الأحرف الأولى من النص.",
        sqlite="substr({0}, 1, max({1}, 0))", postgresql="left({0}, CASE WHEN {1} < 0 THEN 0 ELSE {1} END)",
    ),
    built_in(
        "right", "text", "(text: text, length: number) -> text", _right,
        "The last characters of the text.", "文本末尾的若干字符。",
        ("RIGHT('abc', 2)", "bc"),
        es="Los últimos caracteres del texto.",
        fr="Les derniers caractères du texte.",
        ar="الأحرف الأخيرة من النص.",
        sqlite="substr({0}, -max({1}, 0), max({1}, 0))", postgresql="right({0}, CASE WHEN {1} < 0 THEN 0 ELSE {1} END)",
    ),
    built_in(
        "mid", "text", "(text: text, start: number, length: number) -> text", _mid,
        "Characters from the middle, counted from 1.", "从指定位置（从 1 起）取若干字符。",
        ("MID('abcd', 2, 2)", "bc"),
        es="Caracteres del medio, contados desde 1.",
        fr="Des caractères du milieu, comptés à partir de 1.",
        ar="أحرف من وسط النص، والعد يبدأ من 1.",
        sqlite="substr({0}, max({1}, 1), max({2}, 0))", postgresql="substr({0}, CASE WHEN {1} < 1 THEN 1 ELSE {1} END, CASE WHEN {2} < 0 THEN 0 ELSE {2} END)",
    ),
    built_in(
        "contains", "text", "(text: text, part: text) -> bool", lambda text, part: part in text,
        "True when the part stands anywhere in the text; capitals matter.", "文本包含该部分时为真（区分大小写）。",
        ("CONTAINS('Nordic Tools', 'Tool')", "true"),
        es="Verdadero si la parte aparece en cualquier lugar del texto; distingue mayúsculas.",
        fr="Vrai si la partie se trouve quelque part dans le texte ; les majuscules comptent.",
        ar="صحيح إذا ورد الجزء في أي موضع من النص، مع مراعاة حالة الأحرف.",
        sql=sql_text.contains,
    ),
    built_in(
        "starts_with", "text", "(text: text, start: text) -> bool", str.startswith,
        "True when the text begins so; capitals matter.", "文本以此开头时为真（区分大小写）。",
        ("STARTS_WITH('https://a', 'http')", "true"),
        es="Verdadero si el texto empieza así; distingue mayúsculas.",
        fr="Vrai si le texte commence ainsi ; les majuscules comptent.",
        ar="صحيح إذا بدأ النص بذلك، مع مراعاة حالة الأحرف.",
        sql=sql_text.starts_with,
    ),
    built_in(
        "ends_with", "text", "(text: text, end: text) -> bool", str.endswith,
        "True when the text ends so; capitals matter.", "文本以此结尾时为真（区分大小写）。",
        ("ENDS_WITH('a.pdf', '.pdf')", "true"),
        es="Verdadero si el texto termina así; distingue mayúsculas.",
        fr="Vrai si le texte finit ainsi ; les majuscules comptent.",
        ar="صحيح إذا انتهى النص بذلك، مع مراعاة حالة الأحرف.",
        sql=sql_text.ends_with,
    ),
    built_in(
        "same_text", "text", "(text: text, other: text) -> bool", _same_text,
        "True when both texts are equal, capitals aside.", "忽略大小写比较两个文本是否相同。",
        ("SAME_TEXT('Straße', 'STRASSE')", "true"),
        es="Verdadero si ambos textos son iguales, sin distinguir mayúsculas.",
        fr="Vrai si les deux textes sont égaux, majuscules mises à part.",
        ar="صحيح إذا تساوى النصان بغض النظر عن حالة الأحرف.",
        sql=sql_text.same_text,
    ),
    built_in(
        "like", "text", "(text: text, pattern: text) -> bool", like,
        "True when the whole text fits the pattern; * stands for any characters.", "文本符合模式时为真，* 代表任意字符。",
        ("LIKE('CUS-2024-7', 'CUS-*-7')", "true"),
        es="Verdadero si todo el texto se ajusta al patrón; * vale por cualesquiera caracteres.",
        fr="Vrai si tout le texte suit le modèle ; * remplace n’importe quels caractères.",
        ar="صحيح إذا طابق النص كله النمط؛ والعلامة * تنوب عن أي أحرف.",
        sql=sql_text.like,
    ),
    built_in(
        "concat", "text", "(parts...: text) -> text", _concat,
        "The texts put together; blanks are left out.", "连接多个文本，空值略过。",
        ("CONCAT('a', null, 'b')", "ab"),
        es="Los textos unidos; los vacíos se omiten.",
        fr="Les textes mis bout à bout ; les vides sont omis.",
        ar="النصوص موصولة بعضها ببعض، مع ترك الفراغات.",
        nulls="handles", sql=sql_text.concat,
    ),
    built_in(
        "replace", "text", "(text: text, old: text, new: text) -> text", _replace,
        "The text with every occurrence of one part replaced.", "把文本中的某部分全部替换。",
        ("REPLACE('a-b-c', '-', '')", "abc"),
        es="El texto con cada aparición de una parte sustituida.",
        fr="Le texte où chaque occurrence d’une partie est remplacée.",
        ar="النص بعد استبدال كل ورود لجزء منه.",
        sqlite="CASE WHEN {2} IS NULL THEN NULL ELSE replace({0}, {1}, {2}) END",
        postgresql="replace({0}, {1}, {2})",
    ),
    built_in(
        "find", "text", "(text: text, part: text) -> number", _find,
        "Where the part begins in the text, counted from 1; 0 when it is not there.", "某部分在文本中的位置（从 1 起），没有则为 0。",
        ("FIND('abcb', 'b')", "2"),
        es="Dónde empieza la parte en el texto, contando desde 1; 0 si no está.",
        fr="Où la partie commence dans le texte, en comptant à partir de 1 ; 0 si elle n’y est pas.",
        ar="موضع بداية الجزء في النص بالعد من 1؛ و0 إن لم يوجد.",
        sqlite="instr({0}, {1})", postgresql="strpos({0}, {1})",
    ),
    built_in(
        "text", "text", "(value: T) -> text", text_of,
        "The value as plain text.", "把值转为文本。",
        ("TEXT(1.50)", "1.5"),
        es="El valor como texto simple.",
        fr="La valeur en texte simple.",
        ar="القيمة نصًا عاديًا.",
        needs_env=True,
        sql=sql_text.as_text,
    ),
    built_in(
        "number", "text", "(text: text) -> number", _number,
        "The number that the text spells; blank when it spells none.", "把文本转为数字，不是数字则为空。",
        ("NUMBER(' 12.5 ')", "12.5"),
        es="El número que escribe el texto; vacío si no escribe ninguno.",
        fr="Le nombre que le texte écrit ; vide s’il n’en écrit aucun.",
        ar="العدد المكتوب في النص؛ وفارغ إن لم يكن فيه عدد.",
        blank_because=N_("The text is not a number."),
    ),
)  # fmt: skip
