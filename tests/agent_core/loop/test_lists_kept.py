"""What becomes of a long list in the loop: it is kept, traced to its pages, and never cut short in silence."""

from __future__ import annotations

from agent_core.loop.acts.records import record_of, without_rows
from agent_core.loop.grounds.provenance import sources_of
from browser.model.actions import Collect
from browser.model.observation import Element, Observation
from browser.model.results import ActionResult, Collected, Row

LAST_PAGE = Observation(url="http://shop/?page=2", text="Kettle\n19.00")


def row(number: int, page: int, name: str, price: str) -> Row:
    elements = (
        Element(ref=f"r{number}.f0e1", role="listitem", text=f"{name} {price}"),
        Element(ref=f"r{number}.f0e2", role="text", name=name, parent=f"r{number}.f0e1"),
        Element(ref=f"r{number}.f0e3", role="text", name=price, parent=f"r{number}.f0e1"),
    )
    return Row(text=f"{name}\n{price}", url=f"http://shop/?page={page}", elements=elements)


LIST = Collected(
    rows=(row(0, 1, "Toaster", "12.50"), row(1, 1, "Whisk", "4.20"), row(2, 2, "Kettle", "19.00")),
    why="nothing leads on",
)


def test_a_value_from_a_page_that_was_left_behind_names_that_page_and_its_text():
    sources = sources_of([{"name": "Toaster", "price": 12.5}], [LAST_PAGE], {}, [LIST])

    assert {pointer: (one.url, one.text) for pointer, one in sources.items() if one} == {
        "/0/name": ("http://shop/?page=1", "Toaster"),
        "/0/price": ("http://shop/?page=1", "12.50"),
    }


def test_the_row_that_the_engine_names_is_believed_before_a_page_that_says_the_same():
    twice = Collected(rows=(row(0, 1, "Hook", "4.20"), row(1, 2, "Hook", "4.20")))
    sources = sources_of(["Hook", "Hook"], [], {"/0": "r0.f0e2", "/1": "r1.f0e2"}, [twice])

    assert [sources[pointer] and sources[pointer].url for pointer in ("/0", "/1")] == [
        "http://shop/?page=1",
        "http://shop/?page=2",
    ]


def test_a_row_that_says_something_else_is_no_source():
    sources = sources_of(["Ladle"], [LAST_PAGE], {"/0": "r0.f0e2"}, [LIST])

    assert sources == {"/0": None}


def test_what_is_kept_of_a_step_tells_of_the_rows_without_repeating_them():
    result = ActionResult(action=Collect(), did="collected 3 rows", collected=LIST)
    kept = record_of(result)

    assert kept.did == "collected 3 rows"
    assert "Toaster" not in kept.model_dump_json()
    assert without_rows(result).collected == Collected(why="nothing leads on")
