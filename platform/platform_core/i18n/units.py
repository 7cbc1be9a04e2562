"""What a translator works on: one message with its words, and what must be true of words before they are taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from platform_core.errors import Invalid, Problem

CATEGORIES: Mapping[int, tuple[str, ...]] = {
    1: ("other",),
    2: ("one", "other"),
    3: ("one", "few", "other"),
    6: ("zero", "one", "two", "few", "many", "other"),
}
"""Names of CLDR for the plural forms of a language, by their number and in the order of the catalogue."""

_PLACES = re.compile(r"\{\w*\}")
_TAGS = re.compile(r"</?[a-z][^<>]*>")


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `source` is its English text, or singular and plural; `words` are the translation, or its plural
    forms in the order of `CATEGORIES`, "" where one is missing.

    `context` tells equal sources apart: the context of a message, or the place of a label ("form/account#/label").
    `note` helps the translator and is never read back. `lines` are the places in the file it was read from, from 1.
    """

    source: tuple[str, ...]
    words: tuple[str, ...] = ()
    context: str = ""
    note: str = ""
    lines: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What the unit is known by on both sides of an exchange."""
        return self.context, self.source[0]

    @property
    def is_plural(self) -> bool:
        return len(self.source) > 1

    @property
    def is_translated(self) -> bool:
        return bool(self.words) and all(self.words)


def faults(unit: Unit, forms: int) -> Iterator[tuple[int, str, str]]:
    """What is wrong with the words of a unit: the number of the form, a code and an English sentence.

    `forms` is how many plural forms the language has. A unit without any words has no faults: it is just not done.
    """
    if not any(unit.words):
        return
    wanted = forms if unit.is_plural else 1
    if len(unit.words) != wanted or not all(unit.words):
        yield 0, "plural_forms", f"This needs {wanted} forms; {sum(map(bool, unit.words))} are given."
        return
    for number, text in enumerate(unit.words):
        yield from ((number, code, sentence) for code, sentence in _faults(unit, text, number, wanted))


def _faults(unit: Unit, text: str, number: int, forms: int) -> Iterator[tuple[str, str]]:
    source = unit.source[-1]
    need, given = Counter(_PLACES.findall(source)), Counter(_PLACES.findall(text))
    allowed = {place for one in unit.source for place in _PLACES.findall(one)}
    if foreign := sorted(set(given) - allowed):
        known = ", ".join(sorted(allowed)) or "none"
        yield "foreign_placeholder", f"{', '.join(foreign)} is no placeholder here; known: {known}."
    # "one error" may leave its number out; the last form, and a message without forms, may leave out nothing.
    elif (not unit.is_plural and given != need) or (number == forms - 1 and set(given) != set(need)):
        lost = sorted(set(need) - set(given)) or sorted((given - need) + (need - given))
        yield "lost_placeholder", f"{', '.join(lost)} must stand here as often as in the English text."
    if _stray_braces(text) != _stray_braces(source):
        yield "stray_brace", "A brace of the translation belongs to no placeholder."
    if Counter(_TAGS.findall(text)) != Counter(_TAGS.findall(source)):
        yield "other_tags", "The HTML tags are not those of the English text."


def _stray_braces(text: str) -> Counter[str]:
    return Counter(sign for sign in _PLACES.sub("", text) if sign in "{}")


class BrokenTranslations(Invalid):
    """A translators' file that is not taken; the pointers are places in it: "es.csv:14"."""

    code = "broken_translations"
    default_message = "Nothing was taken: mend these lines first."


def refuse_faults(file: str, units: Sequence[Unit], forms: int) -> None:
    """Raises BrokenTranslations with every fault and its line; a message that stands twice has to say the same."""
    problems: list[Problem] = []
    first: dict[tuple[str, str], Unit] = {}
    for unit in units:
        for number, code, sentence in faults(unit, forms):
            line = unit.lines[min(number, len(unit.lines) - 1)] if unit.lines else 0
            problems.append(Problem(pointer=f"{file}:{line}", code=code, message=sentence))
        before = first.setdefault(unit.key, unit)
        if before.words != unit.words and any(unit.words):
            sentence = f"The same message has other words in line {before.lines[0]}."
            problems.append(Problem(pointer=f"{file}:{unit.lines[0]}", code="twice", message=sentence))
    if problems:
        raise BrokenTranslations(problems)
