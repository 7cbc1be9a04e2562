"""What another sign-in service says of itself: its endpoints and its keys, fetched and remembered for an hour."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import msgspec

from platform_core import clock, outbound, secrets, settings
from platform_core.errors import NotFound, TradewindError
from platform_core.i18n import N_
from platform_core.settings import OidcProvider

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

_KEPT = 3600.0
_KEYS_AT_MOST_EVERY = 60.0
_SIGNING = frozenset({"RSA", "EC", "OKP"})


class ServiceFailed(TradewindError):
    """The other service did not answer, or not as OpenID Connect says."""

    code = "sign_in_service"
    status = 502
    default_message = "The other service did not answer as expected."


class Service(msgspec.Struct, frozen=True):
    """The endpoints of a service (OpenID Connect Discovery 1.0). `by_post`: the secret goes into the body."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    @property
    def by_post(self) -> bool:
        """Whether it takes the client's secret in the body only."""
        methods = self.token_endpoint_auth_methods_supported
        return "client_secret_basic" not in methods and "client_secret_post" in methods


_services: dict[str, tuple[float, Service]] = {}
_keys: dict[str, tuple[float, KeySet]] = {}


def providers() -> tuple[OidcProvider, ...]:
    """The services that the operator has named."""
    return settings.current().oidc


def provider_named(name: str) -> OidcProvider:
    """One of them. Raises NotFound."""
    for provider in providers():
        if provider.name == name:
            return provider
    raise NotFound()


async def service_of(provider: OidcProvider) -> Service:
    """The endpoints. Raises ServiceFailed."""
    found = _services.get(provider.issuer)
    if found is not None and 0 <= clock.monotonic() - found[0] < _KEPT:
        return found[1]
    told = await fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    try:
        service = msgspec.convert(told, Service)
    except msgspec.ValidationError as exc:
        raise ServiceFailed() from exc
    if service.issuer != provider.issuer:
        raise ServiceFailed(
            N_("The service calls itself {told}, the settings call it {set}."),
            params={"told": service.issuer, "set": provider.issuer},
        )
    secure = urlsplit(provider.issuer).scheme == "https"
    for address in (service.authorization_endpoint, service.token_endpoint, service.jwks_uri):
        if secure and urlsplit(address).scheme != "https":
            raise ServiceFailed(N_("One of the addresses of the service is not encrypted."))
    _services[provider.issuer] = (clock.monotonic(), service)
    return service


async def keys_of(provider: OidcProvider, *, anew: bool = False) -> KeySet:
    """The keys that sign its tokens; `anew` asks again, at most once a minute: a key unknown to us may be a new one."""
    from joserfc.errors import JoseError  # imported here, as in oidc_tokens
    from joserfc.jwk import KeySet

    found = _keys.get(provider.issuer)
    age = clock.monotonic() - found[0] if found else 0.0
    if found is not None and 0 <= age < (_KEYS_AT_MOST_EVERY if anew else _KEPT):
        return found[1]
    told = await fetch((await service_of(provider)).jwks_uri)
    keys = [
        key
        for key in cast("list[dict[str, Any]]", told.get("keys") or [])
        if key.get("kty") in _SIGNING and key.get("use", "sig") == "sig"
    ]
    try:
        made = KeySet.import_key_set({"keys": keys})
    except (JoseError, ValueError, TypeError, KeyError) as exc:
        raise ServiceFailed() from exc
    _keys[provider.issuer] = (clock.monotonic(), made)
    return made


async def secret_of(provider: OidcProvider) -> str:
    """The client's secret, "" for a public client. Raises ServiceFailed where it is named and missing."""
    if provider.client_secret_env:
        found = os.environ.get(provider.client_secret_env, "")
        if not found:
            raise ServiceFailed(
                N_("The environment variable {name} is empty."), params={"name": provider.client_secret_env}
            )
        return found
    return await secrets.get(provider.client_secret_name) if provider.client_secret_name else ""


async def fetch(url: str, *, bearer: str = "") -> dict[str, Any]:
    """A JSON object from the service. Raises ServiceFailed."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        answer = await outbound.request("GET", url, headers=headers)
    except outbound.OutboundError as exc:
        raise ServiceFailed() from exc
    return json_of(answer)


def json_of(answer: outbound.Answer) -> dict[str, Any]:
    """The JSON object of a good answer. Raises ServiceFailed for anything else."""
    if answer.status != 200:
        raise ServiceFailed()
    try:
        found = msgspec.json.decode(answer.body)
    except msgspec.DecodeError as exc:
        raise ServiceFailed() from exc
    if not isinstance(found, dict):
        raise ServiceFailed()
    return cast("dict[str, Any]", found)


def forget_services() -> None:
    """Ask again (tests, and after a change of the settings)."""
    _services.clear()
    _keys.clear()
