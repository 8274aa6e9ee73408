"""The lines of text that a page shows as blocks, each with the elements that make it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from browser.model.observation import Observation
from browser.model.page_tree import Node, PageTree

_LONGEST_HEADING = 120
"""Letters of a heading from which it is a paragraph where it ends like a sentence."""
_LISTS = frozenset({"li", "dd", "dt"})


@dataclass(eq=False, slots=True)
class Piece:
    """A run of text in a block."""

    node: Node
    linked: bool
    """Whether it is part of a link or a button."""


@dataclass(eq=False)
class Block:
    """What stands on a line of its own: a paragraph, a heading, an entry of a list."""

    text: str
    pieces: list[Piece] = field(default_factory=list)

    @property
    def first(self) -> Node:
        """The run of text that it begins with."""
        return self.pieces[0].node

    @property
    def holder(self) -> Node:
        """The smallest element that holds all of it."""
        last = self.pieces[-1].node
        return next((node for node in (self.first, *self.first.ancestors()) if node.holds(last)), self.first)

    @cached_property
    def linked(self) -> float:
        """The share of its letters that lead somewhere, 0 to 1."""
        letters = sum(len(piece.node.text) for piece in self.pieces)
        return sum(len(piece.node.text) for piece in self.pieces if piece.linked) / (letters or 1)

    @cached_property
    def level(self) -> int:
        """The level of the heading that it is; 0 for anything else, a paragraph marked up as one too."""
        if len(self.text) >= _LONGEST_HEADING and self.text.rstrip("\"”’')»]")[-1:] in (".", "!", "?", "…"):
            return 0
        for node in self.first.ancestors():
            if node.element.role == "heading":
                return node.element.level or 6
        return 0

    @cached_property
    def tags(self) -> frozenset[str]:
        """The tags around it, up to the page."""
        return frozenset(node.tag for node in self.first.ancestors())

    @property
    def is_listed(self) -> bool:
        """Whether it is an entry of a list."""
        return not _LISTS.isdisjoint(self.tags)

    @cached_property
    def font_px(self) -> float:
        """The size of its letters; 0 where that was not observed."""
        look = self.first.element.appearance
        return look.font_px if look else 0.0


def blocks_of(tree: PageTree, observation: Observation) -> list[Block]:
    """All blocks, in reading order.

    The text of the page says where a block ends, its elements who says what; both are in reading order.
    """
    text = observation.text
    ends = [at for at, sign in enumerate(text) if sign == "\n"] + [len(text)]
    blocks: list[Block] = []
    at, line, open_line = 0, 0, -1
    for node, linked in _runs(tree.root, False):
        words = node.element.name
        found = text.find(words, at)
        if found < 0:
            blocks.append(Block(words, [Piece(node, linked)]))
            open_line = -1
            continue
        at = found + len(words)
        while ends[line] < found:
            line += 1
        if line == open_line:
            blocks[-1].pieces.append(Piece(node, linked))
            continue
        begin = ends[line - 1] + 1 if line else 0
        blocks.append(Block(text[begin : ends[line]], [Piece(node, linked)]))
        open_line = line
    return blocks


def _runs(node: Node, linked: bool) -> Iterator[tuple[Node, bool]]:
    """The runs of text in a node, and whether each is part of a link."""
    stack = [(node, linked)]
    while stack:
        one, inside = stack.pop()
        if one.is_text:
            if one.element.name:
                yield one, inside
            continue
        inside = inside or one.tag == "a" or one.element.role in ("link", "button")
        stack.extend((child, inside) for child in reversed(one.children))


def mass(blocks: Sequence[Block]) -> float:
    """How much prose there is: letters that lead nowhere."""
    return sum(len(block.text) * (1 - block.linked) for block in blocks)
