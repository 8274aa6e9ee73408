"""Acts that ask for more: forms, boxes in them, states of a record, and things of a kind that a form offers."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.plan import read_plan
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.besides import TickedBesides
from tests.conftest import Server
from tests.support.rules_playing import play, shown

_LOG = '<p role="status" id="log">untouched</p>'
BIDS = f"""
<ul><li><b>Oak door</b> <i>40 kr</i> <button onclick="log.textContent = 'took it'">Approve</button> <button onclick="ask()">Approve with Changes</button> <button onclick="refuse()">Refuse &amp; Add Note</button></li>
<li><b>Elm door</b> <i>30 kr</i> <button>Approve</button> <button>Approve with Changes</button> <button>Refuse &amp; Add Note</button></li></ul>
<div id="sheet"></div>{_LOG}
<script>
function ask() {{ sheet.innerHTML = `<h3>Approve with Changes</h3><label>New price <input id="price"></label> <button onclick="log.textContent = 'took it for ' + price.value; sheet.innerHTML = ''">Approve with Changes</button>` }}
function refuse() {{ sheet.innerHTML = `<h3>Refuse</h3><label>Note <input id="note"></label> <button onclick="log.textContent = 'refused: ' + note.value; sheet.innerHTML = ''">Refuse</button>` }}
</script>
"""
LESSONS = f"""
<ul><li><b>Harp</b> <i>Monday</i> <button onclick="ask()">Suspend</button></li><li><b>Lute</b> <i>Friday</i> <button>Suspend</button></li></ul>
<div id="sheet"></div>{_LOG}
<script>
function ask() {{ sheet.innerHTML = `<label>Reason <input id="reason"></label> <label><input type="checkbox" id="told"> Send a notification to Ann Lee</label> <label><input type="checkbox"> Keep the room</label>
<button onclick="log.textContent = 'suspended: ' + reason.value + (told.checked ? ', told' : ''); sheet.innerHTML = ''">Suspend</button>` }}
</script>
"""
PLANTS = f"""
<h3>Indoor plants</h3><div><div class="plant"><b>Fern 2</b> <i>shade</i> <button onclick="entry.hidden = false">More</button></div><div class="plant"><b>Ivy 3</b> <i>shade</i> <button>More</button></div></div>
<div id="entry" hidden><div role="menuitem" tabindex="0" onclick="move()">Set as Outdoor</div></div>
<h3>Outdoor plants</h3><div id="out"><div class="plant"><b>Rose 1</b> <i>sun</i> <button>More</button></div></div>{_LOG}
<script>function move() {{ entry.hidden = true; MOVED; log.textContent = "set" }}</script>
"""
MOVED = 'out.append(document.querySelector(".plant"))'
CREWS = f"""
<ul><li><b>Ann Lee</b> <i>deck</i> <select aria-label="Rank" onchange="log.textContent = 'rank ' + this.value"><option>mate</option><option>cook</option></select></li>
<li><b>Bo Ray</b> <i>galley</i> <select aria-label="Rank"><option>mate</option><option selected>cook</option></select></li></ul>{_LOG}
"""
PAGES = f"""
<ul><li class="leaf" oncontextmenu="menu(event)"><b>Rain</b> <i>p. 1</i></li><li class="leaf" oncontextmenu="menu(event)"><b>Wind</b> <i>p. 2</i></li></ul><div id="entries"></div>{_LOG}
<script>function menu(event) {{ event.preventDefault(); const name = event.currentTarget.firstChild.textContent;
entries.innerHTML = `<div role="menuitem" tabindex="0" onclick="log.textContent = 'skipped ${{name}}'; entries.innerHTML = ''">Skip leaf</div>` }}</script>
"""
HIVES = f"""
<div>Hives <button class="add-hive" onclick="ask()"><svg width="8" height="8"></svg></button></div><ul id="hives"><li>Old Oak</li></ul><div id="sheet"></div>{_LOG}
<script>
function ask() {{ sheet.innerHTML = `<h3>Add Hive</h3><div><div>Keeper *</div><input id="who" placeholder="e.g., Ann Lee"></div><div><div>Yield</div><input id="much" placeholder="e.g., 12 kg"></div><div><div>Frames Qty</div><input type="number" id="many"></div>
<div><div>Site</div><select id="site"><option>Meadow</option><option>Roof</option></select></div><button onclick="keep()">Add Hive</button>` }}
function keep() {{ hives.innerHTML += `<li>${{who.value}}</li>`; log.textContent = [who.value, much.value, many.value, site.value].join("|"); sheet.innerHTML = "" }}
</script>
"""
JARS = f"""
<nav><a href="#jars" onclick="show(0)">Pantry</a> <a href="#settings" onclick="show(1)">Settings</a></nav>
<section><h2>Jars</h2><ul><li><b>Plum jam</b> <i>3 left</i> <button onclick="log.textContent = 'ate it'">Eat</button></li><li><b>Fig jam</b> <i>1 left</i> <button>Eat</button></li></ul></section>
<section hidden><h2>Jar labels</h2><ul><li><b>Plum jam</b> <i>blue</i> <button onclick="edit(this)">Edit</button></li><li><b>Fig jam</b> <i>red</i> <button onclick="edit(this)">Edit</button></li></ul></section><div id="sheet"></div>{_LOG}
<script>
function show(n) {{ document.querySelectorAll("section").forEach((one, at) => {{ one.hidden = at !== n }}) }}
function edit(button) {{ const item = button.closest("li"); sheet.innerHTML = `<label>Name <input id="name_" value="${{item.firstChild.textContent}}"></label> <label>Colour <input id="hue"></label> <button id="keep">Save</button>`;
  keep.onclick = () => {{ item.firstChild.textContent = name_.value; log.textContent = `${{name_.value}} is ${{hue.value}}`; sheet.innerHTML = "" }} }}
