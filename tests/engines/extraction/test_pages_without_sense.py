"""Whatever a page shows and states, reading its article or its product ends with values or without any."""

from __future__ import annotations

from dataclasses import replace

import pytest

from browser.model.observation import Box, Observation, StatedValue
from engines.extraction import extract
from tests.support.hostile import Hostile

TEXT = {"type": ["string", "null"]}
ARTICLE = {
    "type": "object",
    "properties": {"article_body": TEXT, "headline": TEXT, "author": TEXT, "date_published": TEXT},
}
PRODUCT = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "price": {"type": ["number", "null"]},
        "currency": TEXT,
        "sku": TEXT,
        "availability": {"enum": ["InStock", "OutOfStock", None]},
    },
}
SAID = (
    *("€ 12.50", "$1,299.00", "was € 80", "0 €", "€ 1e400", "€ ９９", "inf", "USD", "Sold out", "In stock"),
    *("SKU 2040-1", "Item no. KT-2040", "Add to cart", "By Ann Smith", "12 May 2026", "2026-05-09", "price"),
    *("http://[x/", "//[", "%5B", "http://a:99999/", "lorem ipsum dolor sit amet. " * 9),
)
NAMED = (
    *("name", "sku", "productID", "offers/price", "offers/0/price", "offers/priceCurrency", "headline"),
    *("offers/availability", "author", "author/name", "datePublished", "articleBody", "og:title", "og:type"),
    *("product:price:amount", "article:published_time"),
)
ROLES = ("text", "text", "heading", "paragraph", "link", "button", "row", "cell")


def page_of(hostile: Hostile) -> Observation:
    """A page of words that articles and products have, where they may not belong."""
    chance = hostile.chance

    def said() -> str:
        some = [chance.choice(SAID) for _ in range(chance.choice((1, 1, 1, 20)))]
        return hostile.text() if chance.random() < 0.2 else " ".join(some)

    seen = hostile.observation()
    elements = tuple(
        replace(
            one,
            role=chance.choice(ROLES),
            tag=chance.choice(("p", "h1", "div", "a", "time", "s")),
            name=said(),
            text=said(),
            hints=(chance.choice(("price", "old", "author", "date", "cart", "article", "meta")),),
            limits={"datetime": said()},
            box=Box(0, 0, chance.choice((0, 900)), 20),
        )
        for one in seen.elements
    )
    stated = tuple(
        StatedValue(
            syntax="json-ld",
            thing=chance.randint(0, 3),
            kind=chance.choice(("product", "newsarticle", "webpage", "")),
            name=chance.choice(NAMED),
            value=said(),
            ref=chance.choice(("", "f0e1", "f9e9")),
        )
        for _ in range(chance.randint(0, 12))
    )
    url = chance.choice((seen.url, f"http://127.0.0.1/p/{said().replace(' ', '-')}"))
    return replace(seen, elements=elements, structured=stated, title=said(), url=url)


@pytest.mark.parametrize(("schema", "wish"), [(ARTICLE, "the article"), (PRODUCT, "the product")])
def test_a_page_without_sense_is_read_all_the_same(schema: dict, wish: str):
    for seed in range(150):
        page = page_of(Hostile(seed))
        read = extract(schema, f"Extract {wish}", page)
        assert read.output is None or set(read.output) <= set(schema["properties"]), seed
