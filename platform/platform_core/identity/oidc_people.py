"""Whose account it is that another service vouches for."""

from __future__ import annotations

from platform_core import audit, clock, database
from platform_core.database import UniqueViolation
from platform_core.errors import Invalid, Unauthorized
from platform_core.i18n import N_
from platform_core.identity import people
from platform_core.identity.directory import user_by_email
from platform_core.identity.email import normalised
from platform_core.identity.model import SYSTEM, User
from platform_core.identity.oidc_tokens import Claims
from platform_core.settings import OidcProvider


async def account_of(provider: OidcProvider, claims: Claims) -> str:
    """The id of an active account: linked before, or of the verified address, or made where that is allowed.

    Raises Unauthorized, with the same words for every reason but a wrong domain.
    """
    _refuse_domain(provider, claims)
    linked = await database.fetch_value(
        "SELECT user_id FROM tw_identity_outside WHERE issuer = ? AND subject = ?",
        (provider.issuer, claims.subject),
    )
    if linked is not None:
        return str(linked)
    if not claims.email:
        raise _unknown()
    account = await user_by_email(claims.email)
    if account is None and provider.auto_create:
        account = await _made(provider, claims)
    if account is None or not account.active:
        raise _unknown()
    await _link(provider, claims, account)
    return account.id


def _refuse_domain(provider: OidcProvider, claims: Claims) -> None:
    domain = normalised(claims.email).rpartition("@")[2]
    if provider.domains and claims.email and domain not in provider.domains:
        raise Unauthorized(N_("People of this mail domain do not sign in here."), code="domain_refused")


async def _made(provider: OidcProvider, claims: Claims) -> User | None:
    try:
        return await people.create_user(
            email=claims.email,
            name=claims.name.strip() or claims.email.partition("@")[0],
            roles=[provider.default_role] if provider.default_role else [],
            actor=SYSTEM,
        )
    except Invalid:  # made by another request at the same moment, or an address that we do not take
        return await user_by_email(claims.email)


async def _link(provider: OidcProvider, claims: Claims, account: User) -> None:
    try:
        async with database.transaction():
            await database.execute(
                "INSERT INTO tw_identity_outside (issuer, subject, user_id, linked_at) VALUES (?, ?, ?, ?)",
                (provider.issuer, claims.subject, account.id, clock.now()),
            )
            await audit.write(
                "user.link_outside",
                actor=SYSTEM,
                kind="user",
                subject=f"user/{account.id}",
                detail={"provider": provider.name},
            )
    except UniqueViolation:
        return  # two sign-ins of the same person at the same moment


def _unknown() -> Unauthorized:
    return Unauthorized(
        N_("There is no active account for you here."),
        code="no_account",
        remedy=N_("Ask an administrator to open one with the same e-mail address."),
    )
