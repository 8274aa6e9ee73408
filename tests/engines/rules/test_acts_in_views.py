"""An act is found in the record's own view, which need not have a heading for machines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from browser.model.actions import Action, Click, Press
from browser.model.observation import Appearance, Box, Element
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.scene import Scene
from engines.rules.skills.records.acts.openers import opens_more
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part, seen
from tests.support.rules_playing import play, shown


def _large(words: str) -> Part:
    looks = Appearance(font_px=22.0)
    return Part(Element(ref="", role="text", tag="#text", name=words, appearance=looks))


def _small(words: str) -> Part:
    return Part(Element(ref="", role="text", tag="#text", name=words, appearance=Appearance(font_px=14.0)))


def _press(name: str, ref: str, *hints: str) -> Part:
    return part("generic", name, _small(name), ref=ref, interactive=True, hints=hints)


@dataclass
class Rooms:
    """A list of rooms beside the room that is open; its name opens a panel with tabs."""

    room: str = "Hall"
    panel: str = ""
    done: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        rows = [part("button", f"# {name}", ref=f"row-{name}") for name in ("Hall", "Loft")]
        side = part("generic", "", _small("Rooms"), *rows)
        name = part("generic", f"# {self.room} ▾", _large(f"# {self.room}"), ref="name", interactive=True)
        view = part("generic", "", part("generic", "", name), _small("Nobody has said anything"))
        tabs = [_press(one, f"tab-{one}", "tab") for one in ("About", "Settings")]
        inside = {
            "About": [_press("Leave room", "leave")],
            "Settings": [_press("Archive room for everyone", "archive")],
        }
        panel = part("dialog", "", *tabs, *inside.get(self.panel, []))
        return part("generic", "", side, view, *([panel] if self.panel else []))

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref, button="left") if ref.startswith("row-"):
                self.room = ref.removeprefix("row-")
            case Click(target="name"):
                self.panel = "About"
            case Click(target=str() as ref) if ref.startswith("tab-"):
                self.panel = ref.removeprefix("tab-")
            case Click(target="leave" | "archive" as ref):
                self.done.append(f"{ref} {self.room}")
                self.panel = ""
            case Press(keys="Escape"):
                self.panel = ""


@pytest.mark.parametrize(
    ("prompt", "done"),
    [
        pytest.param("Archive the #Loft room.", "archive Loft", id="behind another tab, for everyone"),
        pytest.param("Leave the #Loft room.", "leave Loft", id="in what its name opens"),
        pytest.param("Leave #Loft.", "leave Loft", id="the list says what kind of thing it is"),
    ],
)
def test_the_act_is_behind_the_name_that_heads_the_view(prompt: str, done: str) -> None:
    rooms = Rooms()
    carried_out(prompt, rooms.draw, rooms.do)

    assert rooms.done == [done]


def test_what_was_opened_in_vain_is_closed_and_nothing_is_done() -> None:
    rooms = Rooms()

    with pytest.raises(CannotDo, match="found nothing called 'freeze'"):
        carried_out("Freeze the #Loft room.", rooms.draw, rooms.do)
    assert (rooms.panel, rooms.done) == ("", [])


def _drawn(role: str, *places: tuple[float, float], name: str = "", description: str = "") -> bool:
    dots = [part("graphics-symbol", "", ref=f"dot{at}") for at, _ in enumerate(places)]
    root = part(role, name, *dots, ref="sign", interactive=True, description=description, hints=("dots",))
    scene = seen(root)
    boxes = {f"dot{at}": Box(x, y, 2, 2) for at, (x, y) in enumerate(places)}
    placed = [_placed(e, boxes) for e in scene.elements]
    moved = Scene(type(scene.observation)(url="http://127.0.0.1/", elements=tuple(placed)))
    sign = moved.get("sign")
    assert sign is not None
    return opens_more(sign, moved)


def _placed(element: Element, boxes: dict[str, Box]) -> Element:
    return replace(element, box=boxes.get(element.ref, element.box), hints=())


def test_three_dots_in_a_row_or_a_column_are_a_sign_for_more() -> None:
    assert _drawn("generic", (0, 4), (6, 4), (12, 4))
    assert _drawn("generic", (4, 0), (4, 6), (4, 12))
    assert not _drawn("generic", (0, 4), (6, 4))
    assert not _drawn("generic", (0, 0), (6, 4), (3, 12))


def test_a_sign_that_says_what_it_does_is_none_for_more() -> None:
    cross = part("button", "✕", ref="x", description="Delete", hints=("dots",))
    scene = seen(cross)

    assert not opens_more(scene.elements[0], scene)


@dataclass
class Cards:
    """Cards, each with a view in which it is locked by a switch."""

    card: str = ""
    locked: set[str] = field(default_factory=lambda: {"Blue"})

    def draw(self) -> Part:
        if not self.card:
            rows = [part("listitem", "", part("link", name, ref=f"row-{name}")) for name in ("Red", "Blue")]
            return part("main", "", part("heading", "Cards"), part("list", "", *rows))
        on = ("on",) if self.card in self.locked else ()
        toggle = part("generic", "", ref="lock", interactive=True, hints=("switch", *on))
        other = part("generic", "", ref="web", interactive=True, hints=("switch", "on"))
        return part(
            "main",
            "",
            part("heading", self.card),
            part("generic", "", "Lock card", toggle),
            part("generic", "", "Purchases online", other),
        )

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref, button="left") if ref.startswith("row-"):
                self.card = ref.removeprefix("row-")
            case Click(target="lock"):
                self.locked ^= {self.card}


@pytest.mark.parametrize(
    ("prompt", "locked"),
    [
        pytest.param("Lock the Red card.", {"Red", "Blue"}, id="on"),
        pytest.param("Unlock the Blue card.", set(), id="the other way round"),
    ],
)
def test_an_act_may_be_a_switch_of_its_view(prompt: str, locked: set[str]) -> None:
    cards = Cards()
    carried_out(prompt, cards.draw, cards.do)

    assert cards.locked == locked


CHORES = """
<style>.ring { display: inline-block; width: 18px; height: 18px; border: 1px solid; border-radius: 9px; cursor: pointer } .ring.done { background: green }</style>
<h1>Chores</h1><table><thead><tr><th></th><th></th><th>Title</th><th>Who</th></tr></thead><tbody id="rows"></tbody></table><p role="status" id="log">untouched</p>
<script>
const done = new Set(["Sweep"]), works = location.hash != "#broken", leave = location.hash == "#leave"; let pressed = 0;
function draw() { rows.innerHTML = ["Sweep", "Rinse", "Rinse again"].filter(one => !leave || !done.has(one)).map(one => `<tr><td><input type="checkbox"></td><td><div class="ring ${done.has(one) ? "done" : ""}" onclick="tick('${one}')"></div></td><td><i class="star" style="display:inline-block;width:12px;height:12px;cursor:pointer" onclick="this.className += ' active'"></i><span onclick="0" style="cursor:pointer">${one}</span></td><td>Ann</td></tr>`).join("") }
function tick(one) { pressed++; if (works) done.has(one) ? done.delete(one) : done.add(one); draw(); log.textContent = `${pressed}: ${[...done]}` }
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestTicks:
    @pytest.mark.parametrize(
        ("prompt", "told"),
        [
            pytest.param("Mark the chore 'Rinse' as done.", "1: Sweep,Rinse", id="done"),
            pytest.param("Reopen the chore 'Sweep'.", "1:", id="not done any more"),
        ],
    )
    async def test_a_circle_ticks_a_record_off_and_not_the_box_that_selects_it(
        self, session: Session, server: Server, prompt: str, told: str
    ) -> None:
        ended = await play(session, server.page(CHORES), prompt)

        assert isinstance(ended, Finish), ended
        assert (await shown(session)).strip().endswith(told)

    async def test_a_circle_that_shows_nothing_is_pressed_back(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(CHORES) + "#broken", "Mark the chore 'Rinse' as done.")

        assert isinstance(ended, GiveUp), ended
        assert "does not show that 'Rinse' is done" in ended.reason
        assert (await shown(session)).strip().endswith("2: Sweep")

    async def test_a_record_that_leaves_the_list_is_not_taken_for_another_that_says_its_name(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(CHORES) + "#leave", "Mark the chore 'Rinse' as done.")

        assert isinstance(ended, Finish), ended
        assert (await shown(session)).strip().endswith("1: Sweep,Rinse")
