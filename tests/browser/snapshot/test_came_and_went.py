"""What a page announces and takes away again before it is looked at is said in a line with the next observation."""

import pytest

from browser.model.actions import Click, Wait
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TOAST = """<h1>Note</h1><button id=b>Save</button><div id=toasts %s></div><script>
b.onclick = () => setTimeout(() => {
  toasts.innerHTML = '<p>Saved as note 4711</p>'
  setTimeout(() => toasts.replaceChildren(), %d)
}, 300)</script>"""


@pytest.mark.parametrize(
    ("about", "lasts_ms", "notes"),
    [
        pytest.param("role=status", 600, ("it came and went: Saved as note 4711",), id="a status"),
        pytest.param(
            "style='position:fixed;top:0'", 600, ("it came and went: Saved as note 4711",), id="a toast"
        ),
        pytest.param("", 600, (), id="a part of the page"),
        pytest.param("role=status", 50, (), id="nothing that could be read"),
    ],
)
async def test_what_came_and_went_is_told_once(server, session, about, lasts_ms, notes):
    await session.goto(server.page(TOAST % (about, lasts_ms)))
    await session.perform(Click(find(await see(session), "button", "Save").ref))
    await session.perform(Wait(seconds=2))

    assert (await see(session)).notes == notes
    assert (await see(session)).notes == ()


async def test_what_was_seen_while_it_stood_did_not_come_and_go(server, session):
    await session.goto(server.page(TOAST % ("role=status", 2500)))
    await session.perform(Click(find(await see(session), "button", "Save").ref))
    await session.perform(Wait(seconds=1))
    assert "Saved as note 4711" in (await see(session)).text

    await session.perform(Wait(seconds=3))

    assert (await see(session)).notes == ()
