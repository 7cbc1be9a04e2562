"""What the routes about people read and write."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from platform_core.identity import ApiKey, User

Text = Annotated[str, Meta(max_length=320)]
Secret = Annotated[str, Meta(max_length=1024)]


class Account(msgspec.Struct):
    """An account. Roles are names, team, manager and territories ids."""

    id: str
    email: str
    name: str
    language: str
    zone: str
    roles: list[str]
    team: str | None
    manager: str | None
    territories: list[str]
    active: bool
    created_at: datetime


class NewAccount(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What an account starts with. With `invite` the answer has a one-time link, or the link goes out by mail."""

    email: Text
    name: Text
    language: Text = ""
    zone: Text = ""
    roles: list[Text] = []
    team: Text | None = None
    manager: Text | None = None
    territories: list[Text] = []
    invite: bool = False


class OpenedAccount(Account):
    """A new account. `link` is there where an invitation was asked for and this installation sends no mail."""

    link: str | None = None


class PasswordToSet(msgspec.Struct, forbid_unknown_fields=True):
    """A password for somebody else."""

    password: Secret


class OneTimeLink(msgspec.Struct):
    """An address at which its person chooses a password, once. It is told this once."""

    url: str


class Key(msgspec.Struct):
    """An API key; never its text, but for its first letters."""

    id: str
    user: str
    name: str
    start: str
    role: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    used_from: str
    works: bool


class NewKey(msgspec.Struct, forbid_unknown_fields=True):
    """What a key is made of."""

    name: Text
    role: Text
    expires_at: datetime | None = None


class MadeKey(Key):
    """A new key with its text, told this once."""

    key: str = ""


class Preferences(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What one may say about oneself; what is not given stays. 0 as first day: as usual in the language."""

    name: Text | None = None
    language: Text | None = None
    zone: Text | None = None
    theme: Text | None = None
    density: Text | None = None
    number_format: Text | None = None
    date_format: Text | None = None
    first_day: int | None = None


class Code(msgspec.Struct, forbid_unknown_fields=True):
    """A code of the authenticator app."""

    code: Text


class OwnPassword(msgspec.Struct, forbid_unknown_fields=True):
    """One's own password, asked again."""

    password: Secret


class ToScan(msgspec.Struct):
    """What an authenticator app is told."""

    secret: str
    uri: str


class RecoveryCodes(msgspec.Struct):
    """Codes that each open the account once; told this once."""

    recovery_codes: list[str]


class NewTeam(msgspec.Struct, forbid_unknown_fields=True):
    """A team: its name, and the one above."""

    name: Text
    parent: Text | None = None


class NewTerritory(msgspec.Struct, forbid_unknown_fields=True):
    """A territory: ISO 3166 countries, languages and IANA zones that belong to it, and the one above."""

    name: Text
    parent: Text | None = None
    countries: list[Text] = []
    languages: list[Text] = []
    zones: list[Text] = []


def account_of(user: User) -> Account:
    """An account as programs see it."""
    return msgspec.convert(user, Account, from_attributes=True)


def opened_account_of(user: User, link: str | None) -> OpenedAccount:
    """A new account."""
    made = msgspec.convert(user, OpenedAccount, from_attributes=True)
    made.link = link
    return made


def key_of(key: ApiKey) -> Key:
    """A key as programs see it."""
    return Key(
        id=key.id,
        user=key.user_id,
        name=key.name,
        start=key.start,
        role=key.role,
        created_at=key.created_at,
        expires_at=key.expires_at,
        used_at=key.used_at,
        used_from=key.used_from,
        works=key.works,
    )
