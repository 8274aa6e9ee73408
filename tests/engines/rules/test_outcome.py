"""What a page answers counts: nothing that it refuses is called done."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

SIGN_IN = """
<form onsubmit="event.preventDefault(); said.textContent = pw.value === 'right' ? 'Welcome back' : 'Wrong name or password.'">
<label>User name <input id="u"></label><label>Password <input id="pw" type="password"></label><button>Log in</button></form>
<p id="said" role="alert"></p>
"""

TWO_FORMS = """
<form onsubmit="event.preventDefault(); said.textContent = 'searched'"><input type="search" aria-label="Search"><button>Search</button></form>
<form onsubmit="event.preventDefault(); said.textContent = 'sent ' + who.value"><label>Name <input id="who"></label><button>Post it</button></form>
<p id="said"></p>
"""

NOTICE_BETWEEN = """
<style>.modal { position: fixed; inset: 0; background: #fff }</style>
<label>Name <input id="a" onchange="m.hidden = false"></label><label>Town <input id="b"></label>
<div id="m" class="modal" role="dialog" hidden><p>Join our letter</p><button onclick="m.hidden = true">No thanks</button></div>
<style>[hidden] { display: none !important }</style>
"""

TRIMS = """<label>Name <input id="a"></label><label>Town <input id="b" oninput="this.value = this.value.slice(0, 2)"></label>"""

QUOTA = """
<button onclick="box.hidden = false">New lantern</button><ul><li>Old</li></ul><form id="box" hidden onsubmit="event.preventDefault(); box.hidden = true; out.innerHTML = TOLD.replace('IT', word.value)">
<label>Name <input id="word"></label><button>Save</button></form><p id="out" role="status"></p>
<script>const TOLD = "ANSWER"</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "answer",
    [
        "IT was not created.", "Limit reached: IT", "You have no permission to add <b>IT</b>", "<b>IT</b> cannot be added",
        "Adding IT is only possible for keepers", "IT: only administrators can do that", "IT has to be registered first",
        "<b>IT</b>: the season has ended", "IT: the box holds at most two lanterns",
        "<b>IT</b> <i>Pick a size first.</i>",
    ],
)  # fmt: skip
async def test_a_message_that_nothing_was_made_is_believed(
    session: Session, server: Server, answer: str
) -> None:
    page = QUOTA.replace("ANSWER", answer)

    decision = await play(session, server.page(page), "Create a lantern called Beacon.")

    assert isinstance(decision, GiveUp), decision
    assert "the page answers" in decision.reason


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_message_that_it_was_made_is_no_refusal(session: Session, server: Server) -> None:
    page = QUOTA.replace("ANSWER", "IT was created. Its name cannot be undone.")

    decision = await play(session, server.page(page), "Create a lantern called Beacon.")

    assert isinstance(decision, Finish), decision


NAMES = """
<form onsubmit="event.preventDefault(); if (who.value.includes(' ')) note.hidden = true; else why.textContent = 'First and last'"><label>Name <input id="who" value="Ann Lee" oninput="note.hidden = false"></label>
<p id="note" hidden>You have unsaved changes</p><button>Save</button></form><p id="why"></p>
"""


