"""What leads on beside a list but belongs to something else is never pressed."""

from __future__ import annotations

import pytest

from browser.model.actions import Collect
from tests.support.lists_site import item, page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROWS = "".join(item(at) for at in range(6))
WEEK = "<tr>" + "".join(f"<td>{day}</td>" for day in range(7)) + "</tr>"
POSTS = "".join(
    f'<li class="item">Post {at} about a thing <a href="/post/{at}">Read more</a> <button>More</button></li>'
    for at in range(6)
)
BESIDE = {
    "the next month of a calendar": f'<ul>{ROWS}</ul><div><button>‹</button><b>May</b><button aria-label="Next month">›</button><table>{WEEK * 5}</table></div>',
    "the next part of a form": f"<form><ul>{ROWS}</ul><label>Name <input></label><button>Next</button></form>",
    "the next picture of a row of pictures": f'<ul>{ROWS}</ul><section><div class="slides"><div class="s"><p>Something lovely to buy</p></div><div class="s"><p>Another lovely thing here</p></div><div class="s"><p>A third lovely thing here</p></div></div><button class="next">›</button></section>',
    "more of a row itself": f'<ul>{POSTS}</ul><a href="/about">Learn more</a>',
    "more filters": f'<aside><ul class="f"><li>Red ropes on sale</li><li>Blue ropes on sale</li><li>Green ropes on sale</li></ul><button>Show more</button></aside><ul>{ROWS}</ul>',
}


@pytest.mark.parametrize("beside", BESIDE)
async def test_it_is_left_alone(session, server, beside):
    await session.goto(server.page(page(BESIDE[beside])))
    result = await session.perform(Collect())

    assert result.collected is not None
    assert len(result.collected.rows) == 6
    assert (result.collected.presses, result.collected.complete) == (0, True)
