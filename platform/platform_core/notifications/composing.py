"""From words to a MIME message: text and HTML in the reader's language, headers that nobody can break out of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import msgspec

from platform_core import clock, i18n
from platform_core.i18n import N_
from platform_core.notifications.errors import BadMail
from platform_core.notifications.sending_set_up import MailServer

MOST_RECIPIENTS = 50
_LONGEST_SUBJECT = 250
_LONGEST_BODY = 1024 * 1024
_BROKEN = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,255}")


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One mail before it is MIME. `key` stands for it for ever: the same key gives the same Message-ID."""

    to: tuple[str, ...]
    subject: str
    text: str
    key: str
    html: str | None = None
    language: str = "en"


def check_letter(letter: Letter) -> None:
    """Raises BadMail for addresses, subjects and sizes that no mail of ours has."""
    if not 1 <= len(letter.to) <= MOST_RECIPIENTS:
        raise BadMail.one(
            "/to", "recipients", N_("A mail goes to 1 to {most} addresses."), most=MOST_RECIPIENTS
        )
    for place, address in enumerate(letter.to):
        if not _ADDRESS.fullmatch(address):
            raise BadMail.one(f"/to/{place}", "email", N_("This is not an e-mail address."))
    if not letter.subject.strip() or _BROKEN.search(letter.subject) or len(letter.subject) > _LONGEST_SUBJECT:
        raise BadMail.one("/subject", "subject", N_("A subject is one line of at most 250 characters."))
    if len(letter.text) + len(letter.html or "") > _LONGEST_BODY:
        raise BadMail.one("/text", "too_long", N_("A mail holds at most 1 MB."))
    if not letter.key:
        raise ValueError("a mail needs a key")


def message_id(key: str, server: MailServer) -> str:
    """The Message-ID of a key: the same for every attempt, telling nothing of what the key says."""
    name = hashlib.sha256(f"mail {key}".encode()).hexdigest()[:40]
    return f"<{name}@{server.sender.rpartition('@')[2]}>"


def compose(letter: Letter, server: MailServer) -> EmailMessage:
    """The message as it goes out. The letter has been checked."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(server.sender, server.sender_name)
    message["To"] = tuple(_address(address) for address in letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = message_id(letter.key, server)
    # No machine shall answer a machine (RFC 3834; the second is how Exchange hears it).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html")
    # Last: giving a message its content takes every Content- header along into the part.
    message["Content-Language"] = i18n.known(letter.language).tag
    return message


def _address(address: str, name: str = "") -> Address:
    user, _, domain = address.rpartition("@")
    return Address(display_name=_BROKEN.sub(" ", name), username=user, domain=_ascii(domain))


def _ascii(domain: str) -> str:
    """A domain as it goes on the wire; one that is no name stays and is refused by the server."""
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def addresses_of(people: Sequence[str]) -> tuple[str, ...]:
    """Addresses without doubles, order kept."""
    return tuple(dict.fromkeys(address.strip() for address in people))
