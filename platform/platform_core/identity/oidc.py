"""Signing in through another service (OpenID Connect, authorization code with PKCE).

A trip there and back is a row: state, nonce and verifier are made for it, the browser that leaves gets a cookie of its
own, and coming back takes the row away, so that nothing can be used twice or by somebody else. Whom the service names is
matched to an account once, by a verified address, and known by the service's own id from then on.
"""

from __future__ import annotations

import hashlib
import logging
import secrets as random
from base64 import b64encode, urlsafe_b64encode
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import cast
from urllib.parse import quote, urlencode

import msgspec

from platform_core import audit, clock, database, outbound
from platform_core.errors import TradewindError, Unauthorized
from platform_core.i18n import N_
from platform_core.identity import oidc_people, sign_in
from platform_core.identity.model import Session
from platform_core.identity.oidc_services import (
    Service,
    ServiceFailed,
    fetch,
    json_of,
    keys_of,
    provider_named,
    secret_of,
    service_of,
)
from platform_core.identity.oidc_tokens import Claims, TokenRefused, claims_of, verified_claims
from platform_core.identity.sign_in import Caller
from platform_core.settings import OidcProvider

_LASTS = timedelta(minutes=10)
_log = logging.getLogger("tradewind.sign_in")


class Departure(msgspec.Struct, frozen=True):
    """Where to send the browser, and the cookie it must bring back."""

    url: str
    browser: str


class Arrival(msgspec.Struct, frozen=True):
    """What the browser brought back: parameters of the address, and its cookie."""

    state: str
    code: str
    browser: str
    error: str = ""
    issuer: str = ""


class _Journey(msgspec.Struct, frozen=True):
    nonce: str
    verifier: str
    target: str


async def depart(name: str, *, target: str, redirect_uri: str) -> Departure:
    """Begin a trip to a service. `target` is where to go afterwards. Raises NotFound, ServiceFailed."""
    provider = provider_named(name)
    service = await service_of(provider)
    state, nonce, verifier, browser = (random.token_urlsafe(32) for _ in range(4))
    await database.execute("DELETE FROM tw_identity_journey WHERE expires_at <= ?", (clock.now(),))
    await database.execute(
        "INSERT INTO tw_identity_journey"
        " (state_hash, browser_hash, provider, nonce, verifier, target, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (_hash(state), _hash(browser), provider.name, nonce, verifier, target, clock.now() + _LASTS),
    )
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(provider.scopes),
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in service.authorization_endpoint else "?"
    return Departure(f"{service.authorization_endpoint}{joint}{urlencode(asked)}", browser)


async def arrive(name: str, arrival: Arrival, *, redirect_uri: str, caller: Caller) -> tuple[Session, str]:
    """End a trip: the session, and where to go. Raises Unauthorized for whatever does not prove who came, which is
    noted in the audit with the reason; NotFound, ServiceFailed."""
    provider = provider_named(name)
    try:
        journey = await _ended(provider, arrival)
        if arrival.error or not arrival.code:
            raise Unauthorized(N_("The other service did not sign you in."), code="sign_in_declined")
        if arrival.issuer and arrival.issuer != provider.issuer:
            raise TokenRefused("answered by another issuer")
        claims = await _claims(provider, arrival.code, journey, redirect_uri)
        user_id = await oidc_people.account_of(provider, claims)
        return await sign_in.sign_in_outside(user_id, provider.name, caller), journey.target
    except (Unauthorized, ServiceFailed) as exc:
        await _note(provider, exc, caller)
        raise


async def _ended(provider: OidcProvider, arrival: Arrival) -> _Journey:
    """Take the row of this trip away; a second one who comes with the same state finds nothing."""
    async with database.transaction():
        row = await database.fetch_one(
            f"SELECT * FROM tw_identity_journey WHERE state_hash = ?{database.dialect().for_update}",
            (_hash(arrival.state),),
        )
        gone = await database.execute(
            "DELETE FROM tw_identity_journey WHERE state_hash = ?", (_hash(arrival.state),)
        )
    fits = (
        row is not None
        and gone == 1
        and row["provider"] == provider.name
        and cast("datetime", row["expires_at"]) > clock.now()
        and compare_digest(str(row["browser_hash"]), _hash(arrival.browser))
    )
    if row is None or not fits:
        raise Unauthorized(N_("This sign-in was begun elsewhere, or too long ago. Try again."), code="state")
    return _Journey(str(row["nonce"]), str(row["verifier"]), str(row["target"]))


async def _claims(provider: OidcProvider, code: str, journey: _Journey, redirect_uri: str) -> Claims:
    service = await service_of(provider)
    told = await _exchange(provider, service, code, journey.verifier, redirect_uri)
    token = str(told.get("id_token") or "")
    try:
        claims = verified_claims(token, await keys_of(provider), provider, journey.nonce)
    except TokenRefused as exc:
        if exc.why != "key":
            raise
        claims = verified_claims(token, await keys_of(provider, anew=True), provider, journey.nonce)
    if "email" not in claims and service.userinfo_endpoint and told.get("access_token"):
        more = await fetch(service.userinfo_endpoint, bearer=str(told["access_token"]))
        if more.get("sub") != claims["sub"]:
            raise TokenRefused("userinfo of somebody else")
        claims = {**more, **claims}
    return claims_of(claims)


async def _exchange(
    provider: OidcProvider, service: Service, code: str, verifier: str, redirect_uri: str
) -> dict[str, object]:
    secret = await secret_of(provider)
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if secret and not service.by_post:
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        sent |= {"client_id": provider.client_id} | ({"client_secret": secret} if secret else {})
    try:
        answer = await outbound.request(
            "POST", service.token_endpoint, headers=headers, body=urlencode(sent).encode()
        )
    except outbound.OutboundError as exc:
        raise ServiceFailed() from exc
    return json_of(answer)


async def _note(provider: OidcProvider, error: TradewindError, caller: Caller) -> None:
    why = error.why if isinstance(error, TokenRefused) else error.code
    _log.warning("sign-in through %s refused: %s", provider.name, why)
    detail = {"provider": provider.name, "why": why[:200]}
    await audit.refused("session.refused", actor=caller.visitor, subject=provider.name, detail=detail)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
