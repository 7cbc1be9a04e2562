"""`q`: every word must stand somewhere in the record's title, number or search fields, inside words too.

Only fields that the actor reads in clear are looked into. Capitals do not matter; two Chinese characters are enough.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from platform_core import database
from platform_core.entities import TITLE, Entity, quote, searched_columns
from platform_core.permissions import Access
from platform_core.records.scoping import EVERYTHING, NOTHING, Condition
from platform_core.records.titling import title_is_clear

MOST_WORDS = 8
LONGEST_WORD = 80


def fold(text: object) -> str | None:
    """Small letters, as PostgreSQL's `lower` makes them in a UTF-8 database."""
    return text.lower() if isinstance(text, str) else None


database.register_sqlite_function(database.FOLD, 1, fold)


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
        found = [database.dialect().contains(f"t.{quote(column)}", word) for column in columns]
        texts.append("(" + " OR ".join(text for text, _ in found) + ")")
        params += [param for _, given in found for param in given]
    return Condition(" AND ".join(texts), tuple(params))


def _words(q: str | None) -> list[str]:
    text = unicodedata.normalize("NFC", q or "").replace("\x00", "")
    return [word[:LONGEST_WORD] for word in text.split()[:MOST_WORDS]]


def _columns(entity: Entity, access: Access) -> Iterator[str]:
    """Text columns to look into, as far as the actor reads them in clear."""
    known = {
        field.name for field in entity.fields.values() if field.search and access.unrestricted(field.name)
    }
    for column in searched_columns(entity, known):
        if column == TITLE and not title_is_clear(entity, access):
            continue
        if column != "code" or access.unrestricted("code"):
            yield column
