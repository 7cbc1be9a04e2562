"""Keyed digests: they prove later that a value was this one, and tell nothing to who lacks the key."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from platform_core import settings

_PURPOSE = b"tradewind audit digest v1"


def digest(values: Mapping[str, object]) -> bytes:
    """HMAC-SHA256 over the canonical JSON (sorted keys) of wire values; 32 bytes."""
    text = msgspec.json.encode(values, order="deterministic")
    return hmac.digest(_key(settings.current().secret_key), text, "sha256")


@lru_cache(maxsize=4)
def _key(secret: bytes) -> bytes:
    """The audit's own key: HKDF-SHA256 of the installation's secret, so that no purpose shares a key."""
    return HKDF(algorithm=hashes.SHA256(), length=hashlib.sha256().digest_size, salt=None, info=_PURPOSE).derive(
        secret
    )
