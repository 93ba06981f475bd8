"""What the service counts, for Prometheus. Addresses count as their patterns: no draft, no id, no tenant in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.pool import Pool

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Metrics:
    """The figures of one server process."""

    def __init__(self, pool: Pool) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "wirecheck_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "wirecheck_request_seconds",
            "From the head of a request to the end of its answer.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._verdicts = Counter("wirecheck_checks", "Texts checked.", ("verdict",), registry=self.registry)
        self.registry.register(_Figures(pool))

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered; `route` is the pattern of its address, "" when it has none."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_verdicts(self, verdicts: Iterable[str]) -> None:
        """Texts were checked."""
        for verdict in verdicts:
            self._verdicts.labels(verdict).inc()


class _Figures(Collector):
    """The pool's figures, as they are when they are asked for."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def collect(self) -> Iterator[Metric]:
        pool = self._pool
        yield GaugeMetricFamily("wirecheck_workers", "Worker processes that can take a job.", pool.alive)
        yield GaugeMetricFamily("wirecheck_jobs_running", "Jobs that a worker has now.", pool.running)
        yield GaugeMetricFamily("wirecheck_jobs_waiting", "Requests that wait for a worker.", pool.waiting)
        yield CounterMetricFamily("wirecheck_refused", "Requests refused because too many waited.", value=pool.refused)
        yield CounterMetricFamily(
            "wirecheck_workers_lost", "Workers that ended in the middle of a job.", value=pool.lost
        )
        yield CounterMetricFamily(
            "wirecheck_jobs_too_slow", "Jobs whose worker was killed as too slow.", value=pool.late
        )
