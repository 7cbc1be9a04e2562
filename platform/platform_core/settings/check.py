"""What a type cannot say: ranges, known zones and languages, schemes of URLs."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from platform_core.settings.model import Settings, SettingsError

_AT_LEAST_ONE = (
    "session_hours",
    "tombstone_days",
    "big_table_rows",
    "plugin_failures",
    "plugin_hook_seconds",
    "bin_days",
    "access_log_days",
    "slow_statement_ms",
    "upload_max_bytes",
    "pool_size",
    "rate_limit",
)
_SCHEMES = {
    "database_url": ("sqlite:///", "postgresql://", "postgres://"),
    "redis_url": ("redis://", "rediss://", "unix://"),
    "public_url": ("http://", "https://"),
    "outbound_proxy": ("http://", "https://"),
    "smtp_url": ("smtp://", "smtps://"),
    "files_url": ("s3://",),
}
_SECRET_BYTES = 32
_ADDRESS = re.compile(r"[^\s@<>,;\"()]+@[^\s@<>,;\"()]+")
_HOST = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_PASSWORD = re.compile(r"//[^/]*@")  # of a URL: it must not end up on a screen or in a log


def check(settings: Settings, names: Mapping[str, str]) -> None:
    """Raises `SettingsError` for the first wrong value. `names` gives each field's name as the operator wrote it."""

    def refuse(field: str, problem: str, remedy: str) -> SettingsError:
        value = "***" if field == "secret_key" else _PASSWORD.sub("//***@", str(getattr(settings, field)))
        return SettingsError(names.get(field, field), value, problem, remedy)

    if not 0 <= settings.port <= 65535:
        raise refuse("port", "there is no such port.", "Use a number from 1 to 65535 (0 picks a free one).")
    for field in _AT_LEAST_ONE:
        if getattr(settings, field) < 1:
            raise refuse(field, "this is too small.", "Use 1 or more.")
    for field, schemes in _SCHEMES.items():
        value = getattr(settings, field)
        if value and not value.startswith(schemes):
            raise refuse(field, "this address is not understood.", f"Begin it with {' or '.join(schemes)}.")
    for entry in settings.outbound_allow:
        if not _is_place(entry):
            raise refuse(
                "outbound_allow",
                f"{entry!r} is neither a host nor a network.",
                "Write erp.internal, *.internal, 10.1.2.3 or 10.1.0.0/16.",
            )
    if settings.smtp_url and not _is_server(settings.smtp_url):
        raise refuse(
            "smtp_url", "this address is not understood.", "Write smtp://user@host:587 or smtps://host."
        )
    if settings.mail_from and not _ADDRESS.fullmatch(settings.mail_from):
        raise refuse(
            "mail_from", "this is not an e-mail address.", "Use one such as crm@nordic-tools.example."
        )
    if re.search(r"[\x00-\x1f\x7f]", settings.mail_from_name or ""):
        raise refuse("mail_from_name", "a name is one line.", "Write it without line breaks.")
    try:
        ZoneInfo(settings.zone)
    except (KeyError, ValueError, OSError) as exc:
        raise refuse(
            "zone", "this time zone is not known.", "Use an IANA name such as Asia/Shanghai."
        ) from exc
    if not re.fullmatch(r"[A-Z]{3}", settings.base_currency):
        raise refuse("base_currency", "this is not a currency.", "Use an ISO 4217 code such as USD.")
    if not re.fullmatch(r"[a-z]{2,3}([-_][A-Za-z]{2,8})*", settings.language):
        raise refuse("language", "this is not a language.", "Use a code such as en or zh.")
    if settings.secret_key and len(settings.secret_key) < _SECRET_BYTES:
        raise refuse(
            "secret_key", "this key is too short.", f"Use at least {_SECRET_BYTES} random characters."
        )


def _is_place(entry: str) -> bool:
    """Whether outgoing HTTP can be allowed to this: a network, an address, a host, or `*.` and a domain."""
    try:
        ipaddress.ip_network(entry, strict=False)
    except ValueError:
        # Digits and dots alone are a mistyped network, which would never match anything.
        return bool(_HOST.fullmatch(entry.lower())) and not re.fullmatch(r"[0-9./]+", entry)
    return True


def _is_server(url: str) -> bool:
    """Whether a URL names a host, and a port that there is."""
    try:
        found = urlsplit(url)
        return bool(found.hostname) and found.port != 0
    except ValueError:
        return False
