"""A new data key, and everything sealed anew under it: in small steps that can be killed and taken up again."""

from __future__ import annotations

import msgspec

from platform_core import clock, database
from platform_core.secrets.errors import SecretLocked
from platform_core.secrets.keyring import add_key, fingerprint, key_by_id, present_key
from platform_core.secrets.sealing import seal, unseal

_STEP = 100


class Rotation(msgspec.Struct, frozen=True):
    """What a rotation did: the key that is used now, secrets sealed anew, old keys that were thrown away.

    `resumed` tells that an interrupted rotation was finished, and no further key was made.
    """

    key_id: str
    resealed: int
    dropped: int
    resumed: bool


async def rotate() -> Rotation:
    """Makes a new data key, seals every secret under it and throws the old keys away.

    Whatever was sealed before can be read throughout. After a kill, run it again: it finishes what was begun. Raises
    SecretLocked where the installation's key does not open the old ones; nothing was changed then.
    """
    async with database.transaction():
        old = await database.fetch_tuples("SELECT id FROM tw_secret_key WHERE retired_at IS NOT NULL")
        resumed = bool(old)
        if resumed:
            key = await present_key()
        else:
            for (key_id,) in await database.fetch_tuples("SELECT id FROM tw_secret_key"):
                await key_by_id(str(key_id))
            await database.execute("UPDATE tw_secret_key SET retired_at = ?", (clock.now(),))
            key = await add_key()
    resealed = 0
    while changed := await _step():
        resealed += changed
    async with database.transaction():
        dropped = await database.execute(
            "DELETE FROM tw_secret_key WHERE retired_at IS NOT NULL AND id NOT IN (SELECT key_id FROM tw_secret)"
        )
    return Rotation(key.id, resealed, dropped, resumed)


async def _step() -> int:
    """Seals up to a hundred secrets anew, all or none; 0 when none is left."""
    async with database.transaction():
        present = await present_key()
        rows = await database.fetch_all(
            "SELECT name, sealed, key_id FROM tw_secret WHERE key_id <> ? ORDER BY name LIMIT ?",
            (present.id, _STEP),
        )
        for row in rows:
            before = await key_by_id(str(row["key_id"]))
            place, sealed = f"tw_secret:{row['name']}", row["sealed"]
            text = unseal(before.key, sealed, place) if isinstance(sealed, bytes) else None
            if text is None:
                raise SecretLocked("?", fingerprint())
            # Only where nobody has replaced it meanwhile (PostgreSQL reads without locks).
            await database.execute(
                "UPDATE tw_secret SET sealed = ?, key_id = ? WHERE name = ? AND key_id = ? AND sealed = ?",
                (seal(present.key, text, place), present.id, row["name"], row["key_id"], sealed),
            )
        return len(rows)
