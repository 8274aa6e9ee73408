"""A record is moved with what the application offers for it, and only called moved where it is gone from its place."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.plan import read_plan
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part
from tests.support.rules_playing import play, shown


@dataclass
class Drawer:
    """Memos with a button that opens a list of places; the places stand beside them too."""

    moves: bool = True
    asking: str = ""
    moved: dict[str, str] = field(default_factory=dict)
    gone_to: list[str] = field(default_factory=list)
    told: str = ""
    """What the page says was done last, also before anything is done."""

    def draw(self) -> Part:
        places = part("navigation", "", *(part("link", name, ref=f"go {name}") for name in ("Desk", "Attic")))
        rows = [
            part("listitem", "", name, part("button", "", ref=f"move {name}", description="Move to"))
            for name in ("Rent", "Lease")
            if name not in self.moved
        ]
        menu = [part("menu", "", *(part("button", name, ref=f"into {name}") for name in ("Attic", "Cellar")))]
        told = [part("status", "", self.told)] if self.told else []
        return part("main", "", places, part("list", "", *rows), *(menu if self.asking else []), *told)

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref.startswith("move "):
                self.asking = ref.removeprefix("move ")
            case Click(target=str() as ref) if ref.startswith("into "):
                if self.moves:
                    self.moved[self.asking] = ref.removeprefix("into ")
                self.asking = ""
            case Click(target=str() as ref):
                self.gone_to.append(ref)


@pytest.mark.parametrize(
    ("prompt", "moved"),
    [
        ("Move the memo 'Lease' to the Attic folder.", {"Lease": "Attic"}),
        ("Move the memo 'Rent' back to the Cellar.", {"Rent": "Cellar"}),
    ],
)
def test_a_record_is_moved_to_the_place_that_is_named(prompt: str, moved: dict[str, str]) -> None:
    drawer = Drawer()
    carried_out(prompt, drawer.draw, drawer.do)

    assert (drawer.moved, drawer.gone_to) == (moved, [])


@pytest.mark.parametrize(
    ("prompt", "moves", "reason"),
    [
        ("Move the memo 'Lease' to the Shed.", True, "does not offer 'Shed'"),
        ("Move the memo 'Lease' to the Attic.", False, "still stands where it did"),
    ],
)
def test_what_is_not_moved_is_refused(prompt: str, moves: bool, reason: str) -> None:
    drawer = Drawer(moves=moves)

    with pytest.raises(CannotDo, match=reason):
        carried_out(prompt, drawer.draw, drawer.do)
    assert drawer.moved == {}


def test_what_the_page_said_before_does_not_show_that_it_was_moved() -> None:
    drawer = Drawer(moves=False, told="1 memo was moved to Attic")

    with pytest.raises(CannotDo, match="still stands where it did"):
        carried_out("Move the memo 'Lease' to the Attic.", drawer.draw, drawer.do)


@pytest.mark.parametrize(
    "prompt",
    ["Move the memo 'Lease' to the Attic on Sundays.", "Move every memo to the Attic.", "Move the memo 'Lease' somewhere."],
)  # fmt: skip
def test_what_is_half_read_is_refused(prompt: str) -> None:
    plan = read_plan(prompt)
    assert plan.unread or plan.why


MAIL = """
<style>nav a { display: block } .mail { display: flex; gap: 10px; cursor: pointer } #bar[hidden], #menu[hidden] { display: none }</style>
<nav><a href="#inbox">Inbox</a><a href="#updates">Updates</a></nav><div id="bar" hidden><button title="Move to" onclick="menu.hidden = false">⇥</button><div id="menu" hidden><div onclick="move('Inbox')">Inbox</div><div onclick="move('Updates')">Updates</div></div></div>
<div id="rows"></div><p role="status" id="log">untouched</p>
<script>
let mails = ["Rent", "Lease", "Roof"], ticked = null;
function draw() { rows.innerHTML = mails.map((one, at) => `<div class="mail"><input type="checkbox" onclick="ticked = this.checked ? ${at} : null; bar.hidden = ticked === null"> <span>${one}</span> <small>Ann</small></div>`).join("") }
function move(to) { const one = mails.splice(ticked, 1); bar.hidden = menu.hidden = true; draw(); log.textContent = `${one} in ${to}` }
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    async def test_a_mail_is_moved_with_the_toolbar(self, session: Session, server: Server) -> None:
        ended = await play(
            session, server.page(MAIL), "Move the email 'Lease' from Ann to the Updates category."
        )

        assert isinstance(ended, Finish), ended
        assert (await shown(session)).strip().endswith("Lease in Updates")

    async def test_a_place_that_is_not_offered_is_refused(self, session: Session, server: Server) -> None:
        ended = await play(session, server.page(MAIL), "Move the email 'Lease' from Ann to the Attic folder.")

        assert isinstance(ended, GiveUp), ended
        assert (await shown(session)).strip().endswith("untouched")


BOARD = """
<div id="all" style="display: flex"></div><p id="told" role="status"></p>
<script>
const board = { "To do": ["Roof", "Write docs"], Doing: ["Fence"], Done: ["Gate"] };
function draw() { all.innerHTML = Object.keys(board).map(k => `<section><h2>${k} <small>${board[k].length}</small></h2>${board[k].map((one, i) => `<div class="card"><h3>${one}</h3><label>Move to <select onchange="move('${k}', ${i}, this.value)"><option value="">…</option>${Object.keys(board).filter(o => o != k).map(o => `<option>${o}</option>`).join("")}</select></label></div>`).join("")}</section>`).join("") }
function move(from, at, to) { if (to == "Doing") told.textContent = "Doing holds one card at most"; else board[to].push(...board[from].splice(at, 1)); draw() }
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_card_is_moved_where_its_column_is_headed_so_afterwards(
    session: Session, server: Server
) -> None:
    moved = await play(session, server.page(BOARD), "Move the card Write docs to Done.")
    kept_back = await play(session, server.page(BOARD), "Move the card Write docs to Doing.")

    assert isinstance(moved, Finish), moved
    assert isinstance(kept_back, GiveUp), kept_back
