"""The engine without a model on pages of ours: what it does, and when it says that it cannot."""

from __future__ import annotations

import asyncio
import re
from typing import Literal

import pytest

from browser.model.actions import AnswerDialog, Click
from browser.model.observation import Box, Dialog, Element, Observation
from browser.model.results import ActionResult
from browser.session import Session
from engines.output_spec import OutputSpec
from engines.protocol import Act, Decision, EngineOptions, Evidence, Finish, GiveUp, Goal, Turn
from engines.rules import carrying_out, create
from engines.rules.dialogs import answer
from tests.conftest import Server
from tests.support.rules_playing import play, shown


def button(ref: str, name: str, *, y: float = 0.0, parent: str = "") -> Element:
    return Element(
        ref=ref, role="button", tag="button", name=name, text=name, interactive=True, box=Box(0, y, 80, 20), parent=parent
    )  # fmt: skip


def page(*elements: Element, dialog: Dialog | None = None) -> Observation:
    return Observation(url="http://127.0.0.1/", elements=elements, dialog=dialog)


async def first_decision(prompt: str, observation: Observation) -> Decision:
    return await create(EngineOptions()).decide(
        Turn(goal=Goal(text=prompt), observation=observation, steps_left=9)
    )


async def test_a_part_that_cannot_be_read_is_not_carried_out() -> None:
    for words in ("ponder the tides", ""):
        goal = Goal(text=words)
        turn = Turn(goal=goal, observation=page(button("b1", "Send")), steps_left=9)
        assert isinstance(await carrying_out(words).decide(turn), GiveUp)


class TestHonesty:
    async def test_a_part_of_the_prompt_that_is_not_understood_is_named_before_anything_is_done(self) -> None:
        decision = await first_decision(
            "Click Save, then whistle a tune and juggle", page(button("b1", "Save"))
        )

        assert isinstance(decision, GiveUp)
        assert "juggle" in decision.reason or "whistle" in decision.reason

    async def test_two_things_that_fit_alike_are_both_named(self) -> None:
        rows = [
            Element(ref=f"r{n}", role="listitem", tag="li", text=f"Edit {n}", box=Box(0, 30 * n, 200, 30))
            for n in (1, 2)
        ]
        seen = page(
            rows[0], button("b1", "Edit", y=30, parent="r1"), rows[1], button("b2", "Edit", y=60, parent="r2")
        )

        decision = await first_decision("Click Edit", seen)

        assert isinstance(decision, GiveUp)
        assert "cannot tell which" in decision.reason

    async def test_the_one_that_an_ordinal_names_is_taken(self) -> None:
        seen = page(button("b1", "Edit"), button("b2", "Edit", y=30))

        assert await first_decision("Click the second Edit button", seen) == Act(
            actions=(Click("b2"),),
            thought="Click the second Edit button",
            part="Click the second Edit button",
        )

    async def test_what_is_not_there_is_said(self) -> None:
        decision = await first_decision('Click "Launch"', page(button("b1", "Cancel")))

        assert isinstance(decision, GiveUp)
        assert "Launch" in decision.reason

    async def test_a_disabled_button_is_not_called_clicked(self) -> None:
        grey = Element(
            ref="b1", role="button", name="Send", text="Send", interactive=True, box=Box(0, 0, 9, 9),
            states=frozenset({"disabled"}),
        )  # fmt: skip

        decision = await first_decision("Click Send", page(grey))

        assert isinstance(decision, GiveUp)
        assert "disabled" in decision.reason

    async def test_a_failed_action_ends_in_its_reason(self) -> None:
        engine = create(EngineOptions())
        seen = page(button("b1", "Send"))
        goal = Goal(text="Click Send")
        await engine.decide(Turn(goal=goal, observation=seen, steps_left=9))
        failed = ActionResult(action=Click("b1"), problem="element 'b1' cannot be used: it is off")

        decision = await engine.decide(Turn(goal=goal, observation=seen, history=((failed,),), steps_left=8))

        assert isinstance(decision, GiveUp)
        assert "it is off" in decision.reason

    async def test_a_complaint_is_not_answered_by_claiming_the_same_again(self) -> None:
        engine = create(EngineOptions())

        decision = await engine.decide(
            Turn(goal=Goal(text="Click Send"), observation=page(), complaint="nothing was sent", steps_left=5)
        )

        assert decision == GiveUp(reason="nothing was sent")

    async def test_it_judges_by_the_evidence_alone(self) -> None:
        engine = create(EngineOptions())
        goal = Goal(text="Click Send")

        verdict = await engine.judge(goal, Evidence(finish=Finish(), before=page(), after=page()))

        assert not verdict.met

    @pytest.mark.parametrize(
        ("dialog_kind", "message", "prompt", "accept"),
        [
            ("alert", "Your session ends soon", "Click Save", True),
            ("confirm", "Delete the post for good?", "Delete the post 'One'", True),
            ("confirm", "Delete the post for good?", "Click the first row", False),
            ("confirm", "Pay 20 euros now?", "Click Continue", False),
            ("confirm", "Send the form without a name?", "Click Check", False),
            ("confirm", "Save the draft?", "Click Save, then accept the dialog", True),
            ("confirm", "Use metric units?", "Choose metric units", True),
            ("beforeunload", "", "Click Home", False),
            ("prompt", "Your name?", "Click Greet", False),
        ],
    )
    def test_a_dialog_gets_no_yes_that_the_prompt_did_not_give(
        self,
        dialog_kind: Literal["alert", "confirm", "prompt", "beforeunload"],
        message: str,
        prompt: str,
        accept: bool,
    ) -> None:
        answered = answer(Dialog(kind=dialog_kind, message=message), prompt)

        assert answered.action.accept is accept
        assert bool(answered.refused) is not accept

    async def test_a_refused_question_ends_the_run_with_its_words(self) -> None:
        engine = create(EngineOptions())
        goal = Goal(text="Click the first row")
        seen = page(button("b1", "Row"), dialog=Dialog(kind="confirm", message="Delete the post?"))
        first = await engine.decide(Turn(goal=goal, observation=seen, steps_left=9))

        then = await engine.decide(Turn(goal=goal, observation=page(button("b1", "Row")), steps_left=8))

        assert first == Act(
            actions=(AnswerDialog(accept=False),), thought="dialog: Delete the post?", part=""
        )
        assert isinstance(then, GiveUp)
        assert "Delete the post?" in then.reason


