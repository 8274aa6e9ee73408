"""Values of which elements hold parts: a page shows each in an element of its own, as rows of boxes for codes
do, or texts are about to be cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from browser.model.observation import Element
from browser.redaction.redactor import Redactor


def without_spread_values(elements: Sequence[Element], redactor: Redactor) -> tuple[Element, ...]:
    """The elements with the name of a value in place of each part that one of several shows of it.

    Single signs make a value with those of elements of one role; longer parts with what is told next.
    """
    found = list(elements)
    if not redactor:
        return tuple(found)
    for part in ("name", "text", "value"):
        texts = [getattr(element, part) or "" for element in found]
        roles = {element.role for element, text in zip(found, texts, strict=True) if text}
        masked = redactor.parts(texts)
        for role in roles:
            places = [at for at, element in enumerate(found) if element.role == role and texts[at]]
            for at, shown in zip(places, redactor.parts([texts[at] for at in places]), strict=True):
                masked[at] = shown if shown != texts[at] else masked[at]
            single = [at for at in places if len(texts[at]) == 1]
            for at, shown in zip(single, redactor.signs([texts[at] for at in single]), strict=True):
                masked[at] = shown if shown != texts[at] else masked[at]
        for at, shown in enumerate(masked):
            if shown != texts[at]:
                changed: dict[str, Any] = {part: shown}
                found[at] = replace(found[at], **changed)
    for at, element in enumerate(found):
        if element.hints and (hints := redactor.parts(element.hints)) != list(element.hints):
            found[at] = replace(element, hints=tuple(dict.fromkeys(hints)))
    return tuple(found)


def without_whole_values(elements: Sequence[Element], redactor: Redactor) -> list[Element]:
    """The elements with no value in their names, before these are joined and cut: of a part of a value nobody
    knows what it is a part of."""
    names = "\n".join(element.name for element in elements)
    if redactor.text(names) == names:
        return list(elements)
    masked = ((element, redactor.text(element.name)) for element in elements)
    return [element if name == element.name else replace(element, name=name) for element, name in masked]
