"""What stands at the head of an article, between its paragraphs and behind them: what of it is its text."""

from __future__ import annotations

import pytest

from tests.engines.extraction.article.test_article import (
    COMMENT,
    FIRST,
    SECOND,
    THIRD,
    page,
    paragraphs,
    read,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HEADLINE = "Barge breaks harbour gate"
LEAD = "The boats of the whole bay have to go around the mole, since a barge ran into the gate and broke it."
LONG_LEAD = f"{LEAD} A smith from the valley makes new hinges, and they will not be there before May."
NEXT = "A crane that had been thought lost was found in the boathouse of a man from the hill last night."


async def body_of(session, server, markup, head=""):
    return (await read(session, server, page(markup, head))).output["article_body"].split("\n\n")


async def test_a_lead_in_the_header_of_the_article_belongs_to_the_text(session, server):
    body = await body_of(
        session,
        server,
        f"<article><header><h1>{HEADLINE}</h1><p>12 May 2026</p><p>{LEAD}</p><p>Ada Quay</p></header>"
        f"<div>{paragraphs(FIRST, SECOND, THIRD)}</div></article>",
    )

    assert body == [LEAD, FIRST, SECOND, THIRD]


async def test_a_lead_that_is_marked_up_as_a_heading_is_a_paragraph(session, server):
    body = await body_of(
        session,
        server,
        f"<article><h1>{HEADLINE}</h1><h2>{LONG_LEAD}</h2>{paragraphs(FIRST, SECOND, THIRD)}</article>",
    )

    assert body == [LONG_LEAD, FIRST, SECOND, THIRD]


async def test_a_heading_that_says_a_whole_sentence_below_the_headline_introduces_the_text(session, server):
    deck = "The boats of the whole bay have to go around the mole"
    body = await body_of(
        session,
        server,
        f"<article><h1>{HEADLINE}</h1><h2>{deck}</h2><p>Ada Quay</p>"
        f"<div>{paragraphs(FIRST, SECOND, THIRD)}</div></article>",
    )

    assert body == [deck, FIRST, SECOND, THIRD]


async def test_a_text_in_several_parts_begins_below_the_headline_that_only_the_data_repeat(session, server):
    early = f"<div><h2>What happened</h2><p>{FIRST}</p><p>It was dark.</p></div>"
    late = f"<div>{paragraphs(SECOND, THIRD, f'{THIRD} So it goes.', f'{SECOND} It will be May.')}</div>"
    body = await body_of(
        session,
        server,
        f"<h1>The mole is the way now</h1><article>{early}{late}</article>",
        '<meta property="og:title" content="The mole is the way now">',
    )

    assert body[:3] == [FIRST, "It was dark.", SECOND]


async def test_what_a_picture_shows_is_no_part_of_the_text_but_a_table_in_a_figure_is(session, server):
    picture = f"<figure><img alt=''><figcaption>{NEXT}</figcaption></figure>"
    table = "<figure><table><tr><td>Eastern gate</td><td>two hinges</td></tr></table></figure>"
    body = await body_of(
        session,
        server,
        f"<article><h1>{HEADLINE}</h1>{paragraphs(FIRST, SECOND)}{picture}{table}<p>{THIRD}</p></article>",
    )

    assert NEXT not in body
    assert body[-2].startswith("Eastern gate")


async def test_a_heading_goes_with_the_section_that_it_is_over(session, server):
    others = f"<h2>Also in the harbour</h2><ul class=related><li>{NEXT}</li></ul>"
    body = await body_of(
        session,
        server,
        f"<article><h1>{HEADLINE}</h1><h2>The damage</h2>{paragraphs(FIRST)}{others}"
        f"<h2>The repair</h2><h3>Until May</h3>{paragraphs(SECOND, THIRD)}</article>",
    )

    assert body == [FIRST, "The repair", "Until May", SECOND, THIRD]


async def test_a_link_with_what_it_is_called_before_it_leads_away(session, server):
    body = await body_of(
        session,
        server,
        f"<article><h1>{HEADLINE}</h1>{paragraphs(FIRST)}"
        f"<p>From last week: <a href=/crane>The crane that had been lost</a></p>{paragraphs(SECOND, THIRD)}</article>",
    )

    assert body == [FIRST, SECOND, THIRD]


async def test_a_row_of_a_table_is_read_though_most_of_it_is_a_link(session, server):
    rows = "".join(
        f"<tr><td><a href=/{name}>{name} gate of the harbour</a></td><td>{width} m between its posts</td></tr>"
        for name, width in (("Eastern", 12), ("Western", 9))
    )
    body = await body_of(
        session,
        server,
        f"<article><h1>{HEADLINE}</h1>{paragraphs(FIRST, SECOND)}<table>{rows}</table>{paragraphs(THIRD)}</article>",
    )

    assert [line for line in body if line.startswith("Western")]


async def test_what_readers_say_is_left_out_where_it_is_nearly_all_there_is(session, server):
    said = paragraphs(*(f"{COMMENT} {COMMENT} {COMMENT} I said so in {year}." for year in range(1990, 2026)))
    body = await body_of(
        session,
        server,
        f"<div><h1>{HEADLINE}</h1>{paragraphs(FIRST, SECOND, THIRD)}</div><div class=comments>{said}</div>",
    )

    assert body == [FIRST, SECOND, THIRD]


async def test_a_word_for_what_stands_around_says_nothing_where_every_paragraph_is_called_so(session, server):
    text = [
        FIRST,
        SECOND,
        THIRD,
        f"{FIRST} It was dark.",
        f"{SECOND} It will be May.",
        f"{THIRD} So it goes.",
    ]
    boxes = "".join(f"<div class=widget><p>{one}</p></div>" for one in text)
    body = await body_of(session, server, f"<main><h1>{HEADLINE}</h1>{boxes}</main>")
    beside = await body_of(
        session,
        server,
        f"<main><h1>{HEADLINE}</h1>{paragraphs(*text)}<div class=widget><p>{NEXT}</p></div></main>",
    )

    assert body == beside == text


async def test_a_lead_below_a_headline_in_a_box_of_its_own_belongs_to_the_text_whatever_it_is_called(
    session, server
):
    body = await body_of(
        session,
        server,
        f"<div><h1>{HEADLINE}</h1></div><article><p class=excerpt>{LEAD}</p><p>12 May 2026</p>"
        f"<div>{paragraphs(FIRST, SECOND, THIRD)}</div></article>",
    )

    assert body == [LEAD, FIRST, SECOND, THIRD]


async def test_a_text_goes_on_behind_a_line_that_ends_others_where_several_paragraphs_follow_beside_it(
    session, server
):
    long = [f"{one} {two} {three}" for one, two, three in ((FIRST, SECOND, THIRD), (SECOND, THIRD, FIRST))]
    body = await body_of(
        session,
        server,
        f"<h1>{HEADLINE}</h1><article>{paragraphs(*long)}<p>Related work</p>{paragraphs(FIRST, SECOND, THIRD)}"
        f"<p>More from the harbour</p><p>{NEXT}</p></article>",
    )

    assert body == [*long, "Related work", FIRST, SECOND, THIRD]
