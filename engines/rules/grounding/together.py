"""A choice that is named together with what it is a choice of: `the vegetarian meal`, `4 hotel stars`."""

from __future__ import annotations

from collections.abc import Sequence

from browser.model.element_match import words_of
from browser.model.observation import Element
from browser.model.roles import LIST_ROLES
from engines.rules.grounding.find import said, where
from engines.rules.grounding.labels import label_of
from engines.rules.scene import Scene
from engines.rules.step_generator import Ambiguous

_MOST_UP = 6
"""So many groups around a box are looked at for the label of all its like."""
_BOXES = ("radio", "checkbox")


def box_named_with_group(words: str, scene: Scene) -> Element | None:
    """The one box whose words and those of its group's label make up all of some words.

    Raises:
        Ambiguous: Several do.
    """
    asked = set(_bare(words))
    boxes = where(scene, lambda e: e.role in _BOXES)
    own = [(box, set(_bare(box.name or box.label))) for box in boxes]
    found = [
        box
        for box, said_words in own
        if said_words and said_words <= asked and asked - said_words
        if asked <= said_words | set(_bare(_group_label(box, scene)))
    ]
    if len(found) > 1:
        raise Ambiguous(f"cannot tell which is meant by {words!r}: {said(found[0])} or {said(found[1])}")
    return found[0] if found else None


def _bare(words: str) -> list[str]:
    """The words without a plural's ending."""
    return [word.removesuffix("s") if len(word) > 3 else word for word in words_of(words)]


def _group_label(box: Element, scene: Scene) -> str:
    """What a group of boxes is called: by its author, or by the text that stands in front of the first."""
    for group in list(scene.ancestors(box))[:_MOST_UP]:
        inside = list(scene.inside(group))
        boxes = [e for e in inside if e.role == box.role]
        if len(boxes) < 2:
            continue
        if group.role in ("radiogroup", "group") and group.name:
            return group.name
        names = {e.name for e in boxes}
        text = next((e for e in inside if e.role == "text"), None)
        if text is not None and text.name not in names:
            return text.name
    return ""


def list_named_with_choice(words: str, scene: Scene) -> tuple[Element, str] | None:
    """The one list whose label stands in front of some words or behind them, and the rest of the words.

    Raises:
        Ambiguous: Several do.
    """
    tokens = words.split()
    lists = where(scene, lambda e: e.enabled and (e.role in LIST_ROLES or bool(e.options)))
    for length in range(len(tokens) - 1, 0, -1):
        for label, value in (
            (tokens[:length], tokens[length:]),
            (tokens[-length:], tokens[:-length]),
        ):
            found = [e for e in lists if _is_label(label, label_of(e, scene))]
            if len(found) > 1:
                raise Ambiguous(f"two lists fit {' '.join(label)!r}: {said(found[0])} and {said(found[1])}")
            if found:
                return found[0], " ".join(value)
    return None


def _is_label(words: Sequence[str], label: str) -> bool:
    """Whether some words are a label, or its last words: `class` for `Travel class`."""
    own = _bare(label)
    asked = _bare(" ".join(words))
    return bool(asked) and own[-len(asked) :] == asked
