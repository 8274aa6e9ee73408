"""The page is made to show only some of its list by a filter of its own, or the wish is refused."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, Press, Select, TypeText
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.plan import read_plan
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part
from tests.support.rules_playing import play, shown


@dataclass
class Orders:
    """A table over which a column is chosen and a value typed, and links that filter beside it."""

    rows: tuple[tuple[str, str], ...] = (("Kelp", "returned"), ("Salt", "sent"), ("Rope", "returned"))
    column: str = ""
    typed: str = ""
    only: str = ""
    works: bool = True
    pressed: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        options = ("- column -", "name", "status")
        row = part(
            "form", "", part("combobox", "", ref="column", tag="select", options=options, value=self.column),
            part("textbox", "", ref="value", tag="input", value=self.typed), part("button", "Apply", ref="apply"),
        )  # fmt: skip
        links = [
            part("listitem", "", part("link", name, ref=f"only {name}"), hints=("selected",) if name.lower() == self.only else ())
            for name in ("All", "Returned", "Sent")
        ]  # fmt: skip
        beside = part("complementary", "", part("list", "", *links), hints=("filters",))
        kept = [row for row in self.rows if self.only in ("", row[1])]
        table = part(
            "table", "", *(part("row", "", part("cell", "", a), part("cell", "", b)) for a, b in kept)
        )
        return part("main", "", row, beside, part("link", "Sent", ref="mail"), table)

    def do(self, action: Action) -> None:
        match action:
            case Select(target="column", options=(option,)):
                self.column = option
            case TypeText(text=words, target="value"):
                self.typed = words
            case Click(target="apply") if self.works and self.column == "status":
                self.only = self.typed
            case Click(target=str() as ref) if ref.startswith("only ") and self.works:
                self.only = ref.removeprefix("only ").lower()
            case Click(target=str() as ref):
                self.pressed.append(ref)
            case Press():
                raise AssertionError("there is a button")


@pytest.mark.parametrize(
    ("prompt", "only"),
    [
        ("Show only the orders with status returned.", "returned"),
        ("Filter the orders by status sent.", "sent"),
        ("Filter the status to 'returned'.", "returned"),
        ("Show only the returned orders.", "returned"),
    ],
)
def test_the_page_shows_only_what_was_asked_for(prompt: str, only: str) -> None:
    orders = Orders()
    carried_out(prompt, orders.draw, orders.do)

    assert orders.only == only
    assert orders.pressed == []


@pytest.mark.parametrize(
    ("prompt", "works"),
    [
        ("Show only the orders with status returned.", False),
        ("Show only the returned orders.", False),
        ("Show only the orders with weight returned.", True),
        ("Show only the lost orders.", True),
    ],
)
def test_what_is_not_filtered_is_refused(prompt: str, works: bool) -> None:
    orders = Orders(works=works)

    with pytest.raises(CannotDo):
        carried_out(prompt, orders.draw, orders.do)
    assert orders.only == ""


@pytest.mark.parametrize(
    "prompt",
    [
        "Show only the orders with status returned or sent.", "Show only some orders.", "Show only what Ann sent.",
        "Show only the returned orders before Friday.", "Filter the status to 'returned' unless it rains.",
        "Show only orders from Lagos or Oslo.",
    ],
)  # fmt: skip
def test_what_is_half_read_is_refused(prompt: str) -> None:
    plan = read_plan(prompt)
    assert plan.unread or plan.why


CATALOGUE = """
<div class="facets"><h3>By kind</h3><ul><li><a href="#" onclick="show('', this); return false">All</a></li><li><a href="#poem" onclick="show('poem', this)">Poem (2)</a></li><li><a href="#novel" onclick="show('novel', this)">Novel (1)</a></li></ul></div>
<label>Country Filter <input id="country" oninput="draw()"></label><ul id="rows"></ul><a href="#letter">Letter</a>
<script>
let kind = "";
const all = [["Tides", "poem", "Kenya"], ["Moors", "novel", "Norway"], ["Salt", "poem", "Norway"]];
function show(to, link) { kind = to; document.querySelectorAll("li").forEach(one => one.className = ""); link.parentNode.className = "selected"; draw() }
function draw() { rows.innerHTML = all.filter(one => (!kind || one[1] == kind) && one[2].startsWith(country.value)).map(one => `<li>${one[0]} from ${one[2]}</li>`).join("") }
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    @pytest.mark.parametrize(
        ("prompt", "there", "gone"),
        [
            ("Show only the poem books.", "Tides from Kenya", "Moors"),
            ("Filter the country to Kenya.", "Tides from Kenya", "Salt"),
        ],
    )
    async def test_its_own_filter_is_used(
        self, session: Session, server: Server, prompt: str, there: str, gone: str
    ) -> None:
        ended = await play(session, server.page(CATALOGUE), prompt)

        assert isinstance(ended, Finish), ended
        text = await shown(session)
        assert there in text
        assert gone not in text

    @pytest.mark.parametrize("prompt", ["Show only the letter books.", "Filter the weight to 3."])
    async def test_a_filter_that_is_not_there_is_refused(
        self, session: Session, server: Server, prompt: str
    ) -> None:
        ended = await play(session, server.page(CATALOGUE), prompt)

        assert isinstance(ended, GiveUp), ended
        assert "Moors from Norway" in await shown(session)
