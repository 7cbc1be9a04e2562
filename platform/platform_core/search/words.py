"""Text → the words of the index, and a query → the terms to look for. The same on both databases.

Both engines get finished words (letters and digits only), so that no tokenizer of theirs decides anything:

- compatibility forms and capitals are evened out (NFKC, casefold), accents are dropped: "Müller" is found by "muller";
- a run of Han, kana, Hangul or Thai, which have no spaces, becomes its pairs of characters: 信风科技 → 信风 风科 科技 技;
- of a word its endings are kept beside it ("tradewind" → "radewind" … "ind"), so that the middle of a word is the
  beginning of one of its endings: both engines look for beginnings quickly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec

MOST_TERMS = 8
"""Words of a query that count."""
LONGEST_QUERY = 200
LONGEST_WORD = 64
_MOST_WORDS = 1_500
"""Words of one record that are indexed."""
_MOST_WITH_ENDINGS = 60
"""Words of one record that can be found by their middle: names, numbers and addresses come first."""
_SHORTEST_ENDING = 3
_LONGEST_FIELD = 20_000

_UNSPACED = (
    "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"(?:(?![\\W_])[{_UNSPACED}])+|[^\\W_{_UNSPACED}]+")
_ASCII_RUN = re.compile("[0-9a-z]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_FIRST_UNSPACED = "\u0e00"
_KANA_MARKS = "\u3099\u309a"


class Term(msgspec.Struct, frozen=True):
    """One thing that must stand in a record: neighbours in their order, or the beginning of a word."""

    words: tuple[str, ...]
    beginning: bool = False


def fold(text: str) -> str:
    """Capitals, compatibility forms and accents evened out. Its length may differ from that of `text`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = (sign for sign in apart if sign in _KANA_MARKS or not unicodedata.category(sign).startswith("M"))
    return unicodedata.normalize("NFKC", "".join(kept)).casefold()


def is_unspaced(sign: str) -> bool:
    """Whether the character belongs to a script without spaces between words."""
    return sign >= _FIRST_UNSPACED and _IS_UNSPACED.match(sign) is not None


def words(text: str) -> Iterator[str]:
    """The words of a text in their order; pairs of characters for scripts without spaces."""
    folded = fold(text[:_LONGEST_FIELD])
    if folded.isascii():
        for run in _ASCII_RUN.findall(folded):
            yield run[:LONGEST_WORD]
        return
    for run in _RUN.findall(folded):
        if is_unspaced(run[0]):
            yield from (run[place : place + 2] for place in range(len(run)))
        else:
            yield run[:LONGEST_WORD]


def indexed(texts: Iterable[str], phones: Iterable[str] = ()) -> tuple[list[str], list[str]]:
    """The words of a record in their order, and the endings by which they are found from inside."""
    found: list[str] = []
    for text in texts:
        found.extend(words(text))
        if len(found) >= _MOST_WORDS:
            break
    found = found[:_MOST_WORDS]
    numbers = [digits for phone in phones if (digits := "".join(filter(str.isdigit, fold(phone))))]
    found += [number[:LONGEST_WORD] for number in numbers]
    spaced = dict.fromkeys(word for word in (*numbers, *found) if not is_unspaced(word[0]))
    inside: dict[str, None] = {}
    for word in list(spaced)[:_MOST_WITH_ENDINGS]:
        for place in range(1, len(word) - _SHORTEST_ENDING + 1):
            inside[word[place:LONGEST_WORD]] = None
    return found, list(inside)


@lru_cache(maxsize=1_000)
def terms(query: str) -> tuple[Term, ...]:
    """What a query looks for; all of it must be found. Nothing where it holds fewer than two letters."""
    runs = _RUN.findall(fold(query[:LONGEST_QUERY].replace("\x00", "")))
    made = [_term(run[:LONGEST_WORD]) for run in runs]
    longer = [term for term in made if len(term.words[0]) > 1 or is_unspaced(term.words[0][0])]
    return tuple(dict.fromkeys(longer))[:MOST_TERMS]


def _term(run: str) -> Term:
    if not is_unspaced(run[0]):
        return Term((run,), beginning=True)
    if len(run) == 1:
        return Term((run,), beginning=True)
    return Term(tuple(run[place : place + 2] for place in range(len(run) - 1)))


def fts5(looked_for: Sequence[Term]) -> str:
    """The terms as a MATCH of SQLite; every word quoted."""
    return " AND ".join(f'"{" ".join(term.words)}"{"*" if term.beginning else ""}' for term in looked_for)


def tsquery(looked_for: Sequence[Term]) -> str:
    """The terms as a `tsquery` of PostgreSQL; every word quoted."""
    parts = []
    for term in looked_for:
        quoted = " <-> ".join(f"'{word}'" for word in term.words)
        parts.append(f"{quoted}:*" if term.beginning else f"({quoted})")
    return " & ".join(parts)


def tsvector(in_order: Sequence[str], inside: Sequence[str]) -> str:
    """Words as the text of a `tsvector`: those in order with their place, endings without."""
    placed = " ".join(f"'{word}':{place}" for place, word in enumerate(in_order, 1))
    return f"{placed} {' '.join(f'{chr(39)}{word}{chr(39)}' for word in inside)}"
