"""How fast the server answers those who queue tasks: `python -m benchmarks.task_queue [--database URL]`.

Fifty clients post at once, each its next task as soon as the last was answered, while runs wait behind. It is
said how long the answers took, and looked whether each run is there, in the order in which its client asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from httpx2 import TransportError, get

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


class Client:
    """A connection of one's own over which tasks are posted, one after another.

    It does as little as can be: a library's own work for a request takes nearly as long as the server's, and
    would be counted with it.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def connected(cls) -> Client:
        """A client whose connection is open."""
        return cls(*await asyncio.open_connection("127.0.0.1", PORT))

    async def post(self, prompt: str) -> str:
        """Post a task; returns the id of its run."""
        body = json.dumps(TASK | {"prompt": prompt})
        self._writer.write(
            f"POST /v1/run/tasks HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        answer = await self._reader.readexactly(length)
        if " 200 " not in head.partition("\r\n")[0]:
            raise SystemExit(f"the server answered {answer.decode()}")
        return str(json.loads(answer)["run_id"])

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


def ready(address: str) -> None:
    """Wait until the server answers."""
    for _ in range(200):
        with suppress(TransportError):
            if get(f"{address}/healthz").status_code == 200:
                return
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def kept_runs(address: str) -> list[str]:
    """The ids of the runs that the server has, oldest first."""
    kept: list[str] = []
    page = 1
    while found := get(f"{address}/v1/runs", params={"page": page, "page_size": 100}).json():
        kept[:0] = [run["run_id"] for run in reversed(found)]
        page += 1
    return kept


async def measure(address: str, clients: int, each: int) -> None:
    """Post, and say how it went."""
    connections = [await Client.connected() for _ in range(clients)]
    await connections[0].post("first")  # what is imported once is there
    took: list[float] = []

    async def post(number: int, client: Client) -> list[str]:
        ids = []
        for turn in range(each):
            began = time.perf_counter()
            ids.append(await client.post(f"{number} {turn}"))
            took.append((time.perf_counter() - began) * 1000)
        return ids

    began = time.perf_counter()
    asked = await asyncio.gather(*(post(number, client) for number, client in enumerate(connections)))
    whole_s = time.perf_counter() - began
    for client in connections:
        client.close()
    kept = await asyncio.to_thread(kept_runs, address)
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
        ready(address)
        asyncio.run(measure(address, asked.clients, asked.each))


if __name__ == "__main__":
    main()
