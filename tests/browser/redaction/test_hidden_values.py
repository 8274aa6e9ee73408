"""Secrets and codes below the engine: typed where they may go, and seen nowhere."""

from __future__ import annotations

import io
import json
from html import escape
from urllib.parse import quote

import pytest
from PIL import Image, ImageChops

from browser.model.actions import Click, EnterCode, Point, TypeText
from browser.model.errors import ActionFailed, BrowserError
from browser.model.observation import Box, LookRequest, View
from browser.options import SessionOptions
from browser.redaction.secret_store import Secret, SecretStore
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.guard, pytest.mark.asyncio(loop_scope="session")]

VALUE = "hUnter2&=~ü9"
PW = "{{secret:PW}}"


def vault_for(*origins: str, value: str = VALUE, **options) -> SecretStore:
    async def read() -> str:
        return value

    vault = SecretStore((Secret(name="PW", origins=origins, read=read),), **options)
    vault.redactor.add(value, PW)
    return vault


async def opened(browser, vault: SecretStore):
    return await browser.open_session(SessionOptions(secrets=vault))


async def test_a_secret_is_typed_on_its_origin_and_shown_by_its_name(server, browser):
    session = await opened(browser, vault_for(server.url))
    await session.goto(server.page("<input aria-label=User><script>onkeyup=()=>document.title='up'</script>"))
    field = find(await see(session), "textbox")
    result = await session.perform(TypeText(PW, field.ref))
    assert (result.did, result.shown) == (f"typed '{PW}' into textbox 'User'", PW)
    seen = await see(session)
    assert (find(seen, "textbox").value, seen.title) == (PW, "up")
    await session.perform(TypeText("Ada", field.ref))
    assert find(await see(session), "textbox").value == "Ada"
    await session.close()


@pytest.mark.parametrize(
    "field",
    ["<input type=password>", "<textarea></textarea>", "<div contenteditable>x</div>", "<input value=x>"],
)
async def test_every_kind_of_field_takes_the_whole_value(server, browser, field: str):
    session = await opened(browser, vault_for(server.url))
    await session.goto(
        server.page(
            f"{field}<p></p><script>const f = document.body.firstElementChild;"
            "oninput = () => document.querySelector('p').textContent = (f.value || f.textContent).length"
            "</script>"
        )
    )
    await session.perform(TypeText(PW, find(await see(session), "textbox").ref))
    assert str(len(VALUE)) in (await see(session)).text.splitlines()
    await session.close()


async def test_a_secret_is_refused_on_another_origin_also_in_a_frame(server, browser):
    server.page("<input aria-label=Inside>", "/frame")
    session = await opened(browser, vault_for(server.url))
    await session.goto(server.page("<input aria-label=Outside><iframe src={other}/frame></iframe>"))
    inside = next(e for e in (await see(session)).elements if e.name == "Inside")
    result = await session.perform(TypeText(PW, inside.ref))
    assert result.problem == (
        f"the secret PW may be typed at {server.url} only; this field belongs to {server.other_url}"
    )
    at = Point(*inside.box.center)
    assert "may be typed at" in (await session.perform(TypeText(PW, at))).problem
    assert (await session.perform(TypeText("plain", inside.ref))).shown == "plain"
    assert "may be typed at" in (await session.perform(TypeText(PW))).problem
    await session.close()


async def test_the_keyboard_is_followed_into_the_frame_of_the_right_origin(server, browser):
    server.page("<input aria-label=Inside>", "/frame")
    session = await opened(browser, vault_for(server.other_url))
    await session.goto(server.page("<input aria-label=Outside><iframe src={other}/frame></iframe>"))
    inside = next(e for e in (await see(session)).elements if e.name == "Inside")
    await session.perform(Click(Point(*inside.box.center)))
    assert (await session.perform(TypeText(PW))).shown == PW
    assert next(e for e in (await see(session)).elements if e.name == "Inside").value == PW
    await session.close()


async def test_a_secret_nobody_gave_is_refused_and_not_typed(server, session):
    await session.goto(server.page("<input aria-label=User>"))
    field = find(await see(session), "textbox")
    result = await session.perform(TypeText("{{secret:NO}}", field.ref))
    assert result.problem == "no secret 'NO' was given with this task; given were: none"
    assert (await session.perform(TypeText("a {{code}} b", field.ref))).shown == "a {{code}} b"


