"""What Prometheus reads: requests and how long they took, runs by status, what this process carries out."""

from __future__ import annotations

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_core.faces.server.queue.records import Records
from agent_core.faces.server.queue.worker import RunWorker
from agent_core.task.run import FINAL

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """The metrics of one app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "agent_core_http_request_seconds",
            "Requests and how long it took to answer them.",
            ("method", "route", "status"),
            buckets=BUCKETS_S,
            registry=self.registry,
        )

    def text(self, records: Records, worker: RunWorker) -> bytes:
        """All of them in Prometheus' form. Counts the runs, and blocks meanwhile."""
        counted = CollectorRegistry()
        counted.register(_Runs(records.by_status(), worker))
        return generate_latest(self.registry) + generate_latest(counted)


class _Runs(Collector):
    def __init__(self, by_status: dict[str, int], worker: RunWorker) -> None:
        self._by_status, self._worker = by_status, worker

    def collect(self) -> Iterator[Metric]:
        """The numbers as they are now."""
        runs = GaugeMetricFamily("agent_core_runs", "Runs in the database.", labels=["status"])
        for status in sorted({"queued", "running", *FINAL}):
            runs.add_metric([status], self._by_status.get(status, 0))
        yield runs
        here = len(self._worker.going)
        yield GaugeMetricFamily("agent_core_runs_here", "Runs that this process carries out.", value=here)


class Measured:
    """Measures how long requests take, by the route that answered them."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._requests = app, metrics.requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, and write down how long it took until the answer began."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                # The path itself may hold anything; only routes are a closed set.
                route = getattr(scope.get("route"), "path", "none")
                labels = scope["method"] if scope["method"] in METHODS else "other", route, message["status"]
                self._requests.labels(*labels).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, send_on)


METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
