"""Keys by purpose."""

from __future__ import annotations

import hmac
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from platform_core import settings

_LENGTH = 32


def derive_key(purpose: str) -> bytes:
    """The 32-byte key of `purpose` ("audit digest v1"): HKDF-SHA256 of the installation's secret."""
    return _derived(settings.current().secret_key, purpose)


def keyed_hash(purpose: str, message: bytes) -> bytes:
    """HMAC-SHA256 of `message` under the key of `purpose`; 32 bytes."""
    return hmac.digest(derive_key(purpose), message, "sha256")


def key_of(secret: bytes, purpose: str) -> bytes:
    """The key of `purpose` below another installation secret than the present one."""
    return _derived(secret, purpose)


@lru_cache(maxsize=64)
def _derived(secret: bytes, purpose: str) -> bytes:
    info = f"tradewind {purpose}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=_LENGTH, salt=None, info=info).derive(secret)
