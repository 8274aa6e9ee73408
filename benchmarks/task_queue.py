"""How fast the server answers those who queue tasks: `python -m benchmarks.task_queue [--database URL]`.

Fifty clients post at once, each its next task as soon as the last was answered, while runs wait behind. It is
said how long the answers took, and looked whether each run is there, in the order in which its client asked.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from httpx2 import AsyncClient, Limits, TransportError

TASK = {"url": "http://127.0.0.1:9/", "data_extraction_schema": {"posts": [{"title": "", "points": 0}]}}
PORT = 8765


@contextmanager
def server(database: str) -> Iterator[str]:
    """A server in a process and a folder of its own, which only queues."""
    with tempfile.TemporaryDirectory() as home:
        words = [
            "serve",
            "--port",
            str(PORT),
            "--concurrency",
            "0",
            *(["--database", database] if database else []),
        ]
        environment = {
            **os.environ,
            "AGENT_CORE_HOME": home,
            "AGENT_CORE_REQUESTS_PER_MINUTE": "1000000",
            "AGENT_CORE_QUEUED_PER_KEY": "1000000",
        }
        process = subprocess.Popen([sys.executable, "-m", "agent_core", *words], env=environment)
        try:
            yield f"http://127.0.0.1:{PORT}"
        finally:
            process.terminate()
            process.wait()


async def ready(client: AsyncClient) -> None:
    """Wait until the server answers."""
    for _ in range(200):
        try:
            if (await client.get("/healthz")).status_code == 200:
                return
        except TransportError:
            pass
        await asyncio.sleep(0.1)
    raise SystemExit("the server does not answer")


async def measure(address: str, clients: int, each: int) -> None:
    """Post, and say how it went."""
    async with AsyncClient(
        base_url=address,
        timeout=60,
        limits=Limits(max_connections=clients, max_keepalive_connections=clients),
    ) as client:
        await ready(client)
        await client.post("/v1/run/tasks", json=TASK | {"prompt": "first"})  # what is imported once is there
        took: list[float] = []

        async def post(number: int) -> list[str]:
            ids = []
            for turn in range(each):
                began = time.perf_counter()
                answer = await client.post("/v1/run/tasks", json=TASK | {"prompt": f"{number} {turn}"})
                took.append((time.perf_counter() - began) * 1000)
                ids.append(answer.raise_for_status().json()["run_id"])
            return ids

        began = time.perf_counter()
        asked = await asyncio.gather(*(post(number) for number in range(clients)))
        whole_s = time.perf_counter() - began
        kept: list[str] = []
        page = 1
        while found := (await client.get("/v1/runs", params={"page": page, "page_size": 100})).json():
            kept[:0] = [run["run_id"] for run in reversed(found)]
            page += 1
    place = {run_id: at for at, run_id in enumerate(kept)}
    lost = sum(run_id not in place for ids in asked for run_id in ids)
    in_order = all(ids == sorted(ids, key=lambda run_id: place.get(run_id, -1)) for ids in asked)
    took.sort()
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99) - 1]
    print(
        f"{clients} clients, {len(took)} tasks in {whole_s:.1f} s: p50 {p50:.0f} ms, p99 {p99:.0f} ms, "
        f"longest {took[-1]:.0f} ms; {lost} lost, {'in order' if in_order else 'NOT in order'}"
    )


def main() -> None:
    """Read the options, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="", help="postgresql://...; default: SQLite")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--each", type=int, default=20, help="tasks of each client")
    asked = parser.parse_args()
    with server(asked.database) as address:
        asyncio.run(measure(address, asked.clients, asked.each))


if __name__ == "__main__":
    main()
