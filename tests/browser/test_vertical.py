"""A page is opened, seen and used: the whole way through the browser layer."""

import pytest

from browser.model.actions import Click, TypeText
from browser.model.observation import View

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_what_is_typed_reaches_the_page_when_its_button_is_clicked(server, session):
    await session.goto(
        server.page(
            "<label>Name <input id=a></label>"
            "<button onclick=\"o.textContent = 'Hello ' + a.value\">Greet</button><p id=o></p>"
        )
    )
    seen = await session.observe(View(budget_tokens=None))
    [field] = [element for element in seen.elements if element.role == "textbox"]
    [button] = [element for element in seen.elements if element.role == "button"]

    typed = await session.perform(TypeText("Ann", field.ref))
    clicked = await session.perform(Click(button.ref))

    assert typed.shown == "Ann"
    assert clicked.did == "clicked button 'Greet'"
    assert "Hello Ann" in (await session.observe(View())).text
