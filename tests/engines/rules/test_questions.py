"""A question without a schema is answered from the page, with where it stands, or not at all."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.extraction import extract
from engines.protocol import Finish, GiveUp
from engines.rules.answers import doubt
from engines.rules.reading.questions import read_question
from tests.conftest import Server
from tests.support.page_of_lines import line, page_of
from tests.support.rules_playing import play

ABOUT = """
<h1>Lanternfish</h1><p>A tool that keeps an eye on log files, and lights up where something is wrong.</p>
<dl><dt>Version</dt><dd>4.2.0</dd><dt>Released</dt><dd>14 October 2026</dd><dt>Licence</dt><dd>MIT</dd>
<dt>Maintainer</dt><dd>Ulla Brandt</dd></dl>
"""
SHEDS = """
<h1>Sheds</h1><button onclick="sheds.rows[2].hidden = false">Show all</button>
<table id=sheds><tr><th>Shed<th>Area<th>Owner<tr><td>North shed<td>12 m²<td>Ann Lee
<tr hidden><td>South shed<td>9 m²<td>Bo Falk<tr><td>East shed<td>20 m²<td>Cy Moor</table>
"""


@pytest.mark.parametrize(
    "words",
    [
        "What is the price of the blue lamp?",
        "What is the maintainer's phone number?",
        "What is the second price?",
        "What are the tags?",
        "How many orders are returned?",
        "How many blue boats are there?",
        "What is the weather tomorrow?",
        "List the books that Ann wrote with title and price",
        'What is the "price"?',
        "Why is it closed?",
    ],
)
def test_a_question_with_words_that_are_not_understood_is_not_read_in_part(words: str) -> None:
    assert read_question(words) is None


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("What is the current version?", ["current_version"]),
        ("What are the title, the author, and price of this book?", ["title", "author", "price"]),
        ("Who is the maintainer?", ["maintainer"]),
        ("When was it released?", ["released"]),
        ("How much does this kettle cost?", ["price"]),
        ("Who wrote this?", ["author"]),
        ("Tell me this customer's name, email and address", ["name", "email", "address"]),
        ("How many orders are there in total?", ["count"]),
        ("List the first 10 books with title and price", ["books"]),
        ("Extract the name and price of every product", ["product"]),
    ],
)
def test_what_is_asked_for_becomes_what_is_to_be_answered(words: str, names: list[str]) -> None:
    question = read_question(words)

    assert question is not None
    assert question.schema["required"] == names


@pytest.mark.parametrize(
    ("runs", "doubted"),
    [
        (("Written by ", "Ulla Brandt"), False),
        (("By ", "Ulla Brandt"), False),
        (("Text by ", "Ulla Brandt"), False),
        (("Author: ", "Ulla Brandt"), False),
        (("Maintained by ", "Ulla Brandt"), True),
        (("Edited by Ulla Brandt",), True),
        (("Powered by ", "Ulla Brandt"), True),
        (("Owner: ", "Ulla Brandt"), True),
    ],
)
def test_who_keeps_or_owns_something_is_not_said_to_have_written_it(
    runs: tuple[str, ...], doubted: bool
) -> None:
    question = read_question("Who wrote this?")
    page = page_of(line("Lanternfish", level=1), line("It keeps an eye on log files."), line(*runs))

    assert question is not None
    found = extract(question.schema, question.wish, page)
    assert found.output == {"author": "Ulla Brandt"}
    assert bool(doubt(question, found, page)) is doubted


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestAnswers:
    @pytest.mark.parametrize(
        ("words", "answer"),
        [
            ("What is the current version?", {"current_version": "4.2.0"}),
            ("What are the licence and the version?", {"licence": "MIT", "version": "4.2.0"}),
            ("When was it released?", {"released": "14 October 2026"}),
            ("Who is the maintainer?", {"maintainer": "Ulla Brandt"}),
        ],
    )
    async def test_what_the_page_says_under_that_name_is_the_answer(
        self, words: str, answer: dict[str, str], session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(ABOUT), words)

        assert isinstance(ended, Finish), ended
        assert ended.output == answer
        assert set(ended.sources) == {f"/{name}" for name in answer}

    @pytest.mark.parametrize(
        "words",
        ["What is the price?", "What is the phone number?", "How many boats are there?", "Who wrote it?"],
    )
    async def test_what_the_page_does_not_say_is_not_answered(
        self, words: str, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(ABOUT), words)

        assert isinstance(ended, GiveUp), ended

    @pytest.mark.parametrize(
        ("words", "body"),
        [
            ("Who wrote this?", "<p>Maintained by <a href=/people/ulla>Ulla Brandt</a></p>"),
            ("What is the maintainer email?", "<dl><dt>Maintainer<dd>Ulla Brandt<dt>Licence<dd>MIT</dl>"),
            ("How many tables are there?", "<h2>Tables</h2><p>customers: 400 rows</p>"),
        ],
    )  # fmt: skip
    async def test_a_value_that_is_called_something_else_beside_it_is_no_answer(
        self, words: str, body: str, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(f"<h1>Harbour office</h1>{body}"), words)

        assert isinstance(ended, GiveUp), ended

    @pytest.mark.parametrize("body", ["<p>2,000 orders</p>", "<dl><dt>Orders</dt><dd>2,000</dd></dl>"])
    async def test_a_number_that_the_page_tells_of_these_things_is_their_count(
        self, body: str, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(body), "How many orders are there?")

        assert isinstance(ended, Finish), ended
        assert ended.output == {"count": 2000}

    async def test_rows_are_listed_with_what_is_asked_of_each(self, session: Session, server: Server) -> None:
        ended = await play(session, server.page(SHEDS), "List all sheds with their area and owner.")

        assert isinstance(ended, Finish), ended
        assert ended.output == {
            "sheds": [{"area": "12 m²", "owner": "Ann Lee"}, {"area": "20 m²", "owner": "Cy Moor"}]
        }

    async def test_a_question_is_asked_of_the_page_as_it_is_after_the_steps_before_it(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(SHEDS), "Click 'Show all'. How many sheds are there?")

        assert isinstance(ended, Finish), ended
        assert ended.output == {"count": 3}
