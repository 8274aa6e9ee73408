"""Things behind something that has to be opened first, told by how they are built, not by what they are called."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish
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
