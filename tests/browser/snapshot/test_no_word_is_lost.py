"""What Chromium paints and what it tells screen readers is in the list, word for word, or can be read on to."""

from __future__ import annotations

import re

import pytest

from browser.model.observation import LookRequest, View
from engines.prompts.page import elements_text, page_text
from tests.support.mixed_pages import MADE, MixedPage
from tests.support.painted_words import painted, spoken, words

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ALL = 1_000_000


async def listed(session, budget=ALL):
    seen = await session.observe(View(budget_tokens=budget))
    return page_text(seen, budget)


def missing(texts, said, words_of=words):
    """Texts of which some words are not said, with those words."""
    known = set(words_of(said))
    lost = [([word for word in words_of(each.text) if word not in known], each) for each in texts]
    return [(some, each) for some, each in lost if some]


def made(text):
    """The words that were made for the page, whatever stands close to them."""
    return MADE.findall(text.casefold().replace("\u00ad", ""))


@pytest.mark.parametrize("seed", range(6))
async def test_every_word_of_a_made_up_page_is_in_the_list_and_in_the_text(server, session, seed):
    await session.goto(server.page(MixedPage(seed).html))
    texts = await painted(session.front)
    assert len(texts) > 50
    assert missing(texts, (await listed(session)).text) == []
    text = (await session.observe(View())).text
    assert missing([each for each in texts if each.where != "field"], text, made) == []


@pytest.mark.parametrize("seed", range(6, 9))
async def test_every_name_that_screen_readers_are_told_is_in_the_list(server, session, seed):
    await session.goto(server.page(MixedPage(seed).html))
    await session.front.evaluate("document.querySelectorAll('.clear').forEach((unseen) => unseen.remove())")
    assert missing(await spoken(session.front), (await listed(session)).text, made) == []


@pytest.mark.parametrize("seed", range(9, 12))
async def test_what_a_budget_leaves_out_can_be_read_on_to(server, session, seed):
    await session.goto(server.page(MixedPage(seed).html))
    texts = await painted(session.front)
    assert await lost_to_who_reads_on(session, texts, 1500) == []


async def test_paragraphs_with_frames_between_them_can_be_read_on_to(server, session):
    film = "<h3>Film w{0}</h3><iframe src='{1}' height=200></iframe><p>Said w{0}a <i>in w{0}b</i> of it. " + (
        "A long text. " * 60 + "End w{0}c.</p><p>Sold at <a href=/>shop w{0}d</a>.</p>"
    )
    frame = server.page("<p>A film</p>", "/film.html")
    await session.goto(server.page("".join(film.format(at, frame) for at in range(30))))
    texts = await painted(session.front)
    assert len(texts) > 200
    assert await lost_to_who_reads_on(session, texts, 3000) == []


async def lost_to_who_reads_on(session, texts, budget):
    """What is in no list of a small budget, and in nothing that its notes and cut texts lead to."""
    shown = await listed(session, budget)
    said, left, asked = shown.text, onward_from(shown.text), set()
    assert left
    while left:
        ref = left.pop()
        asked.add(ref)
        (answer,) = await session.look([LookRequest(ref=ref)])
        assert not answer.problem
        more = elements_text(answer.elements, "", 4000).text
        said += more
        left |= onward_from(more) - asked
    return missing(texts, said)


def onward_from(text):
    """The refs from which a text says that there is more to read."""
    notes = re.findall(r"\bf\d+e\d+\+", text)
    return {*notes, *re.findall(r"(?m)^ *(f\d+e\d+) .*(?: inside, not listed|more characters\))", text)}


async def test_words_are_read_where_a_style_sheet_of_another_site_may_not_be(server, session):
    server.page("p::before { content: 'added words ' }", "/site.css")
    server.media["/site.css"] = "text/css"
    link = f"<link rel=stylesheet href='{server.other_url}/site.css'>"
    await session.goto(server.page(f"{link}<p class=a>own words</p><div class=b>others</div>"))
    assert missing(await painted(session.front), (await listed(session)).text) == []
