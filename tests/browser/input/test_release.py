"""Keys and buttons that an act presses are released, whatever comes of the act."""

import asyncio

import pytest

from browser.model.actions import (
    AnswerDialog,
    Click,
    Drag,
    HoldKey,
    MouseDown,
    MouseMove,
    MouseUp,
    OpenTab,
    Point,
    Press,
    SwitchTab,
    TypeText,
)
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TELLS = (
    "<label>Name <input></label><p id=o></p><script>"
    "onmousemove=e=>o.textContent=`buttons ${e.buttons} ctrl ${e.ctrlKey} shift ${e.shiftKey}`</script>"
)
NOTHING_HELD = "buttons 0 ctrl false shift false"


async def show(server, session, html):
    await session.goto(server.page(html + TELLS))
    return await see(session)


async def assert_nothing_is_held(session):
    """Typing works, and the page is told of no key and no button that is down."""
    field = find(await see(session), "textbox", "Name")
    typed = await session.perform(TypeText("hello", field.ref))
    assert (typed.problem, typed.shown) == ("", "hello")
    await session.perform(MouseMove(Point(300, 300)))
    await session.perform(MouseMove(Point(310, 310)))
    assert NOTHING_HELD in (await see(session)).text


@pytest.mark.parametrize("keys", ["Control+Nonsense", "Shift+Control+", "Control+Shift+ä", "Meta+F99", "a+b"])
async def test_after_a_chord_that_is_refused(server, session, keys):
    await show(server, session, "")
    for action in (Press(keys), HoldKey(keys, 0.01)):
        await session.perform(action)
    await assert_nothing_is_held(session)


@pytest.mark.parametrize(
    ("button", "modifiers"),
    [("left", ("Control", "Shift")), ("left", ("Control",)), ("left", ("Shift",)), ("middle", ())],
)
async def test_after_a_click_that_opens_a_slow_page_in_another_tab(server, session, button, modifiers):
    server.slow["/two"] = (0.7, "<p>Two")
    seen = await show(server, session, f"<a href={server.url}/two target=_blank>Two</a>")
    click = Click(find(seen, "link").ref, button=button, modifiers=modifiers)
    result = await session.perform(click)
    assert "a new tab" in result.effect
    await session.perform(SwitchTab("t1"))
    await assert_nothing_is_held(session)


async def test_after_a_press_whose_beginning_brings_another_tab_to_the_front(server, session):
    server.page("<p>Two", "/two")
    seen = await show(server, session, "<button onmousedown=\"window.open('/two')\">Open</button>")
    await session.perform(Click(find(seen, "button").ref))
    await session.perform(SwitchTab("t1"))
    await assert_nothing_is_held(session)


async def test_after_a_click_with_a_modifier_that_cannot_be_done(server, session):
    seen = await show(server, session, "<button disabled>Off</button>")
    assert (await session.perform(Click(find(seen, "button").ref, modifiers=("Control",)))).problem
    await assert_nothing_is_held(session)


async def test_after_a_drag_to_something_that_is_gone(server, session):
    seen = await show(server, session, "<button onmousedown='b.remove()'>A</button><button id=b>B</button>")
    result = await session.perform(Drag(find(seen, "button", "A").ref, find(seen, "button", "B").ref))
    assert result.problem
    await assert_nothing_is_held(session)


async def test_after_a_button_that_was_never_released(server, session):
    await show(server, session, "")
    await session.perform(MouseMove(Point(200, 200)))
    await session.perform(MouseDown())
    assert (await session.perform(MouseMove(Point(4000, 4000)))).problem
    await assert_nothing_is_held(session)


async def test_a_button_that_is_pressed_stays_so_while_the_pointer_moves(server, session):
    await show(server, session, "")
    for action in (MouseMove(Point(200, 200)), MouseDown(), MouseMove(Point(220, 220))):
        assert (await session.perform(action)).ok
    assert "buttons 1" in (await see(session)).text
    await session.perform(MouseUp())
    await assert_nothing_is_held(session)


async def test_after_an_act_that_was_cancelled(server, session):
    await show(server, session, "")
    for action in (HoldKey("Shift+Control", 30), Press("Control+ArrowDown", repeat=200)):
        doing = asyncio.ensure_future(session.perform(action))
        await asyncio.sleep(0.3)
        doing.cancel()
        await asyncio.wait({doing})
        assert doing.cancelled()
    await assert_nothing_is_held(session)


async def test_after_a_button_that_opens_a_dialog_which_stays(server, session):
    await session.perform(OpenTab(server.page("<a href=#there>There</a>", "/two")))
    await session.perform(SwitchTab("t1"))
    await show(
        server, session, "<script>addEventListener('mousedown', () => alert('Hm'), {once: true})</script>"
    )
    await session.perform(MouseMove(Point(200, 200)))
    assert "a dialog opened" in (await session.perform(MouseDown())).effect
    await session.perform(SwitchTab("t2"))
    assert (await session.perform(Click(find(await see(session), "link").ref))).ok
    await session.perform(SwitchTab("t1"))
    await session.perform(AnswerDialog(True))
    await assert_nothing_is_held(session)


async def test_after_a_key_that_opens_a_dialog(server, session):
    await show(server, session, "<script>onkeydown=e=>{if(e.key=='k')alert('Hm')}</script>")
    result = await session.perform(Press("Control+Shift+k"))
    assert "a dialog opened" in result.effect
    await session.perform(AnswerDialog(True))
    await assert_nothing_is_held(session)
