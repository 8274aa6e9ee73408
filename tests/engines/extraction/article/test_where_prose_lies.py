"""Which part of a page holds its article, where no name of a part tells."""

from __future__ import annotations

from browser.model.page_tree import PageTree
from engines.extraction.article.blocks import blocks_of
from engines.extraction.article.body import body_of
from tests.support.page_of_lines import Line, line, page_of

PARAGRAPHS = (
    "The harbour master closed the eastern gate on Tuesday, after a barge had torn two of its hinges off.",
    "Nobody was hurt, she said, but the boats will have to take the long way until a smith has made new ones.",
    "It is the second time this year. In spring a storm had lifted the whole gate out, and it lay in the mud.",
)
TEASER = "A crane that had been thought lost was found in the boathouse of a man from the hill."


def text_of_body(*lines: Line) -> list[str]:
    page = page_of(*lines)
    tree = PageTree.of(page)
    return [block.text for block in body_of(tree, blocks_of(tree, page))]


def test_paragraphs_that_stand_together_outweigh_those_that_have_parts_of_their_own():
    article = [line(text, part="article") for text in PARAGRAPHS]
    teasers = [line(TEASER, part="first"), line(TEASER, part="second")]

    assert text_of_body(*article, *teasers) == list(PARAGRAPHS)
    assert text_of_body(*teasers, *article) == list(PARAGRAPHS)


def test_a_text_ends_with_what_stands_beside_its_paragraphs_and_not_with_a_heading():
    lines = [*PARAGRAPHS, "Seen from the mole"]

    body = text_of_body(
        *(line(text, part="article") for text in lines), line("Elsewhere", level=3, part="article")
    )

    assert body == lines


def test_a_short_line_of_another_part_does_not_end_a_text():
    halves = [line(text, part=part) for part in ("first", "second") for text in PARAGRAPHS]
    end = line("It opens again in May.", part="end")

    body = text_of_body(*halves, end, line("Topics", part="tags"), line("1 - 5 of 36", part="pages"))

    assert body == [*PARAGRAPHS, *PARAGRAPHS, "It opens again in May."]
