"""Long lists are read to their end: every row once, in order, and it is said why it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from browser.lifecycle.launch import Browser
from browser.model.actions import Collect
from browser.model.observation import View
from browser.model.results import Collected, Row
from browser.options import SessionOptions
from browser.session import Session
from testbed.serving import Server
from tests.support.lists_site import ListsSite, names

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(scope="module")
def site() -> Iterator[ListsSite]:
    serving = ListsSite()
    yield serving
    serving.close()


@pytest_asyncio.fixture(loop_scope="session")
async def session(browser: Browser) -> AsyncIterator[Session]:
    opened = await browser.open_session(SessionOptions())
    yield opened
    await opened.close()


def said(rows: tuple[Row, ...]) -> list[str]:
    """The names in the rows."""
    found = []
    for row in rows:
        in_bold = [one for one in row.elements if "name" in one.hints]
        first = in_bold[0].name or in_bold[0].text if in_bold else row.text
        found.append(first.partition("\n")[0].partition(" €")[0])
    return found


async def collected(session: Session, url: str, action: Collect | None = None) -> Collected:
    await session.goto(url)
    result = await session.perform(action or Collect(max_rows=5000))
    assert result.ok, result.problem
    assert result.collected is not None
    return result.collected


@pytest.mark.parametrize("way", ["linked", "numbered", "buttons"])
async def test_pages_are_turned_to_the_last_one(session: Session, site: ListsSite, way: str) -> None:
    found = await collected(session, f"{site.url}/{way}")

    assert said(found.rows) == names(115)
    assert (found.stopped, found.pages, found.presses) == ("end", 12, 11)


async def test_two_pages_that_say_the_same_are_two_pages(session: Session, site: ListsSite) -> None:
    found = await collected(session, f"{site.url}/equal")

    assert said(found.rows) == ["Brass hook"] * 10
    assert found.complete


@pytest.mark.parametrize("end", ["gone", "disabled", "idle"])
async def test_more_is_loaded_until_the_button_brings_nothing(
    session: Session, site: ListsSite, end: str
) -> None:
    found = await collected(session, f"{site.url}/more?end={end}")

    assert said(found.rows) == names(80)
    assert found.complete
    assert found.presses <= 9


@pytest.mark.parametrize("end", ["said", "silent", "fail"])
@pytest.mark.parametrize("where", ["window", "box"])
async def test_what_loads_on_scrolling_is_scrolled_to_its_end(
    session: Session, site: ListsSite, where: str, end: str
) -> None:
    found = await collected(session, f"{site.url}/endless?where={where}&end={end}")

    assert said(found.rows) == names(95)
    assert found.complete
    assert ("no more articles" in found.why) == (end == "said")


@pytest.mark.parametrize("way", ["absolute", "moved", "uneven"])
async def test_rows_that_are_dropped_from_the_document_are_put_together_in_order(
    session: Session, site: ListsSite, way: str
) -> None:
    found = await collected(session, f"{site.url}/virtual?way={way}")

    assert said(found.rows) == names(2000)
    assert found.complete


async def test_equal_rows_are_told_apart_by_the_count_of_the_page(session: Session, site: ListsSite) -> None:
    found = await collected(session, f"{site.url}/counted")

    assert len(found.rows) == 300
    assert found.rows[0].cells == (("Article", "Same"), ("Price", "€1.00"))
    assert found.why == "the page counts 300 rows"


async def test_a_table_is_read_without_its_header_and_its_sum(session: Session, site: ListsSite) -> None:
    found = await collected(session, f"{site.url}/table")

    assert [row.cells[0] for row in found.rows] == [("Name", one) for one in names(60)]
    assert found.presses == 0


async def test_adverts_between_the_rows_are_left_out_and_counted(session: Session, site: ListsSite) -> None:
    found = await collected(session, f"{site.url}/adverts")

    assert said(found.rows) == names(36)
    assert found.adverts > 0


async def test_a_list_that_is_complete_costs_no_scroll_and_no_press(
    session: Session, site: ListsSite
) -> None:
    found = await collected(session, f"{site.url}/complete")

    assert said(found.rows) == names(8)
    assert (found.complete, found.presses, found.scrolls) == (True, 0, 0)


async def test_a_feed_without_end_stops_at_the_bound_and_says_so(session: Session, site: ListsSite) -> None:
    await session.goto(f"{site.url}/never")
    result = await session.perform(Collect(max_rows=140))

    assert result.collected is not None
    assert said(result.collected.rows) == names(140)
    assert result.collected.stopped == "max_rows"
    assert "max_rows (140) reached; THERE MAY BE MORE" in result.did


async def test_pages_are_turned_no_further_than_the_bound(session: Session, site: ListsSite) -> None:
    found = await collected(session, f"{site.url}/linked", Collect(max_pages=3))

    assert said(found.rows) == names(30)
    assert (found.stopped, found.presses) == ("max_pages", 2)


async def test_no_turn_begins_when_the_time_is_used_up(session: Session, site: ListsSite) -> None:
    found = await collected(session, f"{site.url}/never", Collect(max_rows=10**6, max_seconds=1.0))

    assert found.stopped == "max_seconds"
    assert said(found.rows) == names(len(found.rows))


@pytest.mark.parametrize("other", ["", "&other=1"])
@pytest.mark.parametrize("inner", ["/linked", "/more", "/virtual%3Fway=moved%26total=200"])
async def test_a_list_in_a_frame_is_read_like_any_other(
    session: Session, site: ListsSite, inner: str, other: str
) -> None:
    found = await collected(session, f"{site.url}/framed?of={inner}{other}")

    assert said(found.rows) == names({"/linked": 115, "/more": 80}.get(inner, 200))
    assert found.complete


async def test_the_list_meant_is_the_one_around_the_target(session: Session, site: ListsSite) -> None:
    await session.goto(f"{site.url}/linked")
    seen = await session.observe(View(budget_tokens=None))
    blog = next(one for one in seen.elements if one.name == "Why brass does not rust")
    result = await session.perform(Collect(target=blog.ref, max_pages=2))

    assert result.collected is not None
    assert [row.text for row in result.collected.rows][:3] == [
        "A word on hooks and eyes",
        "How we measure a rope",
        "Why brass does not rust",
    ]


async def test_refs_in_collected_rows_are_all_different(session: Session, site: ListsSite) -> None:
    found = await collected(session, f"{site.url}/virtual?total=200")
    refs = [one.ref for row in found.rows for one in row.elements]

    assert len(refs) == len(set(refs))


async def test_a_page_without_a_list_says_so(session: Session, site: ListsSite) -> None:
    await session.goto(f"{site.url}/nothing")
    result = await session.perform(Collect())

    assert result.problem == "the page has no list of several like rows"


async def test_reading_is_cut_short_at_once(session: Session, site: ListsSite) -> None:
    await session.goto(f"{site.url}/never")
    reading = asyncio.ensure_future(session.perform(Collect(max_rows=10**6)))
    await asyncio.sleep(0.5)
    reading.cancel()

    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError):
            await reading
    await session.goto(f"{site.url}/complete")


@pytest.mark.parametrize("mode", ["open", "closed"])
async def test_a_list_in_the_slot_of_a_host_is_read(session: Session, server: Server, mode: str) -> None:
    rows = "".join(f"<li><a href='#{at}'>Row {at}</a></li>" for at in range(1, 31))
    url = server.page(
        f"<x-host id=host><ul>{rows}</ul></x-host><script>host.attachShadow({{mode: '{mode}'}})"
        ".innerHTML = '<div><p>Aside</p><slot></slot></div>'</script>"
    )
    await session.goto(url)
    listed = next(
        one for one in (await session.observe(View(budget_tokens=None))).elements if one.tag == "ul"
    )
    result = await session.perform(Collect(listed.ref))
    assert result.collected
    assert [row.text for row in result.collected.rows] == [f"Row {at}" for at in range(1, 31)]


GRID = """
<div id=g role=grid aria-label=Rivers aria-rowcount=%s><div role=rowgroup><div role=row aria-rowindex=1>
<div role=columnheader>No</div><div role=columnheader>Name</div></div><div role=row aria-rowindex=2>
<div role=gridcell><input aria-label=Filter></div><div role=gridcell></div></div></div>
<div id=v style="height:200px;overflow-y:auto"><div style="overflow-x:auto;overflow-y:hidden">
<div id=c role=rowgroup style="position:relative;height:%spx"></div></div></div></div><script>
const draw = () => {const from = Math.max(0, Math.floor(v.scrollTop / 20) - 2); c.innerHTML = '';
  for (let n = from; n < Math.min(%s, from + 15); n++) c.insertAdjacentHTML('beforeend',
  `<div role=row aria-rowindex=${n + 3} style="position:absolute;height:20px;width:300px;top:${n * 20}px">` +
  `<div role=gridcell>${n + 1}</div><div role=gridcell>River ${n + 1}</div></div>`)};
