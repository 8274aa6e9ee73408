"""Where a value was read, and which values stand nowhere."""

from __future__ import annotations

import pytest

from agent_core.loop.grounds.provenance import sources_of
from browser.model.observation import Element, Observation

SHOP = Observation(
    url="https://shop.example/tea",
    title="Tea shop",
    elements=(
        Element(ref="f0e1", role="heading", name="Green  Tea", text="Green Tea"),
        Element(ref="f0e2", role="text", name="Price: 1,234.50 EUR, in stock: 7"),
        Element(ref="f0e3", role="link", name="Details", href="https://shop.example/tea/1"),
        Element(ref="f0e4", role="textbox", name="Quantity", value="3"),
        Element(ref="f0e6", role="link", name="Order", href="https://shop.example/order?what=oolong-77"),
        Element(ref="f0e7", role="link", name="Write", href="mailto:tea@shop.example?subject=Tea"),
        Element(ref="f0e5", role="group", name="All", text="Green Tea Price: 1,234.50 EUR, in stock: 7"),
    ),
    text="Green Tea\nPrice: 1,234.50 EUR, in stock: 7\nHarvested on March 3, 2024\nLot 2019-2024",
)


def found(value: object) -> str | None:
    source = sources_of({"v": value}, [SHOP], {})["/v"]
    return None if source is None else source.ref or source.text


@pytest.mark.parametrize(
    ("value", "where"),
    [
        pytest.param("green tea", "f0e1", id="text, whatever its case"),
        pytest.param(1234.5, "f0e2", id="number with a thousands separator"),
        pytest.param(7, "f0e2", id="integer"),
        pytest.param(3, "f0e4", id="value of a field"),
        pytest.param("https://shop.example/tea/1", "f0e3", id="link"),
        pytest.param("/tea/1", "f0e3", id="link without its origin"),
        pytest.param("shop.example", "f0e3", id="host of a link"),
        pytest.param("oolong-77", "f0e6", id="a part of a link"),
        pytest.param("tea@shop.example", "f0e7", id="an e-mail address"),
        pytest.param(1, None, id="a short number in a link"),
        pytest.param(77, None, id="a number in a part of a link"),
        pytest.param("oolong", None, id="a word in a part of a link"),
        pytest.param("2024-03-03", "Harvested on March 3, 2024", id="date"),
        pytest.param("2024-03-03T00:00:00Z", "Harvested on March 3, 2024", id="date and time"),
        pytest.param(2024, "Harvested on March 3, 2024", id="year"),
        pytest.param("Tea shop", "Tea shop", id="title"),
        pytest.param("een Te", None, id="part of words"),
        pytest.param(234.5, None, id="part of a number"),
        pytest.param("Black Tea", None, id="made up"),
        pytest.param(99, None, id="made-up number"),
        pytest.param("2024-03-04", None, id="another day"),
        pytest.param("2024-13-40", None, id="no day at all"),
    ],
)
def test_where_a_value_stands(value, where):
    assert found(value) == where


def test_values_are_named_by_their_pointer_and_empty_ones_are_left_out():
    output = {"a/b": ["Green Tea", None, "", True], "n": {"m": 7}}
    assert list(sources_of(output, [SHOP], {})) == ["/a~1b/0", "/n/m"]


def test_a_plain_output_has_the_empty_pointer():
    assert sources_of("Green Tea", [SHOP], {})[""].ref == "f0e1"


def test_the_engine_is_believed_about_the_element_only_if_it_says_so():
    sources = sources_of(["7", "7"], [SHOP], {"/0": "f0e5", "/1": "f0e1"})
    assert sources["/0"].ref == "f0e5"
    assert sources["/1"].ref == "f0e2"


def test_the_last_page_is_asked_first_and_older_ones_too():
    newer = Observation(url="https://shop.example/other", text="Green Tea")
    sources = sources_of(["Green Tea", 1234.5], [SHOP, newer], {})
    assert sources["/0"].url == "https://shop.example/other"
    assert sources["/1"].url == "https://shop.example/tea"


def test_a_long_text_is_cut_around_the_value():
    page = Observation(url="https://x.example/", text="a " * 500 + "needle " + "b " * 500)
    source = sources_of("needle", [page], {})[""]
    assert "needle" in source.text
    assert len(source.text) <= 200


def test_words_that_are_all_there_but_not_together_are_not_found():
    page = Observation(url="https://x.example/", text="green leaves\nblack tea")
    assert sources_of("green tea", [page], {})[""] is None
    assert sources_of("leaves\nBlack", [page], {})[""] is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(3500000, "Budget: 3.5 million", id="a number with a scale"),
        pytest.param("2024-03-12", "12. März 2024", id="a day in another language"),
        pytest.param("2024-03-12", "12-Mar-24", id="a day with a short year"),
    ],
)
def test_a_value_stands_there_however_the_page_writes_it(value, text):
    page = Observation(url="https://x.example/", text=text)
    assert sources_of(value, [page], {})[""].text == text