CUTS = """
<form onsubmit="event.preventDefault(); who.value = who.value.slice(0, 8); out.textContent = 'Saved'"><label>Name <input id="who" value="home"></label><button>Save</button></form><p id="out" role="status"></p>
"""
TAKES_BACK = """
<div id="all"></div>
<script>let album = "Holidays", star = false;
function draw() { all.innerHTML = `<label>Album <select onchange="move(this.value)">${["Holidays", "Misc", "Private", "Fixed"].map(a => `<option ${a == album ? "selected" : ""}>${a}</option>`).join("")}</select></label><button aria-pressed="${star}" onclick="star = true; draw(); setTimeout(() => { star = false; draw() }, 400)">Star</button>` }
function move(to) { const was = album; if (to != "Fixed") album = to; draw(); if (to == "Private") setTimeout(() => { album = was; draw() }, 400) }
draw()</script>
"""
KEEPS_OLD = """
<button onclick="draw(true)">Edit</button><div id="all"></div><p id="out" role="status"></p>
<script>let day = "Monday";
function draw(edit) { all.innerHTML = edit ? `<label>Send on <select id="on"><option>Monday</option><option>Tuesday</option><option>Sunday</option></select></label><button onclick="if (on.value != 'Sunday') day = on.value; out.textContent = 'Changes saved'; draw()">Save</button>` : `<dl><dt>Send on</dt><dd>${day}</dd></dl>` }
draw()</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestAnswers:
    @pytest.mark.parametrize(
        ("page", "prompt", "kept"),
        [
            pytest.param(CUTS, "Change the name to attic and save.", True, id="a short name"),
            pytest.param(CUTS, "Change the name to grandmother and save.", False, id="one that is cut"),
            pytest.param(KEEPS_OLD, "Click Edit, set 'Send on' to Tuesday and save.", True, id="taken over"),
            pytest.param(KEEPS_OLD, "Click Edit, set 'Send on' to Sunday and save.", False, id="the old one"),
            pytest.param(TAKES_BACK, "Set the album to Misc.", True, id="the server agrees"),
            pytest.param(TAKES_BACK, "Set the album to Private.", False, id="the server says no"),
            pytest.param(TAKES_BACK, "Set the album to Fixed.", False, id="it says no at once"),
            pytest.param(TAKES_BACK, "Turn on 'Star'.", False, id="a button is let go again"),
        ],
    )
    async def test_what_is_said_to_be_saved_is_what_the_page_shows(
        self, session: Session, server: Server, page: str, prompt: str, kept: bool
    ) -> None:
        ended = await play(session, server.page(page), prompt)

        assert isinstance(ended, Finish if kept else GiveUp), ended

    async def test_what_is_unsaved_after_it_was_saved_was_not_kept(
        self, session: Session, server: Server
    ) -> None:
        kept = await play(session, server.page(NAMES), "Change the name to Ann Park and save.")
        left = await play(session, server.page(NAMES), "Change the name to Ann and save.")

        assert isinstance(kept, Finish), kept
        assert isinstance(left, GiveUp)
        assert "unsaved" in left.reason

    async def test_a_login_that_the_page_refuses_ends_in_the_page_s_words(
        self, session: Session, server: Server
    ) -> None:
        decision = await play(session, server.page(SIGN_IN), "Log in as ann with password wrong")

        assert isinstance(decision, GiveUp)
        assert "Wrong name or password" in decision.reason

    async def test_a_login_that_it_takes_is_done(self, session: Session, server: Server) -> None:
        decision = await play(session, server.page(SIGN_IN), "Log in as ann with password right")

        assert isinstance(decision, Finish)

    async def test_a_prompt_about_an_error_may_cause_it(self, session: Session, server: Server) -> None:
        schema = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
        decision = await play(
            session, server.page(SIGN_IN), "Press 'Log in', then extract the error message.", schema=schema
        )

        assert not (isinstance(decision, GiveUp) and "the page answers" in decision.reason)

    async def test_a_form_is_sent_with_its_own_button(self, session: Session, server: Server) -> None:
        decision = await play(session, server.page(TWO_FORMS), "Enter 'Ann' into the name field and submit.")

        assert isinstance(decision, Finish), decision
        assert "sent Ann" in await shown(session)

    async def test_a_notice_that_comes_up_between_two_fields_confuses_none(
        self, session: Session, server: Server
    ) -> None:
        decision = await play(
            session, server.page(NOTICE_BETWEEN), 'Enter the name "Ann Lee" and the town "Ystad".'
        )

        assert isinstance(decision, Finish), decision
        assert any("'Ann Lee'" in said and "'Ystad'" in said for said in decision.evidence)

    async def test_each_field_is_read_back_on_its_own(self, session: Session, server: Server) -> None:
        decision = await play(session, server.page(TRIMS), 'Enter the name "Ann Lee" and the town "Ystad".')

        assert isinstance(decision, GiveUp)
        assert "'Ys'" in decision.reason
