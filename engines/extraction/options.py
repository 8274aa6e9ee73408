"""Lists that stand in a form as a list of choices: all that it offers, or what is chosen in it."""

from __future__ import annotations

from browser.model.page_tree import Node, PageTree
from engines.extraction.built import Built, step_to
from engines.extraction.labels import label_text
from engines.extraction.wanted import Wanted
from engines.extraction.wish import Asked
from engines.extraction.words import split_words, word_match, word_set
from engines.output_spec import JSON

_TAKEN = word_set("chosen selected picked ticked checked assigned current")
_CHOICES = word_set("option choice")
_OFFERED = word_set("available offered possible remaining unselected other")


def options_of(wanted: Wanted, tree: PageTree, asked: Asked) -> Built | None:
    """A list of texts from the list of choices that is called so; None where none is, or several are.

    Where the wish asks for what is chosen, and the list does not say of itself that it holds just that, only
    its chosen options are read.
    """
    item = wanted.item
    if item is None or item.kinds[0] != "string" or item.aspect != "text" or not wanted.words:
        return None
    said = {*split_words(asked.text), *wanted.words}
    asks_taken, asks_offered = bool(said & _TAKEN), bool(said & _OFFERED)
    told = asks_taken or asks_offered or bool(said & _CHOICES)
    lists = [
        node
        for node in tree.nodes
        if node.element.options
        and _is_called(node, wanted)
        and (told or "multiselectable" in node.element.states)
    ]
    if asks_taken or asks_offered:
        own = _TAKEN if asks_taken else _OFFERED
        fitting = [node for node in lists if own & _words(node)]
        plain = [node for node in lists if not (_TAKEN | _OFFERED) & _words(node)]
        lists = fitting or plain
    if len(lists) != 1:
        return None
    node = lists[0]
    taken_only = asks_taken and not _TAKEN & _words(node)
    values: list[JSON] = list(_chosen(node) if taken_only else node.element.options)
    return Built(values, {step_to(at): node.ref for at in range(len(values))})


def _is_called(node: Node, wanted: Wanted) -> bool:
    words = _words(node)
    return all(any(word_match(word, other) >= 0.8 for other in words) for word in wanted.words)


def _words(node: Node) -> set[str]:
    element = node.element
    return {word for text in (element.label, element.name) for word in label_text(text) or split_words(text)}


def _chosen(node: Node) -> list[str]:
    shown = node.element.value or ""
    return [option for option in node.element.options if option in shown.split(", ") or option == shown]
