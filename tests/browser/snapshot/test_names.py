"""Accessible names, where what is painted, what is referred to and what is typed come together."""

from __future__ import annotations

import pytest

from tests.support.observing import see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAMES = {
    "<input type=submit title='Send it to us'>": ("button", "Submit"),
    "<input type=reset title='Begin again'>": ("button", "Reset"),
    "<input type=submit value='' title='Search'>": ("button", "Search"),
    "<h2>Wake me <input aria-labelledby=m value=5> later</h2><p id=m>minutes</p>": (
        "heading",
        "Wake me minutes later",
    ),
    "<h2>Wake me <input aria-label=minutes value=5> later</h2>": ("heading", "Wake me 5 later"),
}


async def test_names_are_those_of_the_standard(server, session):
    for number, (html, (role, name)) in enumerate(NAMES.items()):
        await session.goto(server.page(html, f"/{number}"))
        seen = await see(session)
        assert name in [one.name for one in seen.elements if one.role == role], html
