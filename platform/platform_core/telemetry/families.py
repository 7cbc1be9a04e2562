"""Samples and the histogram of requests in the form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from platform_core.telemetry.requests import request_seconds
from platform_core.telemetry.sample import Sample


def written(samples: Iterable[Sample]) -> tuple[bytes, str]:
    """The text of a scrape, and its content type."""
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
