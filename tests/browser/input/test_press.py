"""A click arrives at what was meant, or is said not to have: the pointer goes there first, and looks again."""

import pytest

from browser.model.actions import Click, Drag, Hover, Point, Scroll, TypeText
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CLICKED = "<p id=o>nothing</p><script>addEventListener('click',e=>o.textContent='clicked '+(e.target.id||e.target.localName))</script>"


async def show(server, session, html):
    await session.goto(server.page(html))
    return await see(session)


async def click(session, seen, role, name=""):
    return await session.perform(Click(find(seen, role, name).ref))


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(
            "<style>div:hover>#b{transform:translateX(300px)}#b{transition:transform .2s}</style>"
            "<div style='width:600px'><button id=b>Go</button></div>",
            id="slides away once",
        ),
        pytest.param("<style>#b:hover{font-size:60px}</style><button id=b>Go</button>", id="grows"),
        pytest.param(
            "<style>#b{display:block;width:300px;height:30px}div:hover>#b{margin-top:200px}</style>"
            "<div style='height:400px;padding:1px'><button id=b>Go</button></div>",
            id="jumps down when its surroundings are hovered",
        ),
        pytest.param(
            "<button id=b style='position:relative'>Go</button>"
            "<script>n=0;b.onmouseenter=()=>{if(!n++)b.style.left='250px'}</script>",
            id="moves by script when the pointer comes",
        ),
        pytest.param(
            "<button id=b style='position:relative'>Go</button>"
            "<script>n=0;b.onmouseenter=()=>{if(!n++)requestAnimationFrame(()=>setTimeout(()=>b.style.left='250px'))}</script>",
            id="moves a little later",
        ),
    ],
)
async def test_what_moves_under_the_pointer_is_followed(server, session, html):
    seen = await show(server, session, html + CLICKED)
    result = await click(session, seen, "button", "Go")
    after = (await see(session)).text
    assert (result.problem, "clicked b" in after) == ("", True)


async def test_an_icon_that_is_gone_while_its_hover_picture_loads_is_waited_for(server, session):
    server.slow["/hover.svg"] = (0.4, SVG)
    seen = await show(
        server,
        session,
        f"<style>#b:hover{{content:url(/hover.svg)}}</style><div style='padding:9px'><img id=b role=button alt=Go src=\"{PICTURE}\"></div>"
        + CLICKED,
    )
    result = await click(session, seen, "button", "Go")
    assert (result.problem, "clicked b" in (await see(session)).text) == ("", True)


SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'><rect width='40' height='40'/></svg>"
PICTURE = "data:image/svg+xml," + SVG.replace("'", "%27").replace("<", "%3C").replace(">", "%3E").replace(
    " ", "%20"
)


async def test_what_always_flees_is_not_said_to_be_clicked(server, session):
    seen = await show(
        server,
        session,
        "<button id=b style='position:absolute;left:0;top:200px'>Go</button>"
        "<script>b.onmouseenter=()=>b.style.left=(parseInt(b.style.left)?0:300)+'px'</script>" + CLICKED,
    )
    result = await click(session, seen, "button", "Go")
    assert "keeps moving away" in result.problem
    assert not result.did
    assert "clicked" not in (await see(session)).text


async def test_what_is_covered_once_the_pointer_comes_is_not_clicked(server, session):
    seen = await show(
        server,
        session,
        "<style>#c{display:none;position:absolute;inset:0;background:#eee}div:hover #c{display:block}</style>"
        "<div style='position:relative;width:200px;height:100px'><button id=b>Go</button><span id=c>Cover</span></div>"
        + CLICKED,
    )
    result = await click(session, seen, "button", "Go")
    assert "Cover" in result.problem
    assert "clicked" not in (await see(session)).text


async def test_a_press_that_another_thing_would_take_never_reaches_the_page(server, session):
    seen = await show(
        server,
        session,
        "<button id=b style='position:absolute;left:0;top:200px'>Go</button><p id=o>nothing</p><script>"
        "let n=0;addEventListener('pointermove',()=>setTimeout(()=>{b.style.left=(n=(n+97)%900)+'px'},2));"
        "for(const t of ['pointerdown','mousedown'])document.addEventListener(t,e=>"
        "{if(e.target!==b)o.textContent='wrong '+e.target.localName})</script>",
    )
    result = await click(session, seen, "button", "Go")
    after = (await see(session)).text
    assert "wrong" not in after
    assert result.problem or result.did == "clicked button 'Go'"


async def test_something_that_moves_for_ever_says_so(server, session):
    seen = await show(
        server,
        session,
        "<style>@keyframes k{from{left:0}to{left:900px}}#b{position:absolute;top:100px;width:20px;animation:k 1s infinite linear}</style>"
        "<button id=b aria-label=Go></button>" + CLICKED,
    )
    result = await click(session, seen, "button", "Go")
    assert "button 'Go': it does not stand still" in result.problem


