"""Labels and values in a row after an act: each is put into the form that comes up, or the clause is refused."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, Select, TypeText
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.plan import read_plan
from engines.rules.reading.clauses import split
from engines.rules.reading.names import NotRead
from engines.rules.reading.values.pairs import pairs_in
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part
from tests.support.rules_playing import play, shown


def pairs(words: str) -> tuple[tuple[str, str], ...]:
    (clause,) = split(f"Archive it with {words}")
    return pairs_in(clause.rest.removeprefix("it with "), clause)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("the reason 'Too late, and cold'", (("reason", "Too late, and cold"),)),
        ("reason 'Late' and details 'At noon'", (("reason", "Late"), ("details", "At noon"))),
        ("quantity 30, refills 5, and days supply 30", (("quantity", "30"), ("refills", "5"), ("days supply", "30"))),
        ("the colour #ff5733 and type Group", (("colour", "#ff5733"), ("type", "Group"))),
        ("date of birth 1990-01-02 and a weight of 7", (("date of birth", "1990-01-02"), ("weight", "7"))),
        ("'First name' set to 'Ann'", (("First name", "Ann"),)),
    ],
)  # fmt: skip
def test_a_row_of_labels_and_values_is_read(words: str, read: tuple[tuple[str, str], ...]) -> None:
    assert pairs(words) == read


@pytest.mark.parametrize(
    "words",
    [
        "care", "a smile", "the reason", "reason 'A' unless it rains", "a note to call 'Ann'", "quantity 3 or 4",
        "reason 'A' and reason 'B'", "reason 'A' and its lid", "the lid open", "reason 'A' but not details 'B'",
    ],
)  # fmt: skip
def test_what_is_no_row_of_labels_and_values_is_not_read(words: str) -> None:
    with pytest.raises(NotRead):
        pairs(words)


@dataclass
class Ward:
    """A list in which stopping something asks for a reason and for details."""

    stopped: list[tuple[str, str, str]] = field(default_factory=list)
    asking: str = ""
    reason: str = "Done"
    details: str = ""
    takes: bool = True

    def draw(self) -> Part:
        rows = [
            part("listitem", "", name, part("button", "Stop", ref=f"stop {name}"))
            for name in ("Drip", "Pump")
        ]
        reasons = part(
            "combobox", "Reason", ref="reason", tag="select", value=self.reason, options=("Done", "Too cold")
        )
        details = part("textbox", "Details", ref="details", tag="input", value=self.details)
        buttons = (part("button", "Back", ref="back"), part("button", "Stop", ref="yes"))
        form = [part("dialog", "", reasons, details, *buttons)] if self.asking else []
        return part("main", "", part("list", "", *rows), *form)

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref.startswith("stop "):
                self.asking = ref.removeprefix("stop ")
            case Select(target="reason", options=(option,)) if option != "Bored":
                self.reason = option
            case TypeText(text=words, target="details"):
                self.details = words
            case Click(target="yes") if self.takes:
                self.stopped.append((self.asking, self.reason, self.details))
                self.asking = ""


def test_an_act_that_asks_for_more_is_given_it_and_confirmed() -> None:
    ward = Ward()
    carried_out("Stop the pump 'Pump' with the reason 'Too cold' and details 'Ice'.", ward.draw, ward.do)

    assert ward.stopped == [("Pump", "Too cold", "Ice")]


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        (
            "Stop the pump 'Pump' with the reason 'Bored'.",
            "shows 'Done' after 'Bored' was chosen",
        ),
        ("Stop the pump 'Pump' with the mood 'Calm'.", "there is no control 'mood'"),
        ("Stop the pump 'Pump'.", "which the prompt does not say"),
    ],
)
def test_what_the_form_does_not_take_is_refused_before_it_is_confirmed(prompt: str, reason: str) -> None:
    ward = Ward()

    with pytest.raises(CannotDo, match=reason):
        carried_out(prompt, ward.draw, ward.do)
    assert ward.stopped == []


def test_a_form_that_stays_open_was_not_taken() -> None:
    ward = Ward(takes=False)

    with pytest.raises(CannotDo, match="was not taken"):
        carried_out("Stop the pump 'Pump' with the reason 'Too cold'.", ward.draw, ward.do)


def test_a_label_that_is_also_a_verb_is_no_instruction_among_pairs() -> None:
    (clause,) = split("Create a jar called 'Plum' with the colour #ff5733 and type 'Small'")
    assert clause.verb == "create"
    assert [c.verb for c in split("Log in with the name 'Ann' and type 'x' into 'Note'")] == ["login", "type"]
    assert [c.verb for c in split("Create a jar with the colour 'Red' and type it")] == ["create", "type"]


@pytest.mark.parametrize(
    "prompt",
    [
        "Archive the jar 'Plum' with care.",
        "Archive the jar 'Plum' with the reason 'Old' unless it rains.",
        "Create a jar called 'Plum' with a lid.",
        "Create a new jar 'Plum' in the upper shelf with the size 3 or so.",
    ],
)
def test_a_row_that_is_half_read_refuses_the_clause(prompt: str) -> None:
    plan = read_plan(prompt)
    assert plan.unread or plan.why


CELLAR = """
<style>#ask { position: fixed; inset: 0; background: #0008 } #ask[hidden] { display: none } #ask form { background: #fff; margin: 60px; padding: 20px }</style>
<button onclick="ask('made', 'New jar', 'Add jar')">Add jar</button><div id="rows"></div><div id="ask" hidden></div><p role="status" id="log">untouched</p>
<script>
const jars = ["Plum", "Fig"];
function draw() { rows.innerHTML = jars.map(one => `<div class="jar"><b>${one}</b> <button onclick="ask('gone ${one}', 'Discard ${one}?', 'Discard')">Discard</button></div>`).join("") }
function ask(what, title, yes) {
  document.getElementById("ask").innerHTML = `<form onsubmit="event.preventDefault(); done('${what}', this)"><p>${title}</p>` + (yes == "Discard"
    ? `<label>Reason <select name="reason"><option>Empty</option><option>Mouldy</option></select></label><label>Details <textarea name="details"></textarea></label>`
    : `<label>Name <input name="name"></label><label>Colour <input name="colour"></label><label>Shelf <select name="shelf"><option>Upper</option><option>Lower</option></select></label>`)
    + `<button type="button" onclick="document.getElementById('ask').hidden = true">Cancel</button><button>${yes}</button></form>`;
  document.getElementById("ask").hidden = false }
