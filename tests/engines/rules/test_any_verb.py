"""Acts whose verbs the engine has never heard of, on pages of several kinds of software."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

CARDS = """
<h1>Cards</h1><button onclick="sheet.showModal()">Transfer</button>
<ul id="cards"></ul>
<dialog id="sheet"><form method="dialog"><h2>New transfer</h2>
<label>Amount <input type="number" name="amount"></label>
<label>From <select name="from"><option>Choose</option><option>Checking account</option><option>Savings</option></select></label>
<label>To <select name="to"><option>Choose</option><option>Checking account</option><option>Savings</option></select></label>
<label>Note <input name="note"></label>
<button type="button" onclick="sheet.close()">Cancel</button>
<button type="button" onclick="log.textContent = ['amount', 'from', 'to', 'note'].map(one => document.querySelector(`[name=${one}]`).value).join(' | '); sheet.close()">Transfer</button></form></dialog>
<p role="status" id="log">untouched</p>
<script>
const cards_ = [["Gold card", false], ["Travel card", true]];
function draw() { cards.innerHTML = cards_.map(([name, cold], at) => `<li><b>${name}</b> <button onclick="cards_[${at}][1] = !cards_[${at}][1]; log.textContent = '${name} ' + (cards_[${at}][1] ? 'cold' : 'warm'); draw()">${cold ? "Unfreeze" : "Freeze"}</button></li>`).join("") }
draw();
</script>
"""

PEOPLE = """
<h1>People</h1><table><tr><th>Name</th><th>Role</th><th></th></tr>
<tr><td>Lucy Chen</td><td id="lucy">Engineer</td><td><button aria-label="More actions" onclick="menu.hidden = false; who = 'lucy'">⋯</button></td></tr>
<tr><td>Omar Haddad</td><td id="omar">Engineer</td><td><button aria-label="More actions" onclick="menu.hidden = false; who = 'omar'">⋯</button></td></tr></table>
<div id="menu" role="menu" hidden><button role="menuitem" onclick="menu.hidden = true; ask.showModal()">Promote</button>
<button role="menuitem">Deactivate</button></div>
<dialog id="ask"><h2>Promote</h2><label>New role <select id="new_role"><option>Engineer</option><option>Senior Engineer</option><option>Lead</option></select></label>
<button onclick="ask.close()">Cancel</button><button onclick="window[who].textContent = new_role.value; ask.close()">Promote</button></dialog>
<script>let who</script>
"""

TICKETS = """
<h1>Tickets</h1>
<ul><li><a href="#">#91 Slow search</a> <button onclick="menu.hidden = false; at = 91">Snooze</button></li>
<li><a href="#">#92 Login fails</a> <button onclick="menu.hidden = false; at = 92">Snooze</button></li></ul>
<div id="menu" role="menu" hidden><button role="menuitem" onclick="done(this)">1 hour</button><button role="menuitem" onclick="done(this)">2 days</button><button role="menuitem" onclick="done(this)">1 week</button></div>
<p role="status" id="log">untouched</p>
<script>let at; function done(one) { log.textContent = at + " sleeps " + one.textContent; menu.hidden = true }</script>
"""

REPORTS = """
<main id="main"></main><p role="status" id="log">untouched</p>
<script>
function list() { main.innerHTML = "<h1>Reports</h1><ul>" + ["Churn", "Growth"].map(one => `<li><a href="#" onclick="open_('${one}')">${one}</a></li>`).join("") + "</ul>" }
function open_(one) { main.innerHTML = `<h1>${one}</h1>` + ["PDF", "Excel"].map(kind => `<button onclick="log.textContent = '${one} as ${kind}'">Export as ${kind}</button>`).join("") }
list();
</script>
"""

ADMIN = """
<div role="tablist"><button role="tab" aria-selected="true" onclick="show(this)">General</button>
<button role="tab" onclick="show(this)">Advanced settings</button></div><section id="panel"></section>
<dialog id="ask"><p>Purge the cache now?</p><button onclick="ask.close()">Cancel</button><button onclick="log.textContent = 'purged'; ask.close()">Purge</button></dialog>
<p role="status" id="log">untouched</p>
<script>
const views = {General: "<label>Site name <input value='Home'></label>",
  "Advanced settings": "<h2>Cache</h2><button onclick='ask.showModal()'>Purge cache</button><h2>Index</h2><button onclick='log.textContent = `rebuilt`'>Rebuild index</button>"};
