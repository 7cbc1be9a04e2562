"""What a number format makes of a number: a date, a code with leading zeros, a share, an amount of some currency."""

from __future__ import annotations

import re
from typing import NamedTuple

from .markup import Attributes, read_whole


class Format(NamedTuple):
    """How a number is meant. `kind`: "number", "date", "time", "elapsed", "percent", "pattern", "money", "text".

    `date` and `time` say which parts a date shows; `pattern` is "000-0000"; `currency` an ISO code, or the sign where
    nobody can know its code.
    """

    kind: str = "number"
    time: bool = False
    pattern: str = ""
    currency: str = ""


NUMBER = Format()
_DATES = {*range(14, 18), *range(27, 37), *range(50, 59)}
"""Those from 27 on mean dates or times, by the language of the workbook; the value tells."""
_TIMES = {18, 19, 20, 21, 45, 47}
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_BRACKETS = re.compile(r"\[([^\]]*)\]")
_PATTERN = re.compile(r"0[0 ()/\-]*0")
_LONGEST = 30

_SIGNS = {
    "$": "USD", "US$": "USD", "USD": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY", "CN¥": "CNY", "JP¥": "JPY",
    "元": "CNY", "RMB": "CNY", "HK$": "HKD", "NT$": "TWD", "A$": "AUD", "C$": "CAD", "R$": "BRL", "S$": "SGD",
    "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₫": "VND", "฿": "THB", "₪": "ILS", "zł": "PLN", "Kč": "CZK",
}  # fmt: skip
_BY_PLACE = {
    ("$", "c09"): "AUD", ("$", "1009"): "CAD", ("$", "c0c"): "CAD", ("$", "80a"): "MXN", ("$", "1004"): "SGD",
    ("$", "c04"): "HKD", ("$", "404"): "TWD", ("$", "1409"): "NZD", ("$", "2c0a"): "ARS", ("$", "340a"): "CLP",
    ("$", "240a"): "COP", ("¥", "411"): "JPY", ("￥", "411"): "JPY", ("kr", "41d"): "SEK", ("kr", "414"): "NOK",
    ("kr", "406"): "DKK", ("kr.", "406"): "DKK", ("R", "1c09"): "ZAR", ("R", "436"): "ZAR", ("Rp", "421"): "IDR",
}  # fmt: skip


def read_formats(styles: bytes) -> list[Format]:
    """The format of each cell style, by its number."""
    own: dict[int, str] = {}
    used: list[int] = []
    inside = [""]

    def start(name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            own[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name in ("cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
            inside[0] = name
        elif name == "xf" and inside[0] == "cellXfs":
            used.append(_whole(attributes.get("numFmtId")))

    if styles:
        read_whole(styles, start)
    return [format_of(own[number]) if number in own else _built_in(number) for number in used]


def format_of(code: str) -> Format:
    """What a format code means; only its first section counts, the others are for negative numbers and zero."""
    section = _first_section(code)
    words = [found[1] for found in _QUOTED.finditer(section) if found[1]]
    in_brackets = _BRACKETS.findall(_QUOTED.sub("", section))
    bare = _BRACKETS.sub("", _QUOTED.sub("", section)).strip()
    if bare == "@":
        return Format("text")
    if not bare or bare.lower() == "general":
        return NUMBER
    if any(re.fullmatch("h+|m+|s+", found.lower()) for found in in_brackets):
        return Format("elapsed", time=True)
    moment = _moment(bare)
    if moment is not None:
        return moment
    if "%" in bare:
        return Format("percent")
    currency = _currency(in_brackets, words, bare)
    if currency:
        return Format("money", currency=currency)
    return _pattern(section)


def _built_in(number: int) -> Format:
    if number in _DATES:
        return Format("date")
    if number == 22:
        return Format("date", time=True)
    if number in _TIMES:
        return Format("time", time=True)
    if number == 46:
        return Format("elapsed", time=True)
    if number in (9, 10):
        return Format("percent")
    # 5 to 8, 42 and 44 show the currency of whoever looks at them: the file does not say which it is.
    return Format("text") if number == 49 else NUMBER


def _first_section(code: str) -> str:
    quoted = False
    for place, character in enumerate(code):
        if character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            return code[:place]
    return code


def _moment(bare: str) -> Format | None:
    """A date, a time or both, where the code has their letters."""
    plain = re.sub("am/pm|a/p|上午/下午", "h", bare.lower())
    if re.search(r"[0#?]", plain) and not re.search(r"[ydh]", plain):
        return None  # "0.00E+00", "# ?/?"
    has_time = bool(re.search("[hs]", plain))
    has_day = bool(re.search("[ydeg]", plain)) or ("m" in plain and not has_time)
    if has_day:
        return Format("date", time=has_time)
    return Format("time", time=True) if has_time else None


def _currency(in_brackets: list[str], words: list[str], bare: str) -> str:
    for found in in_brackets:
        if found.startswith("$"):
            sign, _, place = found[1:].rpartition("-") if "-" in found else (found[1:], "", "")
            if sign:
                return _code(sign.strip(), place.lower().lstrip("0"))
    signs = [word.strip() for word in words] + [sign for sign in _SIGNS if len(sign) == 1 and sign in bare]
    return next((_code(sign, "") for sign in signs if sign in _SIGNS or re.fullmatch("[A-Z]{3}", sign)), "")


def _code(sign: str, place: str) -> str:
    """The ISO code of a sign as it is used in a place (a Windows language number in hex)."""
    return _BY_PLACE.get((sign, place)) or _SIGNS.get(sign) or sign


def _pattern(section: str) -> Format:
    """ "00000" and "000-0000": every digit has its place, so leading zeros belong to the value."""
    plain = _BRACKETS.sub("", _QUOTED.sub(lambda found: found[1] or found[2] or "", section)).strip()
    if len(plain) <= _LONGEST and _PATTERN.fullmatch(plain.lstrip("(+")):
        return Format("pattern", pattern=plain)
    return NUMBER


def _whole(text: str | None) -> int:
    try:
        return int(text or "0")
    except ValueError:
        return 0
