"""Where a text begins and ends, and which of its labels and headings have nothing left to introduce."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise, takewhile

from engines.extraction.article.aside import WHOLLY_LINKED
from engines.extraction.article.blocks import Block, mass
from engines.extraction.article.prose import (
    LONG_LINE,
    SHORTEST_PROSE,
    container,
    is_deck,
    is_long,
    letters,
    reads_as_sentence,
)
from engines.extraction.article.surroundings import ENDS
from engines.extraction.page.words import word_set

_OF_TEXTS = ("pre", "table", "dl", "blockquote", "figure", "math")
"""What holds short lines that belong to a text."""
_LONGEST_SIGN = 12
"""Letters of a word that signs a text: an agency, initials."""
_SEVERAL = 3
_BOLD = word_set("b strong")


def without_labels(kept: Sequence[Block], inside: Sequence[Block]) -> list[Block]:
    """What is kept, without what only introduces links, pictures and forms that are not.

    That is a label with such a link after it, and a heading whose part of the page holds nothing else.
    """
    ids = {id(block) for block in kept}
    told = [block.first.order for block in kept if not block.level]
    gone = set()
    for block, after in pairwise(inside):
        if id(block) not in ids or id(after) in ids:
            continue
        if (_is_label(block) and after.linked > WHOLLY_LINKED and not after.level) or (
            block.level and not is_deck(block) and _alone_with(block, after, told)
        ):
            gone.add(id(block))
    return [block for block in kept if id(block) not in gone]


def _is_label(block: Block) -> bool:
    """Whether it is a short line that leads to the next one."""
    bold = all(_BOLD.intersection(node.tag for node in piece.node.ancestors()) for piece in block.pieces)
    return len(block.text) < LONG_LINE and (block.text.endswith(":") or bold)


def _alone_with(heading: Block, after: Block, told: Sequence[int]) -> bool:
    """Whether a part of the page holds a heading and what comes after it, and nothing of the text.

    Args:
        heading: The heading.
        after: The block that follows it.
        told: Orders of the blocks of the text, ascending.
    """
    part = next(node for node in heading.first.ancestors() if node.holds(after.first))
    at = bisect_left(told, part.order)
    return at == len(told) or told[at] > part.last


def with_sections(kept: Sequence[Block], blocks: Sequence[Block]) -> list[Block]:
    """What is kept, without headings of sections of which nothing is."""
    ids = {id(block) for block in kept}
    for at, block in enumerate(blocks):
        if block.level and id(block) in ids:
            section = _under(block, blocks[at + 1 :])
            if section and not any(id(one) in ids and not one.level for one in section):
                ids.remove(id(block))
    return [block for block in blocks if id(block) in ids]


def _under(heading: Block, following: Sequence[Block]) -> list[Block]:
    """What stands under a heading, up to the next one that is no lower."""
    return list(takewhile(lambda one: not 0 < one.level <= heading.level, following))


def trimmed(blocks: Sequence[Block]) -> list[Block]:
    """The blocks from the first prose to where other things begin."""
    places = [
        at for at, block in enumerate(blocks) if letters(block.text) >= SHORTEST_PROSE and not block.level
    ]
    if not places:
        return list(blocks)
    first = _begin(blocks, places[0])
    end = len(blocks)
    for at in range(first, len(blocks)):
        if ENDS.match(blocks[at].text) and not _goes_on(blocks[first:at], blocks[at:]):
            end = at
            break
    holders = {container(blocks[at]).order for at in places}
    while end > first + 1 and not _may_end(blocks[end - 1], holders):
        end -= 1
    return list(blocks[first:end])


def _goes_on(before: Sequence[Block], after: Sequence[Block]) -> bool:
    """Whether a text goes on after a line that ends many: with most of it, or several paragraphs beside."""
    held = {container(block).order for block in before if is_long(block)}
    beside = [one for one in after if is_long(one) and container(one).order in held]
    return mass(before) <= mass(after) or len(beside) >= _SEVERAL


def _may_end(block: Block, holders: set[int]) -> bool:
    """Whether a text may end with it: no heading of what is not there, nor a short line of another part.

    Args:
        block: The last one, as far as is known.
        holders: Orders of the parts that directly hold paragraphs.
    """
    if block.level or (len(block.text) <= _LONGEST_SIGN and " " not in block.text and not block.is_listed):
        return False
    beside = block.is_listed or container(block).order in holders or reads_as_sentence(block.text)
    return beside or any(node.tag in _OF_TEXTS for node in block.first.ancestors())


def _begin(blocks: Sequence[Block], first: int) -> int:
    """Where the text begins: short paragraphs before the first long one belong to it, up to the headline."""
    at = first
    for place in range(first - 1, -1, -1):
        before = blocks[place]
        if before.level and not is_deck(before):
            break
        beside = len(before.text) >= LONG_LINE and container(before) is container(blocks[first])
        if beside or is_deck(before) or reads_as_sentence(before.text):
            at = place
        elif at > place + 1:
            break
    return at
