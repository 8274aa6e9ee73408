"""Articles are read as a person would: the text, who wrote it and when, and nothing that stands around it."""

from __future__ import annotations

import pytest

from browser.model.observation import View
from engines.extraction import extract

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SCHEMA = {
    "type": "object",
    "properties": {
        "headline": {"type": "string"},
        "author": {"type": ["string", "null"]},
        "date_published": {"type": ["string", "null"], "format": "date"},
        "article_body": {"type": "string"},
    },
}
FIRST = (
    "The harbour master closed the eastern gate on Tuesday, after a barge had torn two of its hinges "
    "and left the third one bent."
)
SECOND = (
    "Nobody was hurt, she said, but the fishing boats will have to take the long way round the mole "
    "until a smith from the valley has forged new ones."
)
THIRD = (
    "It is the second time this year. In spring a storm had lifted the whole gate out, and it lay in the "
    "mud for eleven days before a crane could be found."
)
ASIDE = "Our letter goes out every Friday and tells you what the boats have brought in, what it costs and who sells it."
COMMENT = "I have said for years that these hinges are far too small for a gate of that weight, and nobody has listened."


def page(body, head="", title="Barge breaks harbour gate - The Mole"):
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def paragraphs(*texts):
    return "".join(f"<p>{text}</p>" for text in texts)


async def read(session, server, html, wish="Extract the article", schema=SCHEMA):
    await session.goto(server.page(html))
    seen = await session.observe(View(budget_tokens=None, appearance=True, structured=True))
    return extract(schema, wish, seen)


