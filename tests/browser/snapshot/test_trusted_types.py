"""Documents that demand Trusted Types, and those that allow no script of their own, are read and worked."""

from __future__ import annotations

import pytest

from browser.model.actions import Click, Scroll, Select, TypeText
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGE = """<h1>Tea</h1><form><label>Name <input name=name></label><label>Notes <textarea name=notes></textarea></label>
<label>Kind <select name=kind><option>Green<option>Black</select></label><button>Order</button></form>
<div contenteditable role=textbox aria-label=Words>old</div><div style="height:3000px"></div><p>The end</p>"""


@pytest.mark.parametrize(
    "policy",
    [
        "require-trusted-types-for 'script'",
        "require-trusted-types-for 'script'; trusted-types 'none'",
        "script-src 'none'",
        "default-src 'none'; form-action 'self'",
    ],
)
async def test_a_strict_document_is_read_and_worked(server, session, policy):
    await session.goto(server.page(PAGE, headers={"Content-Security-Policy": policy}))
    seen = await see(session)
    for label, text in (("Name", "Ann"), ("Notes", "two\nlines"), ("Words", "new words")):
        result = await session.perform(TypeText(text, find(seen, "textbox", label).ref))
        assert result.problem == "", label
    assert (await session.perform(Select(find(seen, "combobox", "Kind").ref, ("Black",)))).problem == ""
    assert (await session.perform(Scroll(dy=500))).problem == ""
    seen = await see(session)
    assert find(seen, "textbox", "Name").value == "Ann"
    assert "new words" in find(seen, "textbox", "Words").value
    assert (await session.perform(Click(find(seen, "button", "Order").ref))).navigated
