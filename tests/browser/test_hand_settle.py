"""After an act the page is given time for what comes of it, and for nothing else."""

import pytest

from browser.actions import Click
from tests.browser.helpers import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BUTTON = "<button id=b>Go</button><p id=o>before</p>"


async def after_click(server, session, html):
    """What the page says once a click on its button is over."""
    await session.goto(server.page(BUTTON + html))
    result = await session.perform(Click(find(await see(session), "button").ref))
    assert result.problem == ""
    return (await see(session)).text


async def test_one_thing_that_leads_to_another_is_followed_to_its_end(server, session):
    text = await after_click(
        server,
        session,
        "<script>b.onclick=()=>{let n=0;const go=()=>{o.textContent='step '+ ++n;if(n<12)setTimeout(go,12)};go()}</script>",
    )
    assert "step 12" in text


async def test_an_answer_from_the_page_s_own_host_is_waited_for(server, session):
    server.slow["/answer"] = (0.5, "answered")
    text = await after_click(
        server,
        session,
        "<script>b.onclick=()=>fetch('/answer').then(r=>r.text()).then(t=>o.textContent=t)</script>",
    )
    assert "answered" in text


async def test_a_panel_that_slides_in_is_waited_for(server, session):
    text = await after_click(
        server,
        session,
        "<style>#p{position:absolute;left:-300px;transition:left .5s}.in #p{left:0}</style><div id=p>Panel</div>"
        "<script>b.onclick=()=>document.body.className='in';p.ontransitionend=()=>o.textContent='there'</script>",
    )
    assert "there" in text


@pytest.mark.parametrize(
    "style",
    [
        pytest.param("transition:background-color 4s}.in #p{background:red", id="a glow"),
        pytest.param("width:9px;height:9px;transition:transform 4s}.in #p{transform:scale(9)", id="a ripple"),
    ],
)
async def test_decoration_is_not_waited_for(server, session, style):
    text = await after_click(
        server,
        session,
        f"<style>#p{{{style}}}</style><div id=p></div><script>b.onclick=()=>document.body.className='in';"
        "p.ontransitionend=()=>o.textContent='over'</script>",
    )
    assert "before" in text


async def test_what_comes_of_a_click_is_told_on_a_page_that_never_rests(server, session):
    text = await after_click(
        server,
        session,
        "<p id=t></p><script>setInterval(()=>t.textContent=performance.now(),30);"
        "b.onclick=()=>{let n=0;const go=()=>{o.textContent='step '+ ++n;if(n<4)setTimeout(go,12)};go()}</script>",
    )
    assert "step 4" in text
