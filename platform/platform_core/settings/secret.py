"""The secret key of the installation: made once, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from platform_core.settings.model import SettingsError

FILE = "secret.key"
_made: Path | None = None


def made_key() -> Path | None:
    """Where this process has made a new key; None where the key was there, or was given otherwise."""
    return _made


def secret_key(data: Path, name: str = "data") -> bytes:
    """The key kept in the data folder; makes folder and key on first use (mode 0600).

    Raises `SettingsError`, which calls the folder's setting `name`, as the operator wrote it.
    """
    path = data / FILE
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        key = path.read_bytes().strip()
    except OSError as exc:
        raise SettingsError(
            name,
            str(data),
            f"the folder cannot be used ({exc.strerror}).",
            "Give a folder that can be written.",
        ) from exc
    if len(key) < 32:
        raise SettingsError(
            str(path), "***", "the secret key is damaged.", "Bring it back from a backup of the data folder."
        )
    return key


def _create(path: Path) -> None:
    # Written beside and linked into place: two processes that start together agree on one whole key.
    beside = path.with_name(f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(beside, path)
        except FileExistsError:
            return
        global _made
        _made = path
    finally:
        beside.unlink(missing_ok=True)
