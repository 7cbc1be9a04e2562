"""What PostgreSQL needs to find text inside words by an index: the extension pg_trgm, and a function of ours.

Trigrams find three letters and more. Two Chinese characters are a word, so their pairs have keys of their own.
"""

from __future__ import annotations

import logging
from typing import Any

import asyncpg

from platform_core.database.dialect import CJK_PAIRS, POSTGRESQL, Dialect

_log = logging.getLogger("tradewind.database")
_LOCK = 0x7477_776F  # one process at a time makes them
_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_HAS_TRIGRAMS = "SELECT count(*) > 0 FROM pg_extension WHERE extname = 'pg_trgm'"
_FUNCTION = f"""CREATE OR REPLACE FUNCTION {CJK_PAIRS}(told text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN told COLLATE "C" ~ '[{_CJK}]{{2}}' THEN ARRAY(
    SELECT DISTINCT substr(told, place, 2) COLLATE "C" FROM generate_series(1, length(told) - 1) place
    WHERE substr(told, place, 2) COLLATE "C" ~ '^[{_CJK}]{{2}}$')
  ELSE CAST('{{}}' AS text[]) END
$$"""


async def find_words(connection: Any) -> Dialect:  # asyncpg's pooled connection has no useful static type
    """The dialect of this server; makes what is missing where this user may."""
    if await connection.fetchval("SELECT to_regproc($1) IS NULL", CJK_PAIRS):
        await _make(connection, _FUNCTION)
    if not await connection.fetchval(_HAS_TRIGRAMS):
        try:
            await _make(connection, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except asyncpg.PostgresError as exc:
            _log.warning(
                "searches inside words read every row: the extension pg_trgm is missing (%s)."
                " Install it with CREATE EXTENSION pg_trgm.",
                exc,
            )
            return POSTGRESQL
    return Dialect("postgresql", has_trigrams=True)


async def _make(connection: Any, sql: str) -> None:
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(sql)
