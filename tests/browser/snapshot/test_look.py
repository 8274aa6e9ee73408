"""What lies far below and is not listed is looked for by words and then used, through the public loop."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from agent_core import run_task
from agent_core.config import Settings
from agent_core.testing import Scripted
from browser.model.actions import Click, Select
from browser.model.observation import Box, LookRequest, View
from browser.snapshot.capture import Captured
from browser.snapshot.distill.distill import distill
from browser.snapshot.look import answer
from engines.chat.engine import Skyvern
from engines.models.tokens import estimated_tokens
from engines.prompts.page import elements_text, page_text
from engines.protocol import Act, Finish, Look, Turn
from testbed.recorded_model import RecordedModel
from tests.support.generated import article, options, table, text
from tests.support.observing import see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TELL = """<script>addEventListener('click', (event) => {
  const found = event.target.closest('[id]');
  if (found) { event.preventDefault(); fetch('/clicked?' + found.id); }
}, true)</script>"""
FAR = pytest.mark.parametrize(
    ("page", "query", "role", "clicked"),
    [
        (table, "the button of row 2,417", "button", "buy-2417"),
        (table, "Buy item 2417", "button", "buy-2417"),
        (article, "the article's last link", "link", "note-3300"),
        (article, "note 1650", "link", "note-1650"),
    ],
)


def clicked_in(server) -> list[str]:
    return [path.partition("?")[2] for path in server.requests if path.startswith("/clicked")]


@FAR
async def test_a_scripted_engine_looks_and_clicks(server, tmp_path, page, query, role, clicked):
    def click(turn: Turn) -> Act:
        (answer,) = turn.looked
        # The last of its kind in the first part that was found.
        found = [one for one in answer.elements if one.role == role and one.interactive]
        return Act(actions=(Click(found[-1].ref if "last" in query else _named(found, query).ref),))

    look = Look(requests=(LookRequest(query=query),))
    engine = Scripted([look, click, Finish()], view=View(budget_tokens=6000))
    url = server.page(page() + TELL)
    run = await run_task("Use what is far below", url, engine=engine, run_dir=tmp_path)
    assert run.status == "completed", run.failure_reason
    assert engine.turns[2].history[0][0].ok
    assert clicked_in(server) == [clicked]


def _named(found, query):
    return next((one for one in found if one.name.lower() == query.lower()), found[0])


@FAR
async def test_a_chat_model_finds_it_in_its_prompt_and_clicks(server, tmp_path, page, query, role, clicked):
    def replies() -> Iterator[str]:
        assert clicked.replace("buy-", "Buy item ").replace("-", " ") not in said()
        yield act({"action": "look", "query": query})
        (answer,) = re.findall(r"You looked for .*", said(), re.DOTALL)
        assert len(answer) // 4 < 3000
        name = clicked.replace("buy-", "Buy item ").replace("note-", "note ")
        (ref,) = re.findall(rf'(f\d+e\d+) {role} "{name}"', answer)
        yield act({"action": "click", "ref": ref})
        yield act({"action": "finish", "evidence": ["clicked"]})
        yield '{"met": true, "reason": ""}'

    model = RecordedModel(replies())

    def said() -> str:
        return model.asked[-1][-1].text

    url = server.page(page() + TELL)
    run = await run_task(
        "Use what is far below", url, engine=Skyvern(model), run_dir=tmp_path, settings=Settings()
    )
    assert run.status == "completed", run.failure_reason
    assert clicked_in(server) == [clicked]


def act(action: dict[str, object]) -> str:
    return json.dumps({"thought": "", "actions": [action]})


async def test_reading_on_from_the_note_of_a_table_shows_the_next_rows(server, session):
    await session.goto(server.page(table()))
    seen = await session.observe(View(budget_tokens=6000))
    note = next(one for one in seen.elements if one.role == "note")
    rows = [one for one in seen.elements if one.role == "row"]
    (answer,) = await session.look([LookRequest(ref=note.ref)])
    said = elements_text(answer.elements, seen.url, 3000).text
    assert f'button "Buy item {len(rows)}"' in said.splitlines()[0]
    assert re.search(r"\n *f\d+e\d+\+ note: [\d,]+ more .* not listed$", said)
    button = next(one for one in answer.elements if one.role == "button")
    assert (await session.perform(Click(button.ref))).ok


PARTS = "<style>p{margin:0 0 900px}</style><h1>Report</h1>" + "".join(
    f"<h2>Part {part}</h2>"
    + "".join(f"<p>Sentence {at} of part {part} is about bees.</p>" for at in range(9))
    for part in range(30)
)


@pytest.mark.parametrize("budget", [2000, 3000])
async def test_looks_at_the_notes_of_a_page_give_what_is_not_listed_once(server, session, budget):
    await session.goto(server.page(PARTS))
    whole = await see(session)
    listed = distill(whole.elements, budget)
    notes = [one for one in listed if one.is_note]
    captured = Captured(elements=whole.elements, text=whole.text)
    answers = [answer(captured, LookRequest(ref=one.ref), 9000, listed=listed).elements for one in notes]

    shown = {one.ref for one in listed if not one.is_note}
    told = [one.ref for elements in answers for one in elements if one.ref not in shown]
    assert len(notes) > 5
    assert notes[-1].name.endswith("here and there not listed")
    assert all(shown.isdisjoint(one.ref for one in elements) for elements in answers[:-1])
    assert len(told) == len({*told})
    assert {*told} | shown >= {one.ref for one in whole.elements if "Sentence" in one.name}


async def test_a_look_at_a_note_ends_where_the_list_goes_on(server, session):
    await session.goto(server.page(PARTS))
    seen = await session.observe(View(budget_tokens=2000))
    note = next(one for one in seen.elements if one.is_note)
    (found,) = await session.look([LookRequest(ref=note.ref, budget_tokens=9000)])

    at = seen.elements.index(note)
    assert found.elements
    assert {one.ref for one in seen.elements[at + 1 :]}.isdisjoint(one.ref for one in found.elements)


async def test_several_looks_share_the_room_of_one(server, session):
    await session.goto(server.page(article()))
    wishes = [LookRequest(query=f"Part {at}") for at in range(1, 6)] + [LookRequest(query="bees")]
    answers = await session.look(wishes)
    said = [elements_text(answer.elements, "", 6000).text for answer in answers]
    assert all('heading "Part' in one for one in said[:5])
    assert sum(map(len, said)) // 4 < 6 * 600
    assert "more places fit as well or less" in said[5]


async def test_each_look_has_the_room_that_it_is_given(server, session):
    await session.goto(server.page(table()))
    seen = await session.observe(View(budget_tokens=6000))
    note = next(one for one in seen.elements if one.role == "note")
    rooms = (1000, 2500, 8000)
    answers = await session.look([LookRequest(ref=note.ref, budget_tokens=room) for room in rooms])
    small, usual, large = (
        estimated_tokens(elements_text(answer.elements, seen.url, 20_000).text) for answer in answers
    )

    assert 500 < small <= 1000 < usual <= 2500
    assert 2 * usual < large <= 8000


async def test_a_sentence_in_a_megabyte_of_text_is_found(server, session):
    await session.goto(server.page(text()))
    seen = await session.observe(View())
    assert "many more characters" in page_text(seen, 6000).text
    (answer,) = await session.look([LookRequest(query="treasure lies")])
    assert "the treasure lies here" in elements_text(answer.elements, "", 3000).text


async def test_of_a_select_with_thousands_of_options_any_can_be_selected(server, session):
    await session.goto(server.page(options()))
    seen = await session.observe(View())
    assert "| and many more; any can be selected by its text" in page_text(seen, 6000).text
    select = next(one for one in seen.elements if one.role == "combobox")
    assert (await session.perform(Select(select.ref, ("Town number 4321",)))).shown == "Town number 4321"


async def test_a_region_is_a_picture_at_full_size(server, session):
    await session.goto(server.page("<h1>Map</h1><canvas width=400 height=300></canvas>"))
    (answer,) = await session.look([LookRequest(region=Box(10, 60, 200, 100))])
    assert answer.screenshot is not None
    assert (answer.screenshot.width_px, answer.screenshot.height_px) >= (200, 100)
    assert answer.elements == ()


async def test_reading_on_in_a_list_ends_with_the_list(server, session):
    items = "".join(f"<li>Guest {number} <a href=/g{number}>profile</a></li>" for number in range(300))
    foot = "".join(
        f"<p>Paragraph {number} of what stands below the list, in some words</p>" for number in range(80)
    )
    await session.goto(server.page(f"<h1>Party</h1><ul>{items}</ul>{foot}"))
    seen = await session.observe(View(budget_tokens=1500))
    note = next(one for one in seen.elements if one.is_note and one.name.endswith("items like these"))
    (found,) = await session.look((LookRequest(ref=note.ref, budget_tokens=100_000),))
    said = " ".join(one.name for one in found.elements)
    assert "Guest 299" in said
    assert "Paragraph" not in said
