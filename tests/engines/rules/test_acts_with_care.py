"""An act is done once all that it is to be given is there, to the one record, and with its own control."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

CLAIMS = """
<ul><li><b>Roof</b> <i>storm</i> <label>Comment <input></label> <button onclick="deny(this)">Deny</button></li>
<li><b>Door</b> <i>frost</i> <label>Comment <input></label> <button onclick="deny(this)">Deny</button></li></ul>
<p role="status" id="log">untouched</p>
<script>function deny(button) { const item = button.closest("li"); log.textContent = `answered ${item.firstChild.textContent}: ${item.querySelector("input").value}` }</script>
"""
TICKED = """
<div id="bar"></div><table><tr><th></th><th>Name</th></tr>
<tr><td><input type="checkbox" checked onchange="draw()"></td><td>Fig jam</td></tr><tr><td><input type="checkbox" onchange="draw()"></td><td>Plum jam</td></tr></table>
<p role="status" id="log">untouched</p>
<script>function draw() { const n = document.querySelectorAll(":checked").length; bar.innerHTML = n ? `<p>${n} chosen</p><button onclick="log.textContent = 'sealed ${n}'">Seal</button>` : "" }</script>
"""
PANE = """
<ul><li><a href="#" onclick="pane.hidden = false; return false">Rain</a> <i>roof</i></li><li><a href="#">Wind</a> <i>door</i></li></ul>
<div id="pane" hidden ROLE><h2>Rain</h2><label>Note <input></label>BUTTONS</div><p role="status" id="log">untouched</p>
"""
DIALOG = PANE.replace("ROLE", 'role="dialog" aria-label="Rain"').replace(
    "BUTTONS", '<button onclick="pane.hidden = true">Close</button>'
)
FORM = PANE.replace("ROLE", "").replace(
    "BUTTONS", '<div><button onclick="pane.hidden = true">Cancel</button><button>Save</button></div>'
)
LOANS = """
<table><tr><th>Name</th><th>Status</th></tr>
<tr><td>Kim Park</td><td><select aria-label="Status" onchange="log.textContent = 'changed the loan'"><option>Open</option><option>Returned</option></select></td></tr></table>
<p role="status" id="log">untouched</p>
"""
LOAN = """
<h2>Kim Park</h2><form onsubmit="event.preventDefault()"><label>Status <select onchange="log.textContent = 'changed the loan'"><option>Open</option><option>Returned</option></select></label><button>Save loan</button></form>
<p role="status" id="log">untouched</p>
"""
STARRED = """
<ul><li><b>Rain</b> <button aria-label="Star" aria-pressed="true" onclick="log.textContent = 'unstarred'">☆</button></li>
<li><b>Wind</b> <button aria-label="Star" aria-pressed="false" onclick="log.textContent = 'starred'">☆</button></li></ul><p role="status" id="log">untouched</p>
"""
LETTERS = """
<ul><li><b>Ann Lee</b> <span>Supper</span> <button onclick="log.textContent = 'sealed one'">Seal</button></li>
<li><b>Bo</b> <span>Supper</span> <button onclick="log.textContent = 'sealed one'">Seal</button></li></ul><p role="status" id="log">untouched</p>
"""
STATES = """
<ul><li><b>Rain</b> <i>Draft</i> <button onclick="log.textContent = 'gone'">Delete</button></li>
<li><b>Wind</b> <i>Published</i> <button onclick="log.textContent = 'gone'">Delete</button></li></ul><p role="status" id="log">untouched</p>
"""
PROFILE = """
<form onsubmit="event.preventDefault(); log.textContent = 'saved'"><label>Name <input value="Ann"></label><label>Display name <input value="ann9"></label><button>Save</button></form>
<p role="status" id="log">untouched</p>
"""
NUMBERS = """
<ul><li><a href="#chair" onclick="log.textContent = 'opened'; head.textContent = 'Chair 12'">Chair 12</a> <i>No. 13</i></li>
<li><a href="#lamp" onclick="log.textContent = 'opened'; head.textContent = 'Lamp'">Lamp</a> <i>No. 12</i></li></ul><h2 id="head"></h2><p role="status" id="log">untouched</p>
"""
LAMPS = """
<h2>Lamps</h2><ul><li><b>Lamp</b> <button onclick="log.textContent = 'gone'">Delete</button></li>
<li><b>Shade</b> <button onclick="log.textContent = 'gone'">Delete</button></li></ul><p role="status" id="log">untouched</p>
"""
RIGHTS = """
<table><tr><th>Right</th><th>Keeper</th><th>Guest</th></tr>
<tr><td>Read</td><td><input type="checkbox" checked disabled></td><td><input type="checkbox" onchange="log.textContent = 'changed'"></td></tr>
<tr><td>Write</td><td><input type="checkbox" checked disabled></td><td><input type="checkbox" onchange="log.textContent = 'changed'"></td></tr></table><p role="status" id="log">untouched</p>
"""
FIRMS = """
<ul><li><b>North</b> <button onclick="log.textContent = 'blocked'">Block</button></li><li><b>North Ltd</b> <button onclick="log.textContent = 'blocked'">Block</button></li></ul><p role="status" id="log">untouched</p>
"""
TICKETS = """
<table><tbody id="all"></tbody></table><nav aria-label="Pages"><button id="prev" onclick="at--; draw()">Previous</button> <button id="next" onclick="at++; draw()">Next</button></nav><p role="status" id="log">untouched</p>
<script>
const rows = [["Rain", "Wind"], ["Snow", "LAST"]]; let at = 0;
function draw() { all.innerHTML = rows[at].map(one => `<tr><td>${one}</td><td><button onclick="log.textContent = 'closed on page ${at + 1}'">Close</button></td></tr>`).join(""); prev.disabled = !at; next.disabled = at > 0 }
draw();
</script>
"""
NUMBERED = """
<table><tbody id="all"></tbody></table><p id="way"></p><p role="status" id="log">untouched</p>
<script>
const rows = [["Rain", "Wind"], ["Snow", "LAST"]]; let at = 0;
const link = (name, to) => at == to ? name : `<a href="#" onclick="at = ${to}; draw(); return false">${name}</a>`;
function draw() { all.innerHTML = rows[at].map(one => `<tr><td>${one}</td><td><button onclick="log.textContent = 'closed on page ${at + 1}'">Close</button></td></tr>`).join(""); way.innerHTML = [link(1, 0), link(2, 1), at ? "" : link("Next", 1)].join(" ") }
draw();
</script>
"""
ANSWERS = """
<fieldset><legend>Room</legend><label><input type="radio" name="a" onchange="log.textContent = 'chosen'">Yes</label><label><input type="radio" name="a">No</label></fieldset>
<fieldset><legend>Meat</legend><label><input type="radio" name="b" onchange="log.textContent = 'chosen'">Yes</label><label><input type="radio" name="b">No</label></fieldset><p role="status" id="log">untouched</p>
"""
BRANCH = """
<ul role="tree"><li role="treeitem"><label><input type="checkbox" onchange="log.textContent = 'ticked'"> Music</label></li>
<li role="treeitem"><label><input type="checkbox"> Films</label></li></ul><p role="status" id="log">untouched</p>
"""
BORN = """
<form><label>First name <input></label><label>Date of birth <input type="date" onchange="log.textContent = 'set'"></label></form><p role="status" id="log">untouched</p>
"""
DUE = """
<form><label>Due date <input type="date" onchange="log.textContent = 'set'"></label></form><p role="status" id="log">untouched</p>
"""
ASKS = """
<ul><li><b>Rain</b> <button onclick="if (confirm('Close all tickets of this year?')) log.textContent = 'closed'">Close</button></li>
<li><b>Wind</b> <button>Close</button></li></ul><p role="status" id="log">untouched</p>
"""
CALENDAR = """
<label>Start date <input id="field" readonly onclick="draw()"></label><div id="all"></div><p id="log"></p>
<script>
const names = ["January", "February", "March", "April", "May"]; let month = 1;
function draw() { all.innerHTML = `<button onclick="month--; draw()">Prev</button> <b>${names[month]} 2027</b> <button onclick="month++; draw()">Next</button><br>` + [...Array(28).keys()].map(d => `<button onclick="pick(${d + 1})">${d + 1}</button>`).join("") }
function pick(day) { field.value = "ORDER" == "d/m" ? `${day}/${month + 1}/2027` : `${month + 1}/${day}/2027`; log.textContent = `picked ${day} ${names[month]}`; all.innerHTML = "" }
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    async def test_what_stands_beside_the_act_is_filled_in_first(
        self, session: Session, server: Server
    ) -> None:
        prompt = "Deny the claim 'Door' with the comment 'Too late'."
        ended = await play(session, server.page(CLAIMS), prompt)

        assert isinstance(ended, Finish), ended
        assert "answered Door: Too late" in await shown(session)

    @pytest.mark.parametrize(
        ("page", "prompt"),
        [
            pytest.param(TICKED, "Seal the jar 'Plum jam'.", id="others are ticked"),
            pytest.param(DIALOG, "Close the ticket 'Rain'.", id="it closes a dialog"),
            pytest.param(FORM, "Cancel the ticket 'Rain'.", id="it leaves a form"),
            pytest.param(LOANS, "Filter the status to Returned.", id="a value in a row is no filter"),
            pytest.param(LOAN, "Filter the status to Returned.", id="a value in a form is no filter"),
            pytest.param(STARRED, "Star the note 'Rain'.", id="it would take back what is so already"),
            pytest.param(
                LETTERS, "Seal the letter 'Supper'.", id="two are called so, by senders long and short"
            ),
            pytest.param(
                NUMBERS, "Open the detail page of product 12.", id="the number is the end of another name"
            ),
            pytest.param(STATES, "Delete the published note 'Rain'.", id="it is in another state"),
            pytest.param(
                PROFILE, "Change the name to the display name.", id="it may mean another field's value"
            ),
            pytest.param(ASKS, "Close the ticket 'Rain'.", id="it asks about all of them"),
            pytest.param(LAMPS, "Delete the old lamp.", id="it may be another of that kind"),
            pytest.param(RIGHTS, "Turn on 'Write'.", id="its row has a box for each of two"),
            pytest.param(FIRMS, "Block the North companies.", id="several are meant"),
            pytest.param(
                TICKETS.replace("LAST", "Rain"), "Close the ticket Rain.", id="the next page has one, too"
            ),
            pytest.param(
                NUMBERED.replace("LAST", "Rain"), "Close the ticket Rain.", id="the page 2 has one, too"
            ),
            pytest.param(ANSWERS, "Choose yes.", id="two questions have that answer"),
            pytest.param(BRANCH, "Expand Music.", id="it is only to be ticked"),
            pytest.param(BORN, "Set the date to 3 May 2027.", id="the date is one of birth"),
            pytest.param(DUE, "Set the due date to 3/4/2027.", id="it may be a day of March or of April"),
        ],
    )
    async def test_what_does_something_else_is_not_used(
        self, session: Session, server: Server, page: str, prompt: str
    ) -> None:
        ended = await play(session, server.page(page), prompt)

        assert isinstance(ended, GiveUp), ended
        assert "untouched" in await shown(session)

    @pytest.mark.parametrize("prompt", ["Delete the tag 'wet'.", "Remove the tag wet."])
    async def test_what_has_a_longer_name_is_not_removed(
        self, session: Session, server: Server, prompt: str
    ) -> None:
        page = """
        <h2>Tags</h2><ul><li><b>wet rot</b> <button onclick="log.textContent = 'gone'">Delete</button></li>
        <li><b>dry</b> <button onclick="log.textContent = 'gone'">Delete</button></li></ul><p id="log">untouched</p>
        """
        ended = await play(session, server.page(page), prompt)

        assert isinstance(ended, GiveUp), ended
        assert "untouched" in await shown(session)

    async def test_the_longer_of_two_names_is_meant_where_the_prompt_says_it_whole(
        self, session: Session, server: Server
    ) -> None:
        page = """
        <h2>Lamps</h2><ul><li><b>Lamp</b> <button onclick="this.closest('li').remove()">Delete</button></li>
        <li><b>Desk lamp</b> <button onclick="this.closest('li').remove()">Delete</button></li></ul>
        """
        ended = await play(session, server.page(page), "Delete the desk lamp.")

        assert isinstance(ended, Finish), ended
        assert "Desk lamp" not in await shown(session)
        assert "Lamp" in await shown(session)

    @pytest.mark.parametrize("name", ["with a way back", "with numbers"])
    async def test_the_one_of_its_name_on_all_pages_is_meant(
        self, session: Session, server: Server, name: str
    ) -> None:
        page = {"with a way back": TICKETS, "with numbers": NUMBERED}[name]
        ended = await play(session, server.page(page.replace("LAST", "Hail")), "Close the ticket Rain.")

        assert isinstance(ended, Finish), ended
        assert "closed on page 1" in await shown(session)

    async def test_a_branch_is_opened_by_the_sign_of_its_name(self, session: Session, server: Server) -> None:
        page = """
        <ul role="tree"><li role="treeitem"><button aria-label="Expand Music" onclick="log.textContent = 'open'">▸</button><label><input type="checkbox" onchange="log.textContent = 'ticked'"> Music</label></li>
        <li role="treeitem"><button aria-label="Expand Films">▸</button><label><input type="checkbox"> Films</label></li></ul><p id="log"></p>
        """
        ended = await play(session, server.page(page), "Expand Music.")

        assert isinstance(ended, Finish), ended
        assert "open" in await shown(session)

    @pytest.mark.parametrize(("order", "day"), [("d/m", "3 April"), ("m/d", "4 March")])
    async def test_of_two_days_the_one_is_picked_that_the_field_writes_so(
        self, session: Session, server: Server, order: str, day: str
    ) -> None:
        page = CALENDAR.replace("ORDER", order)
        ended = await play(session, server.page(page), "Set the start date to 3/4/2027.", steps=30)

        assert isinstance(ended, Finish), ended
        assert f"picked {day}" in await shown(session)

    async def test_a_number_behind_its_kind_cut_short_is_found(
        self, session: Session, server: Server
    ) -> None:
        page = """
        <ul><li><b>INV-1</b> <button onclick="log.textContent = 'sealed INV-1'">Seal</button></li>
        <li><b>Chair 1</b> <button onclick="log.textContent = 'sealed the chair'">Seal</button></li></ul><p id="log"></p>
        """
        ended = await play(session, server.page(page), "Seal the invoice '1'.")

        assert isinstance(ended, Finish), ended
        assert "sealed INV-1" in await shown(session)

    async def test_what_is_called_with_its_kind_is_removed(self, session: Session, server: Server) -> None:
        page = """
        <ul><li><b>Invoice 17</b> <button onclick="this.closest('li').remove()">Delete</button></li>
        <li><b>Invoice 171</b> <button onclick="this.closest('li').remove()">Delete</button></li></ul>
        """
        ended = await play(session, server.page(page), "Delete the invoice '17'.")

        assert isinstance(ended, Finish), ended
        assert "Invoice 171" in await shown(session)
        assert "Invoice 17 " not in await shown(session)
