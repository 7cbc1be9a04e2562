"""Identifiers and sort keys made in Python, the same on both engines."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from uuid import UUID

from uuid_utils import uuid7

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")


def new_id() -> str:
    """A new UUIDv7 as lower-case text; ids made later sort later, so indexes grow at their end."""
    return str(uuid7())


def is_id(text: object) -> bool:
    """Whether the text is an id in its canonical form. Ask before an id from outside goes into a query."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def id_at(milliseconds: int) -> str:
    """The smallest id of that moment (milliseconds since 1970): a bound for "created since" without a date column."""
    return str(UUID(int=(milliseconds << 80) | (7 << 76) | (0b10 << 62)))


@lru_cache(maxsize=8192)
def sort_key(text: str) -> str:
    """Key by which people expect text to be sorted: width and case folded, accents after their letter, Han by pinyin.

    Compare keys by code point (`COLLATE "C"`, SQLite's BINARY). The text itself ends the key, so that different
    texts have different keys and the order is total.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    spoken = _HAN.sub(_pinyin, folded)
    base = "".join(c for c in unicodedata.normalize("NFD", spoken) if not unicodedata.combining(c))
    return base if base == folded else f"{base}\x01{folded}"


def _pinyin(match: re.Match[str]) -> str:
    # Imported here: the dictionary takes 20 MB and 0.2 s, and most processes never sort Chinese text.
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(match.group(), style=Style.TONE3, neutral_tone_with_five=True)
    return "".join(f"{syllable} " for syllable in syllables)
