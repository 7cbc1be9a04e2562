"""What can be set, with types and defaults. The names in the environment are `TRADEWIND_` + the upper-case field."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from platform_core.errors import TradewindError
from platform_core.settings.oidc import OidcProvider


class SettingsError(TradewindError):
    """A setting has a wrong value. `name` is the setting as the operator wrote it, `value` what was given."""

    code = "settings"
    status = 500

    def __init__(self, name: str, value: str, problem: str, remedy: str) -> None:
        self.name = name
        self.value = value
        super().__init__(
            "{name} = {value}: " + problem, params={"name": name, "value": repr(value)}, remedy=remedy
        )


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One installation. Paths are absolute, sizes in bytes, times in the unit of the field's name."""

    data: Path = Path("data")
    """Folder of everything that is kept: the embedded database, uploads, the secret key. Made on first start."""
    database_url: str = ""
    """`sqlite:///path` or `postgresql://user:password@host:port/name`. Default: `tradewind.db` in the data folder."""
    redis_url: str | None = None
    """With it Celery workers carry the jobs and rate limits are shared; without it the embedded worker does."""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None
    """Address that people type, for links in mails; default: host and port."""
    demo: bool = True
    """Whether demo data may load by itself (only ever into an empty embedded database on loopback)."""
    worker: bool = True
    """Whether the web process also works on jobs."""
    demo_password: str | None = None
    language: str = "en"
    zone: str = "UTC"
    base_currency: str = "USD"
    company: str = "Tradewind"
    allow_plain_http: bool = False
    """Whether sign-in over plain HTTP is accepted off loopback."""
    argon2_profile: Literal["standard", "test"] = "standard"
    session_hours: int = 12
    tombstone_days: int = 90
    """How long a deleted field keeps its column."""
    big_table_rows: int = 20_000
    """From how many rows on a publish copies and indexes in the background."""
    bin_days: int = 30
    """How long a deleted record can be brought back."""
    access_log_days: int = 365
    """How long it is kept who has seen personal data."""
    plugin_hook_seconds: int = 2
    """How long one call of a plugin's hook may take, where the plugin asks for no other time."""
    plugin_failures: int = 5
    """After how many failures in a row a plugin is switched off."""
    upload_max_bytes: int = 25 * 1024 * 1024
    outbound_allow: tuple[str, ...] = ()
    """Hosts or networks that outgoing HTTP may reach although they are private."""
    outbound_proxy: str | None = None
    """`http://` address of the proxy that outgoing HTTP goes through; the environment's proxies are not asked."""
    smtp_url: str | None = None
    """`smtp://[user[:password]@]host[:port]` (STARTTLS where the server offers it; `?starttls=required|never`) or
    `smtps://…`. Without a password in it, the named secret `smtp_password` is used. None: no mail is sent."""
    mail_from: str | None = None
    """Sender address of the platform's own mail."""
    mail_from_name: str | None = None
    """Sender name; default: the company."""
    metrics_token: str | None = None
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    access_log: bool = True
    """Whether each request writes a line into the log."""
    slow_statement_ms: int = 500
    """From how many milliseconds on a statement of the database is noted as slow."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of the proxies whose X-Forwarded-For and X-Forwarded-Proto count."""
    pool_size: int = 10
    """Connections to PostgreSQL per process."""
    rate_limit: int = 1200
    """Requests per minute that one session, key or person may make to one process."""
    rate_source: str = ""
    """Who gives rates of exchange by themselves (`ecb`, or the name of a plugin's source); empty: nobody."""
    files_url: str | None = None
    """Where attachments lie: `s3://bucket/prefix?endpoint=https://…&region=…`; without it in the data folder."""
    files_key: str | None = None
    """Access key id of that store; without it the store's own environment (`AWS_…`) is asked."""
    files_secret: str | None = None
    oidc: tuple[OidcProvider, ...] = ()
    """Services that may vouch for people at sign-in: tables `[oidc.<name>]`; in the environment one JSON object."""
    secret_key: bytes = b""
    """At least 32 bytes; from `secret.key` in the data folder, made on first start, or from the environment."""
    version: str = ""
    """Version of the program; not settable."""

    def __repr__(self) -> str:
        return f"Settings(data={str(self.data)!r}, host={self.host!r}, port={self.port})"
