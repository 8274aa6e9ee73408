"""Which pages are about one product, and which of their lines is its name."""

from __future__ import annotations

import pytest

from browser.model.page_tree import PageTree
from engines.extraction.product.page import ProductPage
from tests.support.page_of_lines import Line, line, page_of

TITLE = "Buy copper kettle, two litres | Hearth & Hob"
NAME = "Copper kettle, two litres"


def product(*lines: Line, title: str = TITLE) -> ProductPage:
    page = page_of(*lines, title=title)
    return ProductPage(PageTree.of(page), page)


def name_of(page: ProductPage) -> str:
    return page.blocks[page.headline].text


@pytest.mark.parametrize(
    "lines",
    [
        [line("Reviews", level=1), line(NAME, level=2)],
        [line("Hearth & Hob", level=1), line(NAME, level=2)],
        [line("Welcome to our shop"), line(NAME), line("€ 64.50")],
        [line("Two litres"), line(NAME, level=1)],
    ],
)
def test_the_name_is_the_line_that_the_title_repeats_best(lines):
    assert name_of(product(*lines)) == NAME


def test_a_name_in_a_script_without_blanks_is_found_without_a_heading():
    page = product(line("歡迎來到"), line("西莎小羊肉餐盒"), line("$29"), title="西莎小羊肉餐盒 - 愛上新鮮")

    assert name_of(page) == "西莎小羊肉餐盒"
    assert page.is_one


def test_where_the_title_says_nothing_the_first_heading_of_first_level_is_the_name():
    page = product(line("Our shop", level=2), line(NAME, level=1), title="Untitled")

    assert name_of(page) == NAME


def test_a_price_right_below_the_name_makes_a_page_that_of_a_product():
    assert product(line(NAME), line("From our forge."), line("€ 64.50")).is_one


def test_an_amount_in_a_sentence_makes_none():
    said = "The forge was sold for € 64,500 to a family from the next village in spring."

    assert not product(line(NAME, level=1), line(said)).is_one


def test_prices_of_several_cards_make_none():
    cards = [line(f"€ {at}9.00", hints=("price",)) for at in range(1, 7)]

    assert not product(line("Copper kettles", level=1), *cards, title="Copper kettles | Hearth & Hob").is_one
