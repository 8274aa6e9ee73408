"""Objects on a canvas that do not show their names: a panel says what the chosen one is called, and has its parts."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.plan import read_plan
from engines.rules.reading.values import in_unit
from engines.rules.skills.records.act_on import ActOn
from engines.rules.skills.records.parts.change import ChangePart
from tests.conftest import Server
from tests.support.rules_playing import play, shown

BOARDS = """
<style>body { display: flex } .board, .figure { cursor: pointer } .canvas { position: relative; width: 300px; height: 200px } .figure { position: absolute; width: 60px; height: 30px }</style>
<div id="list"></div><div class="canvas" id="sea"></div><div id="side"></div><p role="status" id="log">untouched</p>
<script>
const boards = [{ name: "Harbour", ground: "#000000", figures: [{ name: "Pier", says: "old", turn: 0, ink: "#111111", haze: 100 }, { name: "Caption", says: "North", turn: 0, ink: "#222222", haze: 100 }] },
{ name: "Island", ground: "#101010", figures: [{ name: "Pier", says: "new", turn: 0, ink: "#333333", haze: 100 }, { name: "Light house", says: "", turn: 5, ink: "#444444", haze: 100 }, { name: "Caption", says: "South", turn: 0, ink: "#555555", haze: 100 }] }];
let at = 0, one = -1;
const field = (label, key, type = "text") => `<div><label>${label}</label><input type="${type}" data-key="${key}" value="${(one < 0 ? boards[at] : boards[at].figures[one])[key]}"></div>`;
function draw() {
  list.innerHTML = boards.map((b, n) => `<div class="board ${n === at ? "selected" : ""}" onclick="at = ${n}; one = -1; draw()"><i>${n + 1}</i><b>${b.name}</b></div>`).join("");
  sea.innerHTML = boards[at].figures.map((f, n) => `<div class="figure" style="left:${90 * n}px;top:${40 * n}px;background:${f.ink}" onclick="one = ${n}; draw()">${f.says}</div>`).join("");
  side.innerHTML = one < 0 ? `<div class="part"><h4>Ground</h4>${field("Color", "ground")}</div>`
    : `<div class="part"><input class="figure-name object-name" data-key="name" value="${boards[at].figures[one].name}"></div><div class="part"><h4>Place</h4>${field("Turn (deg)", "turn", "number")}${field("Haze", "haze", "range")}</div>
<div class="part"><h4>Ink</h4>${field("Color", "ink")}</div><button onclick="boards[at].figures.splice(one, 1); one = -1; draw()">Delete object</button>`;
  for (const input of side.querySelectorAll("input")) input.onchange = () => { (one < 0 ? boards[at] : boards[at].figures[one])[input.dataset.key] = KEPT; tell(); draw() };
}
function tell() { log.textContent = boards.map(b => [b.name, b.ground, ...b.figures.map(f => `${f.name}:${f.turn}:${f.ink}:${f.haze}`)].join(" ")).join(" / ") }
draw();
</script>
"""
KEEPS = BOARDS.replace("KEPT", "input.value")
FORGETS = BOARDS.replace("KEPT", '"#999999"')


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    @pytest.mark.parametrize(
        ("prompt", "told"),
        [
            ("Change the ink color of the 'Light house' shape on the 'Island' board to #FF8800.", "Light house:5:#FF8800:100"),
            ("Set the turn of the 'Pier' object on the 'Island' board to 45 degrees.", "Island #101010 Pier:45:#333333:100"),
            ("Change the haze of the main caption on the 'Island' board to 50%.", "Caption:0:#555555:50"),
            ("Change the ground of the 'Island' board to a solid color #2D2D2D.", "Island #2D2D2D"),
        ],
    )  # fmt: skip
    async def test_a_part_of_an_object_is_changed_in_the_panel_that_names_it(
        self, prompt: str, told: str, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(KEEPS), prompt, steps=40)

        assert isinstance(ended, Finish), ended
        assert told in await shown(session)

    async def test_an_object_is_deleted_from_its_board_where_the_canvas_shows_it_no_more(
        self, session: Session, server: Server
    ) -> None:
        prompt = "Delete the 'Caption' text object (showing 'South') from the 'Island' board."
        ended = await play(session, server.page(KEEPS), prompt, steps=40)

        assert isinstance(ended, Finish), ended
        assert "South" not in await shown(session)

    @pytest.mark.parametrize(
        ("page", "prompt", "reason"),
        [
            (FORGETS, "Change the ink color of the 'Pier' shape on the 'Island' board to #FF8800.", "chosen again"),
            (KEEPS, "Change the ink color of the 'Mast' shape on the 'Island' board to #FF8800.", "no object"),
            (KEEPS, "Delete the 'Caption' text object (showing 'North') from the 'Island' board.", "does not say"),
        ],
    )  # fmt: skip
    async def test_what_cannot_be_seen_to_be_so_is_given_up(
        self, page: str, prompt: str, reason: str, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(page), prompt, steps=40)

        assert isinstance(ended, GiveUp)
        assert reason in ended.reason


def test_a_part_of_a_record_is_read_with_the_record_that_it_is_in() -> None:
    step = read_plan("Delete the 'Pier' object on the 'Island' board.").steps[0].step
    assert isinstance(step, ActOn)
    assert step.thing.within is not None
    assert (step.thing.name, step.thing.within.name) == ("Pier", "Island")

    step = read_plan("Change the font size of the title on the 'Island' board to 42.").steps[0].step
    assert isinstance(step, ChangePart)
    assert step.thing.within is not None
    assert (step.change.label, step.thing.kind, step.thing.within.name) == ("font size", "title", "Island")


@pytest.mark.parametrize(
    ("value", "said", "number"),
    [
        ("800 milliseconds", "Duration (ms)", "800"),
        ("800 milliseconds", "Duration (s)", "800 milliseconds"),
        ("5 minutes", "Timeout", "5 minutes"),
        ("45 degrees", "Rotation", "45"),
        ("50%", "Opacity", "50"),
        ("600ms", "Delay in milliseconds", "600"),
        ("12 eggs", "Eggs", "12 eggs"),
    ],
)
def test_a_number_is_taken_from_its_unit_where_the_field_is_in_that_unit(
    value: str, said: str, number: str
) -> None:
    assert in_unit(value, said) == number
