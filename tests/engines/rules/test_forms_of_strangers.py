"""Forms as applications draw them that nobody fitted us to: values go where only they can be meant."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.reading.clauses import Clause, mask
from engines.rules.reading.verb_frames import frame_of
from tests.conftest import Server
from tests.support.rules_playing import play, shown


def ties(words: str) -> list[tuple[str, str]]:
    masked, quotes = mask(words)
    verb, _, rest = masked.partition(" ")
    frame = frame_of(Clause(verb, rest, "", words, quotes, verb, masked))
    return [(phrase.tie, phrase.words) for phrase in frame.phrases]


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("add a guest, working at Tern Labs and owned by Bo Vik",
         [("", "a guest"), ("working", "Tern Labs"), ("owned", "Bo Vik")]),
        ("add a loan of $150, beginning April 1, 2026",
         [("", "a loan"), ("of", "$150"), ("beginning", "April 1, 2026")]),
        ('add a memo to Ann Lee that says "Call back"',
         [("", "a memo"), ("to", "Ann Lee"), ("saying", "‹0›")]),
        ("add a loan with a due date of May 3", [("", "a loan"), ("with", "a due date"), ("of", "May 3")]),
    ],
)  # fmt: skip
def test_a_participle_ties_a_value_as_a_preposition_does(words: str, read: list[tuple[str, str]]) -> None:
    assert ties(words) == read


pages = pytest.mark.asyncio(loop_scope="session")

GUESTS = """
<nav>Ann Vold</nav><h1>Guests</h1><div class="btn" style="cursor:pointer" onclick="panel.hidden = false">+ New guest</div>
<div id="panel" class="modal" hidden><h2>New guest</h2>
<p><span>First name</span><input name="firstName"></p><p><span>Last name</span><input name="lastName"></p>
<p><span>E-mail</span><input name="mail"></p>
<p><span>Deposit</span><input name="deposit" placeholder="$0.00"></p>
<p><span>Employer</span><select name="firm"><option>None</option><option>Tern Labs</option></select></p>
<p><span>Host</span><input name="host" placeholder="Search people" autocomplete="off"><span id="found"></span></p>
<p><span>Colour</span><i id="swatches"></i></p>
<div class="btn" style="cursor:pointer" onclick="keep()">Create</div><div class="btn" style="cursor:pointer" onclick="panel.hidden = true">Cancel</div></div>
<div id="list"></div>
<script>
let colour = "-", host = "-"
for (const name of ["Green", "Red"]) { const one = document.createElement("div"); one.title = name; one.style = "cursor:pointer;display:inline-block;width:30px;height:20px;background:" + name; one.onclick = () => { colour = name; one.style.outline = "3px solid" }; swatches.append(one) }
const field = name => document.querySelector(`[name=${name}]`)
field("host").oninput = () => { found.innerHTML = ""; for (const name of ["Bo Vik", "Bo Lund"]) if (field("host").value && name.startsWith(field("host").value)) { const one = document.createElement("div"); one.textContent = name; one.style.cursor = "pointer"; one.onclick = () => { host = name; field("host").value = name; found.innerHTML = "" }; found.append(one) } }
function keep() { const row = ["firstName", "lastName", "mail", "deposit", "firm"].map(name => field(name).value).join("|"); panel.remove(); list.textContent = "made: " + row.replace("|", " ") + "|" + host + "|" + colour }
</script>
"""
PROMPT = (
    "Create a guest for Nora Berg with the email nora@tern.example, working at Tern Labs, "
    'with the deposit $25 and a green colour and the host "Bo Vik"'
)


@pytest.mark.browser
@pages
async def test_a_form_takes_a_name_in_two_fields_a_choice_a_swatch_and_what_a_search_offers(
    session: Session, server: Server
) -> None:
    ended = await play(session, server.page(GUESTS), PROMPT)

    assert isinstance(ended, Finish), ended
    assert "made: Nora Berg|nora@tern.example|25|Tern Labs|Bo Vik|Green" in (await shown(session)).replace(
        "$", ""
    )


@pytest.mark.browser
@pages
async def test_what_the_form_has_no_place_for_is_refused_before_it_is_kept(
    session: Session, server: Server
) -> None:
    prompt = 'Create a guest for Nora Berg with the email nora@tern.example and the cabin "Nine"'

    ended = await play(session, server.page(GUESTS), prompt)

    assert isinstance(ended, GiveUp), ended
    assert "Nine" in ended.reason
    assert "made:" not in await shown(session)


STEPS = """
<h1>Loans</h1><button onclick="open_(this)">New ▾</button><div id="menu" hidden><div role="menuitem" tabindex="0" onclick="begin()">Loan</div><div role="menuitem" tabindex="0">Gift</div></div>
<div id="box"></div><div id="list"></div>
<script>
const open_ = () => { menu.hidden = false }
const given = []
function begin() { menu.hidden = true; box.innerHTML = '<div role="dialog"><h2>New loan</h2><p><span>Purpose</span><input id="purpose"></p><button onclick="second()">Continue</button><button>Cancel</button></div>' }
function second() { given.push(purpose.value); box.innerHTML = '<div role="dialog"><h2>New loan</h2><p><span>Amount</span><input id="amount"></p><p><span>Repeats</span><select id="often"><option>Never</option><option>Monthly</option></select></p><button onclick="third()">Create loan</button><button>Back</button></div>' }
function third() { given.push(amount.value, often.value); box.innerHTML = '<div role="dialog"><h2>Is all correct?</h2><p>' + given.join(", ") + '</p><button onclick="done_()">Confirm</button><button>Back</button></div>' }
function done_() { box.innerHTML = ""; list.innerHTML = "<p>" + given[0] + "</p><p>made: " + given.join("|") + "</p>" }
</script>
"""


@pytest.mark.browser
@pages
async def test_a_form_in_steps_is_filled_in_to_its_end_and_confirmed(
    session: Session, server: Server
) -> None:
    prompt = 'Create a monthly loan of $150 with the purpose "New sails"'

    ended = await play(session, server.page(STEPS), prompt)

    assert isinstance(ended, Finish), ended
    assert "made: New sails|150|Monthly" in (await shown(session)).replace("$", "")
