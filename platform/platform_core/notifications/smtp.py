"""Handing one message to the mail server. Imported at the first mail."""

from __future__ import annotations

import asyncio
import ssl
from email.message import EmailMessage

import aiosmtplib
import msgspec

from platform_core import secrets
from platform_core.errors import TradewindError
from platform_core.i18n import N_
from platform_core.notifications.sending_set_up import MailServer

PASSWORD_SECRET = "smtp_password"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class MailFailed(TradewindError):
    """The server was not reached, or refused for now: trying again may help. `code` is SMTP's, 0 without one."""

    code = "mail_failed"
    status = 502
    default_message = N_("The mail server could not take the mail.")

    def __init__(
        self, message: str, *, params: dict[str, object], smtp: int = 0, final: bool = False
    ) -> None:
        self.smtp, self.final = smtp, final
        super().__init__(message, params=params)


class Handed(msgspec.Struct, frozen=True):
    """What became of a message: addresses the server refused for good, and for now, each with its reason."""

    refused: dict[str, str] = {}
    later: dict[str, str] = {}


async def hand_over(
    message: EmailMessage, to: tuple[str, ...], server: MailServer, *, seconds: float = 20.0
) -> Handed:
    """Gives the message to the server, within `seconds`. Raises MailFailed, `final` where trying again is of no use."""
    password = server.password
    if server.user and not password:
        password = await secrets.get(PASSWORD_SECRET)
    try:
        async with asyncio.timeout(seconds):
            return await _talk(message, to, server, password)
    except TimeoutError as exc:
        raise MailFailed(
            N_("{server} did not answer in {seconds} seconds."),
            params={"server": server.shown, "seconds": seconds},
        ) from exc
    except aiosmtplib.SMTPResponseException as exc:
        raise _refusal(server, exc.code, exc.message) from exc
    except (aiosmtplib.SMTPException, ssl.SSLError, OSError, ValueError) as exc:
        raise MailFailed(
            N_("{server} could not be talked to: {reason}"),
            params={"server": server.shown, "reason": str(exc)[:300] or type(exc).__name__},
        ) from exc


async def _talk(message: EmailMessage, to: tuple[str, ...], server: MailServer, password: str) -> Handed:
    client = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, use_tls=server.tls, start_tls=False, timeout=None
    )  # fmt: skip
    await client.connect()
    try:
        if not server.tls:
            await _encrypt(client, server)
        if server.user:
            await client.login(server.user, password)
        return await _deliver(client, message, to, server)
    finally:
        if client.is_connected:
            client.close()


async def _encrypt(client: aiosmtplib.SMTP, server: MailServer) -> None:
    """STARTTLS as the settings want it. A password never goes over a bare wire by itself."""
    await client.ehlo()
    offered = client.supports_extension("starttls")
    if server.starttls != "never" and (offered or server.starttls == "required"):
        await client.starttls()
    elif server.user and server.starttls != "never" and server.host not in _LOOPBACK:
        raise MailFailed(
            N_("{server} offers no encryption, so the password was not sent."),
            params={"server": server.shown},
            final=True,
        )


async def _deliver(
    client: aiosmtplib.SMTP, message: EmailMessage, to: tuple[str, ...], server: MailServer
) -> Handed:
    try:
        answers, _said = await client.send_message(message, sender=server.sender, recipients=list(to))
    except aiosmtplib.SMTPRecipientsRefused as exc:
        answers = {one.recipient: aiosmtplib.SMTPResponse(one.code, one.message) for one in exc.recipients}
        if len(to) == 1:
            only = exc.recipients[0]
            raise _refusal(server, only.code, only.message) from exc
    refused = {to_: f"{said.code} {said.message}"[:300] for to_, said in answers.items() if said.code >= 500}
    later = {to_: f"{said.code} {said.message}"[:300] for to_, said in answers.items() if said.code < 500}
    return Handed(refused, later)


def _refusal(server: MailServer, code: int, said: str) -> MailFailed:
    return MailFailed(
        N_("{server} answered {code}: {reason}"),
        params={"server": server.shown, "code": code, "reason": " ".join(said.split())[:300]},
        smtp=code,
        final=500 <= code < 600,
    )
