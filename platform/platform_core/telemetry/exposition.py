"""The numbers as Prometheus reads them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable

from platform_core.telemetry.sample import Sample

_log = logging.getLogger("tradewind.telemetry")

Source = Callable[[], Awaitable[Iterable[Sample]]]
_sources: dict[str, Source] = {}


def add_source(name: str, source: Source) -> None:
    """Numbers that are asked for at each scrape; one that fails is left out and told in the log."""
    _sources[name] = source


def forget_sources() -> None:
    """No more sources (tests)."""
    _sources.clear()


async def exposition() -> tuple[bytes, str]:
    """The text of a scrape, and its content type."""
    samples: list[Sample] = []
    for name, source in list(_sources.items()):
        up = 1.0
        try:
            samples += await source()
        except Exception:  # noqa: BLE001 - a scrape must not fail because one source does
            _log.warning("the numbers of %s are not to be had", name, exc_info=True)
            up = 0.0
        samples.append(
            Sample(
                name="tradewind_source_up",
                help="Whether the numbers of this source could be had.",
                value=up,
                labels={"source": name},
            )
        )
    # Imported here: 25 ms that only a scrape needs.
    from platform_core.telemetry.families import written

    return written(samples)
