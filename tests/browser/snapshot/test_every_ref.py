"""Every ref that is printed can be looked at exactly as it is printed, and with its plus dropped."""

from __future__ import annotations

import pytest

from browser.model.observation import LookRequest, View
from engines.prompts.page import page_text
from tests.support.generated import LARGE, random_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WRAPPED = "<h1>Lists</h1><main>{}</main>".format(
    "".join(
        f"<div><div><ul>{''.join(f'<li>item {at} {item}</li>' for item in range(15))}</ul></div></div>"
        for at in range(60)
    )
)
"""Each list lies in containers that hold nothing else, which a whole reading of the page leaves out."""
PAGES = {name: LARGE[name]() for name in ("frames", "names")} | {
    "wrapped": WRAPPED,
    **{f"seed {seed}": random_page(seed) for seed in range(5)},
}


@pytest.mark.parametrize("appearance", [False, True], ids=["as it is", "with its looks"])
@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)
async def test_every_ref_that_is_printed_can_be_looked_at(server, session, html: str, appearance: bool):
    await session.goto(server.page(html))
    seen = await session.observe(View(budget_tokens=1500, appearance=appearance))
    shown = page_text(seen, 1500)
    refs = sorted(shown.refs - {""})
    notes = [ref for ref in refs if ref.endswith("+")]
    asked = [*notes[:6], *(ref.removesuffix("+") for ref in notes[-3:]), *refs[:: len(refs) // 6]]
    answers = await session.look([LookRequest(ref=ref) for ref in asked])
    assert [(answer.request.ref, answer.problem) for answer in answers if answer.problem] == []
    assert all(answer.elements for answer in answers)


async def test_a_note_that_is_named_without_its_plus_is_read_on_from(server, session):
    await session.goto(server.page(WRAPPED))
    seen = await session.observe(View(budget_tokens=1500))
    note = next(one for one in reversed(seen.elements) if one.role == "note")
    with_plus, without = await session.look(
        [LookRequest(ref=note.ref), LookRequest(ref=note.ref.removesuffix("+"))]
    )
    assert with_plus.elements == without.elements
    assert len(with_plus.elements) > 40


SECTIONS = """<main><h1>Guide</h1><p>About it.</p><div><h2>Begin</h2></div><p>Take one.</p><h3>Deeper</h3>
<p>Dig.</p><h2><a href=/end>End</a></h2><p>Done.</p></main><p>Beside it</p><footer>The foot</footer>"""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Guide", "Guide About it. Begin Take one. Deeper Dig. End Done."),
        ("Begin", "Begin Take one. Deeper Dig."),
        ("Deeper", "Deeper Dig."),
        ("End", "End Done."),
    ],
)
async def test_looking_at_a_heading_gives_its_section(server, session, name, told):
    await session.goto(server.page(SECTIONS))
    seen = await session.observe(View())
    ref = next(one.ref for one in seen.elements if one.name == name and one.level)
    (answer,) = await session.look([LookRequest(ref=ref)])
    assert " ".join(one.name for one in answer.elements) == told


async def test_a_section_outside_of_any_landmark_ends_at_the_foot_of_the_page(server, session):
    await session.goto(server.page("<h2>Last</h2><p>Words</p><footer>The foot</footer>"))
    ref = next(one.ref for one in (await session.observe(View())).elements if one.role == "heading")
    (answer,) = await session.look([LookRequest(ref=ref)])
    assert [one.name for one in answer.elements] == ["Last", "Words"]
