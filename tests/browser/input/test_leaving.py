"""A page that goes to another one while an act waits for it: the act was done all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from browser.cdp.scripts import NoAnswer, ScriptFailed
from browser.input.act import PAGES_WAITED_FOR, Performance
from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.model.actions import Wait
from browser.model.errors import ActionFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingPages(InputContext):
    """Pages of which each goes away in one of these ways when it is waited for, and one that stays."""

    tabs: Any = None
    ways: list[ScriptFailed]

    async def rest_and_take_a_picture(self, since: float, outcome: Outcome) -> None:
        if self.ways:
            raise self.ways.pop()


def gone(times: int) -> list[ScriptFailed]:
    return [ScriptFailed("Cannot find context with specified id") for _ in range(times)]


async def test_the_page_that_comes_is_waited_for_and_the_act_counts_as_done():
    ways = gone(PAGES_WAITED_FOR - 1)
    outcome = await Performance(LeavingPages(ways=ways)).do_and_rest(Wait(0))
    assert outcome.did == "waited 0 s"
    assert ways == []


@pytest.mark.parametrize("ways", [gone(PAGES_WAITED_FOR), [NoAnswer("busy")]])
async def test_pages_that_go_away_without_end_or_never_answer_are_given_up(ways):
    with pytest.raises(ActionFailed, match="went away meanwhile"):
        await Performance(LeavingPages(ways=ways)).do_and_rest(Wait(0))
    assert ways == []
