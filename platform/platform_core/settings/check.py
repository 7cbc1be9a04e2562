"""What a type cannot say: ranges, known zones and languages, schemes of URLs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from platform_core.settings.model import Settings, SettingsError

_AT_LEAST_ONE = ("session_hours", "tombstone_days", "bin_days", "upload_max_bytes", "pool_size")
_SCHEMES = {
    "database_url": ("sqlite:///", "postgresql://", "postgres://"),
    "redis_url": ("redis://", "rediss://", "unix://"),
    "public_url": ("http://", "https://"),
}
_SECRET_BYTES = 32
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
