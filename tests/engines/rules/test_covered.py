"""Things behind something that has to be opened first, told by how they are built, not by what they are called."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TREE = """
<style>ul { list-style: none; padding-left: 20px } .q { display: inline-block; width: 12px; height: 12px; background: #888; cursor: pointer }</style>
<ul><li><i class="q" onclick="k.hidden = !k.hidden"></i> <span>Harbour</span><ul id="k" hidden>
<li><a href="#" onclick="said.textContent = 'moored'">Moorings</a></li></ul></li><li><span>Weather</span></li></ul><p id="said"></p>
"""

IN_PLACE = """
<style>.face { position: relative; width: 160px; height: 30px; border: 1px solid; cursor: pointer }
select { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) } [hidden] { display: none }</style>
<div class="face" onclick="l.hidden = false"><select id="s"><option>Oak<option>Elm</select><span id="now">Oak</span></div>
<ul id="l" hidden><li style="cursor: pointer" onclick="pick('Oak')">Oak</li><li style="cursor: pointer" onclick="pick('Elm')">Elm</li></ul>
<p id="said"></p><script>function pick(w) { s.value = w; now.textContent = w; l.hidden = true; said.textContent = 'took ' + w; }</script>
"""


@pytest.mark.parametrize(
    ("html", "prompt", "then"),
    [
        pytest.param(
            TREE, "Click the link 'Moorings'.", "moored", id="a branch with a bare sign at its head"
        ),
        pytest.param(IN_PLACE, "Select Elm from the list.", "took Elm", id="what is drawn in a list's place"),
    ],
)
async def test_it_is_opened(session: Session, server: Server, html: str, prompt: str, then: str) -> None:
    decision = await play(session, server.page(html), prompt)

    assert isinstance(decision, Finish), decision
    assert then in await shown(session)


PATH = """
<nav onclick="said.textContent = 'pressed'"><a href="#home">Home</a> › <a href="#library">Library</a> › Books</nav>
<ol onclick="said.textContent = 'pressed'"><li><a href="#home">Home</a> ›</li><li>Books</li></ol>
<ul><li><a href="#silent">The Silent Harbour</a></li></ul><p id="said">untouched</p>
"""
PAGES = """
<ul id="l"><li><a href="#" onclick="said.textContent = 'wrong'">Silent</a></li></ul>
<div><span>1</span> <span>2</span> <span onclick="l.innerHTML = '<li><a href=# onclick=said.textContent=7>Hidden</a></li>'">›</span></div>
<p id="said"></p>
"""


async def test_a_sign_between_two_names_is_no_way_to_a_next_page(session: Session, server: Server) -> None:
    decision = await play(session, server.page(PATH), "Click 'The Hidden Harbour'.")

    assert isinstance(decision, GiveUp)
    assert "untouched" in await shown(session)


async def test_a_bare_sign_at_the_end_leads_to_the_next_page(session: Session, server: Server) -> None:
    decision = await play(session, server.page(PAGES), "Click 'Hidden'.")

    assert isinstance(decision, Finish)
    assert "7" in await shown(session)
