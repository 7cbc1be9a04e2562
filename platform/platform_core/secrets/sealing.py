"""AES-256-GCM: sealed bytes are a version byte, a nonce of 12 bytes, and what the cipher made."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = 12


def seal(key: bytes, text: bytes, bound_to: str) -> bytes:
    """Seals `text`; it opens only beside the same `bound_to`. `key` has 32 bytes."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, text, bound_to.encode())


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes | None:
    """The text, or None for anything that `seal` did not make with this key for this place."""
    if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE + 16:
        return None
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to.encode())
    except InvalidTag:
        return None
