"""Forms with fields named like what everybody asks of elements; canvases and videos, which can only be pointed at."""

import pytest

from browser.model.actions import Click, Point, TypeText
from browser.model.observation import View
from engines.prompts.page import page_text
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAMED = (
    "<title>Order</title><form name=title><input name=body aria-label=Body></form><form>"
    + "".join(
        f"<label>{name} <input name={name}></label>"
        for name in ("nodeType", "childNodes", "parentNode", "getAttribute", "matches", "shadowRoot")
    )
    + "<button name=localName type=button onclick=\"document.querySelector('p').textContent = 'Sent'\">Send</button>"
    "<button disabled>Off</button></form><p>After</p>"
)


async def test_fields_named_like_properties_hide_nothing_of_their_form(server, session):
    await session.goto(server.page(NAMED))
    seen = await see(session)
    assert seen.title == "Order"
    fields = [element.name for element in seen.elements if element.role == "textbox"]
    assert fields == ["Body", "nodeType", "childNodes", "parentNode", "getAttribute", "matches", "shadowRoot"]
    assert "disabled" in find(seen, "button", "Off").states
    assert seen.text.endswith("After")


async def test_such_a_form_is_filled_and_sent(server, session):
    await session.goto(server.page(NAMED))
    seen = await see(session)
    filled = await session.perform(TypeText("Jo", find(seen, "textbox", "parentNode").ref))
    assert filled.problem == ""
    assert filled.shown == "Jo"
    sent = await session.perform(Click(find(seen, "button", "Send").ref))
    assert sent.problem == ""
    assert "Sent" in (await see(session)).text


async def test_a_canvas_is_said_with_its_place_and_clicked_there(server, session):
    page = (
        "<style>body{margin:0}</style><canvas width=200 height=100 aria-label='Sales chart' "
        "onclick='document.title = event.offsetX + \",\" + event.offsetY'></canvas>"
        "<video width=100 height=60 title='Intro film'></video>"
    )
    await session.goto(server.page(page))
    text = page_text(await session.observe(View()), 2000).text
    assert 'img "Sales chart" 200x100 at (0, 0)' in text
    assert '"Intro film" 100x60 at (' in text
    assert (await session.perform(Click(Point(150, 40)))).ok
    assert (await see(session)).title == "150,40"


async def test_what_is_inert_is_said_to_be_that_and_not_to_be_covered(server, session):
    await session.goto(server.page("<p>Some text</p><div inert><button>Not now</button></div>"))
    states = find(await see(session), "button", "Not now").states
    assert "inert" in states
    assert "covered" not in states