function show(tab) {
  for (const one of document.querySelectorAll("[role=tab]")) one.setAttribute("aria-selected", one === tab);
  panel.innerHTML = views[tab.textContent];
}
show(document.querySelector("[role=tab]"));
</script>
"""

DEVICES = """
<h1>Devices</h1><div id="bar"></div>
<ul><li><input type="checkbox" aria-label="Select Garage cam" onchange="bar_()"> <span>Garage cam</span></li>
<li><input type="checkbox" aria-label="Select Porch light" onchange="bar_()"> <span>Porch light</span></li></ul>
<p role="status" id="log">untouched</p>
<script>
function bar_() {
  const ticked = [...document.querySelectorAll("input:checked")].map(one => one.nextElementSibling.textContent);
  bar.innerHTML = ticked.length ? "<button id='go'>Reboot</button>" : "";
  if (ticked.length) go.onclick = () => log.textContent = "rebooted " + ticked;
}
</script>
"""

CALLS = """
<h1>Brightside Ltd</h1><button onclick="sheet.hidden = false">Log a call</button><button>Log an email</button>
<form id="sheet" hidden onsubmit="return false"><label>Contact <input id="contact"></label><label>Notes <textarea id="notes"></textarea></label>
<button type="button" onclick="calls.innerHTML += `<li>${contact.value}: ${notes.value}</li>`; sheet.hidden = true">Save</button></form>
<ul id="calls"></ul>
"""

PAGES = """
<h1>Pages</h1><ul><li><span>Pricing</span> <em id="pricing">private</em> <button onclick="pricing.textContent = 'public'">Make public</button> <button>Make default</button></li>
<li><span>Team</span> <em id="team">private</em> <button onclick="team.textContent = 'public'">Make public</button></li></ul>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("page", "prompt", "seen"),
    [
        pytest.param(CARDS, "Freeze the Gold card.", "Gold card cold", id="on the row"),
        pytest.param(CARDS, "Unfreeze my travel card.", "Travel card warm", id="a name in lower case"),
        pytest.param(
            CARDS, 'Transfer $250 from my checking account to savings with the note "Rent".',
            "250 | Checking account | Savings | Rent", id="an amount and where it goes",
        ),
        pytest.param(PEOPLE, "Promote Lucy Chen to Senior Engineer.", "Lucy Chen Senior Engineer", id="in its menu"),
        pytest.param(TICKETS, "Snooze ticket #91 for 2 days.", "91 sleeps 2 days", id="an entry to choose"),
        pytest.param(REPORTS, 'Export the report "Churn" as Excel.', "Churn as Excel", id="in its own view"),
        pytest.param(ADMIN, "Purge the cache.", "purged", id="behind a tab, with a question"),
        pytest.param(DEVICES, 'Reboot the device "Garage cam".', "rebooted Garage cam", id="in the toolbar"),
        pytest.param(
            CALLS, 'Log a call with Rita Vold with the note "Call back".', "Rita Vold: Call back", id="a form"
        ),
        pytest.param(PAGES, 'Make the page "Pricing" public.', "Pricing public", id="what it is to become"),
    ],
)  # fmt: skip
async def test_a_verb_means_the_control_that_is_called_so(
    session: Session, server: Server, page: str, prompt: str, seen: str
) -> None:
    ended = await play(session, server.page(page), prompt)

    assert isinstance(ended, Finish), ended
    assert seen in " ".join((await shown(session)).split())


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("page", "prompt", "reason"),
    [
        pytest.param(CARDS, "Freeze the Silver card.", "found nothing that fits", id="no such record"),
        pytest.param(CARDS, "Juggle the cards.", "could not read", id="no such verb"),
        pytest.param(CARDS, "Freeze the Gold card, then juggle the travel card.", "could not read", id="nor later"),
        pytest.param(TICKETS, "Snooze ticket #91 for 3 years.", "3 years", id="a value that is not offered"),
        pytest.param(REPORTS, 'Export the report "Churn" as Word.', "export", id="a form that is not offered"),
        pytest.param(PEOPLE, "Promote Lucy Chen to Captain.", "Captain", id="a value no list has"),
    ],
)  # fmt: skip
async def test_what_the_page_does_not_offer_is_not_done(
    session: Session, server: Server, page: str, prompt: str, reason: str
) -> None:
    before = await _first_look(session, server, page)
    ended = await play(session, server.page(page), prompt)

    assert isinstance(ended, GiveUp), ended
    assert reason in ended.reason
    assert "untouched" in await shown(session) or "untouched" not in before


async def _first_look(session: Session, server: Server, page: str) -> str:
    await session.goto(server.page(page))
    return await shown(session)
