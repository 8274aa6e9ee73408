"""What a person can use on the fixture pages, by each page's own list, against what we list as usable."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from tests.support.fixture_pages import Score, lists, opened, tab, told

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FOUND_AT_LEAST = 0.99
DEAD_AT_MOST = 0.02


@dataclass
class Compared:
    """Usable elements that are listed, and listed ones that do something, over all pages."""

    found: Score = field(default_factory=Score)
    alive: Score = field(default_factory=Score)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def compared(browser):
    """All pages compared once."""
    scores = Compared()
    async with tab(browser) as page:
        async for one in opened(page):
            compare(one, await lists(one), scores)
    return scores


def compare(one, own, scores):
    listed = {e.ref: e for e in one.captured.elements if e.interactive and e.visible and e.enabled}
    for ref, selector in own.usable.items():
        scores.found.add(ref in listed, f"{one.name} {selector}")
    for ref, element in listed.items():
        works = ref in own.usable or ref in own.also
        scores.alive.add(works, f"{told(one, element)} {own.decoys.get(ref, '')}")


async def test_what_a_person_can_use_is_listed(compared):
    compared.found.tell("usable and listed")
    assert compared.found.share >= FOUND_AT_LEAST, compared.found


async def test_what_does_nothing_is_not_listed(compared):
    compared.alive.tell("listed and usable")
    assert 1 - compared.alive.share <= DEAD_AT_MOST, compared.alive
