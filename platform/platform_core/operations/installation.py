"""The installation's secret key is recognised by its fingerprint, which the database keeps."""

from __future__ import annotations

from platform_core import clock, database, secrets, settings
from platform_core.operations.errors import KeyLost, WrongKey

_FINGERPRINT = "key_fingerprint"


async def known_fingerprint() -> str | None:
    """The fingerprint of the key that this database was set up with; None where it was never noted."""
    if "tw_installation" not in await database.tables():
        return None
    value = await database.fetch_value("SELECT value FROM tw_installation WHERE name = ?", (_FINGERPRINT,))
    return str(value) if value is not None else None


async def recognise_key() -> None:
    """Stop where the key is not this installation's; nothing happens where none was noted yet.

    Raises WrongKey, or KeyLost where the key's file was missing and one had just been made in its place: that one is
    taken away again, so that it is not mistaken for the real one.
    """
    mine, known = secrets.fingerprint(), await known_fingerprint()
    if known is None or known == mine:
        return
    made = settings.made_key()
    if made is not None:
        made.unlink(missing_ok=True)
        raise KeyLost(
            "The secret key of this installation is missing: its database expects the one with fingerprint {known}.",
            params={"known": known, "path": str(made)},
            remedy="Bring {path} back from where it is kept safe (a backup holds it only when made --with-key), "
            "or give it as TRADEWIND_SECRET_KEY.",
        )
    raise WrongKey(
        "The secret key is not this installation's: it has fingerprint {mine}, the database expects {known}.",
        params={"known": known, "mine": mine},
        remedy="Bring the right secret.key back into the data folder, or point at the right database.",
    )


async def adopt_key(*, anew: bool = False) -> None:
    """Note the present key as this installation's, where none is noted; `anew` after a change of the key."""
    tail = "UPDATE SET value = excluded.value, set_at = excluded.set_at" if anew else "NOTHING"
    await database.execute(
        f"INSERT INTO tw_installation (name, value, set_at) VALUES (?, ?, ?) ON CONFLICT (name) DO {tail}",
        (_FINGERPRINT, secrets.fingerprint(), clock.now()),
    )
