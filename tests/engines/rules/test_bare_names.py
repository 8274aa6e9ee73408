"""A name in lower case behind a noun is one where a record is called so to the letter, and nothing else."""

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
class Tags:
    """Tags, of which one holds the name of another."""

    names: tuple[str, ...] = ("sea birds", "birds", "sea")
    gone: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        rows = [
            part("listitem", "", name, part("button", "Archive", ref=f"archive {name}"))
            for name in self.names
            if name not in self.gone
        ]
        return part("main", "", part("heading", "draft"), part("list", "Tags", *rows))

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref.startswith("archive "):
                self.gone.append(ref.removeprefix("archive "))


@pytest.mark.parametrize(
    ("prompt", "meant"),
    [
        ("Archive the tag birds.", "birds"),
        ("Archive the sea birds.", "sea birds"), ("Archive the tag sea birds.", "sea birds"),
    ],
)  # fmt: skip
def test_the_record_of_that_name_is_meant(prompt: str, meant: str) -> None:
    tags = Tags()
    carried_out(prompt, tags.draw, tags.do)

    assert tags.gone == [meant]


@pytest.mark.parametrize(
    "prompt",
    [
        pytest.param("Archive the tag bird.", id="no tag is called so"),
        pytest.param("Archive the tag draft.", id="a heading is no record"),
        pytest.param("Archive the big tag birds.", id="a word more"),
        pytest.param("Archive the dry birds.", id="no such kind is on the page"),
        pytest.param("Archive the tag birds wearing gloves.", id="a participle that no tag is called by"),
        pytest.param("Archive the tag birds that Ann made.", id="nothing says who made it"),
    ],
)
def test_what_no_record_is_called_is_refused(prompt: str) -> None:
    tags = Tags()

    with pytest.raises(CannotDo, match="found nothing that fits"):
        carried_out(prompt, tags.draw, tags.do)
    assert tags.gone == []


@pytest.mark.parametrize(
    "prompt",
    ["Archive the tag twice.", "Archive the tag quickly.", "Archive a tag birds.",
     "Archive the tags birds and sea.", "Archive the tag birds today."],
)  # fmt: skip
def test_what_may_be_no_name_is_refused(prompt: str) -> None:
    plan = read_plan(prompt)
    assert plan.unread or plan.why


TAGS = """
<div id="all"></div><p role="status" id="log">untouched</p>
<script>
const tags = ["sea birds", "birds", "sea"];
function draw() { all.innerHTML = tags.map((one, at) => `<div class="tag"><span>${one}</span> <button onclick="log.textContent = 'gone ' + tags.splice(${at}, 1); draw()">Delete</button></div>`).join("") }
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_only_the_record_of_that_name_is_deleted(session: Session, server: Server) -> None:
    ended = await play(session, server.page(TAGS), "Delete the tag birds.")

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith("gone birds")


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_nothing_is_deleted_that_is_called_otherwise(session: Session, server: Server) -> None:
    ended = await play(session, server.page(TAGS), "Delete the tag gulls.")

    assert isinstance(ended, GiveUp), ended
    assert (await shown(session)).strip().endswith("untouched")
