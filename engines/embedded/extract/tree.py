"""The observation as a tree that can be walked both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from browser.observation import Box, Element, Observation
from engines.embedded.extract.words import word_set

_CUT_AT = 490
"""`Element.text` is cut after 500 characters; from here on the text is put together from the parts."""
FLOWING_TAGS = word_set("b i em strong mark code u sub sup small br wbr abbr s q cite kbd var span font")
_ASIDE_ROLES = word_set("navigation banner contentinfo complementary search menu menubar toolbar dialog")
_IMPRINT = re.compile(r"©|\(c\)\s*\d{4}|\ball rights reserved\b|\bcopyright\b", re.IGNORECASE)
_LONGEST_IMPRINT = 120
_ASIDE_TAGS = word_set("nav footer aside")


@dataclass(eq=False, slots=True)
class Node:
    """An element with its neighbours."""

    element: Element
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    order: int = 0
    """Place in reading order."""
    place: int = 0
    """Place among the parent's children."""
    last: int = 0
    """The order of the last node inside."""
    aside: bool = False
    """Whether it belongs to the page's frame rather than its matter: menu, footer, search."""

    @property
    def ref(self) -> str:
        """The element's ref."""
        return self.element.ref

    @property
    def tag(self) -> str:
        """The tag, or the role where the page has none."""
        return self.element.tag or self.element.role

    @property
    def is_text(self) -> bool:
        """Whether this is a run of static text."""
        return self.element.role == "text"

    @property
    def box(self) -> Box | None:
        """Where it is."""
        return self.element.box

    def walk(self) -> Iterator[Node]:
        """This node and all inside, in reading order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def ancestors(self) -> Iterator[Node]:
        """The parent, its parent, and so on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def holds(self, other: Node) -> bool:
        """Whether the other is this node or inside it."""
        return self.order <= other.order <= self.last

    @property
    def text(self) -> str:
        """The visible text, uncut."""
        element = self.element
        if element.role == "text":
            return element.name or element.text
        if len(element.text) < _CUT_AT or not self.children:
            return element.text
        return " ".join(part for part in (child.text for child in self.children) if part)

    @property
    def content(self) -> str:
        """What a person reads there: a field's value, else the text, else an image's name."""
        element = self.element
        if element.value is not None:
            return element.value
        return self.text or (element.name if element.role in ("img", "image") else "")


@dataclass(eq=False, slots=True)
class Tree:
    """All nodes of an observation."""

    nodes: list[Node]
    """In reading order; the first is the root, which stands for the page and is no element."""
    url: str
    title: str

    @property
    def root(self) -> Node:
        """The page."""
        return self.nodes[0]


def grow(observation: Observation) -> Tree:
    """Make the tree. Elements whose parent is not in the observation hang below the page."""
    root = Node(Element(ref="", role="document", tag="html", text=observation.text))
    nodes = [root]
    by_ref = {"": root}
    for element in observation.elements:
        parent = by_ref.get(element.parent, root)
        node = Node(element, parent, order=len(nodes), place=len(parent.children))
        parent.children.append(node)
        nodes.append(node)
        by_ref[element.ref] = node
    _close(nodes)
    _mark_frame(nodes)
    return Tree(nodes, observation.url, observation.title)


def _close(nodes: list[Node]) -> None:
    for node in nodes:
        node.last = node.order
    for node in reversed(nodes):
        if node.parent is not None:
            node.parent.last = max(node.parent.last, node.last)


def _mark_frame(nodes: Sequence[Node]) -> None:
    """Tell the page's frame, by roles and tags, else by the line that says whose page it is."""
    for node in nodes:
        above = node.parent is not None and node.parent.aside
        node.aside = above or node.element.role in _ASIDE_ROLES or node.tag in _ASIDE_TAGS
    for node in nodes:
        if (
            node.is_text
            and not node.aside
            and len(node.text) <= _LONGEST_IMPRINT
            and _IMPRINT.search(node.text)
        ):
            foot = _foot_around(node, len(nodes))
            for inner in foot.walk():
                inner.aside = True


def _foot_around(imprint: Node, count: int) -> Node:
    """The largest part of the page that ends with the imprint and is made of links mostly."""
    foot = imprint
    for node in imprint.ancestors():
        if node.parent is None or node.last > imprint.order + 6 or (node.last - node.order) * 4 > count:
            break
        links = sum(1 for one in node.walk() if one.tag == "a")
        if any(one.element.role == "heading" for one in node.walk()) or links * 6 < node.last - node.order:
            break
        foot = node
    return foot


def flows(node: Node) -> bool:
    """Whether the node is one text with at most marked-up words and links in it, not several parts."""
    return all(
        child.is_text
        or (child.tag in FLOWING_TAGS and not child.element.hints and flows(child))
        or (child.tag == "a" and not child.element.hints and all(inner.is_text for inner in child.children))
        for child in node.children
    )
