"""A message is sent once it shows whom it is for and what it says, and called sent once it is gone."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, TypeText
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.plan import read_plan
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part
from tests.support.rules_playing import play, shown


@dataclass
class Desk:
    """A button that begins a message, and the fields of one."""

    labels: tuple[str, ...] = ("To", "Subject", "Message body")
    takes: bool = True
    open: bool = False
    typed: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[str, ...]] = field(default_factory=list)

    def draw(self) -> Part:
        fields = [
            part("textbox", one, ref=one, tag="input", value=self.typed.get(one, "")) for one in self.labels
        ]
        form = [
            part(
                "dialog",
                "",
                *fields,
                part("button", "Send", ref="send"),
                part("button", "Discard", ref="drop"),
            )
        ]
        search = part("textbox", "Search", ref="search", tag="input", value="")
        return part("main", "", search, part("button", "Compose", ref="new"), *(form if self.open else []))

    def do(self, action: Action) -> None:
        match action:
            case Click(target="new"):
                self.open = True
            case TypeText(text=words, target=str() as label):
                self.typed[label] = words
            case Click(target="send") if self.takes:
                self.sent.append(tuple(self.typed.get(one, "") for one in self.labels))
                self.open = False


@pytest.mark.parametrize(
    "prompt",
    [
        "Send an email to ann@example.org with the subject 'Boats' and body 'At noon'.",
        "Compose and send a new email to ann@example.org with the subject 'Boats' and the message 'At noon'.",
    ],
)
def test_a_message_is_written_and_sent(prompt: str) -> None:
    desk = Desk()
    carried_out(prompt, desk.draw, desk.do)

    assert desk.sent == [("ann@example.org", "Boats", "At noon")]


@pytest.mark.parametrize(
    "desk",
    [
        pytest.param(Desk(labels=("To", "Message body")), id="it has no subject"),
        pytest.param(Desk(labels=("Subject", "Message body")), id="it is for nobody"),
        pytest.param(Desk(takes=False), id="it is not taken"),
    ],
)
def test_what_cannot_be_said_is_not_sent(desk: Desk) -> None:
    with pytest.raises(CannotDo):
        carried_out(
            "Send an email to ann@example.org with the subject 'Boats' and body 'At noon'.",
            desk.draw,
            desk.do,
        )
    assert desk.sent == []


@pytest.mark.parametrize(
    "prompt",
    [
        "Send an email to ann@example.org with the subject 'Boats' tomorrow.",
        "Send an email to everyone with the subject 'Boats'.",
        "Send an email to ann@example.org with love.",
        "Compose and send a new email to ann@example.org with the subject 'Boats' unless it rains.",
    ],
)
def test_what_is_half_read_is_refused(prompt: str) -> None:
    plan = read_plan(prompt)
    assert plan.unread or plan.why


MAIL = """
<style>#box { position: fixed; right: 0; bottom: 0; background: #eee; padding: 12px } #box[hidden] { display: none } #text { min-height: 40px; background: #fff }</style>
<input placeholder="Search mail"><div role="button" tabindex="0" onclick="box.hidden = false">Compose</div>
<div id="box" hidden><input id="to" placeholder="Recipients"><input id="subject" placeholder="Subject"><div id="text" contenteditable="true" aria-label="Message body"></div><button onclick="send()">Send</button></div><p role="status" id="log">untouched</p>
<script>
function send() { log.textContent = `${to.value}|${subject.value}|${text.textContent}`; box.hidden = true }
</script>
"""
LETTERS = """
<div id="main"><a href="#" onclick="begin(); return false">New message</a></div><p role="status" id="log">untouched</p>
<script>
function begin() { main.innerHTML = `<form onsubmit="event.preventDefault(); log.textContent = [...new FormData(this).values()].join('|'); main.innerHTML = ''"><label>To <input name="to"></label><label>Subject <input name="subject"></label><label>Text <textarea name="text"></textarea></label><button>Send message</button></form>` }
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    @pytest.mark.parametrize("page", [MAIL, LETTERS], ids=["beside the list", "in its own page"])
    async def test_a_message_is_sent(self, session: Session, server: Server, page: str) -> None:
        prompt = "Send an email to ann@example.org with the subject 'Boats' and body 'At noon'."
        ended = await play(session, server.page(page), prompt)

        assert isinstance(ended, Finish), ended
        assert (await shown(session)).strip().endswith("ann@example.org|Boats|At noon")

    async def test_a_part_that_a_message_lacks_is_refused(self, session: Session, server: Server) -> None:
        prompt = "Send an email to ann@example.org with the subject 'Boats' and priority 'High'."
        ended = await play(session, server.page(MAIL), prompt)

        assert isinstance(ended, GiveUp), ended
        assert "untouched" in await shown(session)