</script>
"""
FERRIES = f"""
<button onclick="open_()">Ship</button> <ul id="shipped"><li>Reed</li></ul><div id="sheet"></div>{_LOG}
<script>
const goods = ["Oak plank", "Oak planks large", "Elm plank"], ports = ["Mill Lane #7", "North Quay #9"];
const offer = (field, all, take) => {{ const there = document.getElementById(field.dataset.list); there.innerHTML = ""; for (const one of all.filter(name => name.startsWith(field.value) && field.value)) {{
  const entry = document.createElement("div"); entry.className = "entry"; entry.style.cursor = "pointer"; entry.textContent = one; entry.onclick = () => {{ field.value = one; there.innerHTML = ""; if (take) take(one) }}; there.append(entry) }} }};
function open_() {{ sheet.innerHTML = `<h3>Shipment</h3><div><div>Good *</div><input id="good" placeholder="Search goods..." data-list="found"></div><div id="found"></div><div id="more"></div><button onclick="sheet.innerHTML = ''">Discard</button> <button onclick="send()">Ship</button>`;
  good.oninput = () => offer(good, goods.filter(one => one.split(" ")[0].startsWith(good.value)), more_) }}
function more_() {{ more.innerHTML = `<div><div>Note</div><input id="note" placeholder="e.g., fragile"></div><div><div>Qty *</div><input type="number" id="qty"></div>
<div><label><input type="radio" name="kind" checked> Regular</label> <label><input type="radio" name="kind" id="fast"> Express</label></div><div><label><input type="checkbox" id="wet"> Keep dry</label></div>
<div><div>Harbour</div><input id="port" value="North Quay #9" placeholder="Search harbour..." data-list="berths"></div><div id="berths"></div>`; port.oninput = () => offer(port, ports) }}
function send() {{ log.textContent = [good.value, note.value, qty.value, fast.checked, wet.checked, port.value].join("|"); SHIPS; sheet.innerHTML = "" }}
</script>
"""
SHIPS = "shipped.innerHTML += `<li>${good.value}</li>`"


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    async def test_the_act_that_says_that_it_asks_for_what_is_given_is_the_one_that_is_meant(
        self, session: Session, server: Server
    ) -> None:
        for prompt, told in (
            ("Approve the bid 'Oak door' with a changed price of 35.", "took it for 35"),
            ("Approve the bid 'Oak door' with a change to set the price to 36.", "took it for 36"),
            ("Refuse the bid 'Oak door' with the note 'Too dear'.", "refused: Too dear"),
        ):
            ended = await play(session, server.page(BIDS), prompt)

            assert isinstance(ended, Finish), ended
            assert told in await shown(session)

    async def test_what_is_to_be_done_besides_is_ticked_in_the_form(
        self, session: Session, server: Server
    ) -> None:
        prompt = "Cancel the lesson 'Harp' with the reason 'Ill' and send a notice to the pupil."
        page = LESSONS.replace("Suspend", "Cancel").replace(
            "Send a notification to Ann Lee", "Send a notice to pupil"
        )
        ended = await play(session, server.page(page), prompt)
        assert isinstance(ended, Finish), ended
        assert "suspended: Ill, told" in await shown(session)

        prompt = "Revoke the lesson 'Harp' with the reason 'Ill' and send a notice to the pupil."
        ended = await play(session, server.page(LESSONS.replace("Suspend", "Revoke")), prompt)
        assert isinstance(ended, GiveUp), "a notification may be no notice"
        assert "suspended" not in await shown(session)

    async def test_a_box_may_say_the_name_of_the_one_who_is_told(
        self, session: Session, server: Server
    ) -> None:
        prompt = "Revoke the lesson 'Harp' with the reason 'Ill' and send a notification to the pupil."
        ended = await play(session, server.page(LESSONS.replace("Suspend", "Revoke")), prompt)

        assert isinstance(ended, Finish), ended
        assert "suspended: Ill, told" in await shown(session)

    async def test_a_record_becomes_what_its_menu_sets_it_to_where_the_page_shows_it_then(
        self, session: Session, server: Server
    ) -> None:
        prompt = "Change the plant 'Fern 2' from indoor to outdoor."
        ended = await play(session, server.page(PLANTS.replace("MOVED", MOVED)), prompt)
        assert isinstance(ended, Finish), ended
        assert "set" in await shown(session)

        ended = await play(session, server.page(PLANTS.replace("MOVED", "0")), prompt)
        assert isinstance(ended, GiveUp)
        assert "does not show" in ended.reason

    async def test_a_record_becomes_what_the_list_on_it_offers(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(CREWS), "Change sailor 'Ann Lee' from mate to cook.")

        assert isinstance(ended, Finish), ended
        assert "rank cook" in await shown(session)

    async def test_what_is_marked_with_a_participle_is_done_by_its_verb(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(PAGES), "Mark the 'Wind' leaf as skipped.")

        assert isinstance(ended, Finish), ended
        assert "skipped Wind" in await shown(session)

    async def test_a_thing_of_a_kind_is_made_with_the_form_that_offers_the_kind(
        self, session: Session, server: Server
    ) -> None:
        prompt = "Add a new roof hive for 'Bo Ray' with yield '9 kg' and frames quantity 4."
        ended = await play(session, server.page(HIVES), prompt)
        assert isinstance(ended, Finish), ended
        assert "Bo Ray|9 kg|4|Roof" in await shown(session)

        ended = await play(session, server.page(HIVES), prompt.replace("roof", "cellar"))
        assert isinstance(ended, GiveUp)
        assert "'cellar'" in ended.reason
        assert "untouched" in await shown(session)

    async def test_a_record_is_looked_for_in_the_list_of_its_kind_where_another_is_called_so_too(
        self, session: Session, server: Server
    ) -> None:
        prompt = "Edit the jar label for 'Plum jam' and change its colour to 'green'."
        ended = await play(session, server.page(JARS), prompt)
        assert isinstance(ended, Finish), ended
        assert "Plum jam is green" in await shown(session)

        ended = await play(session, server.page(JARS), prompt.replace("jar label", "lid"))
        assert isinstance(ended, GiveUp)
        assert "untouched" in await shown(session)

    async def test_a_text_is_edited_to_read_another(self, session: Session, server: Server) -> None:
        prompt = "Edit the jar label 'Fig jam' to read 'Fig spread'."
        ended = await play(session, server.page(JARS), prompt)

        assert isinstance(ended, Finish), ended
        assert "Fig spread is" in await shown(session)

    async def test_the_form_that_a_verb_opens_is_filled_in_with_what_its_fields_offer(
        self, session: Session, server: Server
    ) -> None:
        page = FERRIES.replace("SHIPS", SHIPS)
        prompt = "Ship Oak plank to Mill Lane #7 with note 'two parts', quantity 3 as an express load."
        ended = await play(session, server.page(page), prompt, steps=30)
        assert isinstance(ended, Finish), ended
        assert "Oak plank|two parts|3|true|false|Mill Lane #7" in await shown(session)

        prompt = "Ship Elm plank with 'Keep dry' enabled, quantity 4, to North Quay #9."
        ended = await play(session, server.page(page), prompt, steps=30)
        assert isinstance(ended, Finish), ended
        assert "Elm plank||4|false|true|North Quay #9" in await shown(session)

    @pytest.mark.parametrize(
        ("page", "prompt", "reason"),
        [
            (SHIPS, "Ship Ash plank with quantity 3 as an express load.", "does not offer 'Ash plank'"),
            (SHIPS, "Ship Oak plank with quantity 3 as a night load.", "offers no one box"),
            (
                SHIPS,
                "Ship Oak plank to South Pier with quantity 3.",
                "no field of the form offers 'South Pier'",
            ),
            ("0", "Ship Oak plank with quantity 3 as an express load.", "does not show 'Oak plank'"),
        ],
    )
    async def test_what_the_form_of_a_verb_does_not_offer_is_not_sent(
        self, page: str, prompt: str, reason: str, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(FERRIES.replace("SHIPS", page)), prompt, steps=30)

        assert isinstance(ended, GiveUp)
        assert reason in ended.reason


@pytest.mark.parametrize(
    "prompt",
    [
        "Unskip the 'Rain' leaf (it is currently marked as skipped).",
        "Reopen the ticket 'Rain' (currently closed).",
        "Change the default hall to Mill Lane #7 in Settings.",
    ],
)
def test_what_is_said_of_how_things_are_and_where_is_read(prompt: str) -> None:
    plan = read_plan(prompt)

    assert not plan.why
    assert not plan.unread


@pytest.mark.parametrize(
    "prompt",
    [
        "Cancel the lesson 'Harp' with the reason 'Ill' and send a notice to Ann.",
        "Cancel the lesson 'Harp' and send a notice to the pupil.",
        "Unskip the 'Rain' leaf (unless it is currently skipped).",
    ],
)
def test_what_may_be_an_instruction_of_its_own_is_no_box_of_a_form(prompt: str) -> None:
    plan = read_plan(prompt)
    acts = [one.step for one in plan.steps if isinstance(one.step, ActOn)]

    assert plan.why or plan.unread or len(plan.steps) == 2
    assert not any(isinstance(part, TickedBesides) for one in acts for part in one.then)
