"""The numbers as Prometheus reads them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Literal

import msgspec
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from platform_core.telemetry.requests import request_seconds

_log = logging.getLogger("tradewind.telemetry")


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a source. `name` without unit suffix rules: "tradewind_jobs", "tradewind_database_connections"."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = {}
    kind: Literal["gauge", "counter"] = "gauge"


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
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    registry.register(_Families(samples))
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Families:
    """The samples as families, and the histogram of requests."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._samples = samples

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        yield _requests()
        families: dict[str, Metric] = {}
        for sample in self._samples:
            family = families.get(sample.name)
            if family is None:
                made = CounterMetricFamily if sample.kind == "counter" else GaugeMetricFamily
                family = families[sample.name] = made(sample.name, sample.help, labels=list(sample.labels))
            family.add_metric(list(sample.labels.values()), sample.value)  # type: ignore[attr-defined]  # both have it
        yield from families.values()


def _requests() -> Metric:
    family = HistogramMetricFamily(
        "tradewind_request_seconds",
        "Seconds from the arrival of a request to the end of its answer.",
        labels=["method", "route", "status"],
    )
    for (method, route, hundreds), (buckets, total) in request_seconds().items():
        family.add_metric([method, route, f"{hundreds}xx"], buckets=buckets, sum_value=total)
    return family
