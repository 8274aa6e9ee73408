"""What is made of whole pages, side by side with the pages: testbed/pages/NAME.html, tests/golden/NAME.txt."""

import pytest

from browser.model.actions import AnswerDialog, Click
from browser.model.observation import View
from tests.support.observing import EVERYTHING, find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def written(elements):
    """One line an element; positions left out, since fonts differ between machines."""
    return "".join(f"{'  ' * element.depth}{line(element)}\n" for element in elements)


def line(element):
    words = [element.role]
    if element.role not in ("text",) and element.tag not in ("", element.role):
        words.append(f"<{element.tag}>")
    words += [repr(element.name)] if element.name else []
    for what in ("value", "description", "label", "href"):
        said = getattr(element, what)
        words += [f"{what}={said!r}"] if said and not str(said).startswith("data:") else []
    words += [f"options={'|'.join(element.options)}"] if element.options else []
    words += sorted(element.states - {"offscreen", "covered"})
    words += [f"covered by {element.covered_by}"] if element.covered_by else []
    return " ".join([*words, *(["*"] if element.interactive else [])])


async def test_a_shop_page_in_full_and_distilled(server, session, golden):
    await session.goto(server.url + "/shop.html")
    whole = await session.observe(EVERYTHING)
    short = await session.observe(View())
    address = server.url
    golden("shop", written(whole.elements).replace(address, ""))
    golden("shop-distilled", written(short.elements).replace(address, ""))
    golden("shop-text", whole.text + "\n")


async def test_appearance_is_there_when_asked_for(server, session):
    await session.goto(server.url + "/shop.html")
    seen = await session.observe(View(budget_tokens=None, appearance=True))
    [swatch] = [e for e in seen.elements if "swatch" in e.hints]
    [circle] = [e for e in seen.elements if e.tag == "circle"]
    assert swatch.appearance.background == "#cc0000"
    assert circle.appearance.background == "#ff0000"
    assert find(await see(session), "img", "A garden").appearance is None


async def test_wrappers_hand_their_names_to_the_one_thing_in_them(server, session):
    await session.goto(
        server.page(
            "<div><div class=cost><span class=price>$5</span></div><div class=location><b>Oslo</b></div></div>"
        )
    )
    texts = {e.name: e.hints for e in (await see(session)).elements if e.role == "text"}
    assert {"price", "cost"} <= {*texts["$5"]}


async def test_what_nobody_can_see_is_left_out(server, session):
    await session.goto(
        server.page(
            "<p style='display:none'>A</p><p style='visibility:hidden'>B</p><p style='opacity:0'>C</p><p hidden>D</p>"
            "<details><summary>S</summary>E</details><p>Seen</p>"
        )
    )
    assert (await see(session)).text == "S\nSeen"


async def test_covered_clipped_and_offscreen_are_said(server, session):
    await session.goto(
        server.page(
            "<div style='height:60px;overflow:auto'><button>In view</button><div style='height:500px'></div><button>Clipped</button>"
            "</div><button>Covered</button><div class=veil style='position:fixed;top:60px;left:0;width:300px;height:100px'>Veil</div>"
            "<div style='height:3000px'></div><button>Below</button>"
        )
    )
    seen = await see(session)
    assert find(seen, "button", "In view").visible
    assert "clipped" in find(seen, "button", "Clipped").states
    assert "offscreen" in find(seen, "button", "Below").states
    covered = find(seen, "button", "Covered")
    assert covered.covered_by == "div.veil 'Veil'"


async def test_a_very_deep_page_is_read(server, session):
    await session.goto(
        server.page(
            "<body><script>let d=document.body;for(let i=0;i<2500;i++)d=d.appendChild(document.createElement('div'));"
            "d.innerHTML='<button>Deep down</button>'</script>"
        )
    )
    assert find(await see(session), "button").name == "Deep down"


async def test_a_budget_is_kept_on_a_page_of_three_thousand_rows(server, session):
    rows = "".join(
        f"<tr><td>{i}<td><a href=/r{i}>Row {i}</a><td><button>Do {i}</button>" for i in range(3000)
    )
    await session.goto(server.page(f"<table>{rows}</table>"))
    seen = await session.observe(View(budget_tokens=2000))
    assert sum(len(e.name) + len(e.href) + 20 for e in seen.elements) < 16_000
    assert seen.omitted > 17_000
    assert "Row 2999" in seen.text
    assert any(e.role == "note" and "of 3,000 rows like these" in e.name for e in seen.elements)


async def test_the_text_of_a_page_is_told_at_every_look_whether_it_changed_or_not(server, session):
    inner = server.page("<p>Within</p>", "/within.html")
    await session.goto(server.page(f"<h1>Letters</h1><p id=p>None yet</p><iframe src='{inner}'></iframe>"))
    first, second = await see(session), await see(session)
    assert first.text == second.text == "Letters\nNone yet\n\nWithin"
    assert second.elements == first.elements
    await session.front.evaluate("p.textContent = 'One letter'")
    assert (await see(session)).text == "Letters\nOne letter\n\nWithin"
    await session.front.evaluate("p.textContent = 'None yet'")
    assert (await see(session)).text == first.text


async def test_half_an_emoji_on_a_page_is_read_as_a_replacement_character(server, session):
    await session.goto(
        server.page(
            "<h1>x</h1><p id=p></p><button id=b>y</button><a id=l href=/x>z</a><script>"
            "document.title = 'Inbox \\ud83d'; p.textContent = 'Boat \\ud83d now'; b.textContent = 'Like \\ude00';"
            "l.title = 'a\\ud83d'; b.onclick = () => alert('sure\\ud83d?')</script>"
        )
    )
    seen = await see(session)
    assert seen.title == "Inbox \ufffd"
    assert "Boat \ufffd now" in seen.text
    result = await session.perform(Click(find(seen, "button", "Like \ufffd").ref))
    assert "sure\ufffd?" in result.effect
    assert (await session.observe(EVERYTHING)).dialog.message == "sure\ufffd?"
    await session.perform(AnswerDialog(True))


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a" * 499 + "\U0001f600 and more", "a" * 499 + "\U0001f600"),
        ("\U0001f600" * 600, "\U0001f600" * 500),
        ("a" * 498 + FAMILY + " and more", "a" * 498),
        ("a" * 499 + "e\u0301 and more", "a" * 499),
        ("a" * 499 + "\U0001f1ec\U0001f1f7 and more", "a" * 499),
    ],
    ids=["emoji", "many emoji", "family", "accent", "flag"],
)
async def test_a_long_name_is_cut_between_graphemes(text, kept, server, session):
    await session.goto(server.page(f"<button aria-label='{text}'>x</button>"))
    [button] = [e for e in (await see(session)).elements if e.role == "button"]
    assert button.name == kept
