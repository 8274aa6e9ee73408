"""Cents that stand smaller or higher behind the whole amount, without a sign between the two."""

from __future__ import annotations

import pytest

from browser.model.observation import Element, Observation
from browser.model.page_tree import PageTree
from engines.extraction.article.blocks import blocks_of
from engines.extraction.product.prices import shown_prices


@pytest.mark.parametrize(
    ("whole", "amount"),
    [
        ("€ 229", 229.95),
        ("€ 1.299", 1299.95),
        ("€ 12.345.678", 12345678.95),
        ("$1,299", 1299.95),
        ("CHF 1\u2019299", 1299.95),
        ("€ 1 299", 1299.95),
    ],
)
def test_cents_that_are_raised_stay_cents_however_thousands_are_parted(whole: str, amount: float):
    elements = (
        Element(ref="f0e1", role="paragraph", tag="p", hints=("price",)),
        Element(ref="f0e2", role="text", name=whole, parent="f0e1", depth=1),
        Element(ref="f0e3", role="superscript", tag="sup", parent="f0e1", depth=1),
        Element(ref="f0e4", role="text", name="95", parent="f0e3", depth=2),
    )
    page = Observation(url="http://127.0.0.1/p", elements=elements, text=f"{whole} 95")
    tree = PageTree.of(page)

    [price] = shown_prices(blocks_of(tree, page), 0)

    assert price.amount == amount
