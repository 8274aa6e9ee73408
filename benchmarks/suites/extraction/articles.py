"""Body, headline, author and date of saved articles, beside trafilatura on the same pages.

The body counts by the collection's own scorer: words four at a time, the mean over the pages, for the pages
of scrapinghub/article-extraction-benchmark (MIT); passages that must and must not be there, for those of
adbar/trafilatura (Apache 2.0). That one also says headlines, authors and dates: a headline and an author
count where they are the same words, a date where it is the same day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.suites.extraction.saved import SavedPage
from benchmarks.suites.extraction.scorers import (
    Counts,
    Score,
    mean_of_pages,
    over_all,
    segments,
    shingles,
    values,
)

WISH = "Extract the article"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "headline": {"type": ["string", "null"]},
        "author": {"type": ["string", "null"]},
        "date_published": {"type": ["string", "null"], "format": "date"},
        "article_body": {"type": ["string", "null"]},
    },
    "required": ["headline", "author", "date_published", "article_body"],
}
OTHERS = {"headline": "title", "author": "author", "date_published": "date"}
"""What else is asked for, and how the annotations call it."""


def score(pages: Sequence[SavedPage], outputs: Mapping[str, Mapping[str, Any]]) -> dict[str, Score]:
    """What is asked for -> how it was read.

    Args:
        pages: The pages.
        outputs: Name of a page -> what was read of it.
    """
    bodies = [body_counts(page, str(outputs[page.name].get("article_body") or "")) for page in pages]
    by_words = all("articleBody" in page.right for page in pages)
    scores = {"body": mean_of_pages(bodies) if by_words else over_all(bodies)}
    for name, called in OTHERS.items():
        told = [page for page in pages if page.right.get(called)]
        if told:
            scores[name] = over_all(
                value_counts(name, page.right[called], outputs[page.name].get(name)) for page in told
            )
    return scores


def body_counts(page: SavedPage, read: str) -> Counts:
    """How a body that was read is counted."""
    if "articleBody" in page.right:
        return shingles(page.right["articleBody"], read)
    return segments(page.right["with"], page.right["without"], read)


def value_counts(name: str, right: str | Sequence[str], read: object) -> Counts:
    """How a headline, an author or a date is counted."""
    if not isinstance(right, str):
        right = ", ".join(right)
    if name == "date_published":
        return values({right[:10]}, read and str(read)[:10])
    return values({_words(right)}, read and _words(str(read)))


def _words(text: str) -> frozenset[str]:
    """The words, in any order and case: authors are named in any order."""
    return frozenset(re.findall(r"\w+", text.casefold()))
