"""Which amounts of money count as prices of a product, and how those are read that several elements make up."""

from __future__ import annotations

import pytest

from browser.model.page_tree import PageTree
from engines.extraction.article.blocks import blocks_of
from engines.extraction.product.prices import shown_prices
from tests.support.page_of_lines import Line, line, page_of


def amounts(*runs: str) -> list[float]:
    """The prices of a line below the heading, the likeliest first."""
    page = page_of(line("Copper kettle", level=1), line(*runs))
    return [one.amount for one in shown_prices(blocks_of(PageTree.of(page), page), 0)]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("118, 99 TL", 118.99),
        ("$ 8. 94", 8.94),
        ("1.837, 32 €", 1837.32),
        ("35€ 99", 35.99),
        ("12€50", 12.5),
        ("26 - 50 €", 26),
        ("From 26 to 50 €", 26),
        ("€ 26 – € 50", 26),
        ("Now - $44.99", 44.99),
        ("12 € 50 g", 12),
        ("iPad 3 - 300 €", 300),
    ],
)
def test_a_price_is_read_however_its_line_is_written(text, amount):
    assert amounts(text) == [amount]


@pytest.mark.parametrize("text", ["You get -$5.00", "12,000 copies", "0,00 €"])
def test_what_is_taken_off_or_no_money_is_no_price(text):
    assert amounts(text) == []


@pytest.mark.parametrize(
    "text", ["€ 58.00 every 3 months", "€ 58.00 for subscribers", "No interest on € 99 and more"]
)
def test_a_price_on_conditions_is_less_likely_than_one_without(text):
    page = page_of(line("Copper kettle", level=1), line(text), line("€ 64.50"))

    assert shown_prices(blocks_of(PageTree.of(page), page), 0)[0].amount == 64.5


def test_a_price_that_is_called_an_old_one_is_so_only_beside_another():
    old, new = line("€ 80.00", hints=("price", "old")), line("€ 64.50")

    def likeliest(*lines: Line) -> float:
        page = page_of(line("Copper kettle", level=1), *lines)
        return shown_prices(blocks_of(PageTree.of(page), page), 0)[0].amount

    assert likeliest(old) == 80
    assert likeliest(old, new) == 64.5


def test_a_price_that_a_style_sheet_strikes_through_is_none():
    page = page_of(line("Copper kettle", level=1), line("€ 80.00", struck=True), line("€ 64.50"))

    assert [one.amount for one in shown_prices(blocks_of(PageTree.of(page), page), 0)] == [64.5]


@pytest.mark.parametrize(
    ("runs", "amount"),
    [
        (("$200", "2 bids"), 200),
        (("$12", "99"), 12.99),
        (("€ 12,", "99"), 12.99),
        (("1", ".299 kr"), 1299),
    ],
)
def test_digits_of_another_element_go_on_with_a_price_as_its_cents_alone(runs, amount):
    assert amounts(*runs)[0] == amount


def test_the_price_that_is_said_again_where_the_product_is_bought_is_likelier_than_one_said_once():
    long = (
        "Our offer is € 66.75 for one piece, with free delivery to every address, and returns within 30 days"
    )
    page = page_of(
        line("Copper kettle", level=1),
        line(long),
        line("€ 32.29"),
        line("€ 66.75"),
    )

    assert shown_prices(blocks_of(PageTree.of(page), page), 0)[0].amount == 66.75