FORM = """
<form onsubmit="event.preventDefault();
  said.textContent = [who.value, colour.value, news.checked, [...document.querySelectorAll('[name=size]')].find(r => r.checked)?.value].join('|')">
<p>Your name <input id="who"></p>
<label>Colour <select id="colour"><option>Red<option>Blue, dark<option>Green</select></label>
<label><input type="checkbox" id="news"> Send me news</label>
<label><input type="radio" name="size" value="S"> Small</label><label><input type="radio" name="size" value="L"> Large</label>
<button>Submit</button></form><output id="said"></output>
"""

PAGED = """
<style>li { padding: 4px }</style><ul id="list"></ul><a href="#" id="next">Next</a><p id="said"></p>
<script>
let at = 0;
const names = [...'abcdefgh'].map((letter) => 'Item ' + letter);
function show() {
  list.innerHTML = names.slice(at, at + 3).map((n) => `<li><a href="#${n}">${n}</a> <small>${n} in short</small></li>`).join('');
  for (const a of list.querySelectorAll('a')) a.onclick = () => { said.textContent = 'opened ' + a.textContent; };
}
document.getElementById('next').onclick = (e) => { e.preventDefault(); at = Math.min(at + 3, 6); show(); };
show();
</script>
"""

SECTIONS = """
<div><button aria-expanded="false" onclick="open_(this, 'one')">One</button><div id="one" hidden>Nothing here</div></div>
<div><button aria-expanded="false" onclick="open_(this, 'two')">Two</button>
<div id="two" hidden><a href="#x" onclick="said.textContent='found'">Hidden link</a></div></div><p id="said"></p>
<script>function open_(b, id) { b.setAttribute('aria-expanded', 'true'); document.getElementById(id).hidden = false; }</script>
"""

POSTS = """
<div class="post"><b>@ann</b><p>One</p><span class="like" onclick="n.push('ann1'); show()"></span></div>
<div class="post"><b>@bo</b><p>Two</p><span class="like" onclick="n.push('bo'); show()"></span></div>
<div class="post"><b>@ann</b><p>Three</p><span class="like" onclick="n.push('ann2'); show()"></span></div>
<style>.like { display: inline-block; width: 14px; height: 14px; background: #ccc; cursor: pointer }</style>
<p id="said"></p><script>const n = []; function show() { said.textContent = n.join(' '); }</script>
"""

TABLE = """
<table><tr><td>Colour</td><td>teal</td></tr><tr><td>Weight</td><td>3 kg</td></tr></table>
<input id="in"><button onclick="said.textContent = document.getElementById('in').value">Submit</button><p id="said"></p>
"""

NOTICE = """
<button onclick="said.textContent = 'saved'">Save</button><p id="said"></p>
<div class="modal" role="dialog" style="position:fixed; inset:0; background:#fffd"><p>Leave this page?</p>
<button onclick="said.textContent = 'left'">OK</button>
<button onclick="this.closest('.modal').remove()">Cancel</button></div>
"""

OFFERS = (
    "".join(
        f'<div class="offer"><span>{hours}</span><button onclick="said.textContent=this.textContent">Book for ${price}</button></div>'
        for hours, price in (("14h 2m", 390), ("5h 6m", 1927), ("6h 10m", 88))
    )
    + "<p id=said></p>"
)


