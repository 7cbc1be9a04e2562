"""When a schedule fires: a cron line in a time zone, or a fixed step of time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim, CronSimError

from platform_core import settings
from platform_core.jobs.errors import BadSchedule

Misfire = Literal["skip", "once", "all"]
"""What becomes of times that passed while nobody could fire: nothing, one run for the last, or one each."""

MOST_MISSED = 10
"""Times that `all` makes up for; older ones are let go."""
LATE = timedelta(seconds=60)
"""From this delay on a time counts as missed."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORTEST = timedelta(seconds=1)
_NOTHING: Mapping[str, object] = MappingProxyType({})


class Schedule(msgspec.Struct, frozen=True):
    """A job kind that is due again and again: exactly one of `cron` (five fields) and `every`.

    `cron` is read in `zone` (IANA name; the installation's where not given): a time that the clocks leap over runs
    right after the gap, one that comes twice runs once. `every` counts in whole steps from 1970-01-01 UTC, so "1 h"
    fires at full hours on every machine. `name` is unique in the installation (the kind where not given), `title`
    a message id for the screen.
    """

    kind: str
    name: str = ""
    cron: str = ""
    every: timedelta | None = None
    zone: str | None = None
    misfire: Misfire = "once"
    payload: Mapping[str, object] = _NOTHING
    priority: int = 0
    title: str = ""

    def __post_init__(self) -> None:
        if bool(self.cron) == (self.every is not None):
            raise BadSchedule("The schedule {name} needs either a cron line or a step.", params=self._who())
        if self.every is not None and self.every < _SHORTEST:
            raise BadSchedule("The schedule {name} is to fire too often.", params=self._who())
        if self.cron:
            self._check_cron()

    @property
    def key(self) -> str:
        """The name under which its row stands."""
        return self.name or self.kind

    def after(self, instant: datetime) -> datetime:
        """The first time strictly after an instant (aware UTC)."""
        if self.every is not None:
            return _EPOCH + ((instant - _EPOCH) // self.every + 1) * self.every
        for found in CronSim(self.cron, instant.astimezone(ZoneInfo(self.place))):
            # In the hour that comes twice the library answers with the first one, also from inside the second.
            if (moved := found.astimezone(UTC)) > instant:
                return moved
        raise AssertionError("unreachable: a cron line that never comes is refused")

    def missed(self, first: datetime, now: datetime) -> list[datetime]:
        """The times from `first` (itself one) to `now`, the last `MOST_MISSED` of them."""
        if self.every is not None:
            steps = (now - first) // self.every
            return [first + self.every * step for step in range(max(0, steps - MOST_MISSED + 1), steps + 1)]
        window = timedelta(hours=1)  # grows backwards: a year of missed minutes is not walked through
        while now - window > first and len(times := self._between(now - window, now)) <= MOST_MISSED:
            window *= 4
        if now - window > first:
            return times[-MOST_MISSED:]
        return [first, *self._between(first, now)][-MOST_MISSED:]

    def _between(self, start: datetime, end: datetime) -> list[datetime]:
        """The times after `start`, up to `end`."""
        found: list[datetime] = []
        while (following := self.after(found[-1] if found else start)) <= end:
            found.append(following)
        return found

    @property
    def place(self) -> str:
        """The zone in which the cron line is read."""
        return self.zone or _installation_zone()

    def _check_cron(self) -> None:
        try:
            if len(self.cron.split()) != 5:
                raise CronSimError("five fields")
            next(CronSim(self.cron, _EPOCH.astimezone(ZoneInfo(self.zone or "UTC"))))
        except (CronSimError, StopIteration) as exc:
            raise BadSchedule(
                "The cron line {cron} of the schedule {name} is not understood.",
                params={**self._who(), "cron": self.cron},
                remedy="Five fields: minute hour day month weekday, such as 30 2 * * 1-5.",
            ) from exc
        except (KeyError, ValueError, OSError) as exc:
            raise BadSchedule(
                "The time zone {zone} of the schedule {name} is not known.",
                params={**self._who(), "zone": self.zone or ""},
            ) from exc

    def _who(self) -> dict[str, object]:
        return {"name": self.name or self.kind}


def _installation_zone() -> str:
    try:
        return settings.current().zone
    except RuntimeError:  # no settings yet: a tool that only looks at the rules
        return "UTC"
