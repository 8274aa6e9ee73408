"""A text that lies in several elements is listed with the blanks that Chromium paints, and with no others."""

import pytest

from browser.model.observation import View

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize(
    "html",
    [
        "Send it (<em>ClaimTask</em>) now",
        "<code>heartbeat_timeout<span>&lt;/code-end&gt;</span></code>",
        'He said "<b>no</b>"; press <kbd>Ctrl</kbd>+<kbd>C</kbd>!',
        "if x: <code><span>return</span>(<span>y</span>)[<span>0</span>]</code>",
        "from <b>10</b>\u2013<b>20</b> and <i>$</i><b>5</b>, a <b> b </b> c",
        "one <i>/</i> two<i>/</i>three <i>&lt;</i><b>p</b><i>&gt;</i>",
        "<b>Total</b>: <i>4</i>%",
    ],
)
async def test_blanks_are_those_of_the_page(server, session, html):
    await session.goto(server.page(f"<p>{html}</p>"))
    seen = await session.observe(View())
    painted = await session.front.evaluate("document.querySelector('p').innerText")
    assert [one.name for one in seen.elements] == [painted]


async def test_a_button_that_is_named_by_pieces_is_listed_once(server, session):
    await session.goto(server.page("<button>Go (<b>now</b>)</button>"))
    seen = await session.observe(View())
    assert [(one.role, one.name) for one in seen.elements] == [("button", "Go (now)")]
