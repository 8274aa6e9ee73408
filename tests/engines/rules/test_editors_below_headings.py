"""An editor that its author gave no label is called by the heading of its section."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LETTER = """
<h1>Letter</h1><label>Subject <input id="subject"></label>
<h2>Greeting</h2><div role="toolbar"><button>Bold</button></div><div contenteditable id="greeting" style="min-height: 40px"></div>
<h2>Formula</h2><div class="editor" style="position: relative; height: 40px"><span>1</span> <code id="drawn">x</code>
<textarea id="keys" aria-label="Content" style="position: absolute; width: 0; height: 0; border: 0; padding: 0; overflow: hidden" oninput="drawn.textContent = value"></textarea></div>
<h2>Notes</h2><p>Both are kept.</p><textarea id="one"></textarea><textarea id="two"></textarea>
<button onclick="log.textContent = [subject.value, greeting.textContent, keys.value, one.value, two.value].join('|')">Send</button><p id="log"></p>
"""


async def test_an_editor_is_found_by_the_heading_above_it(session: Session, server: Server) -> None:
    url = server.page(LETTER)
    prompt = "Enter 'Hello' into 'Greeting'. Enter 'a + b' into 'Formula'. Click 'Send'."

    ended = await play(session, url, prompt)

    assert isinstance(ended, Finish), ended
    assert "|Hello|a + b||" in await shown(session)


async def test_a_heading_above_two_editors_is_the_label_of_neither(session: Session, server: Server) -> None:
    ended = await play(session, server.page(LETTER), "Enter 'Hello' into 'Notes'. Click 'Send'.")

    assert isinstance(ended, GiveUp)
    assert "'Notes'" in ended.reason
