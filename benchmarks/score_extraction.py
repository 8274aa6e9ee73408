"""Score extraction over folders of pages: `python -m benchmarks.score_extraction [-v] [FOLDER ...]`."""

from __future__ import annotations

import argparse
import asyncio
import functools
import http.server
import json
import threading
from pathlib import Path

from agent_core.demo_site.server import LoopbackServer
from browser.lifecycle.find import find_browser
from browser.lifecycle.launch import launch
from browser.model.observation import Observation, View
from browser.options import LaunchOptions, SessionOptions
from testbed.extraction.score import PAGES, Case, Score, judge

SeenPage = tuple[str, list[Case], Observation]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Requests are of no interest here."""


async def observe_all(folder: Path, paths: list[Path]) -> list[SeenPage]:
    """Open every page of a folder; its name, its tasks, and what is seen."""
    server = LoopbackServer(functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    browser = await launch(LaunchOptions(executable_path=find_browser().path))
    seen: list[SeenPage] = []
    try:
        session = await browser.open_session(SessionOptions())
        for path in paths:
            await session.goto(f"{base}/{path.stem}.html")
            observation = await session.observe(View(budget_tokens=None, appearance=True))
            cases = json.loads(path.read_text("utf-8").replace("{base}", base))
            seen.append((path.stem, cases, observation))
    finally:
        await browser.close()
        server.shutdown()
    return seen


def main() -> None:
    """Print one line for every folder, and with -v one for every wrong or missing value."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[PAGES / "unseen"])
    parser.add_argument("-v", "--verbose", action="store_true", help="tell what is wrong, value by value")
    options = parser.parse_args()
    for folder in options.folders:
        score = Score()
        for name, cases, observation in asyncio.run(observe_all(folder, sorted(folder.glob("*.json")))):
            told = judge(name, cases, observation, score)
            for line in told if options.verbose else ():
                print(line)
        print(f"{folder.name}: {score}")


if __name__ == "__main__":
    main()
