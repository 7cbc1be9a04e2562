"""Where rates come from by themselves: a port that plugins fill, the ECB's daily rates, and the job that asks.

The operator names the source in `rate_source`; without it nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from platform_core import jobs, outbound, settings
from platform_core.currencies.errors import SourceFailed
from platform_core.currencies.model import Quote
from platform_core.currencies.table import enter_rates
from platform_core.i18n import N_
from platform_core.identity import SYSTEM

FETCH = "currencies.fetch"
FETCHING = jobs.Schedule(FETCH, every=timedelta(hours=6), title=N_("Fetch rates of exchange"))


@runtime_checkable
class RateSource(Protocol):
    """Somebody who publishes rates. `name` is what the setting `rate_source` calls it."""

    name: str

    async def fetch(self) -> Sequence[Quote]:
        """The newest rates. It calls others through `outbound` only, and raises TradewindError where they give none."""


_sources: dict[str, RateSource] = {}


def add_source(source: object) -> None:
    """Makes a source known; the extension point `rate_source` ends here. TypeError for what is none."""
    if not isinstance(source, RateSource):
        raise TypeError("a rate source has a name and an async fetch()")
    _sources[source.name] = source


def sources() -> Mapping[str, RateSource]:
    """Every known source by name."""
    return MappingProxyType(_sources)


async def fetch_job(job: jobs.Job) -> dict[str, object]:
    """The job FETCH. Run twice it enters the same rates again."""
    name = settings.current().rate_source
    if not name:
        return {"fetched": 0}
    source = _sources.get(name)
    if source is None:
        raise jobs.GiveUp(f"there is no rate source '{name}': {', '.join(sorted(_sources))}")
    quotes = await source.fetch()
    return {"fetched": await enter_rates(quotes, actor=SYSTEM), "source": name}


class EuropeanCentralBank:
    """The reference rates of the European Central Bank: units of a currency for one euro, on working days."""

    name = "ecb"
    _DAY = re.compile(rb"<Cube\s+time=['\"](\d{4}-\d\d-\d\d)['\"]")
    _RATE = re.compile(rb"<Cube\s+currency=['\"]([A-Z]{3})['\"]\s+rate=['\"]([0-9.]{1,20})['\"]")

    def __init__(self, url: str = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml") -> None:
        self._url = url

    async def fetch(self) -> Sequence[Quote]:
        """Today's rates. Raises SourceFailed, or what `outbound` raises."""
        answer = await outbound.request("GET", self._url, timeout=20.0)
        day = self._DAY.search(answer.body)
        found = self._RATE.findall(answer.body)
        if not answer.ok or day is None or not found:
            raise SourceFailed(params={"status": answer.status})
        on = date.fromisoformat(day.group(1).decode())
        return [
            Quote(day=on, source="EUR", target=code.decode(), rate=Decimal(rate.decode()), origin=self.name)
            for code, rate in found
            if code not in (b"EUR",)
        ]
