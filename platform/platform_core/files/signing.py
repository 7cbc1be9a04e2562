"""Links to a file that hold for a short time without a further question."""

from __future__ import annotations

import hashlib
import hmac

from platform_core import clock, settings

_LIFETIME = 300  # seconds


def signed_link(file_id: str, user_id: str) -> str:
    """A path that fetches the file for five minutes, for this user's session only."""
    expires = int(clock.now().timestamp()) + _LIFETIME
    return f"/files/{file_id}?expires={expires}&signature={_signature(file_id, user_id, expires)}"


def check_link(file_id: str, user_id: str, expires: int, signature: str) -> bool:
    """True while the link holds."""
    if expires < clock.now().timestamp():
        return False
    return hmac.compare_digest(signature, _signature(file_id, user_id, expires))


def _signature(file_id: str, user_id: str, expires: int) -> str:
    key = hmac.new(settings.current().secret_key, b"tradewind/files", hashlib.sha256).digest()
    return hmac.new(key, f"{file_id}:{user_id}:{expires}".encode(), hashlib.sha256).hexdigest()
