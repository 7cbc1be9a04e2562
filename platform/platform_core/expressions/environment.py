"""What an expression sees when it is evaluated: values, the person, and one frozen moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from platform_core import clock
from platform_core.expressions.errors import EvaluationError
from platform_core.i18n import N_

_NOTHING: Final[Mapping[str, object]] = {}


class UserView(Protocol):
    """The acting person. `get` answers the names of USER_SCOPE; the rest answers the functions about people."""

    def get(self, name: str, /) -> object: ...

    def has_role(self, role: str, /) -> bool: ...

    def in_team(self, team: str, user: str | None, /) -> bool:
        """Whether `user` (None: the acting person) belongs to `team` or a team below it."""

    def manager_of(self, user: str, /) -> str | None: ...


class Calendar(Protocol):
    """Working days; `name` is a calendar's key, "" for the usual one. Without one Monday to Friday are worked."""

    def is_workday(self, day: date, name: str, /) -> bool: ...


class Person:
    """A UserView from plain values. `teams` are the own team and all below; roles may be "app.name" or "name"."""

    def __init__(
        self,
        id: str,
        *,
        name: str = "",
        email: str = "",
        language: str = "en",
        zone: str = "UTC",
        team: str | None = None,
        teams: Sequence[str] = (),
        territories: Sequence[str] = (),
        roles: Sequence[str] = (),
        managers: Callable[[str], str | None] | None = None,
        membership: Callable[[str, str], bool] | None = None,
    ) -> None:
        """`managers(user)` answers a user's manager; `membership(team, user)` asks about somebody else."""
        self._values: dict[str, object] = {
            "id": id, "name": name, "email": email, "language": language, "zone": zone, "team": team,
            "teams": tuple(teams), "territories": tuple(territories), "roles": tuple(roles),
        }  # fmt: skip
        self._roles = frozenset(roles) | {role.rpartition(".")[2] for role in roles}
        self._teams = frozenset(teams) | ({team} if team else set())
        self._managers = managers
        self._membership = membership

    def get(self, name: str, /) -> object:
        return self._values.get(name)

    def has_role(self, role: str, /) -> bool:
        return role in self._roles

    def in_team(self, team: str, user: str | None, /) -> bool:
        if user is None or user == self._values["id"]:
            return team in self._teams
        return self._membership is not None and self._membership(team, user)

    def manager_of(self, user: str, /) -> str | None:
        return self._managers(user) if self._managers else None


class Env:
    """Values for one evaluation; now, today and zone do not move while it lasts.

    `record` maps dotted paths to canonical values: {"amount": Decimal("5"), "account.website": None}. What is missing
    is blank. A list of rows stands under its name, as a sequence of such mappings; where the value itself is a list of
    ids, its rows stand under "contacts[*]". `old` has the values before the change, None when the record is new.
    `roots` are a host's further roots by name.
    """

    __slots__ = ("calendar", "flow", "now", "old", "record", "roots", "row", "today", "user", "vars", "zone")

    def __init__(
        self,
        record: Mapping[str, object] = _NOTHING,
        *,
        old: Mapping[str, object] | None = None,
        user: UserView | None = None,
        flow: Mapping[str, object] = _NOTHING,
        vars: Mapping[str, object] = _NOTHING,
        roots: Mapping[str, Mapping[str, object]] | None = None,
        now: datetime | None = None,
        zone: str = "UTC",
        calendar: Calendar | None = None,
    ) -> None:
        self.record = record
        self.old = _NOTHING if old is None else old
        self.user = user
        self.flow = flow
        self.vars = vars
        self.roots = roots or {}
        self.now = (now or clock.now()).astimezone(UTC)
        self.zone = zone_info(zone)
        self.today = self.now.astimezone(self.zone).date()
        self.calendar = calendar
        self.row: Mapping[str, object] = _NOTHING

    def values(self, root: str) -> Mapping[str, object]:
        """The mapping behind a root that is not the user."""
        if root in ("record", "old", "flow", "vars"):
            found: Mapping[str, object] = getattr(self, root)
            return found
        return self.roots.get(root, _NOTHING)

    def get(self, path: tuple[str, ...], root: str = "record") -> object:
        """The value at `path`, None where it is blank or not given."""
        key = ".".join(path)
        if root == "user":
            return self.user.get(key) if self.user else None
        return self.values(root).get(key)

    def require_user(self) -> UserView:
        """The acting person, for functions that ask about people."""
        if self.user is None:
            raise EvaluationError(
                "no_user", N_("This expression asks about a person, and nobody is acting here.")
            )
        return self.user


@lru_cache(maxsize=512)
def zone_info(name: str) -> ZoneInfo:
    """The zone called `name` (IANA). EvaluationError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as exc:
        raise EvaluationError(
            "unknown_zone", N_("There is no time zone {zone}."), params={"zone": name[:60]}
        ) from exc
