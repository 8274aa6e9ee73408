"""Which parts of a page are boilerplate: menus, headers, footers and the like, on every page of a site."""

from __future__ import annotations

import re

from browser.model.page_tree import Node, PageTree
from engines.extraction.page.words import word_set

_ASIDE_ROLES = word_set("navigation banner contentinfo complementary search menu menubar toolbar dialog")
_ASIDE_TAGS = word_set("nav footer aside")
_IMPRINT = re.compile(r"©|\(c\)\s*\d{4}|\ball rights reserved\b|\bcopyright\b", re.IGNORECASE)
_LONGEST_IMPRINT = 120


def mark_boilerplate(tree: PageTree) -> None:
    """Mark the nodes of menus, headers and footers, by roles and tags and around a copyright line."""
    nodes = tree.nodes
    for node in nodes:
        above = node.parent is not None and node.parent.boilerplate
        node.boilerplate = above or node.element.role in _ASIDE_ROLES or node.tag in _ASIDE_TAGS
    for node in nodes:
        if (
            node.is_text
            and not node.boilerplate
            and len(node.text) <= _LONGEST_IMPRINT
            and _IMPRINT.search(node.text)
        ):
            foot = _foot_around(node, len(nodes))
            for inner in foot.walk():
                inner.boilerplate = True


def _foot_around(imprint: Node, count: int) -> Node:
    """The largest part of the page that ends with the copyright line and consists mostly of links."""
    foot = imprint
    for node in imprint.ancestors():
        if node.parent is None or node.last > imprint.order + 6 or (node.last - node.order) * 4 > count:
            break
        links = sum(1 for one in node.walk() if one.tag == "a")
        if any(one.element.role == "heading" for one in node.walk()) or links * 6 < node.last - node.order:
            break
        foot = node
    return foot
