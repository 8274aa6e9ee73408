"""What a page states for machines is read as plain values, with the element that carries it."""

from __future__ import annotations

import pytest

from browser.model.observation import View

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def stated(session, server, page):
    await session.goto(server.page(page))
    return await session.observe(View(structured=True))


async def test_linked_data_is_read_thing_by_thing(session, server):
    page = """<script type="application/ld+json">
    {"@graph": [{"@type": "WebSite", "name": "Mill"},
                {"@type": ["Product", "Thing"], "name": "Rye flour",
                 "offers": [{"@type": "Offer", "price": 4.5}, {"@type": "Offer", "price": "9.00"}]}]}
    </script><p>Flour</p>"""

    seen = await stated(session, server, page)

    product = [one for one in seen.structured if one.kind == "product thing"]
    assert [(one.name, one.value) for one in product if "@type" not in one.name] == [
        ("name", "Rye flour"),
        ("offers/0/price", "4.5"),
        ("offers/1/price", "9.00"),
    ]
    assert len({(one.thing, one.kind) for one in seen.structured}) == 2


async def test_line_breaks_in_strings_and_a_comma_too_many_do_not_hide_it(session, server):
    page = '<script type="application/ld+json">{"@type": "Article", "headline": "Two\nlines",}</script>'

    seen = await stated(session, server, page)

    assert [(one.kind, one.name, one.value) for one in seen.structured] == [
        ("article", "headline", "Two lines")
    ]


async def test_what_is_no_json_is_passed_over(session, server):
    seen = await stated(session, server, '<script type="application/ld+json">{nothing</script><p>Here</p>')

    assert seen.structured == ()
    assert seen.text == "Here"


async def test_microdata_names_the_element_that_carries_it(session, server):
    page = """<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Rye flour</h1>
    <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
      <b itemprop="price" content="4.50">4,50 €</b><link itemprop="availability" href="https://schema.org/InStock">
    </div></div><i itemprop="sku">R-1</i>"""

    seen = await stated(session, server, page)

    told = {one.name: (one.value, one.kind) for one in seen.structured}
    assert told["name"] == ("Rye flour", "product")
    assert told["offers/price"] == ("4.50", "product")
    assert told["offers/availability"] == ("https://schema.org/InStock", "product")
    assert told["sku"] == ("R-1", "")
    by_name = {one.name: seen.element(one.ref) for one in seen.structured}
    assert by_name["name"] is not None
    assert by_name["name"].text == "Rye flour"


async def test_the_head_is_read_by_the_names_of_its_meta_elements(session, server):
    page = (
        '<meta property="OG:Title" content="Rye"><meta name="author" content="Ann"><meta name="x" content="">'
    )

    seen = await stated(session, server, page)

    assert [(one.syntax, one.name, one.value) for one in seen.structured] == [
        ("meta", "og:title", "Rye"),
        ("meta", "author", "Ann"),
    ]


async def test_nothing_is_read_of_it_unless_it_is_asked_for(session, server):
    await session.goto(server.page('<meta name="author" content="Ann"><p>Here</p>'))

    assert (await session.observe(View())).structured == ()


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", ""),
        ("//<![CDATA[\n", "\n//]]>"),
        ("/* <![CDATA[ */", "/* ]]> */"),
        ("<!--", "//-->"),
        ("<!--\n", "\n-->"),
    ],
)
async def test_comments_around_it_and_addresses_in_its_last_line_do_not_hide_it(
    before, behind, session, server
):
    told = '{"@context": "https://schema.org", "@type": "Product", "name": "Kettle", "url": "https://x.example/k",}'

    seen = await stated(
        session, server, f'<script type="application/ld+json">{before}{told}{behind}</script>'
    )

    assert {one.name: one.value for one in seen.structured} == {
        "name": "Kettle",
        "url": "https://x.example/k",
    }


async def test_items_that_all_refer_to_one_another_do_not_keep_a_page_from_being_read(session, server):
    names = " ".join(f"item{at}" for at in range(9))
    items = "".join(f"<p id=item{at} itemprop=part itemscope itemref='{names}'>Part</p>" for at in range(9))
    page = f"<h1 itemscope itemref='{names}'>Parts</h1>{items}<h1 itemscope><b itemprop=name>Kettle</b></h1>"
    await session.goto(server.page(page))

    seen = await session.observe(View(structured=True))

    assert "Parts" in seen.text
    assert len(seen.structured) < 3000