v.onscroll = draw; draw();
</script>"""


async def test_a_grid_whose_rows_alone_are_scrolled_is_read_to_its_end_from_its_beginning(
    session: Session, server: Server
) -> None:
    url = server.page(GRID % (202, 4000, 200))
    for action in (Collect(), Collect(max_rows=200)):  # the second one finds it at its end
        found = await collected(session, url, action)
        assert [row.text.split()[-1] for row in found.rows] == [str(number) for number in range(1, 201)]
        assert (found.stopped, found.why) == ("end", "the page counts 200 rows")
        again = (await session.perform(Collect(max_rows=500))).collected
        assert again is not None
        assert (len(again.rows), again.complete) == (200, True)


async def test_rows_that_the_page_counts_but_does_not_show_are_said_to_be_missing(
    session: Session, server: Server
) -> None:
    found = await collected(session, server.page(GRID % (1002, 800, 40)))
    assert (len(found.rows), found.stopped, found.complete) == (40, "stuck", False)
    assert found.why.startswith("the page counts 1000 rows, of which 40 were read")


async def test_items_that_say_how_many_they_are_are_counted_too(session: Session, server: Server) -> None:
    items = "".join(f"<li aria-setsize=90 aria-posinset={n}>Item number {n}</li>" for n in range(1, 9))
    found = await collected(session, server.page(f"<ul>{items}</ul>"))
    assert (len(found.rows), found.stopped) == (8, "stuck")
