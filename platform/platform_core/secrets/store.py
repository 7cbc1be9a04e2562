"""Named secrets: put in, used, replaced, removed; never shown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from platform_core import clock, database
from platform_core.errors import Invalid, NotFound
from platform_core.i18n import N_
from platform_core.secrets.errors import SecretLocked, SecretMissing
from platform_core.secrets.keyring import fingerprint, key_by_id, present_key
from platform_core.secrets.recording import record
from platform_core.secrets.references import NAME
from platform_core.secrets.sealing import seal, unseal

if TYPE_CHECKING:
    from platform_core.audit import Who

_LONGEST = 16 * 1024
_COLUMNS = "name, note, key_id, created_at, changed_at, changed_by"


class NamedSecret(msgspec.Struct, frozen=True, kw_only=True):
    """What may be known of a secret by those who set things up. `key_id` is the data key it is sealed under."""

    name: str
    note: str
    key_id: str
    created_at: datetime
    changed_at: datetime
    changed_by: str


async def put(name: str, value: str, *, actor: Who, note: str | None = None) -> None:
    """Keeps `value` under `name`, in place of what was there. `note` tells people what it is for (kept if None).

    Raises Invalid for a name that is none (small letters, digits, _; at most 40) or a value that is empty or over
    16 KiB; SecretLocked where the installation's key has changed.
    """
    _check(name, value, note)
    now = clock.now()
    async with database.transaction():
        before = await find(name)
        key = await present_key()
        sealed = seal(key.key, value.encode(), _place(name))
        if before is None:
            await database.execute(
                "INSERT INTO tw_secret (name, sealed, key_id, note, created_at, changed_at, changed_by)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (name, sealed, key.id, note or "", now, now, actor.user_id),
            )
        else:
            await database.execute(
                "UPDATE tw_secret SET sealed = ?, key_id = ?, note = ?, changed_at = ?, changed_by = ? WHERE name = ?",
                (sealed, key.id, before.note if note is None else note, now, actor.user_id, name),
            )
        await record("secret.replace" if before else "secret.create", name, actor)


async def get(name: str) -> str:
    """The value, for the program that needs it now; keep it nowhere. Raises SecretMissing, SecretLocked."""
    row = await database.fetch_one("SELECT sealed, key_id FROM tw_secret WHERE name = ?", (name,))
    if row is None:
        raise SecretMissing(name)
    key = await key_by_id(str(row["key_id"]))
    sealed = row["sealed"]
    text = unseal(key.key, sealed, _place(name)) if isinstance(sealed, bytes) else None
    if text is None:
        raise SecretLocked("?", fingerprint())
    return text.decode()


async def names() -> list[str]:
    """Every name, sorted."""
    rows = await database.fetch_tuples("SELECT name FROM tw_secret ORDER BY name")
    return [str(name) for (name,) in rows]


async def listing() -> list[NamedSecret]:
    """Every secret by name, without its value."""
    rows = await database.fetch_all(f"SELECT {_COLUMNS} FROM tw_secret ORDER BY name")
    return [_named(row) for row in rows]


async def find(name: str) -> NamedSecret | None:
    """What is known of one secret."""
    row = await database.fetch_one(f"SELECT {_COLUMNS} FROM tw_secret WHERE name = ?", (name,))
    return _named(row) if row else None


async def remove(name: str, *, actor: Who) -> None:
    """Forgets a secret for good. Raises NotFound."""
    async with database.transaction():
        if not await database.execute("DELETE FROM tw_secret WHERE name = ?", (name,)):
            raise NotFound()
        await record("secret.remove", name, actor)


def _check(name: str, value: str, note: str | None) -> None:
    if not NAME.fullmatch(name):
        raise Invalid.one(
            "/name", "secret_name", N_("A name has small letters, digits and _, and begins with a letter.")
        )
    if not value:
        raise Invalid.one("/value", "required", N_("Put in the secret."))
    if len(value.encode()) > _LONGEST:
        raise Invalid.one("/value", "too_long", N_("A secret holds at most 16 KB."))
    if note is not None and len(note) > 200:
        raise Invalid.one("/note", "too_long", N_("A note holds at most 200 characters."))


def _place(name: str) -> str:
    return f"tw_secret:{name}"


def _named(row: database.Row) -> NamedSecret:
    return msgspec.convert(dict(row), NamedSecret)
