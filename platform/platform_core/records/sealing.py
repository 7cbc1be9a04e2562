"""Page marks: where a page ended, sealed so that nobody can read, change or use one for another question."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from platform_core import settings
from platform_core.records.errors import BadCursor

_PURPOSE = b"tradewind records cursor v1"
_NONCE = 12
_LONGEST = 4_000


def binding(question: Sequence[object]) -> bytes:
    """What a page mark of `question` is bound to: worked out once where many pages of it are marked."""
    return hashlib.sha256(msgspec.json.encode(question, order="deterministic")).digest()


def seal(mark: Sequence[object], question: Sequence[object] | bytes) -> str:
    """A cursor for `mark` (JSON values) that opens only beside the same `question` (or its `binding`)."""
    nonce = os.urandom(_NONCE)
    sealed = _cipher(settings.current().secret_key).encrypt(
        nonce, msgspec.json.encode(mark), _bound(question)
    )
    return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()


def unseal(cursor: str, question: Sequence[object] | bytes) -> list[object]:
    """The mark in a cursor. Raises BadCursor for anything that `seal` did not make for this question."""
    if len(cursor) > _LONGEST or not cursor.isascii():
        raise BadCursor()
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        opened = _cipher(settings.current().secret_key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(question))
    except (InvalidTag, ValueError, binascii.Error) as exc:
        raise BadCursor() from exc
    mark: list[object] = msgspec.json.decode(opened)
    return mark


def _bound(question: Sequence[object] | bytes) -> bytes:
    return question if isinstance(question, bytes) else binding(question)


@lru_cache(maxsize=4)
def _cipher(secret: bytes) -> AESGCM:
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret)
    return AESGCM(key)
