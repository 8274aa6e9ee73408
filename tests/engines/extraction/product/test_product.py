"""The one product of a page is read from what shows and what is stated, and not from the products beside it."""

from __future__ import annotations

import pytest

from browser.model.observation import View
from engines.extraction import extract

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": ["string", "null"]},
        "price": {"type": ["number", "null"]},
        "currency": {"type": ["string", "null"]},
        "sku": {"type": ["string", "null"]},
        "availability": {"enum": ["InStock", "OutOfStock", None]},
    },
}
OTHERS = (
    "<div class=recommended><h2>Others bought</h2>"
    "<p><a href=/a>Copper ladle</a> <b>€ 3.00</b></p><p><a href=/b>Tin cup</a> <b>€ 2.00</b></p></div>"
)
STATED = """<script type="application/ld+json">{"@type": "Product", "name": "Copper kettle", "sku": "KT-2040",
"offers": {"@type": "Offer", "price": "64.50", "priceCurrency": "EUR",
"availability": "https://schema.org/OutOfStock"}}</script>"""


async def read(session, server, body, head="", title="Copper kettle | Hearth & Hob", path="/kettles/copper"):
    page = f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    await session.goto(server.page(page, path))
    seen = await session.observe(View(budget_tokens=None, appearance=True, structured=True))
    return extract(SCHEMA, "Extract the product", seen)


async def test_what_shows_near_the_name_is_the_products(session, server):
    got = await read(
        session,
        server,
        "<h1>Copper kettle</h1><p class=old><s>€ 80.00</s></p><p class=price style='font-size:28px'>€ 64.50</p>"
        f"<p>Item no. KT-2040</p><button>Add to cart</button>{OTHERS}",
    )

    assert got.output == {
        "name": "Copper kettle",
        "price": 64.5,
        "currency": "EUR",
        "sku": "KT-2040",
        "availability": "InStock",
    }
    assert got.confident


async def test_what_is_stated_for_machines_is_taken_where_nothing_shows(session, server):
    got = await read(session, server, f"<h1>Copper kettle</h1><p>Holds two litres.</p>{OTHERS}", STATED)

    assert got.output == {
        "name": "Copper kettle",
        "price": 64.5,
        "currency": "EUR",
        "sku": "KT-2040",
        "availability": "OutOfStock",
    }


async def test_a_stated_price_that_shows_wins_over_one_that_does_not(session, server):
    head = '<meta property="product:price:amount" content="70.00"><meta property="og:price:amount" content="64.50">'
    got = await read(
        session, server, f"<h1>Copper kettle</h1><p class=price>€ 64,50</p><p>SKU: KT2040</p>{OTHERS}", head
    )

    assert got.output["price"] == 64.5


async def test_microdata_of_the_products_beside_it_is_not_read(session, server):
    body = (
        "<div itemscope itemtype='https://schema.org/Product'><h1 itemprop=name>Copper kettle</h1>"
        "<div itemprop=offers itemscope itemtype='https://schema.org/Offer'><b itemprop=price content='64.50'>"
        "64,50 €</b><meta itemprop=priceCurrency content=EUR></div></div>"
        "<div itemscope itemtype='https://schema.org/Product'><i itemprop=name>Tin cup</i>"
        "<div itemprop=offers itemscope><b itemprop=price content='2.00'>2,00 €</b></div></div>"
    )
    got = await read(session, server, body)

    assert (got.output["price"], got.output["currency"]) == (64.5, "EUR")


async def test_a_code_is_read_from_a_row_of_its_own(session, server):
    got = await read(
        session,
        server,
        "<h1>Copper kettle</h1><p class=price>€ 64.50</p><table><tr><th>Weight</th><td>1200 g</td></tr>"
        "<tr><th>Article number</th><td>204.017.33</td></tr></table>",
    )

    assert got.output["sku"] == "204.017.33"


@pytest.mark.parametrize("path", ["/kettles/copper-kettle-20401733.html", "/20401733-copper-kettle"])
async def test_a_code_in_the_address_serves_where_the_page_names_none(path, session, server):
    got = await read(
        session,
        server,
        "<h1>Copper kettle</h1><p class=price>€ 64.50</p><button>Buy now</button>",
        path=path,
    )

    assert got.output["sku"] == "20401733"


@pytest.mark.parametrize(
    "words", ["Currently unavailable.", "Sold out", "Derzeit nicht verfügbar", "Agotado"]
)
async def test_a_product_that_is_gone_is_out_of_stock(words, session, server):
    got = await read(
        session, server, f"<h1>Copper kettle</h1><p class=price>€ 64.50</p><p>{words}</p><p>SKU KT-2040</p>"
    )

    assert got.output["availability"] == "OutOfStock"


async def test_a_product_with_one_variant_left_is_in_stock(session, server):
    head = """<script type="application/ld+json">{"@type": "Product", "name": "Copper kettle", "offers": [
    {"price": "64.50", "availability": "OutOfStock"}, {"price": "64.50", "availability": "InStock"}]}</script>"""
    got = await read(session, server, "<h1>Copper kettle</h1><p>€ 64.50</p>", head)

    assert got.output["availability"] == "InStock"