async def test_a_code_goes_into_boxes_of_one_sign_in_one_go(server, browser):
    async def code(origin: str) -> str:
        return "271828"

    session = await opened(browser, SecretStore(code=code))
    boxes = "".join(f"<input maxlength=1 inputmode=numeric aria-label='Digit {n}'>" for n in range(1, 7))
    await session.goto(
        server.page(
            f"<form>{boxes}</form><p></p><script>const all = [...document.querySelectorAll('input')];"
            "oninput = e => { document.querySelector('p').textContent = all.map(x => x.value).join('') === '271828';"
            "(all[all.indexOf(e.target) + 1] || e.target).focus() }</script>"
        )
    )
    first = next(e for e in (await see(session)).elements if e.name == "Digit 1")
    assert (
        await session.perform(EnterCode(first.ref))
    ).did == "typed the one-time code into textbox 'Digit 1'"
    seen = await see(session)
    assert "true" in seen.text.splitlines()
    assert {e.value for e in seen.elements if e.role == "textbox"} == {"{{code}}"}
    await session.close()


PIN = "4711"
PIN_BOXES = {
    "boxes in a list": "<ul>" + "<li><input maxlength=1>" * 4 + "</ul>",
    "boxes that the page fills": "<input><p>"
    + "<input maxlength=1 style='color:red; font-size:30px'>" * 4
    + "<script>const [whole, ...rest] = document.querySelectorAll('input');"
    "oninput = () => rest.forEach((one, at) => one.value = whole.value[at] || '')</script>",
    "signs that the page draws": "<input><p><b></b><b></b><b></b><b></b>"
    "<script>const f = document.querySelector('input'), all = [...document.querySelectorAll('b')];"
    "all.forEach(one => one.style = 'color:red; font-size:30px; margin:9px');"
    "oninput = () => all.forEach((one, at) => one.textContent = f.value[at] || '')</script>",
}


@pytest.mark.parametrize("page", PIN_BOXES.values(), ids=PIN_BOXES)
async def test_a_secret_that_shows_sign_by_sign_is_told_by_its_name_and_covered(server, browser, page):
    session = await opened(browser, vault_for(server.url, value=PIN))
    await session.goto(server.page(page))
    field = next(one for one in (await see(session)).elements if one.role == "textbox")
    assert not (await session.perform(TypeText(PW, field.ref))).problem
    told = (await see(session)).elements
    assert {*PIN} & {text for one in told for text in (one.name, one.text, one.value)} == set()
    assert sum(PW in (one.name, one.value) for one in told) >= 4
    assert red_pixels((await session.screenshot()).data) == 0
    await session.close()


async def test_what_is_added_to_a_secret_does_not_make_it_known(server, browser):
    session = await opened(browser, vault_for(server.url, value=PIN))
    await session.goto(server.page("<ul>" + "<li><input maxlength=1>" * 4 + "</ul>"))
    fields = [one for one in (await see(session)).elements if one.role == "textbox"]
    await session.perform(TypeText(PW, fields[0].ref))
    result = await session.perform(TypeText("5", fields[0].ref, clear=False))
    assert "4" not in f"{result.problem} {result.shown}"
    assert (await see(session)).elements[2].value == PW
    await session.close()


SHOWN = """<meta charset=utf-8><title>Hello {v}</title><body data-x="{v}">
<style>* {{ color: #f00; border-color: #000 }} .c::after {{ content: attr(data-x) }}</style>
<h1 title="{v}"><b>{first}</b><i>{middle}</i>{last}</h1>
<input aria-label="{v}" value="{v}"><textarea>{v}</textarea><input placeholder="{v}">
<select><option>{v}</select><img alt="{v}" src=/none><a href="/x?{q}">{v}</a><p>{q}</p>
<div id=open></div><div id=closed></div><em class=c data-x="{v}"></em>
<svg height=20><text y=15 fill=red>{v}</text></svg><p style="text-transform:uppercase">{v}</p>
<iframe src="{{other}}/inner" width=300 height=60></iframe><p style="margin-top:900px">{v}</p>
<script>
for (const mode of ['open', 'closed'])
  document.getElementById(mode).attachShadow({{mode}}).innerHTML = '<p style="color:red">{v}</p>';
history.replaceState(null, '', '?next={q}');
</script>"""


def shown_everywhere(server) -> str:
    v, q = escape(VALUE), quote(VALUE)
    first, middle, last = (escape(part) for part in (VALUE[:3], VALUE[3:6], VALUE[6:]))
    server.page(f"<meta charset=utf-8><p style='color:red'>{v}</p>", "/inner")
    return server.page(SHOWN.format(v=v, q=q, first=first, middle=middle, last=last))


