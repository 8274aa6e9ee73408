"""After an act the page is given time for what comes of it, and for nothing else."""

import asyncio

import pytest

from browser.model.actions import Click, Point, Wait
from tests.support.observing import find, see

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


async def in_frame(server, session, source, html):
    """The page with this in a frame, once the frame can be clicked."""
    server.page(BUTTON + html, "/inner.html")
    await session.goto(server.page(f"<iframe src='{source}/inner.html' width=600 height=300></iframe>"))
    for _ in range(40):
        if any(one.name == "Go" for one in (await see(session)).elements):
            break
        await session.perform(Wait(0.05))


@pytest.mark.parametrize("origin", ["", "other"])
async def test_what_comes_of_a_click_in_a_frame_is_followed_to_its_end(server, session, origin):
    await in_frame(
        server,
        session,
        server.other_url if origin else "",
        "<script>b.onclick=()=>{let n=0;const go=()=>{o.textContent='step '+ ++n;if(n<12)setTimeout(go,12)};go()}</script>",
    )
    result = await session.perform(Click(find(await see(session), "button").ref))
    assert "step 12" in result.effect


async def test_a_panel_that_slides_in_within_a_frame_is_waited_for(server, session):
    slide = "<style>@keyframes in{from{transform:translateX(400px)}}#b{animation:in .8s}</style>"
    await in_frame(server, session, "", slide)
    seen = (await see(session)).elements
    await asyncio.sleep(1)
    assert find(await see(session), "button").box == next(one.box for one in seen if one.name == "Go")


async def test_a_frame_that_was_seen_while_it_was_empty_is_watched_once_it_is_there(server, session):
    server.slow["/inner.html"] = (1.0, f"{BUTTON}<script>b.onclick=()=>o.textContent='pressed'</script>")
    late = "const f=document.createElement('iframe');f.src='/inner.html';document.body.append(f)"
    await session.goto(server.page(f'<p>Here</p><button onclick="{late}">Load</button>'))
    load = find(await see(session), "button").ref
    loading = asyncio.create_task(session.perform(Click(load)))
    await asyncio.sleep(0.3)
    await see(session)  # the frame is there, and empty
    await loading
    for _ in range(40):
        if go := [one for one in (await see(session)).elements if one.name == "Go"]:
            break
        await asyncio.sleep(0.05)
    result = await session.perform(Click(Point(*go[0].box.center)))
    assert "pressed" in result.effect
