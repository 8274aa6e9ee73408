"""Choosing at a place of the picture: what lies there is found, in whichever frame, and chosen from."""

from __future__ import annotations

import pytest

from browser.model.actions import Point, Select
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FRUIT = "<select><option>Apple<option>Pear</select>"
LIST = (
    '<div role=combobox tabindex=0 aria-haspopup=listbox aria-expanded=false onclick="l.hidden=false">'
    "<span>Choose</span></div><ul role=listbox id=l hidden>"
    "<li role=option onclick=\"document.querySelector('span').textContent='Pear';l.hidden=true\">Pear</ul>"
)


def middle(seen, role: str) -> Point:
    return Point(*find(seen, role).box.center)


@pytest.mark.parametrize(
    "holder",
    [
        pytest.param(FRUIT, id="top"),
        pytest.param("<iframe src='/inner.html' style='margin:60px;border:9px solid'></iframe>", id="frame"),
        pytest.param(
            "<iframe src='{other}/inner.html' style='transform:scale(.8)'></iframe>", id="elsewhere"
        ),
        pytest.param(
            "<iframe src='{other}/outer.html' style='margin:40px'></iframe>",
            id="nested, the outer one elsewhere",
        ),
    ],
)
async def test_the_list_that_lies_there_is_chosen_from(server, session, holder):
    server.page(FRUIT, "/inner.html")
    server.page("<iframe src=/inner.html style='margin:30px'></iframe>", "/outer.html")
    await session.goto(server.page(holder))
    seen = await see(session)

    result = await session.perform(Select(middle(seen, "combobox"), ("Pear",)))

    assert (result.problem, result.shown) == ("", "Pear")
    assert find(await see(session), "combobox").value == "Pear"


async def test_the_control_around_what_lies_there_is_meant(server, session):
    await session.goto(server.page(LIST))

    result = await session.perform(Select(middle(await see(session), "combobox"), ("Pear",)))

    assert result.problem == ""
    assert find(await see(session), "combobox").text == "Pear"


async def test_where_there_is_nothing_to_choose_it_says_so(server, session):
    await session.goto(server.page("<h1>Fruit</h1>" + FRUIT))
    seen = await see(session)

    nothing = await session.perform(Select(middle(seen, "heading"), ("Pear",)))
    outside = await session.perform(Select(Point(5000, 5), ("Pear",)))

    assert "there is no option 'Pear'" in nothing.problem
    assert "is outside the" in outside.problem
    assert find(await see(session), "combobox").value == "Apple"


SUGGESTING = """<input role=combobox aria-label=Town aria-autocomplete=list aria-expanded=false aria-controls=l>
<ul role=listbox id=l hidden></ul><script>
const field = document.querySelector('input'); window.taken = []; let drawn = 0;
const draw = () => { l.innerHTML = '<li role=option>Linz</li>'; l.hidden = false; field.ariaExpanded = 'true'; drawn++; };
const take = () => { taken.push(field.value = 'Linz'); l.hidden = true; field.ariaExpanded = 'false'; %s };
field.oninput = draw; l.onclick = take; %s</script>"""


@pytest.mark.parametrize(
    ("after", "before"),
    [
        pytest.param("if (drawn < 9) setTimeout(() => { drawn = 9; draw(); }, 1)", "", id="offered again"),
        pytest.param("", "let once = 0; l.onpointerdown = () => { if (!once++) draw(); }", id="drawn anew"),
    ],
)
async def test_an_option_is_taken_once_whenever_the_list_is_drawn(server, session, after, before):
    await session.goto(server.page(SUGGESTING % (after, before)))
    result = await session.perform(Select(find(await see(session), "combobox").ref, ("Linz",)))
    assert (result.problem, result.shown) == ("", "Linz")
    assert await session.front.evaluate("taken") == ["Linz"]
