"""A small OpenID Connect service on loopback: discovery, keys, authorization, tokens, userinfo; it can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from platform_core import clock


def _key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})


@cache
def _first_key() -> RSAKey:
    """Making one takes a moment; every service of a run begins with the same."""
    return _key()


@dataclass
class SignInService:
    """`claims` are of the person who signs in there; `lies` replace claims of the token (None: left out; `exp` and
    `iat` in seconds from now); `signs` is how: "well", "none", "hmac", "another key", "cut" or "empty"."""

    issuer: str = ""
    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "acme|4711",
            "email": "Lina@demo.example",
            "email_verified": True,
            "name": "Lina Berg",
        }
    )
    lies: dict[str, Any] = field(default_factory=dict)
    signs: str = "well"
    called: str = ""
    is_down: bool = False
    by_post: bool = False
    tells_by_userinfo: bool = False
    userinfo_sub: str = ""
    key: RSAKey = field(default_factory=_first_key)
    seen: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def renew_key(self) -> None:
        """Sign with a new key from now on."""
        self.key = _key()

    async def visit(self, url: str) -> tuple[str, str]:
        """What somebody's browser does here: sign in; the code and the state that it is sent back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return code, asked["state"]

    async def discovery(self, _request: web.Request) -> web.Response:
        if self.is_down:
            return web.Response(status=503)
        return web.json_response(
            {
                "issuer": self.called or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post" if self.by_post else "client_secret_basic"
                ],
            }
        )

    async def keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": [self.key.as_dict(private=False), {"kty": "oct", "k": "eA"}]})

    async def userinfo(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer access":
            return web.Response(status=401)
        return web.json_response({**self.claims, "sub": self.userinfo_sub or self.claims["sub"]})

    async def token(self, request: web.Request) -> web.Response:
        posted = {name: str(value) for name, value in (await request.post()).items()}
        asked = self._codes.pop(posted["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(posted["code_verifier"].encode()).digest())
        if (
            challenge.decode().rstrip("=") != asked["code_challenge"]
            or posted["redirect_uri"] != asked["redirect_uri"]
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.seen = {**posted, "authorization": request.headers.get("Authorization", "")}
        return web.json_response(
            {"access_token": "access", "token_type": "Bearer", "id_token": self._signed(asked)}
        )

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(clock.now().timestamp())
        told = {"sub": self.claims["sub"]} if self.tells_by_userinfo else dict(self.claims)
        claims = {
            **told,
            "iss": self.issuer,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        for name, lie in self.lies.items():
            claims[name] = now + lie if name in ("exp", "iat") and lie is not None else lie
            if lie is None:
                del claims[name]
        header = {"alg": "RS256", "kid": self.key.kid}
        if self.signs == "none":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if self.signs == "hmac":  # the public key as a shared secret: the classic mistake
            text = f"{_part({'alg': 'HS256', 'kid': self.key.kid})}.{_part(claims)}"
            signature = hmac.digest(self.key.as_pem(private=False), text.encode(), "sha256")
            return f"{text}.{_url64(signature)}"
        if self.signs == "another key":
            return jwt.encode(header, claims, _key())
        made = jwt.encode(header, claims, self.key)
        return {"cut": made[:-8], "empty": ""}.get(self.signs, made)


def _part(told: dict[str, Any]) -> str:
    return _url64(json.dumps(told).encode())


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@asynccontextmanager
async def serving() -> AsyncIterator[SignInService]:
    """The service, listening on a free port of loopback."""
    made, app = SignInService(), web.Application()
    app.router.add_get("/.well-known/openid-configuration", made.discovery)
    app.router.add_get("/keys", made.keys)
    app.router.add_get("/userinfo", made.userinfo)
    app.router.add_post("/token", made.token)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # asyncio's own server
    made.issuer = f"http://127.0.0.1:{port}"
    yield made
    await runner.cleanup()
