"""An act that the place in front does not offer is looked for where the navigation says that such things are."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.plan import read_plan
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.locate import Deed
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part, seen
from tests.support.rules_playing import play, shown


@dataclass
class Library:
    """Books, and requests for books, in two places."""

    place: str = "Books"
    places: tuple[str, ...] = ("Books", "Loan requests 2", "Opening hours")
    granted: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        places = [part("link", name, ref=name) for name in self.places]
        acts = [part("button", "Grant")] if self.place != "Books" else []
        rows = [
            part(
                "listitem",
                "",
                name,
                *(part("button", "Grant", ref=f"grant {name}") for _ in acts),
                hints=("row",),
            )
            for name in ("Tides", "Moors")
        ]
        return part("main", "", part("navigation", "", *places), part("list", "", *rows))

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref.startswith("grant "):
                self.granted.append(ref.removeprefix("grant "))
            case Click(target=str() as ref) if ref in self.places:
                self.place = ref


def test_an_act_is_found_in_the_place_of_such_things() -> None:
    library = Library()
    carried_out("Grant the pending loan request for 'Moors'.", library.draw, library.do)

    assert library.granted == ["Moors"]


def test_an_act_that_is_in_no_such_place_is_refused() -> None:
    library = Library()

    with pytest.raises(CannotDo, match="found nothing called 'burn'"):
        carried_out("Burn the loan request for 'Moors'.", library.draw, library.do)
    assert library.granted == []


@pytest.mark.parametrize(
    "prompt", ["Approve the order 'A-7' pending payment.", "Cancel the visit 'Ann' past noon."]
)
def test_such_a_word_behind_the_name_is_a_condition(prompt: str) -> None:
    plan = read_plan(prompt)
    assert plan.unread or plan.why


@pytest.mark.parametrize("prompt", ["Close the gate 'North'.", "Close the ticket #12."])
def test_what_has_a_name_is_closed_as_a_record(prompt: str) -> None:
    (planned,) = read_plan(prompt).steps
    assert isinstance(planned.step, ActOn)


@pytest.mark.parametrize("prompt", ["Close the dialog.", "Close the popup by clicking the x."])
def test_what_lies_over_the_page_is_closed_as_before(prompt: str) -> None:
    (planned,) = read_plan(prompt).steps
    assert not isinstance(planned.step, ActOn)


GATES = """
<nav><a href="#" onclick="draw('Gates'); return false">Gates</a> <a href="#" onclick="draw('Passage requests'); return false">Passage requests</a></nav><main id="main"></main><p role="status" id="log">untouched</p>
<script>
const gates = ["North", "South"];
function draw(place) { main.innerHTML = gates.map(one => `<div class="gate"><a href="#" onclick="view('${one}'); return false">${one}</a>` + (place == "Gates" ? "" : ` <button onclick="log.textContent = 'granted ${one}'">Grant</button>`) + "</div>").join("") }
function view(one) { main.innerHTML = `<h1>${one}</h1><button onclick="this.textContent = 'Open gate'; log.textContent = 'closed ${one}'">Close gate</button><button onclick="log.textContent = 'painted'">Paint</button>` }
draw("Gates");
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    @pytest.mark.parametrize(
        ("prompt", "told"),
        [
            ("Grant the pending passage request for 'South'.", "granted South"),
            ("Close the gate 'North'.", "closed North"),
        ],
    )
    async def test_the_act_is_done_where_it_is_offered(
        self, session: Session, server: Server, prompt: str, told: str
    ) -> None:
        ended = await play(session, server.page(GATES), prompt)

        assert isinstance(ended, Finish), ended
        assert (await shown(session)).strip().endswith(told)

    async def test_an_act_that_is_offered_nowhere_is_refused(self, session: Session, server: Server) -> None:
        ended = await play(session, server.page(GATES), "Close the passage request for 'South'.")

        assert isinstance(ended, GiveUp), ended
        assert (await shown(session)).strip().endswith("untouched")


@pytest.mark.parametrize(
    ("words", "name", "fits"),
    [
        (("revoke",), "Revoke access", True),
        (("revoke",), "Revoke", True),
        (("delete",), "Remove access", False),
        (("revoke",), "Revoke all", False),
    ],
)
def test_what_is_revoked_is_the_access(words: tuple[str, ...], name: str, fits: bool) -> None:
    button = next(e for e in seen(part("main", "", part("button", name))).elements if e.role == "button")
    assert Deed(words, frozenset({"session"})).fits(button) == fits


POLLS = """
<main><section><h2>Lunch</h2><label><input type="radio" name="a" value="Soup">Soup</label><label><input type="radio" name="a" value="Pie">Pie</label><button onclick="vote('a')">Vote</button></section>
<section><h2>Days</h2><label><input type="checkbox" name="d" value="Monday">Monday</label><label><input type="checkbox" name="d" value="Friday">Friday</label><button onclick="vote('d')">Vote</button></section></main><p role="status" id="log">untouched</p>
<script>function vote(name) { log.textContent = name + ": " + [...document.querySelectorAll(`[name=${name}]:checked`)].map(e => e.value) }</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("prompt", "told"),
    [("Vote for Pie.", "a: Pie"), ("Vote for Monday and Friday.", "d: Monday,Friday")],
)
async def test_what_an_act_chooses_is_chosen_before_it(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(POLLS), prompt)

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith(told)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("prompt", ["Vote for Salad.", "Vote for Monday and Sunday."])
async def test_what_cannot_be_chosen_is_no_vote(session: Session, server: Server, prompt: str) -> None:
    ended = await play(session, server.page(POLLS), prompt)

    assert isinstance(ended, GiveUp), ended
    assert (await shown(session)).strip().endswith("untouched")
