"""The chain goes on when the installation's key is changed: the links made before keep their key, sealed by the new one."""

from __future__ import annotations

import hmac
import os
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from platform_core import database, secrets
from platform_core.audit.chain import CHAIN, HEAD, Head, chain_key, head, signature
from platform_core.audit.errors import ChainBroken

_RING = "audit ring v1"
_NONCE = 12


class Ring:
    """Which key made which link: `earlier` are (last number, key) of the keys from before, in their order."""

    def __init__(self, earlier: list[tuple[int, bytes]]) -> None:
        self._earlier = earlier
        self._present = chain_key()

    def key(self, number: int) -> bytes:
        """The key of the link with this number."""
        for last, key in self._earlier:
            if number <= last:
                return key
        return self._present


async def ring() -> Ring:
    """The keys of the chain. Raises ChainBroken where one was not sealed by this installation's key."""
    return Ring(await _earlier(secrets.derive_key(_RING)))


async def follow_key(old: bytes) -> bool:
    """After a change of the installation's key from `old`: sign the end anew, keep the earlier links' key.

    False where the end is signed with the present key already. Raises ChainBroken where `old` has not signed it.
    """
    async with database.transaction():
        end = await head(lock=True)
        if end is None or end.is_genuine:
            return False
        if end.mac is None or not hmac.compare_digest(end.mac, _signed_by(old, end)):
            raise ChainBroken()
        earlier = await _earlier(secrets.key_of(old, _RING))
        earlier.append((end.number, secrets.key_of(old, CHAIN)))
        await database.execute("DELETE FROM tw_audit_key")
        for last, key in earlier:
            sealed = _seal(secrets.derive_key(_RING), key, last)
            await database.execute("INSERT INTO tw_audit_key (last, sealed) VALUES (?, ?)", (last, sealed))
        await database.execute(
            "UPDATE tw_audit_head SET mac = ? WHERE id = 1", (signature(end.number, end.chain),)
        )
    return True


async def _earlier(wrapping: bytes) -> list[tuple[int, bytes]]:
    rows = await database.fetch_tuples("SELECT last, sealed FROM tw_audit_key ORDER BY last")
    return [
        (int(cast("int", last)), _unseal(wrapping, bytes(cast("bytes", sealed)), int(cast("int", last))))
        for last, sealed in rows
    ]


def _signed_by(old: bytes, end: Head) -> bytes:
    return hmac.digest(secrets.key_of(old, HEAD), b"%d:%b" % (end.number, end.chain), "sha256")


def _seal(wrapping: bytes, key: bytes, last: int) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(wrapping).encrypt(nonce, key, str(last).encode())


def _unseal(wrapping: bytes, sealed: bytes, last: int) -> bytes:
    try:
        return AESGCM(wrapping).decrypt(sealed[:_NONCE], sealed[_NONCE:], str(last).encode())
    except InvalidTag as exc:
        raise ChainBroken() from exc
