"""The elements of a page as a tree: parents, children, ancestors, siblings, the text inside a part.

The tree is made once from elements in reading order. An element belongs to the element that its `parent`
names; where that one is not among the elements, to the nearest one before it of a smaller `depth`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from browser.model.observation import Box, Element, Observation

_CUT_AT = 490
"""`Element.text` is cut after 500 characters; from here on the text is put together from the parts."""
_DEEPEST_PATH = 4
_MAIN = frozenset(("main", "article"))
_BESIDE = frozenset(("navigation", "complementary", "banner", "contentinfo"))
_NEVER_MAIN = frozenset(("navigation", "contentinfo"))
_STRIPES = frozenset({"odd", "even", "alt", "alternate", "first", "last"})
"""Classes that tell where something stands among its like, not what it is."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How an element is built: by what the records of one list resemble each other."""

    tag: str
    paths: frozenset[str]
    """The tags inside, each with those above it."""
    hints: frozenset[str]
    """The author's words for it that hold no number."""


@dataclass(eq=False, slots=True)
class Node:
    """An element with its neighbours."""

    element: Element
    parent: Node | None = None
    """The node that directly holds it; None for the root alone."""
    children: list[Node] = field(default_factory=list)
    order: int = 0
    """Place in reading order; the root has 0."""
    place: int = 0
    """Place among the parent's children."""
    last: int = 0
    """The order of the last node inside; its own where it holds nothing."""
    boilerplate: bool = False
    """Whether it belongs to the frame that a site has on every page: a menu, a footer. Set by who asks."""
    _shape: Shape | None = None
    _text: str | None = None

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
        """The parent, its parent, and so on up to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def holds(self, other: Node) -> bool:
        """Whether the other is this node or inside it."""
        return self.order <= other.order <= self.last

    @property
    def text(self) -> str:
        """The visible text, uncut, worked out once."""
        if self._text is None:
            self._text = self._whole_text()
        return self._text

    def _whole_text(self) -> str:
        element = self.element
        if element.role == "text":
            return element.name or element.text
        if len(element.text) < _CUT_AT or not self.children:
            return element.text
        return " ".join(part for part in (child.text for child in self.children) if part)

    @property
    def shape(self) -> Shape:
        """How it is built, worked out once."""
        if self._shape is None:
            named = (hint for hint in self.element.hints if not any(map(str.isdigit, hint)))
            hints = frozenset(named) - _STRIPES
            self._shape = Shape(self.tag, frozenset(self._paths("", 0)), hints)
        return self._shape

    def _paths(self, above: str, depth: int) -> Iterator[str]:
        for child in self.children:
            if not child.is_text:
                path = f"{above}/{child.tag}"
                yield path
                if depth < _DEEPEST_PATH:
                    yield from child._paths(path, depth + 1)

    @property
    def content(self) -> str:
        """What a person reads there: a field's value, else the text, else an image's name."""
        element = self.element
        if element.value is not None:
            return element.value
        return self.text or (element.name if element.role in ("img", "image") else "")


class PageTree:
    """The elements of one look at a page; the relations are worked out when they are first asked for."""

    def __init__(
        self, elements: Iterable[Element], *, url: str = "", title: str = "", text: str = ""
    ) -> None:
        self.elements: Sequence[Element] = tuple(elements)
        """In reading order."""
        self.url = url
        self.title = title
        self._text = text

    @classmethod
    def of(cls, observation: Observation) -> PageTree:
        """The tree of an observation."""
        return cls(observation.elements, url=observation.url, title=observation.title, text=observation.text)

    @cached_property
    def order(self) -> dict[str, int]:
        """Ref -> index in `elements`. Notes without a ref are left out."""
        return {element.ref: at for at, element in enumerate(self.elements) if element.ref}

    @cached_property
    def by_ref(self) -> dict[str, Element]:
        """Ref -> element."""
        return {element.ref: element for element in self.elements}

    @cached_property
    def parents(self) -> Sequence[int]:
        """For each element the index of the one that directly holds it; -1 at the top."""
        order = self.order
        parents = []
        open_ones: list[tuple[int, int]] = [(-1, -1)]  # (depth, index) of what holds the next element
        for at, element in enumerate(self.elements):
            depth = element.depth
            while len(open_ones) > 1 and open_ones[-1][0] >= depth:
                open_ones.pop()
            parents.append(order.get(element.parent, open_ones[-1][1]))
            open_ones.append((depth, at))
        return parents

    @cached_property
    def ends(self) -> Sequence[int]:
        """For each element the index after the last one inside it."""
        parents = self.parents
        ends = list(range(1, len(parents) + 1))
        for at in range(len(ends) - 1, -1, -1):
            above = parents[at]
            if above >= 0 and ends[at] > ends[above]:
                ends[above] = ends[at]
        return ends

    @cached_property
    def nodes(self) -> Sequence[Node]:
        """In reading order; the first is the root, which stands for the page and is no element."""
        root = Node(Element(ref="", role="document", tag="html", text=self._text), last=len(self.elements))
        nodes = [root]
        nodes += [
            Node(element, order=at, last=end)
            for at, (element, end) in enumerate(zip(self.elements, self.ends, strict=True), 1)
        ]
        for node, above in zip(nodes[1:], self.parents, strict=True):
            parent = node.parent = nodes[above + 1]
            node.place = len(parent.children)
            parent.children.append(node)
        return nodes

    def node(self, element: Element) -> Node:
        """The node of an element of this page."""
        return self.nodes[self.order[element.ref] + 1]

    @property
    def root(self) -> Node:
        """The page."""
        return self.nodes[0]

    @cached_property
    def _children(self) -> dict[str, list[Element]]:
        """Ref -> the elements directly in it; "" for the top."""
        found: dict[str, list[Element]] = {}
        for element, above in zip(self.elements, self.parents, strict=True):
            found.setdefault(self.elements[above].ref if above >= 0 else "", []).append(element)
        return found

    def get(self, ref: str) -> Element | None:
        """The element of this ref, or None where it is not on the page."""
        return self.by_ref.get(ref)

    def children(self, element: Element) -> Sequence[Element]:
        """The elements directly in this one."""
        return self._children.get(element.ref, ()) if element.ref else ()

    def siblings(self, element: Element) -> Sequence[Element]:
        """The elements that the same parent directly holds, this one included."""
        above = self.parent(element)
        return self._children.get(above.ref if above else "", ())

    def parent(self, element: Element) -> Element | None:
        """The element that directly holds this one; None at the top."""
        return next(self.ancestors(element), None)

    def ancestors(self, element: Element) -> Iterator[Element]:
        """The elements that hold this one, innermost first."""
        at = self.order.get(element.ref, -1)
        while at >= 0 and (at := self.parents[at]) >= 0:
            yield self.elements[at]

    def inside(self, element: Element) -> Iterator[Element]:
        """All elements in this one, in reading order."""
        for child in self.children(element):
            yield child
            yield from self.inside(child)

    def holds(self, outer: Element, inner: Element) -> bool:
        """Whether one element lies in the other, or is it."""
        return outer.ref == inner.ref or any(above.ref == outer.ref for above in self.ancestors(inner))

    def outermost(self, elements: Iterable[Element]) -> list[Element]:
        """Those of the elements that lie in none of the others."""
        given = list(elements)
        refs = {element.ref for element in given}
        return [e for e in given if not any(above.ref in refs for above in self.ancestors(e))]

    def innermost(self, elements: Iterable[Element]) -> list[Element]:
        """Those of the elements that hold none of the others."""
        given = list(elements)
        holding = {above.ref for element in given for above in self.ancestors(element)}
        return [e for e in given if e.ref not in holding]


def beside_main(elements: Sequence[Element]) -> frozenset[str]:
    """Refs of what is not what the page is about: its menus, what stands in the margin, its foot.

    Where the page does not say what it is about, what stands at its head or in its margin may be just that.
    """
    says = any(element.role in _MAIN for element in elements)
    roles = _BESIDE if says else _NEVER_MAIN
    found: set[str] = set()
    for element in elements:
        if element.role in roles or element.parent in found:
            found.add(element.ref)
    return frozenset(found)