LOGIN = """
<p>User <input id="u"></p><p>Password <input id="p" type="password"></p>
<button onclick="said.textContent = u.value + '/' + p.value">Sign in</button><p id="said"></p>
"""

CONFIRM = """
<button onclick="said.textContent = confirm('Delete the note for good?') ? 'gone' : 'kept'">Delete</button>
<button onclick="said.textContent = confirm('Delete the note for good?') ? 'gone' : 'kept'">Tidy</button>
<p id="said"></p>
"""

PLANTS = """
<table><thead><tr><th aria-sort="none"><button onclick="turn(this)">Height</button></th></tr></thead>
<tbody id="rows"><tr><td>3<tr><td>1<tr><td>2</table><script>
let down = true;
function turn(b) { down = !down; b.parentElement.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  rows.append(...[...rows.children].sort((x, y) => (x.textContent - y.textContent) * (down ? -1 : 1))); }
</script>
"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("html", "prompt", "then"),
    [
        pytest.param(LOGIN, 'Log in with username "ann" and password "x y".', "ann/x y", id="log in"),
        pytest.param(CONFIRM, 'Click "Delete".', "gone", id="a question that the prompt answers"),
        pytest.param(PLANTS, "Sort by height in descending order.", "3\n2\n1", id="sort by a column"),
        pytest.param(
            FORM,
            'Enter "Ann Lee" into the name field, select "Blue, dark" from the list, check "Send me news", '
            "select Large and press Submit.",
            "Ann Lee|Blue, dark|true|L",
            id="a form of every kind of field",
        ),
        pytest.param(
            FORM,
            "Fill in the form:\nYour name: Ann\nColour: Green\nand submit",
            "Ann|Green|false|",
            id="lines of label and value",
        ),
        pytest.param(PAGED, "Click the 5th result.", "opened Item e", id="counting over pages"),
        pytest.param(PAGED, 'Click the link "Item h".', "opened Item h", id="paging until found"),
        pytest.param(SECTIONS, 'Expand the sections to find and click "Hidden link".', "found", id="sections"),
        pytest.param(POSTS, 'Click the "Like" button on all posts by @ann.', "ann1 ann2", id="every record"),
        pytest.param(POSTS, "For the user @bo, click the like icon.", "bo", id="one record"),
        pytest.param(TABLE, "Enter the value of Weight into the text field and press Submit.", "3 kg", id="look-up"),
        pytest.param(NOTICE, "Click Save.", "saved", id="a notice in the way is refused"),
        pytest.param(OFFERS, "Book the cheapest flight.", "Book for $88", id="the cheapest"),
        pytest.param(OFFERS, "Buy the ticket with the shortest duration.", "Book for $1927", id="the shortest"),
    ],
)  # fmt: skip
@pytest.mark.asyncio(loop_scope="session")
async def test_a_prompt_is_carried_out(
    session: Session, server: Server, html: str, prompt: str, then: str
) -> None:
    decision = await play(session, server.page(html), prompt)

    assert isinstance(decision, Finish), decision
    assert decision.evidence
    assert then in await shown(session)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_field_that_changes_what_is_typed_is_not_called_filled(
    session: Session, server: Server
) -> None:
    url = server.page('<label>Name <input oninput="this.value = this.value.slice(0, 2)"></label>')

    decision = await play(session, url, 'Enter "Ann Lee" into the name field.')

    assert isinstance(decision, GiveUp)
    assert re.search(r"An\b", decision.reason)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_form_is_not_sent_when_the_prompt_says_so(session: Session, server: Server) -> None:
    decision = await play(session, server.page(FORM), 'Enter "Ann" into the name field but do not submit it.')

    assert isinstance(decision, Finish)
    assert "Ann|" not in await shown(session)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_question_that_the_prompt_does_not_answer_is_answered_with_no(
    session: Session, server: Server
) -> None:
    decision = await play(session, server.page(CONFIRM), "Click Tidy.")

    assert isinstance(decision, GiveUp)
    assert "Delete the note for good?" in decision.reason
    assert "kept" in await shown(session)


async def test_reading_a_large_page_leaves_the_event_loop_free_and_can_be_cancelled() -> None:
    rows = tuple(Element(ref=f"r{at}", role="listitem", text=f"Item {at}: {at}.50 EUR") for at in range(8000))
    items = {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}
    goal = Goal(text="Extract all items", output=OutputSpec(schema=items))
    turn = Turn(goal=goal, observation=page(*rows), steps_left=9)

    deciding = asyncio.ensure_future(create(EngineOptions()).decide(turn))
    await asyncio.sleep(0)

    assert not deciding.done()
    deciding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deciding
