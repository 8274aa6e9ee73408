"""Lists that stand in a form as a list of choices: all that it offers, or what is chosen in it."""

from __future__ import annotations

from browser.model.page_tree import Node, PageTree
from engines.extraction.built import Built, step_to
from engines.extraction.page.labels import label_text
from engines.extraction.page.words import split_words, telling_words, word_match, word_set
from engines.extraction.schema.wanted import Wanted
from engines.extraction.schema.wish import Asked
from engines.output_spec import JSON

_TAKEN = word_set("chosen selected picked ticked checked assigned current")
_SAME = 0.8
"""From here on two words mean the same."""
_CHOICES = word_set("option choice")
_OFFERED = word_set("available offered possible remaining unselected other")


def options_of(wanted: Wanted, tree: PageTree, asked: Asked) -> Built | None:
    """A list of texts from the list of choices that is called so; None where none is, or several are.

    Of several the one is read whose further words the wish says (`chosen tags`). Where the wish asks for what
    is chosen, and the list does not say of itself that it holds just that, only its chosen options are read.
    """
    item = wanted.item
    if item is None or item.kinds[0] != "string" or item.aspect != "text" or not wanted.words:
        return None
    said = set(split_words(asked.text))
    lists = [node for node in tree.nodes if node.element.options and _is_called(node, wanted)]
    called = [node for node in lists if said & _own_words(node, wanted)]
    asks_taken, asks_offered = bool(said & _TAKEN), bool(said & _OFFERED)
    if not called and (asks_taken or asks_offered):
        other = _OFFERED if asks_taken else _TAKEN
        lists = [node for node in lists if not other & _words(node)]
    elif not called and not said & _CHOICES:
        lists = [node for node in lists if "multiselectable" in node.element.states]
    lists = called or lists
    if len(lists) != 1:
        return None
    node = lists[0]
    chosen_only = asks_taken and not called and not _TAKEN & _words(node)
    values: list[JSON] = list(_chosen(node) if chosen_only else node.element.options)
    return Built(values, {step_to(at): node.ref for at in range(len(values))})


def _own_words(node: Node, wanted: Wanted) -> set[str]:
    """What tells this list from others of its kind: `chosen` of the chosen tags."""
    own = telling_words(node.element.label) or telling_words(node.element.name)
    return {word for word in own if not any(word_match(word, other) >= _SAME for other in wanted.words)}


def _is_called(node: Node, wanted: Wanted) -> bool:
    words = _words(node)
    return all(any(word_match(word, other) >= _SAME for other in words) for word in wanted.words)


def _words(node: Node) -> set[str]:
    element = node.element
    return {word for text in (element.label, element.name) for word in label_text(text) or split_words(text)}


def _chosen(node: Node) -> list[str]:
    shown = node.element.value or ""
    return [option for option in node.element.options if option in shown.split(", ") or option == shown]
