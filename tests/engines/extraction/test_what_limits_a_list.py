"""What a wish says of the records that are meant is understood, or the list is in doubt."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.extraction.schema.wish import read_wish
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play

JARS = {"type": "object", "properties": {"jars": {"type": "array", "items": {"type": "object", "properties": {
    "jar": {"type": ["string", "null"]}, "maker": {"type": ["string", "null"]}}}}}}  # fmt: skip
COUNT = {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]}


@pytest.mark.parametrize(
    "wish",
    ["Extract the books that are due soon", "List all jobs which name no pay", "Extract the books with a fee",
     "Get the authors who live in Ystad", "Extract the jobs with no date."],
)  # fmt: skip
def test_a_limit_that_is_not_understood_is_a_doubt(wish: str) -> None:
    assert read_wish(wish).doubts


@pytest.mark.parametrize(
    "wish",
    ["Extract all books that are on this page", "Get the jobs which the page lists, with title and pay",
     "Extract the items that cost more than 5", "Get the post that has the most votes",
     "List every product that is shown, with its price", "Get each job with a title and a link"],
)  # fmt: skip
def test_what_limits_nothing_or_is_understood_is_none(wish: str) -> None:
    assert read_wish(wish).doubts == ()


SHELF = """
<h1>Jars</h1><table><thead><tr><th>Jar<th>Maker<th>Day</tr></thead><tbody id=all></tbody></table><p id=told>TOLD</p><nav id=way></nav>
<script>
const rows = [["Fig jam with ginger, cloves and a little lemon", "Ann", "1 May 2031"], ["Plum jam with a long name of its own", "Bo", "2 May 2031"], ["Rye", "Cyrus Alexander Montgomery of the mill", "3 May 2031"], ["Oat", "Dan", "4 May 2031"]]; let at = 0;
function draw() { all.innerHTML = rows.slice(at, at + 2).map(r => `<tr>${r.map(c => `<td>${c}`).join("")}</tr>`).join(""); way.innerHTML = at ? "" : '<a href="#" onclick="at = 2; draw(); return false">Next</a>' }
draw();
</script>
"""
LEFT = """
<h1>Tasks</h1><ul><li><b>Sweep</b> <button>Done</button></li><li><b>Paint</b> <button>Done</button></li><li><b>Rest</b> <button>Done</button></li></ul><p>2 tasks left</p>
"""
FEES = """
<h1>Loans</h1><table><tr><th>Book<th>Fee</tr><tr><td>Tides<td>3.00</tr><tr><td>Hills<td>4.50</tr><tr><td>Salt<td>1.00</tr></table>
"""
PHONES = """
<h1>Phones</h1><div><article><h2>Pico</h2><p>€ 299</p></article><article><h2>Nano</h2><p>€ 189</p></article><article><h2>Giga</h2><p>€ 9</p></article></div>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestOnPages:
    async def test_columns_of_another_width_on_a_later_page_keep_their_names(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(SHELF), "Extract all jars with their makers.", schema=JARS)

        assert isinstance(ended, Finish), ended
        read = [(one["jar"], one["maker"]) for one in ended.output["jars"]]
        assert read[2:] == [("Rye", "Cyrus Alexander Montgomery of the mill"), ("Oat", "Dan")]

    async def test_what_goes_on_elsewhere_is_not_counted(self, session: Session, server: Server) -> None:
        ended = await play(session, server.page(SHELF), "How many jars are there?")

        assert isinstance(ended, GiveUp), ended

    async def test_the_number_of_some_is_not_that_of_all(self, session: Session, server: Server) -> None:
        ended = await play(session, server.page(LEFT), "How many tasks are there?", schema=COUNT)

        assert isinstance(ended, Finish), ended
        assert ended.output == {"count": 3}

    @pytest.mark.parametrize(
        ("page", "wish", "name"),
        [
            pytest.param(FEES, "Extract the total fee.", "total_fee", id="a sum that is none"),
            pytest.param(PHONES, "Extract the best rated phone.", "name", id="no ratings"),
        ],
    )
    async def test_a_value_of_another_thing_is_not_given(
        self, session: Session, server: Server, page: str, wish: str, name: str
    ) -> None:
        kind = "number" if name == "total_fee" else "string"
        schema = {"type": "object", "properties": {name: {"type": kind}}, "required": [name]}
        ended = await play(session, server.page(page), wish, schema=schema)

        assert isinstance(ended, GiveUp), ended

    async def test_an_advert_that_says_so_before_its_name_is_no_record(
        self, session: Session, server: Server
    ) -> None:
        page = PHONES.replace("<h2>Giga", "<h2>Sponsored: Giga case")
        item = {"type": "object", "properties": {"name": {"type": "string"}, "price": {"type": "number"}}}
        schema = {"type": "object", "properties": {"phones": {"type": "array", "items": item}}}
        ended = await play(session, server.page(page), "Extract the phones under 300 euros.", schema=schema)

        assert isinstance(ended, Finish), ended
        assert [one["name"] for one in ended.output["phones"]] == ["Pico", "Nano"]

    async def test_what_a_word_in_brackets_marks_is_not_what_follows(
        self, session: Session, server: Server
    ) -> None:
        page = (
            "<h1>Crew</h1><ol><li>Ida (captain) <span>Goal</span></li><li>Ira <span>Attack</span></li></ol>"
        )
        ended = await play(session, server.page(page), "Who is the captain?")

        assert isinstance(ended, GiveUp), ended
