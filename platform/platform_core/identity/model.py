"""Who acts: a signed-in person, or the system itself; and what is known of people, teams and territories."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from platform_core.i18n import AS_SPOKEN, Formats

Via = Literal["screen", "api", "import", "job", "system"]
"""The door an action came through."""

ADMIN_ROLE = "admin"
"""The one built-in role: every form, every field, every action."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the platform may ask about who is acting. Immutable; belongs to one request or job.

    `roles` are "admin" or names of role definitions ("trade_crm.sales", or "sales" where that is unique).
    `teams` are the own team and all below it, `territories` the own ones and all below them (ids).
    `language` is one of ours ("zh"), `zone` an IANA name.
    """

    user_id: str
    name: str
    email: str = ""
    roles: tuple[str, ...] = ()
    team: str | None = None
    teams: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    language: str = "en"
    zone: str = "UTC"
    via: Via = "api"
    request_id: str = ""
    ip: str = ""
    session_id: str | None = None
    """The session, or the API key, that was shown."""
    by_key: bool = False
    """Acts with an API key: not somebody at a screen."""
    viewer: str | None = None
    """The admin who looks with this person's eyes, and changes nothing; the audit names the admin."""

    @property
    def is_admin(self) -> bool:
        """May do everything a person can."""
        return ADMIN_ROLE in self.roles

    @property
    def is_system(self) -> bool:
        """The platform itself: not a person, bound by no role."""
        return self.via == "system" and self.user_id == SYSTEM_ID

    @property
    def is_unbounded(self) -> bool:
        """No role needs to be asked: an admin or the system."""
        return self.is_system or self.is_admin


SYSTEM_ID = "00000000-0000-7000-8000-000000000000"
"""The user id that audit rows and `created_by` carry where no person acted."""

SYSTEM = Actor(user_id=SYSTEM_ID, name="Tradewind", via="system")


class User(msgspec.Struct, frozen=True, kw_only=True):
    """One account. `theme` is "auto", "light" or "dark"; `density` "compact", "regular" or "roomy"."""

    id: str
    email: str
    name: str
    language: str
    zone: str
    theme: str
    density: str
    formats: Formats = AS_SPOKEN
    team: str | None
    manager: str | None
    roles: tuple[str, ...]
    territories: tuple[str, ...]
    active: bool
    created_at: datetime


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What owning a record needs to know of an account: its name, team, language and zone."""

    id: str
    name: str
    team: str | None
    language: str
    zone: str


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the team tree. `path` is "/<root id>/…/<own id>/"."""

    id: str
    name: str
    parent: str | None
    path: str


class Territory(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the world that people look after: ISO 3166 countries, languages, IANA zones; also a tree."""

    id: str
    name: str
    parent: str | None
    path: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    zones: tuple[str, ...]


class Viewing(msgspec.Struct, frozen=True, kw_only=True):
    """An admin looks at the product as somebody else sees it, read-only, until `until` at the latest."""

    user_id: str
    name: str
    until: datetime


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One signed-in browser, with how its person wants screens to look (see `User`).

    `token` is known only right after signing in; the database keeps its hash.
    """

    id: str
    user_id: str
    csrf_token: str
    expires_at: datetime
    token: str = ""
    theme: str = "auto"
    density: str = "regular"
    formats: Formats = AS_SPOKEN
    must_enrol: bool = False
    """A role of this person demands a second factor, and there is none yet: nothing else is open until there is."""
    viewing: Viewing | None = None


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list of sessions. `how`: "password", "totp" or "oidc:<provider>"; `agent` what the browser says."""

    id: str
    began_at: datetime
    seen_at: datetime
    expires_at: datetime
    ip: str
    agent: str
    how: str
    current: bool
