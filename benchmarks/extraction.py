"""Measure what is read of saved articles and products: `python -m benchmarks.extraction articles FOLDER`.

FOLDER is a clone of scrapinghub/article-extraction-benchmark (MIT) or adbar/trafilatura (Apache 2.0) for
`articles`, of scrapinghub/product-extraction-benchmark (MIT) for `products`. The first half of the pages by
name is for work on the rules; the other half is for the report, and nobody reads its pages.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.suites.extraction import articles, products
from benchmarks.suites.extraction.peer import PeerMissing, read_by_peer
from benchmarks.suites.extraction.reading import Read, read_all
from benchmarks.suites.extraction.saved import NoSuchPages, SavedPage, articles_in, products_in, published
from benchmarks.suites.extraction.scorers import Score

Outputs = Mapping[str, Mapping[str, Any]]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 where everything was read, 2 where the pages or the other library are missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("what", choices=("articles", "products"))
    parser.add_argument("folder", type=Path, help="a clone of the collection")
    parser.add_argument("--half", choices=("work", "report", "all"), default="work", help="default: work")
    parser.add_argument("--runs", action="store_true", help="a whole run_task for each page")
    parser.add_argument("--limit", type=int, help="at most so many pages")
    parser.add_argument("--peer", type=Path, help="the Python of an environment that has trafilatura")
    parser.add_argument("-v", "--verbose", action="store_true", help="say what was read wrong of each page")
    options = parser.parse_args(arguments)
    if options.verbose and options.half != "work":
        parser.error("--verbose shows pages of the half that is kept for the report; use --half work")
    try:
        find = articles_in if options.what == "articles" else products_in
        pages = find(options.folder, options.half)[: options.limit]
        print(asyncio.run(_measure(options, pages)))
    except (NoSuchPages, PeerMissing) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


async def _measure(options: argparse.Namespace, pages: Sequence[SavedPage]) -> str:
    suite = articles if options.what == "articles" else products
    read: list[Read] = []
    async for one in read_all(pages, suite.WISH, suite.SCHEMA, runs=options.runs):
        read.append(one)
        if options.verbose:
            _say(one, products.ATTRIBUTES if suite is products else articles.OTHERS)
    readers: dict[str, Outputs] = {"embedded": {one.page.name: one.output for one in read}}
    if options.what == "products":
        readers |= published(options.folder, pages)
    elif options.peer:
        version, found = read_by_peer(options.peer, [page.file for page in pages])
        readers[f"trafilatura {version}"] = {page.name: said for page, said in zip(pages, found, strict=True)}
    lines = [f"{len(pages)} pages, half: {options.half}", "", "| value | reader | F1 | precision | recall |"]
    lines += ["|---|---|---|---|---|"]
    scores = {reader: suite.score(pages, outputs) for reader, outputs in readers.items()}
    lines += _rows(scores)
    return "\n".join([*lines, "", _times(read)])


def _rows(scores: Mapping[str, Mapping[str, Score]]) -> list[str]:
    names = dict.fromkeys(name for by_name in scores.values() for name in by_name)
    return [
        f"| {name} | {reader} | {by_name[name]} |"
        for name in names
        for reader, by_name in scores.items()
        if name in by_name
    ]


def _times(read: Sequence[Read]) -> str:
    """How sure the engine was, and what it took."""
    sure = sum(one.confident for one in read)
    seen, took = [one.seen_ms for one in read], [one.read_ms for one in read]
    return (
        f"{sure} of {len(read)} finished; observed in {statistics.median(seen):.0f} ms (at most "
        f"{max(seen):.0f}), read in {statistics.median(took):.0f} ms (at most {max(took):.0f}), medians; "
        f"load {os.getloadavg()[0]:.1f}"
    )


def _say(one: Read, names: Sequence[str] | Mapping[str, str]) -> None:
    """What was read of a page of the half that is for work."""
    print(one.page.name, one.page.url, "" if one.confident else one.reason)
    for name in names:
        called = names[name] if isinstance(names, Mapping) else name
        if name in one.output or called in one.page.right:
            print(f"  {name}: {one.output.get(name)!r}, right: {one.page.right.get(called)!r}")


if __name__ == "__main__":
    sys.exit(main())
