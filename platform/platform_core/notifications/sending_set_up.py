"""What the settings say of the mail server."""

from __future__ import annotations

from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from platform_core import settings
from platform_core.notifications.errors import MailNotSetUp

StartTls = Literal["auto", "required", "never"]
_PORTS = {"smtps": 465, "smtp": 25}
_SUBMISSION = 587


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail goes. `tls`: encrypted from the first byte; `starttls`: whether the connection becomes so."""

    host: str
    port: int
    tls: bool
    starttls: StartTls
    user: str = ""
    password: str = ""
    sender: str = ""
    sender_name: str = ""

    @property
    def shown(self) -> str:
        """For screens: no password."""
        return f"{'smtps' if self.tls else 'smtp'}://{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"MailServer({self.shown})"


def mail_is_set_up() -> bool:
    """Whether there is a server to give mail to."""
    current = settings.current()
    return bool(current.smtp_url and current.mail_from)


def mail_server() -> MailServer:
    """The server of the settings; its password may still be a named secret. Raises MailNotSetUp."""
    current = settings.current()
    if not current.smtp_url or not current.mail_from:
        raise MailNotSetUp()
    url = urlsplit(current.smtp_url)
    wish = parse_qs(url.query).get("starttls", ["auto"])[-1]
    user = unquote(url.username or "")
    default = _SUBMISSION if url.scheme == "smtp" and user else _PORTS[url.scheme]
    return MailServer(
        host=url.hostname or "localhost",
        port=url.port or default,
        tls=url.scheme == "smtps",
        starttls="required" if wish == "required" else "never" if wish == "never" else "auto",
        user=user,
        password=unquote(url.password or ""),
        sender=current.mail_from,
        sender_name=current.mail_from_name or current.company,
    )
