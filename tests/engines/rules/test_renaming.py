"""A record gets another name where the page renames or edits it, and is only called renamed where the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, Press, TypeText
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.plan import read_plan
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part
from tests.support.rules_playing import play, shown


@dataclass
class Rack:
    """Tags with a control that opens a field in their place."""

    control: str = "Rename"
    saves: bool = True
    """Whether the field has a button; else it is kept by Enter."""
    keeps: bool = True
    tags: list[str] = field(default_factory=lambda: ["wet", "cold", "wet rot"])
    at: int | None = None
    typed: str = ""

    def draw(self) -> Part:
        return part("main", "", part("list", "", *(self._row(at, tag) for at, tag in enumerate(self.tags))))

    def _row(self, at: int, tag: str) -> Part:
        if at != self.at:
            return part("listitem", "", tag, part("button", self.control, ref=f"name {at}"))
        save = [part("button", "Save", ref="save")] if self.saves else []
        return part("listitem", "", part("textbox", "Name", ref="box", tag="input", value=self.typed), *save)

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref.startswith("name "):
                self.at = int(ref.removeprefix("name "))
                self.typed = self.tags[self.at]
            case TypeText(text=words, target="box"):
                self.typed = words
            case Click(target="save") | Press(keys="Enter") if self.at is not None:
                if self.keeps:
                    self.tags[self.at] = self.typed
                self.at = None


@pytest.mark.parametrize(
    "rack",
    [
        pytest.param(Rack(), id="a button that renames"),
        pytest.param(Rack(control="Edit"), id="one that edits"),
        pytest.param(Rack(saves=False), id="kept by Enter"),
    ],
)
def test_a_record_gets_its_new_name(rack: Rack) -> None:
    carried_out("Rename the tag 'cold' to 'chilly'.", rack.draw, rack.do)

    assert rack.tags == ["wet", "chilly", "wet rot"]


@pytest.mark.parametrize("rack", [Rack(keeps=False), Rack(control="Fold")], ids=["not kept", "not offered"])
def test_what_is_not_renamed_is_refused(rack: Rack) -> None:
    with pytest.raises(CannotDo):
        carried_out("Rename the tag 'cold' to 'chilly'.", rack.draw, rack.do)
    assert rack.tags == ["wet", "cold", "wet rot"]


@pytest.mark.parametrize(
    "prompt",
    [
        "Rename the trash.", "Rename the tag 'cold' to 'chilly' on Sundays.", "Rename every tag to 'chilly'.",
        "Rename the tag 'cold' to 'chilly' unless it rains.", "Rename it to 'chilly'.",
    ],
)  # fmt: skip
def test_what_is_half_read_is_refused(prompt: str) -> None:
    plan = read_plan(prompt)
    assert plan.unread or plan.why


MAPS = """
<style>.menu { display: none } .menu.open { display: block } #ask { position: fixed; inset: 0; background: #0008 } #ask[hidden] { display: none } #ask div { background: #fff; margin: 60px; padding: 20px }</style>
<ul id="rows"></ul><div id="ask" hidden></div><p role="status" id="log">untouched</p>
<script>
const maps = ["Fjord", "Moor"];
function draw() { rows.innerHTML = maps.map((one, at) => `<li><span>${one}</span> <button title="More" onclick="this.nextElementSibling.classList.toggle('open')">⋮</button>
  <div class="menu"><button onclick="ask(${at})">Rename</button><button onclick="log.textContent = 'deleted'">Delete</button></div></li>`).join("") }
function ask(at) { document.getElementById("ask").innerHTML = `<div><label>Name <input value="${maps[at]}"></label><button onclick="done()">Cancel</button><button onclick="maps[${at}] = this.parentNode.querySelector('input').value; done()">Save</button></div>`; document.getElementById("ask").hidden = false }
function done() { document.getElementById("ask").hidden = true; document.getElementById("ask").innerHTML = ""; draw(); log.textContent = maps.join(", ") }
draw();
</script>
"""
SHEETS = """
<div id="tabs"></div><p id="log" role="status">untouched</p>
<script>
const sheets = ["Income", "Costs"];
function draw() { tabs.innerHTML = sheets.map((one, at) => `<div class="sheet"><b>${one}</b> <a href="#" aria-label="Edit sheet" onclick="edit(${at}); return false">✎</a></div>`).join("") }
function edit(at) { tabs.children[at].innerHTML = `<input aria-label="Sheet name" value="${sheets[at]}" onkeydown="if (event.key == 'Enter') { sheets[${at}] = this.value; draw(); log.textContent = sheets.join(', ') }">`; tabs.children[at].firstChild.focus() }
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    @pytest.mark.parametrize(
        ("page", "prompt", "told"),
        [
            (MAPS, "Rename the map 'Moor' to 'High moor'.", "Fjord, High moor"),
            (SHEETS, "Rename the sheet 'Costs' to 'Expenses'.", "Income, Expenses"),
        ],
        ids=["in its menu", "in its place"],
    )
    async def test_the_name_is_changed(
        self, session: Session, server: Server, page: str, prompt: str, told: str
    ) -> None:
        ended = await play(session, server.page(page), prompt)

        assert isinstance(ended, Finish), ended
        assert (await shown(session)).strip().endswith(told)

    async def test_a_name_that_is_not_there_is_refused(self, session: Session, server: Server) -> None:
        ended = await play(session, server.page(MAPS), "Rename the map 'Dune' to 'Beach'.")

        assert isinstance(ended, GiveUp), ended
        assert (await shown(session)).strip().endswith("untouched")
