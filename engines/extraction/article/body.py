"""The body of an article: the part of the page that holds its prose, without what only stands around it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from browser.model.page_tree import Node, PageTree
from engines.extraction.article.aside import is_aside, stands_aside
from engines.extraction.article.blocks import Block, mass
from engines.extraction.article.prose import (
    NEARLY_ALL,
    SHORTEST_PROSE,
    Prose,
    is_deck,
    is_long,
    reads_as_sentence,
    weighed,
)
from engines.extraction.article.trimming import trimmed, with_sections, without_labels
from engines.extraction.page.words import split_words

_SHORTEST_LINE = 25
"""The same where a page has hardly any such block: poems, letters, lines that end with a break."""
_LITTLE = 300
_HELD = 0.75
"""The share of the prose that a part has to hold to stand for the whole that it is in."""
_SHORTEST_TITLE = 12


def body_of(tree: PageTree, blocks: Sequence[Block], titles: Sequence[str] = ()) -> list[Block]:
    """The blocks of the body, in reading order; [] where the page holds no prose.

    Args:
        tree: The page.
        blocks: All its blocks.
        titles: What the page is called, which tells the headline; what stands before that is no part of the
            body.
    """
    headline = _headline(blocks, titles)
    prose = _prose_of(blocks, SHORTEST_PROSE, headline)
    if mass(prose.blocks) < _LITTLE:
        prose = _prose_of(blocks, _SHORTEST_LINE, headline)
    if not prose.whole:
        return []
    holder = _with_like(_holder(tree, prose), prose, headline)
    begin = _beginning(blocks, prose, holder, headline)
    inside = [block for block in blocks if begin <= block.first.order <= holder.last]
    within = [block for block in prose.blocks if begin <= block.first.order <= holder.last]
    inner = weighed(within, prose.most_talk)
    parents = inner.parents()
    kept = [
        block
        for block in inside
        if (block.first.order >= holder.order or _says_much(block))
        and not is_aside(block, holder, inner, parents, headline)
    ]
    return trimmed(_below(with_sections(without_labels(kept, inside), inside), headline))


def _headline(blocks: Sequence[Block], titles: Sequence[str]) -> Block | None:
    """The first heading that one of the page's titles repeats, else the only one of first level."""
    spoken = [" ".join(split_words(title)) for title in titles]
    headings = [block for block in blocks if block.level and len(block.text) >= _SHORTEST_TITLE]
    for block in headings:
        words = " ".join(split_words(block.text))
        if any(words in one for one in spoken):
            return block
    first = [block for block in headings if block.level == 1]
    return first[0] if len(first) == 1 else None


def _beginning(blocks: Sequence[Block], prose: Prose, holder: Node, headline: Block | None) -> int:
    """The order from which the body may begin: below the headline where prose leads from it to the rest."""
    top = headline.first.order if headline else holder.order
    leads = (*prose.blocks, *filter(is_deck, blocks))
    return top + 1 if any(top < block.first.order < holder.order for block in leads) else holder.order


def _says_much(block: Block) -> bool:
    """Whether it may stand between headline and text: no day, no author, no name of a photographer."""
    return bool(block.level) or block.is_listed or is_long(block) or reads_as_sentence(block.text)


def _prose_of(blocks: Sequence[Block], shortest: int, headline: Block | None) -> Prose:
    """The prose of a page, of blocks of at least so many letters, without what stands aside.

    What readers say is that of a page that has hardly anything else.
    """
    long = weighed([block for block in blocks if is_long(block, shortest)])
    for long.most_talk in (math.inf, NEARLY_ALL, 0.0):
        prose = [one for one in long.blocks if not stands_aside(one.first, long, headline)]
        if mass(prose) >= _LITTLE:
            break
    return weighed(prose, min(long.most_talk, NEARLY_ALL))


def _holder(tree: PageTree, prose: Prose) -> Node:
    """The smallest part of the page that holds nearly all of the prose of its heaviest part."""
    node = tree.root
    while True:
        heaviest = max(node.children, key=lambda child: prose.weights.get(child.order, 0.0), default=None)
        if heaviest is None or heaviest.is_text or prose.share(heaviest) < _HELD * prose.share(node):
            return node
        if heaviest.tag == "p" or (heaviest.tag == "li" and len(prose.blocks) > 1):
            return node
        node = heaviest


def _with_like(holder: Node, prose: Prose, headline: Block | None) -> Node:
    """What holds a part and those beside it that are built alike and hold prose, as sections of one text do.

    A part with a heading of the page's own is a text for itself.
    """
    while holder.parent is not None and holder.element.hints:
        alike = [
            one
            for one in holder.parent.children
            if one.tag == holder.tag and one.element.hints == holder.element.hints and prose.share(one)
        ]
        if len(alike) < 2 or (headline and holder.holds(headline.first)):
            break
        holder = holder.parent
    return holder


def _below(inside: list[Block], headline: Block | None) -> list[Block]:
    """What stands below the headline, unless most of the prose is above it.

    Most of it is most of its letters, or of its paragraphs: a ticker of headlines may be one long line.
    """
    if headline is None:
        return inside
    below = [one for one in inside if one.first.order > headline.first.order]
    most = mass(below) * 2 > mass(inside) or _paragraphs(below) * 2 > _paragraphs(inside)
    return below if most else inside


def _paragraphs(blocks: Sequence[Block]) -> int:
    return sum(map(is_long, blocks))


def text_of(blocks: Iterable[Block]) -> str:
    """The body as text, a blank line between its blocks."""
    return "\n\n".join(block.text for block in blocks)