async def test_what_is_nowhere_is_null(session, server):
    got = await read(
        session, server, "<h1>Copper kettle</h1><p class=price>€ 64.50</p><p>From our forge.</p>"
    )

    assert got.output["sku"] is None
    assert got.output["availability"] is None


async def test_of_a_list_of_products_none_is_taken_for_the_one(session, server):
    cards = "".join(
        f"<div class=card><h3><a href=/p/{at}>Kettle {at}</a></h3><span class=price>€ {at}9.00</span></div>"
        for at in range(1, 7)
    )
    got = await read(
        session, server, f"<h1>All our kettles</h1>{cards}", title="All our kettles | Hearth & Hob"
    )

    assert got.output.get("price") is None or not got.confident


async def test_a_page_is_a_products_where_it_repeats_the_code_in_its_address(session, server):
    got = await read(
        session,
        server,
        "<h1>Copper kettle, two litres</h1><p>Catalogue page KX20401733 of this winter.</p>",
        title="Copper kettle, two litres | Hearth & Hob",
        path="/kettles/item/KX20401733",
    )

    assert got.output["sku"] == "KX20401733"


async def test_an_old_and_a_new_price_of_one_line_are_told_apart(session, server):
    got = await read(
        session,
        server,
        "<h1>Copper kettle</h1><p><del>€ 80.00</del> <ins>€ 64.50</ins> <span>Save € 15.50</span></p>"
        "<p>or 3 payments of € 21.50</p><p>SKU: KT2040</p>",
    )

    assert got.output["price"] == 64.5


async def test_a_price_that_a_style_sheet_strikes_through_is_an_old_one(session, server):
    got = await read(
        session,
        server,
        "<h1>Copper kettle</h1><p><span class=a>€ 80.00</span> <span>€ 64.50</span></p><p>SKU: KT2040</p>",
        "<style>.a { font-size: 40px; text-decoration: line-through }</style>",
    )

    assert got.output["price"] == 64.5


@pytest.mark.parametrize(
    "price",
    [
        "<span>$229</span><span style='position: relative; top: -6px'>99</span>",
        "<span>$229</span> <span>99</span>",
        "229 <sup>99</sup> Lei",
        "€ 229<small style='font-size: 8px; vertical-align: super'> 99</small>",
    ],
)
async def test_cents_that_only_their_look_sets_apart_are_cents(price, session, server):
    got = await read(
        session, server, f"<h1>Copper kettle</h1><p class=price>{price}</p><button>Buy now</button>"
    )

    assert got.output["price"] == 229.99


async def test_digits_of_one_size_on_one_line_are_one_number(session, server):
    got = await read(
        session, server, "<h1>Copper kettle</h1><p class=price>$<b>1</b><b>50</b></p><button>Buy now</button>"
    )

    assert got.output["price"] == 150


async def test_what_the_page_states_of_other_prices_tells_which_currency_a_sign_is(session, server):
    other = '{"@type": "Offer", "name": "Parcel", "price": "9.00", "priceCurrency": "AUD"}'
    got = await read(
        session,
        server,
        "<h1>Copper kettle</h1><p class=price>$64.50</p><button>Buy now</button>"
        f"<script type='application/ld+json'>{other}</script>",
    )

    assert (got.output["price"], got.output["currency"]) == (64.5, "AUD")


async def test_an_amount_converted_into_another_currency_is_not_the_price(session, server):
    got = await read(
        session,
        server,
        "<h1>Copper kettle</h1><p class=price>approx. EUR 75.10</p><p>GBP 64.50</p><p>SKU: KT2040</p>",
    )

    assert (got.output["price"], got.output["currency"]) == (64.5, "GBP")


async def test_cards_of_other_products_are_no_likelier_for_what_their_prices_are_called(session, server):
    cards = "".join(
        f"<a class=card href=/{name}><b>{name}</b><p class=price>€ {price}</p></a>"
        for name, price in (("Ladle", "3.00"), ("Cup", "2.00"))
    )
    got = await read(
        session,
        server,
        f"<div><h1>Copper kettle</h1><p>Holds two litres.</p><div>€ 64.50</div></div><div class=grid>{cards}</div>"
        "<button>Add to cart</button>",
    )

    assert got.output["price"] == 64.5


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p class=rrp>RRP € 80.00</p>", "<div class='price sale'>Sale price € 64.50 Regular price</div>"),
        ("<div class='price without-tax'>€ 80.00</div>", "<div class='price with-tax'>€ 64.50</div>"),
    ],
)
async def test_a_price_with_its_tax_or_before_the_name_of_the_next_one_is_the_one_to_pay(
    old, new, session, server
):
    got = await read(session, server, f"<h1>Copper kettle</h1>{old}{new}<button>Add to cart</button>{OTHERS}")

    assert got.output["price"] == 64.5
