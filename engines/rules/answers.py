"""Whether a page bears out the answer to a question: what stands beside a value says what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from browser.model.observation import Observation
from browser.model.page_tree import Node, PageTree
from browser.values.numbers import possible_numbers
from engines.extraction import Extraction
from engines.extraction.page.words import split_words, word_match, word_set
from engines.output_spec import JSON
from engines.rules.reading.questions import Question

_LONGEST = 160
"""Letters of a part of the page that says what a value in it is."""
_SAME = 0.8
_NUMBER_OR_WORD = re.compile(r"\d[\d.,'’\u00a0\u202f]*|[^\W\d]+")
_ELSEWHERE = ("tab", "button", "menuitem", "option")
_ASIDE = re.compile(r"\([^()]*\)")
_SAYS_LITTLE = word_set("current full exact official")
_BY = re.compile(r"\b(?:(?P<done>[a-z]+(?:ed|en)|built|drawn|kept|run)\s+)?by\W*$", re.IGNORECASE)
_WROTE = word_set("written authored posted submitted contributed reported told")
_AUTHOR = word_set("author writer wrote byline columnist reporter")
_ROWS = word_set("row result item record entry match total")


def doubt(question: Question, found: Extraction, page: Observation) -> str:
    """What of an answer the page does not bear out, as a sentence; "" where it bears out everything.

    A value under one word is what the extraction finds under it. For one under several words each of them has
    to stand beside it, since `maintainer email` is not the maintainer. An author has to be called so, or to
    stand behind `by` or `written by`. A count has to be told of these
    things, or of the rows of a page that is named after them, or be that of rows side by side.

    Args:
        question: What was asked.
        found: What was extracted for it.
        page: Where it was read.
    """
    tree = PageTree.of(page)
    nodes = {node.ref: node for node in tree.nodes}
    values = found.output if isinstance(found.output, dict) else {}
    for name, value in values.items():
        if isinstance(value, list):
            continue
        node = nodes.get(found.sources.get(f"/{name}", ""))
        if node is None:
            return f"the page does not show where {name!r} stands"
        if question.counted:
            return _doubt_of_count(value, question.counted, node, tree)
        if name == "author" and not _wrote(str(value), node):
            return f"the page does not say that {value} wrote it"
        words = [word for word in split_words(name) if word not in _SAYS_LITTLE]
        if all(_only_marks(word, node) for word in words):
            return f"the page says {' '.join(words)!r} of something else than {value!r}"
        beside = {word for text in _around(node, plain=True) for word in split_words(text)}
        gone = [word for word in words if not _says(beside, word)]
        if len(words) > 1 and gone:
            return f"what is found for {' '.join(words)!r} is not called {gone[0]!r} on the page"
    return ""


def _only_marks(word: str, node: Node) -> bool:
    """Whether the text around a value has a word in brackets alone, where it marks what stands before it."""
    around = [text for text in (*_around(node), _said_before(node)) if _says(set(split_words(text)), word)]
    return bool(around) and not any(_says(set(split_words(_ASIDE.sub(" ", text))), word) for text in around)


def _wrote(who: str, node: Node) -> bool:
    """Whether the page calls somebody the author, and not who keeps, owns, edits or prints it."""
    around = [text for text in _around(node) if who in text]
    for text in (*around, f"{_said_before(node)} {who}"):
        if by := _BY.search(text[: text.index(who)]):
            return not by["done"] or by["done"].lower() in _WROTE
    words = {word for text in (*around, _said_before(node)) for word in split_words(text)}
    above = [node, *node.ancestors()][:4]
    hints = {hint for one in above for hint in one.element.hints}
    return bool(_AUTHOR & (words | hints)) or any("/author/" in one.element.href for one in above)


def _said_before(node: Node) -> str:
    """What the element before it says, or before what holds nothing else; "" where that is long."""
    while node.parent is not None and not node.place and node.parent.text == node.text:
        node = node.parent
    before = node.parent.children[node.place - 1].text if node.parent is not None and node.place else ""
    return before if len(before) <= _LONGEST else ""


def _doubt_of_count(count: JSON, noun: str, node: Node, tree: PageTree) -> str:
    what = split_words(noun)
    if not isinstance(count, int) or not what:
        return "the page does not show what was counted"
    said = [text for text in _around(node) if count in possible_numbers(text)]
    if not said:
        rows = sum(child.element.role != "text" for child in node.children)
        return "" if rows >= count else "the page does not show what was counted"
    beside = {word for text in said for word in _next_to(count, text)}
    named = {
        word
        for one in tree.nodes
        if one.element.role == "heading" and one.element.level == 1
        for word in split_words(one.text)
    }
    if _says(beside, what[0]) or (beside & _ROWS and _says(named, what[0])):
        return ""
    return f"the page does not say that {count} is the number of {noun}"


def _around(node: Node, *, plain: bool = False) -> Iterator[str]:
    """The texts of an element and of what holds it, as far as they are short.

    With `plain` without what stands on tabs and buttons: they say what there is elsewhere.
    """
    for one in (node, *node.ancestors()):
        if len(one.text) > _LONGEST:
            return
        yield one.text if not plain else " ".join(_plainly(one))


def _plainly(node: Node) -> Iterator[str]:
    if node.element.role in _ELSEWHERE:
        return
    if not node.children:
        yield node.text
    yield from (label for label in (node.element.label, node.element.placeholder) if label)
    for child in node.children:
        yield from _plainly(child)


def _next_to(count: int, text: str) -> Iterator[str]:
    """The words of the text that stand beside the number."""
    parts = _NUMBER_OR_WORD.findall(text)
    for at, part in enumerate(parts):
        if count in possible_numbers(part):
            yield from split_words(" ".join((*parts[max(0, at - 1) : at], *parts[at + 1 : at + 3])))


def _says(words: set[str], wanted: str) -> bool:
    return any(word_match(wanted, word) >= _SAME for word in words)