async def test_the_text_is_read_without_what_stands_around_it(session, server):
    got = await read(
        session,
        server,
        page(
            "<nav><a href=/>Home</a> <a href=/boats>Boats</a></nav><main><h1>Barge breaks harbour gate</h1>"
            f"<div class=share><a href=/s>Share</a> <a href=/t>Print</a></div>{paragraphs(FIRST)}"
            f"<aside class=letter><p>{ASIDE}</p></aside>{paragraphs(SECOND, 'More will follow soon.')}</main>"
            f"<div id=comments><p>{COMMENT}</p></div><footer>© The Mole</footer>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, "More will follow soon."))
    assert got.output["headline"] == "Barge breaks harbour gate"
    assert got.confident


async def test_subheadings_lists_and_marked_words_belong_to_the_text(session, server):
    got = await read(
        session,
        server,
        page(
            f"<h1>Barge breaks harbour gate</h1><div>{paragraphs(FIRST.replace('barge', '<b>barge</b>'))}"
            f"<h2>The long way</h2>{paragraphs(SECOND)}<ul><li>Out by the mole</li><li>Back by the "
            f"lighthouse</li></ul>{paragraphs(THIRD)}</div>"
        ),
    )

    assert got.output["article_body"].split("\n\n") == [
        FIRST,
        "The long way",
        SECOND,
        "Out by the mole",
        "Back by the lighthouse",
        THIRD,
    ]


async def test_teasers_of_other_stories_end_the_text(session, server):
    teaser = (
        "A crane that had been thought lost was found in the boathouse of a man who had bought it by mistake."
    )
    got = await read(
        session,
        server,
        page(
            f"<article><h1>Barge breaks harbour gate</h1>{paragraphs(FIRST, SECOND, THIRD)}"
            f"<h3>Related stories</h3><p>{teaser}</p></article>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, THIRD))


async def test_a_byline_and_a_day_are_read_from_between_headline_and_text(session, server):
    got = await read(
        session,
        server,
        page(
            "<h1>Barge breaks harbour gate</h1><p>By Una Brandt | 3 March 2031</p>"
            f"<div>{paragraphs(FIRST, SECOND, THIRD)}</div>"
        ),
    )

    assert got.output["author"] == "Una Brandt"
    assert got.output["date_published"] == "2031-03-03"
    assert FIRST in got.output["article_body"]
    assert "Brandt" not in got.output["article_body"]


async def test_what_the_page_states_for_machines_is_evidence_beside_what_shows(session, server):
    head = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Barge breaks harbour gate",
    "datePublished": "2031-03-04T07:00:00+01:00", "author": [{"@type": "Person", "name": "Una Brandt"},
    {"@type": "Person", "name": "Piet Holl"}]}</script>"""
    got = await read(
        session,
        server,
        page(f"<h1>Barge breaks harbour gate</h1><div>{paragraphs(FIRST, SECOND)}</div>", head),
    )

    assert got.output["author"] == "Una Brandt, Piet Holl"
    assert got.output["date_published"] == "2031-03-04"


async def test_who_and_when_are_null_where_nothing_says_them(session, server):
    got = await read(
        session, server, page(f"<h1>Barge breaks harbour gate</h1><div>{paragraphs(FIRST, SECOND)}</div>")
    )

    assert got.output["author"] is None
    assert got.output["date_published"] is None


async def test_a_page_without_prose_has_no_article(session, server):
    got = await read(session, server, page("<h1>Gate</h1><ul><li>Open<li>Shut</ul>"))

    assert "article_body" not in got.output
    assert not got.confident


async def test_a_part_that_is_called_like_an_advert_is_the_article_where_it_holds_the_prose(session, server):
    got = await read(
        session,
        server,
        page(
            "<div class='with-sidebar ads recirc'><h1>Barge breaks harbour gate</h1>"
            f"<div>{paragraphs(FIRST, SECOND, THIRD)}</div></div>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, THIRD))


async def test_a_ticker_above_the_headline_is_no_part_of_the_text(session, server):
    ticker = "".join(
        f"<a href=/{at}>Boat number {at} is back in the harbour</a> {'and so on ' * 6}" for at in range(9)
    )
    got = await read(
        session,
        server,
        page(
            f"<div><ul><li>{ticker}</li></ul><div><h2>Barge breaks harbour gate</h2>{paragraphs(FIRST, SECOND)}"
            "</div></div>"
        ),
    )

    assert got.output["article_body"] == f"{FIRST}\n\n{SECOND}"


async def test_a_lead_between_headline_and_text_belongs_to_it(session, server):
    got = await read(
        session,
        server,
        page(
            f"<article><div><h1>Barge breaks harbour gate</h1><div class=intro><p>{FIRST}</p></div></div>"
            f"<div>{paragraphs(SECOND, THIRD, THIRD + ' So it goes.')}</div></article>"
        ),
    )

    assert got.output["article_body"].startswith(FIRST)


async def test_a_stated_text_serves_where_hardly_any_of_it_shows(session, server):
    stated = " ".join((FIRST, SECOND, THIRD))
    head = f'<script type="application/ld+json">{{"@type": "Article", "articleBody": "{stated}"}}</script>'
    got = await read(session, server, page("<h1>Barge breaks harbour gate</h1><p>Please log in.</p>", head))

    assert got.output["article_body"] == stated


async def test_short_lines_are_the_text_where_there_is_nothing_longer(session, server):
    lines = ["The gate was open, the tide was low,", "a barge came in, and it came slow,"] * 4
    got = await read(
        session, server, page(f"<h1>Barge breaks harbour gate</h1><div>{'<br>'.join(lines)}</div>")
    )

    assert lines[0] in got.output["article_body"]
    assert lines[1] in got.output["article_body"]


async def test_a_language_that_writes_a_word_in_one_sign_has_paragraphs_too(session, server):
    text = "港の東の門は火曜日に閉められた。艀が蝶番を二つ壊し、三つ目を曲げてしまったからである。"
    got = await read(
        session, server, page(f"<h1>艀が港の門を壊した</h1><div>{paragraphs(*[text] * 6)}</div>")
    )

    assert got.output["article_body"].count(text) == 6


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("von Una Brandt, 3. März 2031", "Una Brandt"),
        ("3 March 2031 by Una Brandt", "Una Brandt"),
        ("Una Brandt was the one who noticed it first", None),
        ("A film of the accident was shot from the lighthouse par hasard", None),
    ],
)
async def test_a_byline_begins_with_a_word_for_it(line, author, session, server):
    body = f"<h1>Barge breaks harbour gate</h1><p>{line}</p><div>{paragraphs(FIRST, SECOND, THIRD)}</div>"

    assert (await read(session, server, page(body))).output["author"] == author


async def test_the_kicker_before_a_headline_is_left_out_where_the_page_states_it_without(session, server):
    head = '<meta property="og:title" content="Barge breaks harbour gate">'
    body = f"<h1><span>Accident: </span>Barge breaks harbour gate</h1><div>{paragraphs(FIRST, SECOND)}</div>"

    assert (await read(session, server, page(body, head))).output["headline"] == "Barge breaks harbour gate"


async def test_what_readers_say_is_not_the_text_even_where_it_is_longer(session, server):
    said = paragraphs(*(f"{COMMENT} I said so in {year}, too." for year in range(2021, 2026)))
    got = await read(
        session,
        server,
        page(
            f"<div><h1>Barge breaks harbour gate</h1>{paragraphs(FIRST, SECOND, THIRD)}</div>"
            f"<div id=comments>{said}</div>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, THIRD))


async def test_short_lines_end_the_text_where_they_stand_beside_its_paragraphs(session, server):
    got = await read(
        session,
        server,
        page(
            f"<div><h1>Barge breaks harbour gate</h1>{paragraphs(FIRST, SECOND, 'It opens again in May', 'The mole')}"
            "<h3>See also</h3></div>"
        ),
    )

    assert got.output["article_body"].endswith("It opens again in May\n\nThe mole")


PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


async def test_a_short_line_that_shares_its_box_with_a_picture_alone_is_no_part_of_the_text(session, server):
    got = await read(
        session,
        server,
        page(
            f"<main><h1>Barge breaks harbour gate</h1><div>{paragraphs(FIRST)}"
            f"<div class=unit><img src='{PICTURE}' width=80 height=60><div>The gate, seen from the mole</div></div>"
            f"{paragraphs(SECOND)}<div>The old gate in 1931 (Photo: Harbour archive)</div>{paragraphs(THIRD)}</div></main>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, THIRD))


async def test_a_lead_that_is_called_a_teaser_belongs_to_the_text_below_its_headline(session, server):
    got = await read(
        session,
        server,
        page(
            f"<article><header><h1>Barge breaks harbour gate</h1><div class=teaser><p>{FIRST}</p></div></header>"
            f"<div class=body>{paragraphs(SECOND, THIRD)}</div>"
            f"<section><div class=teaser><p>{ASIDE}</p></div></section></article>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, THIRD))


async def test_sections_that_are_built_alike_are_one_text(session, server):
    got = await read(
        session,
        server,
        page(
            "<main><h1>Barge breaks harbour gate</h1><div>"
            f"<div class='item text'>{paragraphs(FIRST, SECOND, THIRD)}</div><div class=shop><a href=/l>Lamps</a></div>"
            f"<div class='item text'>{paragraphs(COMMENT, ASIDE)}</div></div></main>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, THIRD, COMMENT, ASIDE))


async def test_what_readers_say_is_the_text_of_a_page_that_has_nothing_else(session, server):
    said = "".join(
        f"<div class=comment><b>{name}</b><div class=comment-text>{text}</div></div>"
        for name, text in (("Una", FIRST), ("Piet", SECOND), ("Ole", THIRD))
    )
    got = await read(session, server, page(f"<h1>Barge breaks harbour gate</h1><main>{said}</main>"))

    assert all(text in got.output["article_body"] for text in (FIRST, SECOND, THIRD))


async def test_a_sidebar_longer_than_the_article_is_not_the_article(session, server):
    got = await read(
        session,
        server,
        page(
            f"<div><article><h1>Barge breaks harbour gate</h1><div>{paragraphs(FIRST, SECOND)}</div></article>"
            f"<aside class=sidebar>{paragraphs(ASIDE, COMMENT, ASIDE, COMMENT)}</aside></div>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND))


async def test_a_label_goes_with_the_links_that_it_introduces(session, server):
    got = await read(
        session,
        server,
        page(
            f"<main><h1>Barge breaks harbour gate</h1><div>{paragraphs(FIRST)}"
            f"<p><b>Worth a look:</b></p><p><a href=/crane>The crane that came too late</a></p>{paragraphs(SECOND)}"
            f"<div class=box><h3>The best of the mole</h3><a href=/b>Boats</a></div>{paragraphs(THIRD)}</div></main>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, THIRD))


async def test_a_text_that_is_stated_with_its_markup_is_no_longer_than_what_shows(session, server):
    markup = f"&lt;p class=&quot;{'paragraph ' * 20}&quot;&gt;{{}}&lt;/p&gt;&lt;p&gt;&amp;nbsp;&lt;/p&gt;"
    stated = "".join(markup.format(text) for text in (FIRST, SECOND))
    head = f"""<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Barge breaks harbour gate",
    "articleBody": "{stated}"}}</script>"""
    got = await read(
        session,
        server,
        page(f"<h1>Barge breaks harbour gate</h1><div>{paragraphs(FIRST, SECOND)}</div>", head),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND))


async def test_a_short_text_below_a_headline_is_an_article(session, server):
    got = await read(session, server, page(f"<main><h1>Barge breaks harbour gate</h1><p>{FIRST}</p></main>"))

    assert got.output["article_body"] == FIRST


async def test_a_list_of_links_is_part_of_the_text_where_it_has_names_and_not_titles(session, server):
    titles = ("The crane that nobody could find in spring", "Why the mole was built of beach stones in 1788")
    names = ("Skiffs", "Barges", "Tugs")

    def entries(*texts):
        return "<ul>" + "".join(f"<li><a href=/{len(text)}>{text}</a></li>" for text in texts) + "</ul>"

    got = await read(
        session,
        server,
        page(
            f"<main><h1>Barge breaks harbour gate</h1><div>{paragraphs(FIRST)}{entries(*titles)}{paragraphs(SECOND)}"
            f"{entries(*names)}{paragraphs(THIRD)}</div></main>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, *names, THIRD))


@pytest.mark.parametrize(
    "line",
    [
        "<p>Never miss a gate again: our <a href=/n>newsletter</a> comes on Fridays.</p>",
        "<harbour-teaser><b>All boats</b><p>All that floats in the harbour, with its owners and its berths, in one long list for you.</p></harbour-teaser>",
        "<div class=news-letter><p>All that the boats have brought in</p><p>Each week, what it costs and who sells it.</p></div>",
        "<p>HPA</p>",
        "<p>Source: Harbour Press Agency</p>",
    ],
)
async def test_what_asks_or_signs_below_the_text_is_no_part_of_it(line, session, server):
    got = await read(
        session,
        server,
        page(
            f"<main><h1>Barge breaks harbour gate</h1><div>{paragraphs(FIRST, SECOND, THIRD)}{line}</div></main>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((FIRST, SECOND, THIRD))


async def test_a_text_may_begin_with_lines_of_which_one_is_short(session, server):
    lines = ("The eastern gate stays shut until the smith has come down", "Boats go round the mole")
    got = await read(
        session,
        server,
        page(
            f"<main><h1>Barge breaks harbour gate</h1><div>{paragraphs(*lines, FIRST, SECOND, THIRD)}</div></main>"
        ),
    )

    assert got.output["article_body"] == "\n\n".join((*lines, FIRST, SECOND, THIRD))