async def test_what_the_page_shows_back_is_masked_wherever_it_stands(server, browser):
    session = await opened(browser, vault_for(server.url))
    await session.goto(shown_everywhere(server))
    seen = await see(session)
    looked = await session.look((LookRequest(query=VALUE), LookRequest(query="hello")))
    clicked = await session.perform(Click(find(seen, "link").ref))
    for told in (repr(seen), repr(looked), repr(clicked)):
        for written in (VALUE, VALUE.upper(), quote(VALUE), escape(VALUE)):
            assert written.casefold() not in told.casefold()
    assert seen.title == f"Hello {PW}"
    assert seen.url.endswith(f"?next={PW}")
    assert seen.text.count(PW) >= 8
    await session.close()


async def test_a_dialog_tells_it_by_its_name(server, browser):
    session = await opened(browser, vault_for(server.url))
    await session.goto(server.page(f"<button onclick='confirm({json.dumps(VALUE)})'>Ask</button>"))
    result = await session.perform(Click(find(await see(session), "button").ref))
    assert result.effect == f"a dialog opened: confirm '{PW}'"
    assert (await see(session)).dialog.message == PW
    with pytest.raises(ActionFailed, match="a dialog is open"):
        await session.screenshot()
    await session.close()


def red_pixels(data: bytes) -> int:
    """Letters are red there, and nothing else is."""
    with Image.open(io.BytesIO(data)) as image:
        bands = image.convert("RGB").split()
    red = ImageChops.subtract(bands[0], ImageChops.lighter(bands[1], bands[2]))
    return sum(red.histogram()[40:])


async def pictures_of(session) -> list[bytes]:
    view = View(elements=False, screenshots="scrolled", max_scrolls=3)
    scrolled = (await session.observe(view)).screenshots
    (region,) = await session.look((LookRequest(region=Box(0, 0, 500, 400)),))
    whole = [await session.screenshot(), await session.screenshot(full=True)]
    return [picture.data for picture in (*scrolled, region.screenshot, *whole)]


async def test_every_place_of_it_is_painted_over_in_every_picture(server, browser, session):
    url = shown_everywhere(server)
    await session.goto(url)
    assert all(red_pixels(data) > 100 for data in await pictures_of(session))
    masked = await opened(browser, vault_for(server.url))
    await masked.goto(url)
    assert [red_pixels(data) for data in await pictures_of(masked)] == [0] * 5
    await masked.close()


async def test_what_moves_while_a_picture_is_taken_is_covered_on_all_its_way(server, browser):
    session = await opened(browser, vault_for(server.url))
    await session.goto(
        server.page(
            f"<meta charset=utf-8><p id=p style='color:red; position:absolute'>{escape(VALUE)}</p><script>let x = 0;"
            "setInterval(() => { x = (x + 7) % 900; p.style.left = x + 'px'; p.style.top = x / 2 + 'px' }, 5)</script>"
        )
    )
    for _ in range(10):
        assert red_pixels((await session.screenshot()).data) == 0
    await session.close()


async def test_a_frame_that_does_not_say_what_it_shows_is_covered_whole(server, browser):
    server.page(
        f"<meta charset=utf-8><body style='color:red'>{escape(VALUE)}<script>for (;;);</script>", "/busy"
    )
    session = await opened(browser, vault_for(server.url))
    await session.goto(server.page("<h1>Top</h1><iframe src={other}/busy></iframe>"))
    try:
        picture = await session.screenshot()
    except BrowserError:
        picture = None  # none is as good
    assert picture is None or red_pixels(picture.data) == 0
    await session.close()


@pytest.mark.parametrize("before", range(265, 305, 4))
async def test_of_a_value_in_a_text_that_is_cut_nothing_is_told(server, browser, before):
    value = "Fjord7719cobaltMarten2093heronQuay41"
    session = await opened(browser, vault_for(server.url, value=value))
    runs = "".join(f"<b>word {number}</b> " for number in range(30))
    long = f"{'x' * (before - 9)} begins {value} {'y ' * 3000}"
    many = "<p>A paragraph of the page.</p>" * 200
    await session.goto(server.page(f"<p>{long}</p><p>{runs}{value} {runs * 9}</p><p>{long}</p>{many}"))
    seen = await session.observe(View(budget_tokens=700))
    assert any("more characters" in element.name for element in seen.elements)
    texts = [element for element in await session.elements() if element.role == "text"]
    requests = (LookRequest(ref=texts[0].ref), LookRequest(query="begins word"))
    told = repr((seen.elements, await session.look(requests)))
    assert [part for part in (value[:6], value[:12], value[:15]) if part in told] == []
    await session.close()
