"""What a model is shown of whole pages: the page here or under its name, the text in tests/golden/say-NAME.txt."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from agent_core.demo_site.server import DemoSite
from browser.model.observation import View
from browser.session import Session
from engines.prompts.page import page_text
from tests.support.generated import article, table

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIL = (
    "<nav aria-label=Folders><a href=/inbox>Inbox <b>3</b></a> <a href=/sent>Sent</a></nav>"
    "<div role=region aria-label=Messages style='height:200px;overflow:auto'>"
    + "".join(
        f"<div class=line tabindex=0><input type=checkbox aria-label='Select {at}'> <b>Person {at}</b> "
        f"<span>Subject {at}</span> <time>{at % 12 + 1}:00</time></div>"
        for at in range(1, 61)
    )
    + "</div><article><h2>Subject 1</h2><p>Dear you, see <a href=/file>the file</a>. Yours</p>"
    "<button>Reply</button> <button disabled>Send</button></article>"
)
CARDS = "<h1>Lamps</h1><label>Sort by <select><option>Newest<option>Cheapest</select></label>" + "".join(
    f"<div class=card style='height:90px'><h3><a href='/lamp/{at}'>Lamp {at}</a></h3><span>{at * 7 % 90}.00</span> "
    f"<button aria-label='Keep lamp {at}'>♡</button> <button>Add to basket</button></div>"
    for at in range(1, 121)
)
FORM = """<h1>Sign up</h1><form><label>E-mail <input type=email value=ada required aria-describedby=why></label>
<span id=why>This is no address</span><label>Born <input type=date value=1815-12-10></label>
<fieldset><legend>Plan</legend><label><input type=radio name=p checked> Free</label>
<label><input type=radio name=p> Paid</label></fieldset>
<label>Country <select><option>Norway<option selected>Peru</select></label>
<label><input type=checkbox> Send me news</label><button>Continue</button></form>
<div role=dialog aria-modal=true aria-label='Cookies' style='position:fixed;bottom:0;height:90px;background:#fff'>
<p>We use cookies.</p><button>Accept all</button> <button>Only what is needed</button></div>"""
FRAMES = """<h1>Pay</h1><iframe title='Card details' width=400 height=120 srcdoc="<label>Number <input></label>
<button>Pay 90.00</button>"></iframe><iframe title='Small print' width=300 height=60
srcdoc="<p>First line</p><div style='height:400px'></div><a href=/terms>All terms</a>"></iframe>"""


async def said(session: Session, url: str, budget: int = 6000) -> str:
    """The text of the page at an address, with frames numbered in the order in which they stand there."""
    await session.goto(url)
    seen = await session.observe(View(budget_tokens=budget))
    text = page_text(seen, budget).text.replace(url.rpartition("/")[0], "")
    frames: dict[str, str] = {}
    return (
        re.sub(r"\bf(\d+)(?=e\d)", lambda found: frames.setdefault(found[1], f"f{len(frames)}"), text) + "\n"
    )


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("table", table),
        ("mail", lambda: MAIL),
        ("cards", lambda: CARDS),
        ("form", lambda: FORM),
        ("frames", lambda: FRAMES),
    ],
)
async def test_the_text_of_pages_given_here(server, session, golden, name: str, made: Callable[[], str]):
    golden(f"say-{name}", await said(session, server.page(made(), f"/{name}.html")))


async def test_the_text_of_an_article_within_a_small_budget(server, session, golden):
    golden("say-article", await said(session, server.page(article(), "/article.html"), 1000))


async def test_the_text_of_the_shop(server, session, golden):
    golden("say-shop", await said(session, f"{server.url}/shop.html"))


@pytest.mark.parametrize("name", ["workshops", "tides", "letter"])
async def test_the_text_of_the_demo_site(session, golden, name: str):
    with DemoSite() as site:
        golden(f"say-{name}", await said(session, f"{site.url}/{name}"))
