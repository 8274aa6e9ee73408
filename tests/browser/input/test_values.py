"""What a field holds after something was typed or set is compared with what was asked for."""

import pytest

from browser.model.actions import TypeText
from tests.support.observing import see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FIELDS = ("textbox", "spinbutton", "slider", "searchbox")
OTHERS = "<p><label>Sex <input maxlength=1></label>"
MASK = "<input value=12/34 oninput=\"this.value=this.value||'__/__'\">"
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
        pytest.param("<input type=range max=5000>", "1,000", "1000", id="a slider's thousands"),
        pytest.param("<input type=number>", "1,000", "1000", id="thousands"),
        pytest.param("<input type=number maxlength=2>", "1234", "1234", id="a number has no maxlength"),
        pytest.param(MASK, "", "__/__", id="an emptied mask"),
        pytest.param(MASK.replace("_", "d"), "", "dd/dd", id="an emptied mask of letters"),
        pytest.param("<html lang=en-AU><input type=date>", "3/4/2025", "2025-04-03", id="a day in Australia"),
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
        pytest.param("<html lang=en-CA><input type=date>", "3/4/2025", "may mean", id="a day in Canada"),
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


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<label>Middle initial <input maxlength=1></label>" + OTHERS, id="other labels"),
        pytest.param(
            "<table><tr><td>Ada<td><input maxlength=1><tr><td>Bo<td><input maxlength=1></table>", id="rows"
        ),
        pytest.param(
            "<input maxlength=1 aria-label=Grade><input maxlength=1 aria-label=Sex>", id="other names"
        ),
        pytest.param("<input maxlength=1><input><input maxlength=1>", id="another field between"),
        pytest.param("<input maxlength=1>" * 3, id="a longer row"),
        pytest.param("<form><input maxlength=1></form><form><input maxlength=1></form>", id="two forms"),
    ],
)
async def test_a_text_is_not_spread_over_fields_of_one_sign_that_are_no_row_for_it(server, session, html):
    await session.goto(server.page(html))
    [first, *_] = [one for one in (await see(session)).elements if one.role == "textbox"]
    assert "takes at most 1 characters" in (await session.perform(TypeText("AB", first.ref))).problem
    assert await session.front.evaluate("[...document.querySelectorAll('input')].every(one => !one.value)")


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<ul><li><input maxlength=1></ul>" + "<div><input maxlength=1></div>" * 3, id="wrapped"),
        pytest.param(
            "".join(f"<label>Digit {n} <input maxlength=1></label>" for n in range(4)), id="numbered"
        ),
        pytest.param("<input maxlength=1><input maxlength=1> - " * 2, id="in groups"),
        pytest.param("<label>Code <input maxlength=1></label>" + "<input maxlength=1>" * 3, id="one label"),
        pytest.param("<p>Code <input> <p>" + "<input type=number maxlength=1>" * 4, id="of numbers"),
    ],
)
async def test_boxes_that_are_a_row_take_a_code_of_their_number(server, session, html):
    await session.goto(server.page(html))
    boxes = [one for one in (await see(session)).elements if one.limits.get("maxlength")]
    result = await session.perform(TypeText("1234", boxes[0].ref))
    assert (result.problem, result.shown) == ("", "1234")


async def test_an_aria_slider_takes_a_number_with_its_thousands_marked(server, session):
    html = (
        "<div role=slider tabindex=0 aria-label=V aria-valuemin=0 aria-valuemax=5000 aria-valuenow=999"
        " style='width:50px;height:9px' onkeydown=\"const n=+this.getAttribute('aria-valuenow')"
        "+(event.key=='ArrowRight')-(event.key=='ArrowLeft');this.setAttribute('aria-valuenow',n)\">"
    )
    result, _ = await typed(server, session, html, "1,000")
    assert (result.problem, result.shown) == ("", "1000")


async def test_an_aria_slider_that_stops_short_is_no_success(server, session):
    html = (
        "<div role=slider tabindex=0 aria-label=V aria-valuemin=0 aria-valuemax=100 aria-valuenow=5"
        " style='width:50px;height:9px' onkeydown=\"const n=+this.getAttribute('aria-valuenow')"
        "+(event.key=='ArrowRight')-(event.key=='ArrowLeft');this.setAttribute('aria-valuenow',Math.min(n,8))\">"
    )
    result, _ = await typed(server, session, html, "20")
    assert result.problem == "slider 'V' does not come to 20: it shows 8"
