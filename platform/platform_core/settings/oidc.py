"""Other services that may vouch for people, as `tradewind.toml` names them: a table `[oidc.<name>]` each."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class OidcProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One OpenID Connect service. `issuer` is its address, exactly as it calls itself.

    The client's secret stands in the environment variable `client_secret_env`, or is the named secret
    `client_secret_name`; a public client has neither. `domains` are the mail domains that may come in ("" of them: all);
    with `auto_create` whoever comes from one of them gets an account with `default_role`.
    """

    issuer: str
    client_id: str
    name: str = ""
    label: str = ""
    client_secret_env: str = ""
    client_secret_name: str = ""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    domains: tuple[str, ...] = ()
    auto_create: bool = False
    default_role: str = ""


def read_providers(tables: object) -> tuple[OidcProvider, ...]:
    """Providers from `{name: {…}}`, in that order. ValueError with one sentence for the first that is wrong."""
    if not isinstance(tables, dict):
        raise ValueError("give a table [oidc.<name>] for each service")  # noqa: TRY004 - a wrong value, for who sets it
    found: list[OidcProvider] = []
    for name, table in tables.items():
        if not _NAME.fullmatch(str(name)):
            raise ValueError(f"'{name}' is no name: use small letters, digits and -")
        try:
            provider = msgspec.convert(table, OidcProvider)
        except msgspec.ValidationError as exc:
            raise ValueError(f"oidc.{name}: {exc}") from exc
        provider = msgspec.structs.replace(provider, name=name, label=provider.label or name)
        _check(provider)
        found.append(provider)
    return tuple(found)


def _check(provider: OidcProvider) -> None:
    where, parts = f"oidc.{provider.name}", urlsplit(provider.issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError(f"{where}.issuer: begin it with https://")
    if not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"{where}.issuer: give the address without ? and #")
    if not provider.client_id:
        raise ValueError(f"{where}.client_id is missing")
    if provider.client_secret_env and provider.client_secret_name:
        raise ValueError(f"{where}: give client_secret_env or client_secret_name, not both")
    if "openid" not in provider.scopes:
        raise ValueError(f"{where}.scopes: 'openid' must be one of them")
    wrong = [domain for domain in provider.domains if not _DOMAIN.fullmatch(domain)]
    if wrong:
        raise ValueError(f"{where}.domains: '{wrong[0]}' is no mail domain; write it like company.com")
    if provider.auto_create and not provider.domains:
        raise ValueError(f"{where}: auto_create needs domains, or everybody in the world gets an account")
