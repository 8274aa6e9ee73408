"""Pages longer than any budget: what is not looked at is counted and its text read; what shows is seen."""

import pytest

from browser.model.actions import Click, Scroll
from browser.model.observation import LookRequest, View
from browser.snapshot.distill.distill import distill

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SMALL = View(budget_tokens=3000)
ROWS = "".join(
    f"<tr><td>Item {row}<td><button onclick='document.title=this.textContent'>Buy {row}</button>"
    for row in range(1, 1201)
)


async def test_what_shows_is_seen_wherever_it_stands_in_the_document(server, session):
    banner = (
        "<div><div style='position:fixed;bottom:0;left:0'><button>Accept</button><img alt='Logo' "
        "src='data:,' width=20 height=20></div></div>"
    )
    await session.goto(server.page(f"<table>{ROWS}</table>{banner}"))
    seen = await session.observe(SMALL)
    names = [element.name for element in seen.elements if element.visible]
    assert "Accept" in names
    assert "Logo" in names
    assert "Buy 1" in names

    await session.perform(Scroll(to="bottom"))
    seen = await session.observe(SMALL)
    assert {"Accept", "Buy 1200"} <= {element.name for element in seen.elements if element.visible}


async def test_the_text_is_whole_and_in_order(server, session):
    page = f"<table>{ROWS}</table><p>Sum <b>total</b></p><p hidden>not this</p><p>The end</p>"
    await session.goto(server.page(page))
    short = await session.observe(SMALL)
    whole = await session.observe(View(budget_tokens=None))
    assert short.text.splitlines() == whole.text.splitlines()
    assert short.text.endswith("Item 1200 Buy 1200\nSum total\nThe end")


async def test_fields_and_frames_among_what_is_not_looked_at(server, session):
    rows = "".join(
        f"<div>Row {row} <select><option>no<option>yes</select><textarea>secret</textarea></div>"
        for row in range(600)
    )
    page = f"{rows}<div><div><iframe srcdoc='<p>Inside a frame</p>'></iframe></div></div><p>After</p>"
    await session.goto(server.page(page))
    short = await session.observe(SMALL)
    whole = await session.observe(View(budget_tokens=None))
    assert [line for line in short.text.splitlines() if line] == [
        line for line in whole.text.splitlines() if line
    ]
    assert "secret" not in short.text


async def test_rows_that_are_not_listed_are_counted(server, session):
    await session.goto(server.page(f"<table>{ROWS}</table>"))
    seen = await session.observe(SMALL)
    (note,) = [element for element in seen.elements if element.role == "note"]
    listed = [element for element in seen.elements if element.role == "row"]
    assert note.name == f"{1200 - len(listed):,} more of 1,200 rows like these"
    assert seen.omitted > 3000


async def test_what_is_not_listed_is_found_by_a_look_and_used(server, session):
    await session.goto(server.page(f"<table>{ROWS}</table>"))
    await session.observe(SMALL)
    (answer,) = await session.look([LookRequest(query="Buy 977")])
    button = next(element for element in answer.elements if element.name == "Buy 977")
    assert (await session.perform(Click(button.ref))).ok
    assert (await session.observe(SMALL)).title == "Buy 977"


async def test_a_short_page_is_read_in_full_whatever_the_budget(server, session):
    await session.goto(server.page("<ul>" + "<li>one<li>two" * 40 + "</ul>"))
    short = await session.observe(View(budget_tokens=6000))
    whole = await session.observe(View(budget_tokens=None))
    assert short.elements == distill(whole.elements, 6000)
