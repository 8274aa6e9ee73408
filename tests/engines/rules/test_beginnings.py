"""What begins a thing: an entry of what makes anything, a sign beside the list's title, a place behind it."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BARN = """
<header><div id="make" style="cursor: pointer; width: 90px" onclick="menu.hidden = !menu.hidden">+ New ▾</div>
<div id="menu" hidden><div class="mi" style="cursor: pointer" onclick="open_('stall')">New stall</div><div class="mi" style="cursor: pointer" onclick="open_('gate')">Gate</div></div></header>
<aside style="width: 200px"><h4>My paddocks <span style="cursor: pointer" onclick="open_('paddock')">+</span></h4></aside>
<nav><a href="#" onclick="visitors.hidden = false; return false">Visitors</a></nav>
<section id="visitors" hidden><h1>Visitors</h1><button onclick="open_('visitor')">Add visitor</button></section>
<form id="box" hidden onsubmit="event.preventDefault(); keep()"><h2 id="head"></h2><div id="fields"></div><button>Save</button></form><ul id="list"></ul>
<script>
let kind = "";
function open_(one) {
  kind = one; menu.hidden = true; head.textContent = "New " + one; box.hidden = false;
  fields.innerHTML = one == "visitor" ? '<label>First name <input id="first"></label><label>Last name <input id="last"></label>' : '<label>Name <input id="first"></label>';
}
function keep() { const names = [...document.querySelectorAll("#fields input")].map(it => it.value).join(" "); list.innerHTML += `<li>${names}</li><li>kept ${kind}</li>`; box.hidden = true }
addEventListener("keydown", event => { if (event.key == "Escape") menu.hidden = true });
</script>
"""


@pytest.mark.parametrize(
    ("prompt", "kept"),
    [
        ("Create a stall called 'Oak'.", "Oak kept stall"),
        ("Add a gate named 'Yew'.", "Yew kept gate"),
        ("Create a new paddock named 'Elm'.", "Elm kept paddock"),
        ("Add a visitor named Ann Lee.", "Ann Lee kept visitor"),
    ],
)
async def test_it_is_begun_where_the_page_offers_it(
    session: Session, server: Server, prompt: str, kept: str
) -> None:
    ended = await play(session, server.page(BARN), prompt)

    assert isinstance(ended, Finish), ended
    assert kept in " ".join((await shown(session)).split())


async def test_what_the_menu_does_not_offer_is_not_made(session: Session, server: Server) -> None:
    ended = await play(session, server.page(BARN), "Create a fence called 'Ash'.")

    assert isinstance(ended, GiveUp)
    assert "kept" not in await shown(session)


SHELVES = """
<button onclick="open_()">Add shelf</button>
<form id="box" hidden onsubmit="event.preventDefault(); keep()"><h1 id="head">New shelf</h1><label>Name <input id="name"></label><button>Save</button></form>
<script>
function open_() { box.hidden = false }
function keep() { if (KEEPS) head.textContent = document.querySelector("#name").value }
</script>
"""


@pytest.mark.parametrize("keeps", ["true", "false"])
async def test_a_form_that_becomes_the_view_of_what_was_made_was_kept(
    session: Session, server: Server, keeps: str
) -> None:
    page = SHELVES.replace("KEEPS", keeps)

    ended = await play(session, server.page(page), "Add a shelf named 'Oak'.")

    assert isinstance(ended, Finish if keeps == "true" else GiveUp), ended
