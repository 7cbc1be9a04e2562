"""`q`: every word must stand somewhere in the record's title, number or search fields, inside words too.

Only fields that the actor reads in clear are looked into. Capitals do not matter; two Chinese characters are enough.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from platform_core import database
from platform_core.entities import TITLE, Entity, quote
from platform_core.permissions import Access
from platform_core.records.scoping import EVERYTHING, NOTHING, Condition
from platform_core.records.titling import title_fields, title_is_clear

MOST_WORDS = 8
LONGEST_WORD = 80

_FOLD = "tw_fold"


def fold(text: object) -> str | None:
    """Small letters, as PostgreSQL's `lower` makes them in a UTF-8 database."""
    return text.lower() if isinstance(text, str) else None


database.register_sqlite_function(_FOLD, 1, fold)


def search(entity: Entity, access: Access, q: str | None) -> Condition:
    """The condition for `q`; it holds for every row where there is nothing to look for."""
    words = _words(q)
    if not words:
        return EVERYTHING
    columns = list(_columns(entity, access))
    if not columns:
        return NOTHING
    texts: list[str] = []
    params: list[object] = []
    for word in words:
        contains, param = _contains(word)
        texts.append("(" + " OR ".join(contains.format(f"t.{quote(column)}") for column in columns) + ")")
        params += [param] * len(columns)
    return Condition(" AND ".join(texts), tuple(params))


def _words(q: str | None) -> list[str]:
    text = unicodedata.normalize("NFC", q or "").replace("\x00", "")
    return [word[:LONGEST_WORD] for word in text.split()[:MOST_WORDS]]


def _columns(entity: Entity, access: Access) -> Iterator[str]:
    """Text columns to look into: the title unless a search field shows the same, the number, the search fields."""
    searched = {
        field.name for field in entity.fields.values() if field.search and access.unrestricted(field.name)
    }
    shown = title_fields(entity)
    if title_is_clear(entity, access) and not (shown and searched.issuperset(shown)):
        yield TITLE
    if access.unrestricted("code"):
        yield "code"
    for name in entity.fields:
        if name in searched:
            for column in entity.fields[name].columns:
                if column.type.kind == "text" and column.role in ("value", "raw"):
                    yield column.name


def _contains(word: str) -> tuple[str, str]:
    """ "This column contains the word" as a template, and its parameter."""
    pattern = f"%{word.translate(_ESCAPED)}%"
    if database.dialect().is_postgresql:
        # The columns sort by code point ("C"), where ILIKE knows ASCII only; the database's own collation knows all.
        return '{} COLLATE "default" ILIKE ?', pattern
    if word.lower() == word.upper() or word.isascii():
        return (
            r"""{} LIKE ? ESCAPE '\'""",
            pattern,
        )  # SQLite's own LIKE ignores ASCII capitals, and is quicker
    return rf"""{_FOLD}({{}}) LIKE ? ESCAPE '\'""", pattern.lower()


_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