function done(what, form) { const said = [...new FormData(form).values()].join("|"); if (what == "made") jars.push(form.elements.name.value); else jars.splice(jars.indexOf(what.slice(5)), 1);
  document.getElementById("ask").hidden = true; document.getElementById("ask").innerHTML = ""; draw(); log.textContent = `${what} ${said}` }
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    @pytest.mark.parametrize(
        ("prompt", "told"),
        [
            ("Discard the jar 'Fig' with the reason 'Mouldy' and details 'Top shelf'.", "gone Fig Mouldy|Top shelf"),
            ("Add a new jar 'Pear' in the lower shelf with the colour #ff0000.", "made Pear|#ff0000|Lower"),
            ("Create a new jar called 'Pear' with colour 'Green' and shelf 'Lower'.", "made Pear|Green|Lower"),
        ],
    )  # fmt: skip
    async def test_the_form_that_comes_up_is_filled_in(
        self, session: Session, server: Server, prompt: str, told: str
    ) -> None:
        ended = await play(session, server.page(CELLAR), prompt)

        assert isinstance(ended, Finish), ended
        assert (await shown(session)).strip().endswith(told)

    @pytest.mark.parametrize(
        "prompt",
        [
            "Discard the jar 'Fig' with the reason 'Bored'.",
            "Discard the jar 'Fig' with the mood 'Calm'.",
            "Add a new jar 'Pear' in the middle shelf.",
        ],
    )
    async def test_what_the_form_does_not_offer_is_refused(
        self, session: Session, server: Server, prompt: str
    ) -> None:
        ended = await play(session, server.page(CELLAR), prompt)

        assert isinstance(ended, GiveUp), ended
        assert (await shown(session)).strip().endswith("untouched")
