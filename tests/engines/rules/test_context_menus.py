"""An act that only the menu behind the right button offers is found there, on the record it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, Press
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part
from tests.support.rules_playing import play, shown


@dataclass
class Deck:
    """Cards with a menu behind the right button."""

    menu: str = ""
    done: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        cards = [
            part("listitem", "", part("generic", "", name, ref=name, interactive=True))
            for name in ("Fox", "Owl")
        ]
        menu = [part("menu", "", part("button", "Duplicate", ref="copy"), part("button", "Burn", ref="burn"))]
        return part("main", "", part("list", "", *cards), *(menu if self.menu else []))

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref, button="right"):
                self.menu = "Owl" if ref.startswith(("Owl", "r.0.1")) else "Fox"
            case Click(target="copy" | "burn" as ref):
                self.done.append(f"{ref} {self.menu}")
                self.menu = ""
            case Press(keys="Escape"):
                self.menu = ""


def test_the_menu_of_the_record_has_the_act() -> None:
    deck = Deck()
    carried_out("Duplicate the card 'Owl'.", deck.draw, deck.do)

    assert deck.done == ["copy Owl"]


def test_a_menu_that_does_not_have_it_is_closed_again() -> None:
    deck = Deck()

    with pytest.raises(CannotDo, match="found nothing called 'archive'"):
        carried_out("Archive the card 'Owl'.", deck.draw, deck.do)
    assert (deck.menu, deck.done) == ("", [])


CARDS = """
<style>.card { padding: 12px; border: 1px solid; margin: 4px; width: 160px } #menu { position: fixed; background: #fff; border: 1px solid } #menu[hidden] { display: none } #menu div { cursor: pointer; padding: 4px }</style>
<div id="all"></div><div id="menu" hidden></div><p role="status" id="log">untouched</p>
<script>
const cards = ["Fox", "Owl", "Elk"];
function draw() { all.innerHTML = cards.map(one => `<div class="card" oncontextmenu="open_(event, '${one}'); return false"><b>${one}</b></div>`).join("") }
function open_(event, one) { menu.innerHTML = `<div onclick="act('copied', '${one}')">Duplicate</div><div onclick="act('deleted', '${one}')">Delete</div>`; menu.style.left = event.clientX + "px"; menu.style.top = event.clientY + "px"; menu.hidden = false }
function act(how, one) { if (how == "copied") cards.push(one + " copy"); else cards.splice(cards.indexOf(one), 1); menu.hidden = true; menu.innerHTML = ""; draw(); log.textContent = `${how}: ${cards}` }
document.addEventListener("keydown", event => { if (event.key == "Escape") { menu.hidden = true; menu.innerHTML = "" } });
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    @pytest.mark.parametrize(
        ("prompt", "told"),
        [
            ("Duplicate the card 'Owl'.", "copied: Fox,Owl,Elk,Owl copy"),
            ("Delete the 'Elk' card.", "deleted: Fox,Owl"),
        ],
    )
    async def test_the_act_is_done_to_the_record(
        self, session: Session, server: Server, prompt: str, told: str
    ) -> None:
        ended = await play(session, server.page(CARDS), prompt)

        assert isinstance(ended, Finish), ended
        assert (await shown(session)).strip().endswith(told)

    async def test_an_act_that_the_menu_lacks_is_refused(self, session: Session, server: Server) -> None:
        ended = await play(session, server.page(CARDS), "Archive the card 'Owl'.")

        assert isinstance(ended, GiveUp), ended
        assert (await shown(session)).strip().endswith("untouched")
