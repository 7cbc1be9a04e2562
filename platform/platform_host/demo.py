"""When the demo company may load, and the password its people share."""

from __future__ import annotations

import ipaddress
import os
import secrets
from pathlib import Path

from platform_core import database, records, settings

DEMO_DOMAIN = "demo.example"
"""Mail domain of the demo accounts; they sign in on this machine only."""
_PASSWORD_FILE = "demo-password"


def on_loopback(host: str) -> bool:
    """True for an address or name that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def may_load_by_itself(current: settings.Settings) -> bool:
    """Only into an empty embedded database, served on loopback, and only where the settings do not refuse it."""
    embedded = database.dialect().name == "sqlite"
    return current.demo and embedded and on_loopback(current.host) and not await records.any_records()


def demo_password(current: settings.Settings) -> str:
    """The variable's password, or one made once for this data folder (readable by its owner only)."""
    if current.demo_password:
        return current.demo_password
    path = current.data / _PASSWORD_FILE
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    _write_private(path, password)
    return password


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text + "\n")
