"""Where the two engines differ in words. Everything here yields SQL text with `?` placeholders."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from platform_core.database.types import (
    ColumnType,
    EngineName,
    from_postgresql,
    from_sqlite,
    sql_type,
    to_postgresql,
    to_sqlite,
)

FOLD = "tw_fold"
"""The function of ours in SQLite that makes small letters as PostgreSQL does."""


def quoted(name: str) -> str:
    """A table or column name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


CJK_PAIRS = "tw_cjk_pairs"
"""The function of ours in PostgreSQL that gives the pairs of neighbouring Chinese, Japanese or Korean characters."""

_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]{2,}")


class Dialect(msgspec.Struct, frozen=True):
    """One engine's words."""

    name: EngineName
    has_trigrams: bool = False
    """PostgreSQL: whether the extension pg_trgm is there."""

    @property
    def is_postgresql(self) -> bool:
        return self.name == "postgresql"

    @property
    def for_update(self) -> str:
        """Tail of a SELECT that will be followed by an UPDATE; empty on SQLite, whose transaction owns the file."""
        return " FOR NO KEY UPDATE" if self.is_postgresql else ""

    @property
    def for_share(self) -> str:
        """Tail of a SELECT whose rows must stay as they are until the transaction ends; empty on SQLite."""
        return " FOR SHARE" if self.is_postgresql else ""

    @property
    def skip_locked(self) -> str:
        """Tail of a SELECT that takes free rows only (claiming jobs)."""
        return " FOR UPDATE SKIP LOCKED" if self.is_postgresql else ""

    def sql_type(self, column_type: ColumnType) -> str:
        return sql_type(column_type, self.name)

    def to_db(self, column_type: ColumnType, value: object) -> object:
        return (to_postgresql if self.is_postgresql else to_sqlite)(column_type, value)

    def from_db(self, column_type: ColumnType, raw: object) -> object:
        return (from_postgresql if self.is_postgresql else from_sqlite)(column_type, raw)

    def json_contains(self, column: str) -> str:
        """Condition "this JSON array of strings holds `?`" (one str parameter); a gin index serves it."""
        if self.is_postgresql:
            return f"{column} ?? CAST(? AS text)"
        return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = ?)"

    def contains(self, column: str, word: str) -> tuple[str, list[object]]:
        """Condition "this text holds the word", whatever its capitals, and its parameters; an index of WORDS serves it.

        The columns sort by code point ("C"), where ILIKE knows ASCII only; the database's own collation knows all.
        """
        pattern = f"%{word.translate(_ESCAPED)}%"
        if not self.is_postgresql:
            if word.lower() == word.upper() or word.isascii():
                return rf"{column} LIKE ? ESCAPE '\'", [
                    pattern
                ]  # its own LIKE ignores ASCII capitals, and is quicker
            return rf"{FOLD}({column}) LIKE ? ESCAPE '\'", [pattern.lower()]
        pairs = cjk_pairs(word)
        condition = f'{column} COLLATE "default" ILIKE ?'
        if not pairs:
            return condition, [pattern]
        return f"({CJK_PAIRS}({column}) @> CAST(? AS text[]) AND {condition})", [pairs, pattern]

    def words_keys(self, column: str) -> list[str]:
        """The keys of an index of WORDS over one text column."""
        trigrams = [f'({column} COLLATE "default") gin_trgm_ops'] if self.has_trigrams else []
        return [*trigrams, f"{CJK_PAIRS}({column})"]

    def json_text(self, column: str, *path: str) -> str:
        """The text at a path of member names inside a JSON column; NULL where there is none."""
        if any(not step.replace("_", "").isalnum() for step in path):
            raise ValueError(f"a JSON path has plain member names only: {path}")
        if self.is_postgresql:
            return f"({column} #>> '{{{','.join(path)}}}')"
        return f"json_extract({column}, '$.{'.'.join(path)}')"

    def in_list(self, expression: str, kind: str = "uuid") -> str:
        """Condition "is one of" with a single list parameter, so that one prepared statement serves any length."""
        if self.is_postgresql:
            return f"{expression} = ANY(CAST(? AS {_ARRAYS[kind]}))"
        return f"{expression} IN (SELECT value FROM json_each(?))"

    def translated(self, sql: str) -> str:
        """The engine's own placeholders."""
        return numbered(sql) if self.is_postgresql else plain(sql)


def cjk_pairs(text: str) -> list[str]:
    """Every two neighbouring characters of Chinese, Japanese or Korean writing, as CJK_PAIRS gives them."""
    runs = _CJK.findall(text)
    return sorted({run[place : place + 2] for run in runs for place in range(len(run) - 1)})


_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_ARRAYS = {"uuid": "uuid[]", "text": "text[]", "int": "bigint[]"}

SQLITE = Dialect("sqlite")
POSTGRESQL = Dialect("postgresql")


@lru_cache(maxsize=4096)
def numbered(sql: str) -> str:
    """`?` → `$1`, `$2` …; `??` → `?` (an operator of jsonb). Text in quotes and comments stays as it is."""
    if "?" not in sql:
        return sql
    pieces: list[str] = []
    number = position = 0
    while position < len(sql):
        end = _quoted_end(sql, position)
        if end > position:
            pieces.append(sql[position:end])
            position = end
        elif sql.startswith("??", position):
            pieces.append("?")
            position += 2
        elif sql[position] == "?":
            number += 1
            pieces.append(f"${number}")
            position += 1
        else:
            pieces.append(sql[position])
            position += 1
    return "".join(pieces)


def plain(sql: str) -> str:
    """SQLite speaks `?` itself."""
    return sql


def _quoted_end(sql: str, start: int) -> int:
    """Where the literal, quoted name or comment that begins at `start` ends; `start` itself where none begins."""
    opening = sql[start]
    if opening in "'\"":
        position = start + 1
        while position < len(sql):
            if sql[position] == opening:
                if sql[position + 1 : position + 2] != opening:
                    return position + 1
                position += 1
            position += 1
        return len(sql)
    if sql.startswith("--", start):
        end = sql.find("\n", start)
        return len(sql) if end < 0 else end
    if sql.startswith("/*", start):
        end = sql.find("*/", start)
        return len(sql) if end < 0 else end + 2
    return start
