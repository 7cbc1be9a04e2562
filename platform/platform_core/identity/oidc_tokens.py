"""The ID token: checked as OpenID Connect Core 1.0 §3.1.3.7 says, before one word of it is believed."""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING, Any

import msgspec

from platform_core import clock
from platform_core.errors import Unauthorized
from platform_core.i18n import N_
from platform_core.settings import OidcProvider

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key pair only: no "none", and no HMAC, whose key would be one that both sides know."""
_LEEWAY = 60
_OLDEST = 600
_LONGEST = 255


class Claims(msgspec.Struct, frozen=True):
    """What the service vouches for. `email` is empty unless the service says that it is verified."""

    subject: str
    email: str = ""
    name: str = ""


class TokenRefused(Unauthorized):
    """The token does not prove what it must. `why` is for the log and the audit, not for the visitor."""

    code = "id_token_refused"

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(N_("The answer of the other service could not be trusted. Try again."))


def verified_claims(token: str, keys: KeySet, provider: OidcProvider, nonce: str) -> dict[str, Any]:
    """The claims of a good token. Raises TokenRefused; "key" as `why` where the key is not among `keys`."""
    # Imported here: most installations have no other service to sign in with.
    from joserfc import jwt
    from joserfc.errors import JoseError

    try:
        decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
    except (JoseError, ValueError, TypeError) as exc:
        unknown_key = "key" in str(exc).lower() and "kid" in str(exc).lower()
        raise TokenRefused("key" if unknown_key else f"signature: {exc}") from exc
    claims: dict[str, Any] = dict(decoded.claims)
    now = clock.now().timestamp()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    expires, issued = claims.get("exp"), claims.get("iat")
    checks = {
        "issuer": claims.get("iss") == provider.issuer,
        "audience": provider.client_id in audiences,
        "party": len(audiences) == 1 or claims.get("azp") == provider.client_id,
        "own party": claims.get("azp") in (None, provider.client_id),
        "expired": isinstance(expires, int | float) and expires + _LEEWAY > now,
        "issued": isinstance(issued, int | float) and now - _OLDEST < issued < now + _LEEWAY,
        "nonce": compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()),
        "subject": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= _LONGEST,
    }
    for why, holds in checks.items():
        if not holds:
            raise TokenRefused(why)
    return claims


def claims_of(told: dict[str, Any]) -> Claims:
    """The part that we use of checked claims."""
    said = told.get("email_verified")
    verified = said is True or said == "true"  # some services write the word
    email, name = told.get("email"), told.get("name")
    return Claims(
        subject=str(told["sub"]),
        email=email if verified and isinstance(email, str) else "",
        name=name if isinstance(name, str) else "",
    )
