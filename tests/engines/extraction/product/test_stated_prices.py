"""Of the prices that a page states with schema.org, the one that anybody pays for a new product comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from browser.model.observation import Observation, StatedValue
from browser.model.page_tree import PageTree
from engines.extraction.product.offer import main_products, stated_prices
from engines.extraction.product.page import ProductPage
from tests.support.page_of_lines import line, page_of


def prices(*stated: tuple[str, str]) -> list[str]:
    values = tuple(
        StatedValue(syntax="json-ld", thing=1, kind="product", name=name, value=value, ref="")
        for name, value in (("name", "Copper kettle"), *stated)
    )
    page = Observation(url="http://127.0.0.1/p", title="Copper kettle", structured=values)
    return [one.value for one in stated_prices(main_products(page, "Copper kettle")[0], page)]


SPECIFICATION = "offers/priceSpecification"


@pytest.mark.parametrize(
    "told",
    [
        ("priceType", "https://schema.org/ListPrice"),
        ("priceType", "https://schema.org/StrikethroughPrice"),
        ("priceType", "MSRP"),
        ("validForMemberTier/name", "Gold"),
    ],
)
def test_a_price_that_not_everybody_pays_is_left_out(told):
    name, value = told

    assert prices(
        (f"{SPECIFICATION}/0/price", "80.00"),
        (f"{SPECIFICATION}/0/{name}", value),
        (f"{SPECIFICATION}/1/price", "64.50"),
    ) == ["64.50"]


def test_a_sale_price_is_one_to_pay():
    assert prices(
        (f"{SPECIFICATION}/price", "64.50"), (f"{SPECIFICATION}/priceType", "https://schema.org/SalePrice")
    ) == ["64.50"]


def test_offers_of_used_ones_come_last():
    assert prices(
        ("offers/0/price", "32.29"),
        ("offers/0/itemCondition", "https://schema.org/UsedCondition"),
        ("offers/1/price", "66.75"),
        ("offers/1/itemCondition", "https://schema.org/NewCondition"),
    ) == ["66.75", "32.29"]


def test_a_price_of_a_measure_comes_last():
    assert prices(
        (f"{SPECIFICATION}/0/price", "2.15"),
        (f"{SPECIFICATION}/0/referenceQuantity/value", "100"),
        (f"{SPECIFICATION}/1/price", "64.50"),
    ) == ["64.50", "2.15"]


@pytest.mark.parametrize(
    ("shown", "amount"),
    [
        (("€ 29.95", ("price", "current")), 29.95),
        (("€ 29.95 or € 27.23 without tax", ("price", "current")), 27.23),
        (("€ 29.95", ("related",)), 27.23),
    ],
    ids=["nowhere", "beside another", "of others alone"],
)
def test_a_stated_price_that_shows_nowhere_gives_way_to_one_that_surely_is_the_price(shown, amount):
    text, hints = shown
    page = page_of(line("Copper kettle", level=1), line(text, hints=hints), title="Copper kettle")
    stated = tuple(
        StatedValue(syntax="json-ld", thing=1, kind="product", name=name, value=value)
        for name, value in (("name", "Copper kettle"), ("offers/price", "27.23"))
    )
    page = replace(page, structured=stated)

    price = ProductPage(PageTree.of(page), page).price

    assert price is not None
    assert price.amount == amount
