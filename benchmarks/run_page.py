"""How heavy and how quick the page of a long run is: `python -m benchmarks.run_page [--steps 200]`.

A server on loopback has one run that has ended, with a picture before and after each step. Its page is
opened several times by a browser that has nothing of it yet. It is said how many bytes came before any
picture, how many pictures were asked for unasked, and after which time a press on a step opens it. What of
that time was work, of the page's main thread and of the server, is said beside it: others may use the cores.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from httpx2 import AsyncClient
from PIL import Image
from playwright.async_api import Browser, async_playwright

from agent_core import Settings, TaskRun, find_browser
from agent_core.faces.server.app import create_app
from agent_core.faces.server.queue.job import TakenJob
from agent_core.faces.server.serving import listening_at
from agent_core.faces.server.settings import ServerSettings
from agent_core.loop.events import Event
from agent_core.task.run import ActionRecord, Rectangle, StepRecord

VIEWPORT = (1280, 720)
TASK = {"prompt": "Order each product of the list", "url": "http://127.0.0.1:9/", "engine": "embedded"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
OPENS = """() => {
  const step = document.querySelector('.step summary');
  step.click();
  return step.parentElement.open ? performance.now() : null;
}"""


class LongRun:
    """A run that has ended as soon as it begins, with so many steps."""

    went_on_after = 0

    def __init__(self, job: TakenJob, folder: Path, steps: int) -> None:
        self._job, self._folder, self._steps = job, folder, steps

    async def events(self) -> AsyncIterator[Event]:
        """None."""
        for event in ():
            yield event

    def cancel(self, *, interrupted: str = "") -> None:
        """Nothing goes on."""

    def answer(self, text: str, to: int | None = None) -> None:
        """Nothing was asked."""

    async def result(self) -> TaskRun:
        """The run, with its pictures in its folder."""
        (self._folder / "screenshots").mkdir(parents=True)
        pictures = [f"screenshots/{number:04}.png" for number in range(self._steps + 1)]
        picture = a_picture()
        for name in pictures:
            (self._folder / name).write_bytes(picture)
        steps = [
            a_step(number, pictures[number - 1], pictures[number]) for number in range(1, self._steps + 1)
        ]
        return TaskRun(
            run_id=self._job.run_id,
            status="completed",
            run_type=self._job.run_type,
            created_at=NOW,
            modified_at=NOW,
            started_at=NOW,
            finished_at=NOW + timedelta(seconds=2 * self._steps),
            run_request=self._job.asked,
            output=[{"product": f"Hat {number}", "price": number / 4} for number in range(50)],
            steps=steps,
            folder=str(self._folder),
        )


def a_step(number: int, before: str, after: str) -> StepRecord:
    """A step as a model's run has it."""
    did = f"clicked the button 'Add to the basket' in row {number} of the list of products"
    return StepRecord(
        number=number,
        url=f"http://shop.example/products?page={number}",
        title="All products of the shop",
        decision="act",
        thought=f"The list goes on: I add product {number} to the basket and look whether the count changes.",
        actions=[
            ActionRecord(
                action={"type": "click", "target": "f0e12"},
                element="button 'Add to the basket'",
                box=Rectangle(x=200, y=300, width=180, height=40),
                did=did,
                effect=f"the text '{number} products' came",
            )
        ],
        effect=f"text: '{number} products in the basket'",
        ms={"observe": 80.5, "decide": 1200.0, "act": 310.2, "picture": 90.0},
        viewport=VIEWPORT,
        before=before,
        screenshot=after,
    )


def a_picture() -> bytes:
    """A screenshot that does not shrink to nothing."""
    kept = io.BytesIO()
    noise = Image.frombytes("L", (160, 90), random.randbytes(160 * 90))
    noise.resize(VIEWPORT).save(kept, "PNG")
    return kept.getvalue()


@contextmanager
def server(home: Path, steps: int) -> Iterator[str]:
    """A server in a thread, whose runs have so many steps."""
    settings = ServerSettings(library=Settings(home=home), port=0, poll_s=0.05)
    listening, settings = listening_at(settings)
    app = create_app(settings, start=lambda job, _: LongRun(job, home / "long" / job.run_id, steps))
    serving = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield settings.address
    finally:
        serving.should_exit = True
        thread.join(30)
        listening.close()


async def a_run(address: str) -> str:
    """The id of a run that has ended."""
    async with AsyncClient(base_url=address, timeout=60) as client:
        run_id = (await client.post("/v1/run/tasks", json=TASK)).raise_for_status().json()["run_id"]
        for _ in range(600):
            if (await client.get(f"/v1/runs/{run_id}")).json()["finished_at"]:
                return str(run_id)
            await asyncio.sleep(0.1)
    raise SystemExit("the run does not end")


async def opened(browser: Browser, address: str) -> tuple[int, int, float, float]:
    """Bytes but for pictures, pictures asked for, milliseconds until a press acts, and of work."""
    page = await (await browser.new_context()).new_page()
    network = await page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    network.on("Network.requestWillBeSent", lambda told: kinds.update({told["requestId"]: told["type"]}))
    network.on(
        "Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]})
    )
    await network.send("Network.enable")
    await network.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.goto(address, wait_until="domcontentloaded")
    interactive_ms: Any = await page.evaluate(OPENS)
    metrics = (await network.send("Performance.getMetrics"))["metrics"]
    work_ms = next(each["value"] for each in metrics if each["name"] == "TaskDuration") * 1000
    await page.wait_for_load_state("networkidle")
    await page.context.close()
    if interactive_ms is None:
        raise SystemExit("a press on a step does not open it")
    told = sum(size for one, size in sizes.items() if kinds.get(one) != "Image")
    return told, sum(kind == "Image" for kind in kinds.values()), float(interactive_ms), work_ms


async def served_ms(address: str) -> float:
    """Milliseconds of work of this process, the server and its client, for the page alone."""
    async with AsyncClient(timeout=60) as client:
        began = time.process_time()
        (await client.get(address)).raise_for_status()
        return (time.process_time() - began) * 1000


async def main() -> None:
    """Measure, and say it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as home, server(Path(home), options.steps) as address:
        run_id = await a_run(address)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=str(find_browser().path), args=root)
            seen = [await opened(browser, f"{address}/runs/{run_id}") for _ in range(options.times)]
            await browser.close()
        served = statistics.median(
            [await served_ms(f"{address}/runs/{run_id}") for _ in range(options.times)]
        )
    told, pictures, took, worked = zip(*seen, strict=True)
    print(f"{options.steps} steps, load {os.getloadavg()[0]:.1f}")
    print(f"before pictures: {max(told) / 1000:.0f} kB; pictures asked for at once: {max(pictures)}")
    print(f"interactive: median {statistics.median(took):.0f} ms, slowest {max(took):.0f} ms")
    print(f"of work: the page's main thread {statistics.median(worked):.0f} ms, the server {served:.0f} ms")


if __name__ == "__main__":
    asyncio.run(main())
