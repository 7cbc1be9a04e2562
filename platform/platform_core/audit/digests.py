"""Keyed digests: they prove later that a value was this one, and tell nothing to who lacks the key."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from platform_core import secrets


def digest(values: Mapping[str, object]) -> bytes:
    """HMAC-SHA256 over the canonical JSON (sorted keys) of wire values; 32 bytes."""
    return secrets.keyed_hash("audit digest v1", msgspec.json.encode(values, order="deterministic"))
