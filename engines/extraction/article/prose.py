"""The prose of a page: its paragraphs, how much they weigh, and where they stand together."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from browser.model.page_tree import Node
from engines.extraction.article.blocks import Block, mass
from engines.extraction.article.surroundings import ASIDE_HINTS, TALK
from engines.extraction.page.words import word_set

SHORTEST_PROSE = 80
"""Letters of a block from which it is prose, and no label or menu entry."""
LONG_LINE = 50
"""The same beside a paragraph, in what directly holds it."""
_SYLLABLES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
MOSTLY_LINKED = 0.5
MOST = 0.5
NEARLY_ALL = 0.9
_INSIDE_PARTS = word_set(
    "a abbr b big blockquote center cite code del dd dl dt em font i ins li mark ol p pre q s small span "
    "strong strike sub sup time tt u ul var"
)
_MOST_CALLED = 0.75
"""The share of the prose in parts that are called by a word from which the word tells nothing."""


@dataclass(slots=True)
class Prose:
    """Where the prose of a page lies."""

    blocks: list[Block]
    whole: float
    """The weight of all of it."""
    weights: dict[int, float]
    """Order of a node -> weight of the prose in it."""
    called: dict[str, float]
    """A word for what stands around an article -> weight of all prose in parts that are called so."""
    most_talk: float = NEARLY_ALL
    """The share above which a part that is called so holds no talk of readers, but what the page is about."""

    def share(self, node: Node) -> float:
        """The share of the page's prose that a part holds, 0 to 1."""
        return self.weights.get(node.order, 0.0) / self.whole

    def says(self, word: str) -> bool:
        """Whether a word for what stands around an article tells anything: not that of most of the prose."""
        return word in TALK or self.called.get(word, 0.0) <= _MOST_CALLED * self.whole

    def parents(self) -> set[int]:
        """Orders of the parts that directly hold paragraphs of prose."""
        return {container(block).order for block in self.blocks}


def called(node: Node) -> tuple[str, ...]:
    """What a page's author calls a part; an element of their own says so in its tag, too."""
    hints = (*node.element.hints, *node.tag.split("-")) if "-" in node.tag else node.element.hints
    return (*hints, *map("".join, pairwise(hints)))


def weighed(blocks: list[Block], most_talk: float = NEARLY_ALL) -> Prose:
    """Prose with its weight: letters, and more for those whose paragraphs stand together.

    An article's paragraphs are beside one another; comments and teasers have parts of their own.
    """
    beside: dict[int, float] = {}
    for block in blocks:
        place = container(block).order
        beside[place] = beside.get(place, 0.0) + mass([block])
    weights: dict[int, float] = {}
    words: dict[str, float] = {}
    whole = 0.0
    for block in blocks:
        weight = mass([block]) * math.sqrt(beside[container(block).order])
        whole += weight
        above = [block.first, *block.first.ancestors()]
        for node in above:
            weights[node.order] = weights.get(node.order, 0.0) + weight
        for word in ASIDE_HINTS.intersection(hint for node in above for hint in called(node)):
            words[word] = words.get(word, 0.0) + weight
    return Prose(blocks, whole, weights, words, most_talk)


def container(block: Block) -> Node:
    """What holds the paragraph, or the list, of a block."""
    node = block.first
    while node.parent is not None and (node.is_text or node.tag in _INSIDE_PARTS):
        node = node.parent
    return node


def is_long(block: Block, shortest: int = SHORTEST_PROSE) -> bool:
    """Whether it is prose: of so many letters, no heading, and not mostly a link."""
    return letters(block.text) >= shortest and block.linked < MOSTLY_LINKED and not block.level


def letters(text: str) -> int:
    """The length of a text; a sign that stands for a syllable or a word counts as three letters."""
    return len(text) + 2 * len(_SYLLABLES.findall(text))


def is_deck(block: Block) -> bool:
    """Whether it is a heading that says as much as a sentence, as stands below many a headline."""
    return bool(block.level) and len(block.text) >= LONG_LINE and block.linked < MOSTLY_LINKED


def reads_as_sentence(text: str) -> bool:
    """Whether it is more than a word and ends as sentences do."""
    return len(text) >= 12 and text.rstrip("\"”’')»]")[-1:] in (".", "!", "?", "…", ":") and " " in text
