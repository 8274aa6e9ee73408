"""The values of a schema that asks for an article, read from the page's prose and what surrounds it."""

from __future__ import annotations

from collections.abc import Sequence

from browser.model.observation import Observation
from browser.model.page_tree import Node, PageTree
from engines.extraction.article.blocks import Block, blocks_of
from engines.extraction.article.body import body_of, text_of
from engines.extraction.article.front import ArticleFact, front_of, stated_body, titles_of
from engines.extraction.columns.cells import Cell
from engines.extraction.columns.coerce import Custom, Nothing, coerce
from engines.extraction.columns.match import Leaf, Reading
from engines.extraction.page.words import concepts, word_set

Readings = dict[tuple[str, ...], Reading | None]

_WHOLE_TEXT = word_set("body content text paragraph")
_OF_ARTICLES = word_set("article post story news blog main full complete entire page plain body content text")
_SAYS_ARTICLE = word_set("article headline post story news blog byline column")
_SHORTEST_BODY = 200
"""Letters of prose from which a page shows an article."""
_SHORTEST_NAMED = 80
"""The same below a headline."""


def read_article(leaves: Sequence[Leaf], wish: Sequence[str], tree: PageTree, page: Observation) -> Readings:
    """Body, headline, author and day, as far as the schema asks for them as those of an article.

    Args:
        leaves: The scalars that are wanted.
        wish: The words of the task.
        tree: The page.
        page: The same as it was observed.

    Returns:
        What was read; {} where no body of an article is asked for, or the page shows none. A value that the
        page does not show is None.
    """
    asked = [leaf for leaf in leaves if _asks_for_body(leaf, wish)]
    if len(asked) != 1:
        return {}
    blocks = blocks_of(tree, page)
    body = body_of(tree, blocks, titles_of(page))
    front = front_of(blocks, body, page)
    if front.headline is not None:
        body = _without(body, front.headline.value)
    shown, stated = sum(len(block.text) for block in body), stated_body(page)
    is_named = front.headline is not None and front.headline.node is not None
    if max(shown, len(stated)) < (_SHORTEST_NAMED if is_named else _SHORTEST_BODY):
        return {}
    text, holder = (text_of(body), _around(body, tree)) if shown * 2 >= len(stated) else (stated, tree.root)
    readings: Readings = {asked[0].path: Reading(text, Cell("", holder, "", ()))}
    for leaf in leaves:
        if leaf is not asked[0] and (part := _part_of(leaf)):
            readings[leaf.path] = _reading(leaf, getattr(front, part), tree)
    return readings


def _asks_for_body(leaf: Leaf, wish: Sequence[str]) -> bool:
    """Whether the whole text is wanted: `article_body`, or `content` where the task says article."""
    words = set(leaf.wanted.words)
    if leaf.wanted.kinds[0] != "string" or leaf.wanted.aspect != "text" or not words & _WHOLE_TEXT:
        return False
    of_article = bool(words & _SAYS_ARTICLE) or bool(_SAYS_ARTICLE.intersection(wish))
    return words <= _OF_ARTICLES and of_article


def _part_of(leaf: Leaf) -> str:
    """Which field of `Front` is meant; "" for none."""
    meant = concepts(leaf.wanted.words)
    if leaf.wanted.kinds[0] != "string" or leaf.wanted.aspect != "text":
        return ""
    words = set(leaf.wanted.words) - _SAYS_ARTICLE
    if {"modified", "updated"} & words:
        return ""
    if meant <= {"title"} and (meant or leaf.wanted.words == ("headline",)):
        return "headline"
    if "author" in meant and len(words) <= 2:
        return "author"
    return "day" if "date" in meant and len(words) <= 2 else ""


def _reading(leaf: Leaf, found: ArticleFact | None, tree: PageTree) -> Reading | None:
    if found is None:
        return None
    node = found.node or next((one for one in tree.nodes if found.ref and one.ref == found.ref), tree.root)
    if leaf.wanted.format in ("date", "date-time"):
        return Reading(found.value, Cell("", node, found.value, ()))
    value = coerce(leaf.wanted, Cell("", node, found.value, ()), Custom())
    return None if isinstance(value, Nothing) else Reading(value, Cell("", node, found.value, ()))


def _without(body: Sequence[Block], headline: str) -> list[Block]:
    """The body without its headline, unless that is all there is: a short post has its text as its title."""
    return [block for at, block in enumerate(body) if at > 2 or block.text != headline] or list(body)


def _around(body: Sequence[Block], tree: PageTree) -> Node:
    """The smallest part of the page that holds the whole body."""
    last = body[-1].first
    return next((node for node in body[0].first.ancestors() if node.holds(last)), tree.root)
