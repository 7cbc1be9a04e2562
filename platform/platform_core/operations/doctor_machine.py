"""What the doctor asks of the machine: folder, key, disk, clock, Redis, mail, fonts."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from platform_core import clock, database, secrets, settings
from platform_core.operations.doctor import Check, Finding, fail, ok, warn

_SECONDS = 5.0
_GIB = 1024**3
_SKEW = timedelta(seconds=5)
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")
_HAN = ("noto*cjk*", "wqy*", "*hans*", "*sourcehan*")


async def check_settings() -> Sequence[Finding]:
    """The settings, as far as they can be unwise."""
    current = settings.current()
    found = [ok("settings", f"version {current.version}, data folder {current.data}")]
    loopback = current.host in ("127.0.0.1", "::1", "localhost")
    if current.allow_plain_http and not loopback:
        found.append(
            warn(
                "settings",
                "sign-in over plain HTTP is accepted off this machine",
                "Put a proxy with a certificate before it.",
            )
        )
    if current.argon2_profile == "test":
        found.append(warn("settings", "passwords are hashed as for tests", "Set argon2_profile = standard."))
    if not current.public_url and not loopback:
        found.append(
            warn(
                "settings",
                "public_url is not set",
                "Set it to the address that people type: links in mails need it.",
            )
        )
    return found


async def check_key() -> Sequence[Finding]:
    """The secret key's file."""
    path = settings.current().data / settings.KEY_FILE
    if not path.exists():
        return [ok("secret key", f"given by the environment, fingerprint {secrets.fingerprint()}")]
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return [warn("secret key", f"{path} can be read by others (mode {mode:o})", f"chmod 600 {path}")]
    return [ok("secret key", f"fingerprint {secrets.fingerprint()}, readable by its owner only")]


async def check_disk() -> Sequence[Finding]:
    """Room and rights in the data folder."""
    data = settings.current().data
    data.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(data)
    free = f"{usage.free / _GIB:.1f} GiB of {usage.total / _GIB:.1f} free in {data}"
    if not os.access(data, os.W_OK):
        return [fail("disk", f"{data} cannot be written", "Look at the owner and the mode of the folder.")]
    if usage.free < _GIB // 4:
        return [fail("disk", free, "Make room now: writing stops when the disk is full.")]
    if usage.free < max(_GIB, usage.total // 20):
        return [warn("disk", free, "Make room: old backups, logs, or a larger disk.")]
    return [ok("disk", free)]


async def check_clock() -> Sequence[Finding]:
    """This machine's clock against the database server's."""
    if not database.dialect().is_postgresql:
        return [ok("clock", f"{clock.now():%Y-%m-%d %H:%M:%S} UTC; database and program share it")]
    theirs: Any = await database.fetch_value("SELECT clock_timestamp()")
    apart = abs(theirs - clock.now())
    if apart > _SKEW:
        return [
            warn(
                "clock",
                f"{apart.total_seconds():.0f} s apart from the database server's",
                "Let both keep time (NTP).",
            )
        ]
    return [ok("clock", f"{clock.now():%Y-%m-%d %H:%M:%S} UTC, as the database server's")]


async def check_redis() -> Sequence[Finding]:
    """Whether Redis answers, where it is used."""
    url = settings.current().redis_url
    if not url:
        return [ok("redis", "not used: each process works on its own jobs")]
    # Imported here: an installation without Redis never needs it.
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    client: Any = Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)
    try:
        facts = await client.info("server")
        return [ok("redis", f"version {facts['redis_version']} answers")]
    except (RedisError, OSError) as exc:
        return [
            fail(
                "redis",
                f"it does not answer: {exc}",
                "Start it, or look at TRADEWIND_REDIS_URL. Jobs go on, only slower.",
            )
        ]
    finally:
        await client.aclose()


async def check_mail() -> Sequence[Finding]:
    """Whether the mail server takes a connection; nothing is sent."""
    url = getattr(settings.current(), "smtp_url", None)
    if not url:
        return [
            warn(
                "mail", "no mail server is set", "Set smtp_url and mail_from: without them nobody gets mail."
            )
        ]
    parts = urlsplit(url)
    port = parts.port or (465 if parts.scheme == "smtps" else 587)
    try:
        async with asyncio.timeout(_SECONDS):
            _reader, writer = await asyncio.open_connection(parts.hostname, port)
            writer.close()
    except (OSError, TimeoutError) as exc:
        return [
            fail(
                "mail",
                f"{parts.hostname}:{port} does not answer: {str(exc) or 'time is up'}",
                "Look at smtp_url and the firewall.",
            )
        ]
    return [ok("mail", f"{parts.hostname}:{port} takes connections")]


async def check_fonts() -> Sequence[Finding]:
    """Whether documents can be printed in Chinese and Arabic."""
    found = await asyncio.to_thread(_has_fonts)
    missing = [name for name, there in found.items() if not there]
    if missing:
        return [
            warn(
                "fonts",
                f"no fonts for {', '.join(missing)}",
                "Debian: apt-get install fonts-noto-cjk fonts-noto-core",
            )
        ]
    return [ok("fonts", "Chinese and Arabic can be printed")]


def _has_fonts() -> dict[str, bool]:
    names = [
        path.name.lower()
        for folder in (*_FONTS, str(Path.home() / ".fonts"))
        for path in (Path(folder).rglob("*") if Path(folder).is_dir() else ())
    ]
    han = any(Path(name).match(pattern) for name in names for pattern in _HAN)
    return {
        "Chinese": han,
        "Arabic": any("arab" in name or "naskh" in name or "dejavu" in name for name in names),
    }


MACHINE_CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", check_settings),
    ("secret key", check_key),
    ("disk", check_disk),
    ("redis", check_redis),
    ("mail", check_mail),
    ("fonts", check_fonts),
)
