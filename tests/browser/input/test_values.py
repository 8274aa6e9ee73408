"""What a field holds after something was typed or set is compared with what was asked for."""

import pytest

from browser.model.actions import TypeText
from tests.support.observing import see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FIELDS = ("textbox", "spinbutton", "slider", "searchbox")
FORMATTED = "<input oninput=\"this.value=this.value.replace(/\\D/g,'').replace(/(\\d{3})(\\d{3})(\\d+)/,'($1) $2-$3')\">"


async def typed(server, session, html, text, **how):
    """What came of typing into the only field of a page, and what the field holds."""
    await session.goto(server.page(html))
    [field] = [one for one in (await see(session)).elements if one.role in FIELDS]
    result = await session.perform(TypeText(text, field.ref, **how))
    value = await session.front.evaluate("(document.querySelector('input, textarea') || {}).value")
    return result, value


@pytest.mark.parametrize(
    ("html", "text", "value"),
    [
        pytest.param("<input type=number step=0.01>", "1.234,50", "1234.50", id="a number with marks"),
        pytest.param("<input type=number step=any>", "1'234.5", "1234.5", id="a number with apostrophes"),
        pytest.param("<input type=time>", "0930", "09:30", id="a time without a colon"),
        pytest.param(
            "<input type=datetime-local step=1>", "2025-12-31 14:30:45", "2025-12-31T14:30:45", id="seconds"
        ),
        pytest.param(FORMATTED, "5551234567", "(555) 123-4567", id="a mask"),
        pytest.param("<input oninput='this.value=this.value.toUpperCase()'>", "ab12", "AB12", id="capitals"),
        pytest.param("<input type=range max=50 step=5>", "35", "35", id="a slider"),
        pytest.param("<input value=old maxlength=5>", "hello", "hello", id="as long as may be"),
    ],
)
async def test_what_is_meant_is_held(server, session, html, text, value):
    result, held = await typed(server, session, html, text)
    assert (result.problem, result.shown, held) == ("", value, value)


@pytest.mark.parametrize(
    ("html", "text", "why"),
    [
        pytest.param("<input type=number step=any>", "1,234", "may mean 1234 or 1.234", id="open marks"),
        pytest.param("<input type=number>", "4 or 5", "is not one number", id="two numbers"),
        pytest.param("<input type=number>", "many", "is not one number", id="no number"),
        pytest.param(
            "<input type=date>", "03/04/2025", "may mean 2025-03-04 or 2025-04-03", id="a day that may be two"
        ),
        pytest.param("<input type=date>", "2025-02-30", "is not a date", id="a day that is none"),
        pytest.param("<input type=date>", "2025-03-04 14:30", "is not a date", id="a day with a time"),
        pytest.param("<input type=time>", "14:30+02:00", "is not a time", id="a time with an offset"),
        pytest.param("<input type=week>", "2025-W53", "does not take '2025-W53'", id="a week that is none"),
        pytest.param("<input type=month>", "31/12/2025", "is not a month", id="a day for a month"),
        pytest.param(
            "<input type=color>", "rgb(0 0 0 / 50%)", "does not take", id="a colour one sees through"
        ),
        pytest.param("<input type=range max=50>", "80", "goes from 0 to 50", id="beyond a slider's end"),
        pytest.param("<input type=range step=5>", "33", "in steps of 5", id="between a slider's steps"),
        pytest.param("<input maxlength=5>", "hello world", "at most 5 characters", id="longer than may be"),
        pytest.param(
            "<textarea maxlength=5></textarea>", "hello world", "at most 5 characters", id="a long text"
        ),
        pytest.param(
            "<input role=spinbutton aria-valuemin=1 aria-valuemax=9>",
            "30",
            "from 1 to 9",
            id="beyond a spinner",
        ),
    ],
)
async def test_what_cannot_be_held_is_refused_before_anything_is_changed(server, session, html, text, why):
    await session.goto(server.page(html))
    before = await session.front.evaluate("document.querySelector('input, textarea').value")
    result, held = await typed(server, session, html, text)
    assert why in result.problem
    assert held == before


@pytest.mark.parametrize(
    ("html", "text", "why"),
    [
        pytest.param("<input oninput='this.value=this.value.slice(0,4)'>", "hello", "holds 'hell'", id="cut"),
        pytest.param(
            "<input oninput=\"this.value=this.value.replace(/\\D/g,'')\">",
            "a1b2",
            "holds '12'",
            id="filtered",
        ),
        pytest.param(
            "<input oninput=\"this.value=this.value.replace(/\\D/g,'').replace(/(..)(..)(.+)/,'$1/$2/$3')\">",
            "2025-12-31",
            "holds '20/25/1231'",
            id="a mask for another order",
        ),
        pytest.param(
            "<input oninput=\"this.value=(this.value.replace(/\\D/g,'')/100).toFixed(2)\">",
            "1234",
            "holds '12.34'",
            id="cents",
        ),
        pytest.param(
            "<input oninput=\"requestAnimationFrame(()=>this.value='')\">",
            "hello",
            "it is empty",
            id="emptied later",
        ),
        pytest.param(
            "<input type=date value=2025-01-01 onchange=\"requestAnimationFrame(()=>this.value='2025-01-01')\">",
            "2025-03-04",
            "holds '2025-01-01'",
            id="put back later",
        ),
        pytest.param(
            "<input type=range onchange='this.value=10'>",
            "30",
            "was set to '30' and holds '10'",
            id="moved away",
        ),
    ],
)
async def test_what_a_field_turns_into_something_else_is_no_success(server, session, html, text, why):
    result, _ = await typed(server, session, html, text)
    assert why in result.problem


async def test_a_number_that_makes_no_number_with_what_is_there_is_no_success(server, session):
    result, _ = await typed(server, session, "<input type=number value=5>", "-3", clear=False)
    assert "it is empty" in result.problem


async def test_a_value_that_the_field_does_not_accept_is_said(server, session):
    result, held = await typed(server, session, "<input type=email>", "nobody")
    assert (result.problem, held) == ("", "nobody")
    assert "; the field does not accept it: " in result.did


async def test_a_row_of_boxes_takes_a_sign_each(server, session):
    await session.goto(server.page("<input maxlength=1>" * 4))
    [first, *_] = [one for one in (await see(session)).elements if one.role == "textbox"]
    assert (await session.perform(TypeText("1234", first.ref))).shown == "1234"
    values = await session.front.evaluate("[...document.querySelectorAll('input')].map(one=>one.value)")
    assert values == ["1", "2", "3", "4"]


async def test_an_aria_slider_that_stops_short_is_no_success(server, session):
    html = (
        "<div role=slider tabindex=0 aria-label=V aria-valuemin=0 aria-valuemax=100 aria-valuenow=5"
        " style='width:50px;height:9px' onkeydown=\"const n=+this.getAttribute('aria-valuenow')"
        "+(event.key=='ArrowRight')-(event.key=='ArrowLeft');this.setAttribute('aria-valuenow',Math.min(n,8))\">"
    )
    result, _ = await typed(server, session, html, "20")
    assert result.problem == "slider 'V' does not come to 20: it shows 8"
