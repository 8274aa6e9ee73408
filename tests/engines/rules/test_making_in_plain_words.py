"""What is made with parts that a sentence ties to it, opened by what it is about, and counted after a filter."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.reading.clauses import Clause, mask
from engines.rules.reading.names import NotRead
from engines.rules.reading.values.fillings import Filling, fillings_in
from tests.conftest import Server
from tests.support.rules_playing import play, shown


def fillings(words: str) -> tuple[Filling, ...]:
    masked, quotes = mask(words)
    return fillings_in(masked, Clause("create", masked, "", words, quotes, "create", masked))


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (
            "born on 1 May 1979, from Sweden",
            (Filling("born", ("1 May 1979",)), Filling("", ("Sweden",), "from")),
        ),
        (
            "by Ann Lee with the tags sea and salt, price 18.90",
            (Filling("", ("Ann Lee",), "by"), Filling("tags", ("sea", "salt")), Filling("price", ("18.90",))),
        ),
        ("to Bo, due on 24 December 2026 at 18:00", (Filling("", ("Bo",), "to"), Filling("due", ("24 December 2026",), "", "18:00"))),
        ("with the tags 'a' and 'b'", (Filling("tags", ("a", "b"), "with"),)),
    ],
)  # fmt: skip
def test_the_parts_are_read(words: str, read: tuple[Filling, ...]) -> None:
    assert fillings(words) == read


@pytest.mark.parametrize(
    "words",
    [
        "with a smile", "with care", "on behalf of Ann", "at noon", "for ten seconds", "in a new tab", "to everyone",
        "before Friday", "by Friday", "as Ann", "by tapping your nose", "without hurry", "unless it rains", "with price 3, price 4",
    ],
)  # fmt: skip
def test_what_is_no_part_of_it_is_not_read(words: str) -> None:
    with pytest.raises(NotRead):
        fillings(words)


MOORINGS = """
<h1>Add mooring</h1><form onsubmit="event.preventDefault(); keep()"><label>Skipper <input id="skipper" required></label>
<label>Boat <select id="boat"><option>-</option><option>The Grey Heron</option><option>Tern</option></select></label>
<div>Due: <p>Date: <input id="day"> <br>Time: <input id="hour"></p></div><button>Save</button></form><div id="list"></div>
<script>
function keep() { const row = [boat.value, skipper.value, day.value, hour.value].join("|"); document.querySelector("form").remove(); document.querySelector("h1").textContent = "Moorings"; list.textContent = "made: " + (BROKEN ? "" : row) }
</script>
"""

pages = pytest.mark.asyncio(loop_scope="session")
PROMPT = "Add a mooring of The Grey Heron to Ann Vold, due on 24 December 2026 at 18:00."


@pytest.mark.browser
@pages
@pytest.mark.parametrize("label", ["Recipient", "Borrower"])
async def test_a_value_goes_into_the_only_field_that_it_can_mean(
    session: Session, server: Server, label: str
) -> None:
    page = MOORINGS.replace("Skipper", label).replace("BROKEN", "false")

    ended = await play(session, server.page(page), PROMPT)

    assert isinstance(ended, Finish), ended
    assert "made: The Grey Heron|Ann Vold|2026-12-24|18:00" in await shown(session)


@pytest.mark.browser
@pages
async def test_it_is_not_made_where_no_field_is_meant_by_a_part(session: Session, server: Server) -> None:
    ended = await play(session, server.page(MOORINGS.replace("BROKEN", "false")), PROMPT)

    assert isinstance(ended, GiveUp)
    assert "no field says that 'to Ann Vold' belongs there" in ended.reason
    assert "made" not in await shown(session)


@pytest.mark.browser
@pages
async def test_it_is_not_called_made_where_the_page_does_not_show_it(
    session: Session, server: Server
) -> None:
    page = MOORINGS.replace("Skipper", "Recipient").replace("BROKEN", "true")

    ended = await play(session, server.page(page), PROMPT)

    assert isinstance(ended, GiveUp)


CREW = """
<button onclick="box.hidden = false">New voyage</button><ul id="list"></ul><form id="box" hidden onsubmit="event.preventDefault(); keep()"><label>Title <input id="title"></label>
<label>Owner <select id="owner"><option>Nobody</option><option>Ann</option></select></label> <label>Sender <input id="sender"></label> <label>Author <input id="author"></label>
<label>Port of call <select id="port"><option>-</option><option>Bergen</option></select></label> <label>Place of birth <input id="place"></label> <label>Customer number <input id="number"></label>
<label>Due date <input type="date" id="due"></label> <label>Scheduled start date <input type="date" id="start"></label><button>Save</button></form>
<script>
function keep() { const row = [owner.value, sender.value, author.value, port.value, place.value, number.value, due.value, start.value].join("|"); list.innerHTML = `<li>${title.value}</li><li>kept ${row}</li>`; box.remove() }
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("part", "kept"),
    [
        ("from Ann", "Nobody|Ann||-|"), ("by Ann", "Ann|"), ("of Bergen", "Nobody|||Bergen|"), ("with Ann", ""), ("in Ann", ""),
        ("by 3 May 2027", ""), ("at 10:30", ""), ("for 50", ""), ("for Ann", ""), ("with the date 3 May 2027", ""),
    ],
)  # fmt: skip
async def test_a_part_goes_only_where_its_preposition_can_mean(
    session: Session, server: Server, part: str, kept: str
) -> None:
    ended = await play(session, server.page(CREW), f"Create a voyage called Skua {part}.")

    assert isinstance(ended, Finish if kept else GiveUp), ended
    assert ("kept " + kept in await shown(session)) is bool(kept)


BOATS = """
<h1>boats</h1><h3 id="told">4 rows</h3><form><select id="column"><option>- column -</option><option>name</option><option>port</option></select>
<input id="value"><input type="button" value="Apply" onclick="draw()"></form>
<table><thead><tr><th>id</th><th>name</th><th>port</th></tr></thead><tbody id="rows"></tbody></table>
<ul><li>boats one</li><li>boats two</li><li>boats three</li></ul>
<script>
const boats = [["Heron", "Oslo"], ["Tern", "Bergen"], ["Gull", "Oslo"], ["Auk", "Bodo"]];
function draw() {
  const kept = boats.filter(it => column.value != "port" || it[1] == value.value);
  rows.innerHTML = kept.map((it, at) => `<tr><td>${at + 1}</td><td>${it[0]}</td><td>${it[1]}</td></tr>`).join("");
  told.textContent = kept.length + " rows";
}
draw();
</script>
"""


@pytest.mark.browser
@pages
async def test_rows_are_filtered_by_the_column_that_has_the_value_and_counted(
    session: Session, server: Server
) -> None:
    schema = {"type": "object", "properties": {"count": {"type": "integer"}}}
    prompt = "Show only boats from Oslo and tell me how many there are."

    ended = await play(session, server.page(BOATS), prompt, schema=schema)

    assert isinstance(ended, Finish), ended
    assert ended.output == {"count": 2}


@pytest.mark.browser
@pages
async def test_the_page_of_a_server_that_failed_is_no_success(session: Session, server: Server) -> None:
    page = "<title>New boat</title><h1>Boat</h1><button onclick=\"document.title = 'DatabaseError at /boats/'\">Keep</button>"

    ended = await play(session, server.page(page), "Click 'Keep'.")

    assert isinstance(ended, GiveUp)
