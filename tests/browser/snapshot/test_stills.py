"""Pictures that are taken while a page comes to rest: they show what is there, or there are none."""

import io

import pytest
from PIL import Image

from browser.model.actions import Click
from browser.model.observation import View
from browser.snapshot.pictures.stills import Stills
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

VIEWPORT = (1280, 720)
PAINT = "document.body.style.background = '{}'"
BLUE = PAINT.format("blue")
DRAWS_LATE = """<button id=b>Go</button><canvas id=c width=200 height=100 style="position:fixed;left:0;top:50px"></canvas>
<script>const colours = ['red', 'lime', 'blue']; let clicks = 0;
function draw() { const pen = c.getContext('2d'); pen.fillStyle = colours[clicks++ % 3]; pen.fillRect(0, 0, 200, 100); }
b.onclick = () => requestAnimationFrame(() => requestAnimationFrame(draw));</script>"""
NAMED = {(255, 0, 0): "red", (0, 255, 0): "lime", (0, 0, 255): "blue", (255, 255, 255): "white"}


def colour(picture, x=50, y=90):
    with Image.open(io.BytesIO(picture.data)) as image:
        return NAMED[image.convert("RGB").getpixel((x, y))]


async def taken_after_rest(session, *, while_resting="", still=True, later=BLUE, fresh_s=10.0):
    """The picture that is given for an act after one that was followed by a picture."""
    page = session.front
    worlds = session._tabs.active.worlds
    stills = Stills(fresh_s)

    async def rest():
        if while_resting:
            await page.evaluate(while_resting)
        await page.wait_for_timeout(300)
        return still

    await stills.take(worlds, VIEWPORT)
    stills.act_begins()
    await stills.while_resting(worlds, VIEWPORT, rest())
    if later:
        await page.evaluate(later)
    picture = await stills.take(worlds, VIEWPORT)
    await stills.close()
    return picture


async def test_a_still_page_is_photographed_while_it_is_watched(server, session):
    await session.goto(server.page("<body style='background:red'>still"))
    assert colour(await taken_after_rest(session)) == "red"


@pytest.mark.parametrize(
    ("body", "more"),
    [
        pytest.param("", {"while_resting": PAINT.format("lime"), "later": ""}, id="it changed meanwhile"),
        pytest.param("", {"still": False, "later": PAINT.format("lime")}, id="it was not at rest"),
        pytest.param("<canvas></canvas>", {"later": PAINT.format("lime")}, id="it draws"),
        pytest.param(
            "<iframe srcdoc='<p>inside'></iframe>", {"later": PAINT.format("lime")}, id="it has frames"
        ),
    ],
)
async def test_no_picture_is_kept_that_may_not_show_the_page(server, session, body, more):
    await session.goto(server.page(f"<body style='background:red'>{body}"))
    assert colour(await taken_after_rest(session, **more)) == "lime"


async def test_a_picture_does_not_serve_for_long(server, session):
    await session.goto(server.page("<body style='background:red'>still"))
    assert colour(await taken_after_rest(session, fresh_s=0.2)) == "blue"


async def test_what_is_drawn_two_frames_after_a_click_is_in_the_picture_of_it(server, session):
    await session.goto(server.page(DRAWS_LATE))
    seen = [colour(await session.screenshot())]
    for _ in range(4):
        await session.perform(Click(find(await see(session), "button").ref))
        kept = await session.screenshot()
        looked = await session.observe(View(screenshots="viewport"))
        assert colour(looked.screenshots[0]) == colour(kept)
        seen.append(colour(kept))
    assert seen == ["white", "red", "lime", "blue", "red"]
