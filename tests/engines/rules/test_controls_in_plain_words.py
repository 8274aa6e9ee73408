"""Controls and records that a sentence names without quotation marks, each used by what the page calls it."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CABIN = """
<label>Cabin type <select id="cabin"><option>-</option><option>Hut</option><option>Tower</option></select></label>
<label>Extras <select id="extras" multiple><option>Firewood</option><option>Boat</option><option>Sauna</option></select></label>
<label>Guests <input id="guests" type="number"></label> <label>Arrival date <input id="arrival" placeholder="YYYY-MM-DD"></label>
<fieldset><legend>Supper</legend><label><input type="radio" name="supper" value="Warm">Warm</label><label><input type="radio" name="supper" value="Cold">Cold</label></fieldset>
<div>Comfort <span><label><input type="radio" name="stars" value="1">1 Star</label><label><input type="radio" name="stars" value="2">2 Stars</label></span></div>
<h2>Remark</h2><div contenteditable id="remark" style="min-height: 30px"></div>
<h2>Rule</h2><div class="code" style="position: relative"><textarea id="rule"></textarea></div>
<button onclick="keep()">Keep</button><p id="log"></p>
<script>
const one = name => (document.querySelector(`[name=${name}]:checked`) || {}).value || "";
function keep() { log.textContent = [cabin.value, [...extras.selectedOptions].map(it => it.value), guests.value, arrival.value, one("supper"), one("stars"), remark.textContent, rule.value].join("|") }
</script>
"""


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Choose a tower as the cabin type and firewood and sauna as extras", "Tower|Firewood,Sauna||||||"),
        ("Set the extras to boat and sauna, the number of guests to 4", "-|Boat,Sauna|4|||||"),
        ("The arrival date is 15 January 2027", "-|||2027-01-15||||"),
        ("Choose the cold supper", "-||||Cold|||"),
        ("Give 2 comfort stars", "-|||||2||"),
        ("Write We come by the ferry. as the remark", "-||||||We come by the ferry.|"),
        ("Replace the remark with Hello from the pier", "-||||||Hello from the pier|"),
        ("Change the rule to let b = [1, 2]; and then press Keep", "-|||||||let b = [1, 2];"),
        ("Change the rule to keep 42; and then press Keep", "-|||||||keep 42;"),
    ],
)
async def test_a_control_gets_what_the_sentence_says(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    prompt = prompt if "Keep" in prompt else f"{prompt}. Click 'Keep'."

    ended = await play(session, server.page(CABIN), prompt)

    assert isinstance(ended, Finish), ended
    assert told in await shown(session)


@pytest.mark.parametrize(
    "prompt",
    [
        "Choose a palace as the cabin type and sauna as extras. Click 'Keep'.",
        "Choose the midnight supper. Click 'Keep'.",
        "Give 7 comfort stars. Click 'Keep'.",
        "Replace the remark with Hello unless it is there already. Click 'Keep'.",
        "Change the number of guests to a = 4; and press 'Keep'.",
    ],
)
async def test_what_is_not_offered_or_not_sure_is_given_up(
    session: Session, server: Server, prompt: str
) -> None:
    ended = await play(session, server.page(CABIN), prompt)

    assert isinstance(ended, GiveUp), ended
    assert "|" not in await shown(session)


PANES = """
<label>Berth <input id="berth"></label>
<h2 id="free">Available flags</h2><select id="from" multiple aria-labelledby="free"><option>red</option><option>blue</option></select>
<h2 id="taken">Chosen flags</h2><select id="to" multiple aria-labelledby="taken"></select>
<button onclick="log.textContent = 'kept ' + to.options.length">Keep</button><p id="log"></p>
"""


async def test_of_two_lists_of_one_kind_the_one_that_offers_something_is_not_taken_for_the_choice(
    session: Session, server: Server
) -> None:
    ended = await play(session, server.page(PANES), "Set the flags to red and blue. Click 'Keep'.")

    assert isinstance(ended, GiveUp), ended
    assert "Available flags" in ended.reason
    assert "Chosen flags" in ended.reason


LEFT = """
<label>Guests <input id="guests" type="number" value="2" onchange="if (this.value > 3) this.value = 3; log.textContent = 'took ' + this.value"></label>
<label>Nickname <input value="Ann" onchange="if (this.value.length < 3) this.value = 'Ann'; log.textContent = 'took ' + this.value"></label><p id="log"></p>
"""


@pytest.mark.parametrize(
    ("prompt", "ends", "told"),
    [
        ("The number of guests is 3", Finish, "took 3"),
        ("The number of guests is 7", GiveUp, "took 3"),
        ("Set the nickname to Bo", GiveUp, "took Ann"),
        ("Set the nickname to Bosse", Finish, "took Bosse"),
    ],
)
async def test_a_field_is_left_and_has_to_keep_its_value(
    session: Session, server: Server, prompt: str, ends: type[GiveUp] | type[Finish], told: str
) -> None:
    ended = await play(session, server.page(LEFT), prompt)

    assert isinstance(ended, ends), ended
    assert told in await shown(session)


BERTHS = """
<form onsubmit="event.preventDefault(); ask()"><label>Do <select id="deed"><option>-</option><option>Delete selected berths</option></select></label> <button>Go</button>
<table><thead><tr><th><input type="checkbox"></th><th>Berth</th></tr></thead><tbody id="rows"></tbody></table></form><p id="log">nothing</p><div id="sure"></div>
<script>
let berths = ["north", "south", "south quay", "inner pool"];
const draw = () => rows.innerHTML = berths.map(it => `<tr><td><input type="checkbox" value="${it}"></td><th>${it}</th></tr>`).join("");
const chosen = () => [...rows.querySelectorAll(":checked")].map(it => it.value);
function ask() { if (deed.value != "-") sure.innerHTML = `<button onclick="gone()">Yes, delete</button> <button>No</button>` }
function gone() { const left = chosen(); berths = berths.filter(it => !left.includes(it)); sure.innerHTML = ""; draw(); log.textContent = "left: " + berths }
draw();
</script>
"""


async def test_several_records_are_ticked_and_then_deleted_together(session: Session, server: Server) -> None:
    prompt = "Select the berths north and south and delete them with the action menu."

    ended = await play(session, server.page(BERTHS), prompt)

    assert isinstance(ended, Finish), ended
    assert "left: south quay,inner pool" in await shown(session)


async def test_nothing_is_deleted_where_one_of_the_records_is_not_there(
    session: Session, server: Server
) -> None:
    prompt = "Select the berths north and west and delete them with the action menu."

    ended = await play(session, server.page(BERTHS), prompt)

    assert isinstance(ended, GiveUp)
    assert "left" not in await shown(session)


@pytest.mark.parametrize(
    ("told", "ends"),
    [("Not for guests", GiveUp), ("1 of 2 berths archived", GiveUp), ("2 berths archived", Finish)],
    ids=["refused", "done to one", "done"],
)
async def test_an_act_on_several_counts_where_the_page_shows_that_it_was_done(
    session: Session, server: Server, told: str, ends: type[GiveUp] | type[Finish]
) -> None:
    button = (
        f"""<button type="button" onclick="log.textContent = '{told}'">Archive</button> <button>Go</button>"""
    )
    page = BERTHS.replace("<button>Go</button>", button)

    ended = await play(session, server.page(page), "Select the berths north and south and archive them.")

    assert isinstance(ended, ends), ended
    assert told in await shown(session)


async def test_a_file_is_handed_over_for_a_field_of_this_record(session: Session, server: Server) -> None:
    ended = await play(session, server.page(CABIN), "Upload map.png as the map of this cabin.")

    assert isinstance(ended, GiveUp)
    assert "found 0 fields that take files" in ended.reason