async def test_something_that_slides_in_is_clicked_where_it_ends(server, session):
    seen = await show(
        server,
        session,
        "<style>#b{position:absolute;top:100px;left:0;transition:left .4s}.in #b{left:500px}</style>"
        "<button id=b>Go</button>"
        + CLICKED
        + "<script>onmousemove=()=>document.body.className='in'</script>",
    )
    result = await click(session, seen, "button", "Go")
    assert (result.problem, "clicked b" in (await see(session)).text) == ("", True)


async def test_a_menu_that_opens_when_pressed_counts_as_clicked(server, session):
    seen = await show(
        server,
        session,
        "<button id=b onmousedown=\"m.hidden=false\">Menu</button><div id=m hidden style='position:fixed;inset:0;background:#eee'>Items</div>",
    )
    result = await click(session, seen, "button")
    assert (result.did, "Items" in result.effect) == ("clicked button 'Menu'", True)


async def test_what_removes_itself_when_pressed_counts_as_clicked(server, session):
    seen = await show(server, session, "<button id=b onpointerdown='this.remove()'>Close</button><p>Rest")
    assert (await click(session, seen, "button")).did == "clicked button 'Close'"


async def test_what_moves_away_while_pressed_is_told(server, session):
    seen = await show(
        server,
        session,
        "<style>#b:active{position:absolute;left:600px}</style><div style='height:90px'><button id=b>Go</button></div>"
        "<script>n=0;b.onclick=()=>n++</script>",
    )
    result = await click(session, seen, "button")
    assert result.problem == "button 'Go' moved while it was pressed, and div 'Go' took the click"


async def test_hovering_leaves_later_clicks_alone(server, session):
    seen = await show(
        server, session, "<button>A</button><div style='height:300px' id=d>Field</div>" + CLICKED
    )
    await session.perform(Hover(find(seen, "button").ref))
    await session.perform(Click(Point(60, 150)))
    assert "clicked d" in (await see(session)).text


async def test_nothing_of_ours_can_be_seen_by_the_page(server, session):
    seen = await show(
        server,
        session,
        "<button id=b>Go</button><p id=o></p><script>const add=EventTarget.prototype.addEventListener;let n=0;"
        "EventTarget.prototype.addEventListener=function(...a){n++;return add.apply(this,a)};"
        "b.onclick=e=>o.textContent=[n,e.isTrusted,e.defaultPrevented,'agentCore' in window,"
        "document.querySelectorAll('button *, [data-ref]').length].join('|')</script>",
    )
    assert (await click(session, seen, "button")).problem == ""
    assert "0|true|false|false|0" in (await see(session)).text


async def test_a_drag_that_would_take_something_else_along_is_not_begun(server, session):
    seen = await show(
        server,
        session,
        "<button id=b style='position:absolute;left:0;top:200px'>Go</button><p id=o>nothing</p><script>"
        "b.onmouseenter=()=>b.style.left=(parseInt(b.style.left)?0:300)+'px';"
        "document.onmousedown=e=>o.textContent='took '+e.target.localName</script>",
    )
    result = await session.perform(Drag(find(seen, "button").ref, Point(500, 500)))
    assert result.problem
    assert "took" not in (await see(session)).text


async def test_an_unmoving_page_is_clicked_without_a_frame_of_waiting(server, session):
    seen = await show(server, session, "<button>Go</button>" + CLICKED)
    for _ in range(3):
        assert (await click(session, seen, "button")).did == "clicked button 'Go'"
    assert (await session.perform(Scroll(dy=1))).ok


async def test_a_field_hands_its_value_on_before_the_button_is_let_go(server, session):
    await session.goto(
        server.page(
            "<label>Day <input id=day></label><p id=hint hidden style='height:60px'>Taken over</p>"
            "<button onclick=\"o.textContent='sent '+kept\">Send</button><p id=o></p><script>let kept='nothing';"
            "day.onblur=()=>requestAnimationFrame(()=>requestAnimationFrame(()=>{kept=day.value;hint.hidden=false}))"
            "</script>"
        )
    )
    await session.perform(TypeText("Monday", find(await see(session), "textbox", "Day").ref))
    result = await click(session, await see(session), "button", "Send")
    assert (result.problem, "sent Monday" in (await see(session)).text) == ("", True)


async def test_a_field_that_answers_with_a_dialog_as_it_is_left_holds_nothing_up(server, session):
    await session.goto(
        server.page(
            "<label>Day <input id=day></label><button onclick=\"o.textContent='sent'\">Send</button><p id=o></p>"
            "<script>day.onblur=()=>alert('Which Monday?')</script>"
        )
    )
    await session.perform(TypeText("Monday", find(await see(session), "textbox", "Day").ref))
    result = await click(session, await see(session), "button", "Send")
    assert (result.problem, result.effect) == ("", "a dialog opened: alert 'Which Monday?'")
