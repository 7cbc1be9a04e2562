"""The sealer: puts the lines that are not yet in the chain into it, one sealer at a time over all processes.

Lines are found by not being sealed, never by an id or a time: a transaction that began early and commits late is
sealed when it is there. The lock is the head itself, so a sealer that dies leaves nothing behind.
"""

from __future__ import annotations

from typing import cast

from platform_core import clock, database
from platform_core.audit.chain import COLUMNS, chain_key, head, link, signature
from platform_core.audit.errors import ChainBroken

BATCH = 1_000
"""Lines sealed in one transaction: some ten milliseconds."""

_WAITING = "SELECT 1 FROM tw_audit_entry WHERE sealed_number IS NULL LIMIT 1"
_UNSEALED = f"SELECT {COLUMNS} FROM tw_audit_entry WHERE sealed_number IS NULL ORDER BY id LIMIT ?"
_SEAL = "UPDATE tw_audit_entry SET sealed_number = ?, sealed_chain = ? WHERE id = ?"
_SEAL_MANY = """UPDATE tw_audit_entry e SET sealed_number = s.number, sealed_chain = s.chain
FROM unnest(CAST(? AS uuid[]), CAST(? AS bigint[]), CAST(? AS bytea[])) AS s(id, number, chain) WHERE e.id = s.id"""


async def seal(*, batch: int = BATCH) -> int:
    """Seal what is waiting, the oldest first, at most `batch` lines; how many. 0 also while another process seals.

    Raises ChainBroken where the head was not signed with this installation's key: nothing is built on that.
    """
    if await database.fetch_value(_WAITING) is None:
        return 0
    async with database.transaction():
        before = await head(lock=True)
        if before is None:
            return 0
        if not before.is_genuine:
            raise ChainBroken()
        rows = await database.fetch_tuples(_UNSEALED, (batch,))
        key, chain, number = chain_key(), before.chain, before.number
        sealed: list[tuple[int, bytes, str]] = []
        for number, row in enumerate(rows, before.number + 1):
            chain = link(key, chain, number, row)
            sealed.append((number, chain, cast("str", row[0])))
        if sealed:
            await _write(sealed)
            await database.execute(
                "UPDATE tw_audit_head SET number = ?, chain = ?, mac = ?, sealed_at = ? WHERE id = 1",
                (number, chain, signature(number, chain), clock.now()),
            )
    return len(sealed)


async def _write(sealed: list[tuple[int, bytes, str]]) -> None:
    if database.dialect().is_postgresql:
        numbers, chains, ids = map(list, zip(*sealed, strict=True))
        await database.execute(_SEAL_MANY, (ids, numbers, chains))
    else:
        await database.execute_many(_SEAL, sealed)
