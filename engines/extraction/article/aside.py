"""What stands beside a text or within it and is no part of it: menus, talk, captions, links elsewhere."""

from __future__ import annotations

from browser.model.page_tree import Node
from engines.extraction.article.blocks import Block
from engines.extraction.article.prose import (
    MOST,
    MOSTLY_LINKED,
    NEARLY_ALL,
    SHORTEST_PROSE,
    Prose,
    called,
    container,
    reads_as_sentence,
)
from engines.extraction.article.surroundings import (
    AMBIGUOUS,
    ASIDE_HINTS,
    ASIDE_ROLES,
    ASIDE_TAGS,
    CALLS,
    CREDIT,
    ENDS,
    IN_FIGURES,
    NEVER_ROLES,
    NEVER_TAGS,
    OF_LEADS,
    PITCH,
    TALK,
    WHOLE_TAGS,
)
from engines.extraction.page.words import word_set

WHOLLY_LINKED = 0.8
_SMALL = 0.2
_PICTURES = word_set("img picture video iframe")
_TITLE = 35
"""Letters that the titles of other texts have at least, on the mean."""
_LONGEST_CAPTION = 160


def stands_aside(node: Node, prose: Prose, headline: Block | None, until: Node | None = None) -> bool:
    """Whether its place says that it is no part of what the page is about.

    What holds most of the page's prose is what the page is about, whatever it is called, and so is what
    follows the headline in the part that it stands in.
    """
    framed = False
    for above in (node, *node.ancestors()):
        if above is until:
            return False
        if headline and above.holds(headline.first) and headline.first.order < node.order:
            return False
        framed = framed or above.tag in IN_FIGURES
        share = prose.share(above)
        never = above.tag in NEVER_TAGS or above.element.role in NEVER_ROLES
        if never and (share < NEARLY_ALL or above.element.role == "dialog"):
            return True
        talk = above.tag not in WHOLE_TAGS and TALK.intersection(above.element.hints)
        if share > (prose.most_talk if talk else NEARLY_ALL if headline else MOST):
            continue
        if above.tag == "blockquote" or (framed and above.tag == "figure"):
            continue
        if above.tag in ASIDE_TAGS or above.element.role in ASIDE_ROLES:
            return True
        hints = set(filter(prose.says, ASIDE_HINTS.intersection(called(above))))
        if hints & OF_LEADS and (_is_lead(above, prose, headline) if headline else above.tag == "p"):
            hints -= OF_LEADS
        if hints and (share < _SMALL or hints - AMBIGUOUS):
            return True
    return False


def _is_lead(part: Node, prose: Prose, headline: Block) -> bool:
    """Whether it stands where the headline does, or most of the text, and is the first to say something."""
    if part.parent is None or not (part.parent.holds(headline.first) or prose.share(part.parent) > MOST):
        return False
    below = (block.first for block in prose.blocks if block.first.order > headline.first.order)
    first = next(below, None)
    return first is not None and part.holds(first)


def is_aside(block: Block, holder: Node, prose: Prose, parents: set[int], headline: Block | None) -> bool:
    """Whether it stands in the article without belonging to its text."""
    if stands_aside(block.first, prose, headline, holder) or _is_caption(block):
        return True
    if block.linked > MOSTLY_LINKED and not block.level:
        wholly = block.linked > WHOLLY_LINKED and "://" not in block.text
        leads_away = (wholly and (not block.is_listed or _is_of_titles(block))) or _points_away(block)
        if "table" in block.tags and not leads_away:
            return False
        return leads_away or container(block).order not in parents or bool(CALLS.match(block.text))
    if block.level or ENDS.match(block.text):
        return False
    asks = CALLS.match(block.text) or PITCH.search(block.text)
    return bool(asks) and len(block.text) < 2 * SHORTEST_PROSE


def _is_caption(block: Block) -> bool:
    """Whether it says what a picture shows: it has a part with one to itself, or says whose picture it is."""
    if block.level or block.is_listed or len(block.text) > _LONGEST_CAPTION or "table" in block.tags:
        return False
    if CREDIT.search(block.text):
        return True
    part = _own_part(block)
    alone = part.tag != "p" and not reads_as_sentence(block.text)
    return alone and any(node.tag in _PICTURES for node in part.walk())


def _own_part(block: Block) -> Node:
    """The largest part of the page that holds no text but the block's."""
    part = block.holder
    while part.parent is not None and len(part.parent.text) <= len(block.text) + 1:
        part = part.parent
    return part


def _is_of_titles(block: Block) -> bool:
    """Whether it is an entry of a list of links to other texts, which has titles and not names."""
    items = next((node for node in block.first.ancestors() if node.tag in ("ul", "ol")), None)
    if items is None or len(items.children) < 2:
        return False
    letters = sum(len(item.text) for item in items.children)
    return letters >= _TITLE * len(items.children) and all(map(_is_link, items.children))


def _is_link(item: Node) -> bool:
    """Whether hardly anything stands in it but a link."""
    return any(node.tag == "a" and len(node.text) >= WHOLLY_LINKED * len(item.text) for node in item.walk())


def _points_away(block: Block) -> bool:
    """Whether it is a link with what it is called before it: `Read here: ...`."""
    before = block.pieces[0]
    return not before.linked and before.node.text.rstrip().endswith(":") and block.pieces[1].linked
