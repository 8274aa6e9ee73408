"""Values that a page shows sign by sign, each in an element of its own, as rows of boxes for codes do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from browser.model.observation import Element
from browser.redaction.redactor import Redactor


def without_spread_values(elements: Sequence[Element], redactor: Redactor) -> tuple[Element, ...]:
    """The elements with the name of a value in place of each sign that elements of one role show of it."""
    found = list(elements)
    if not redactor:
        return tuple(found)
    for part in ("name", "text", "value"):
        places: dict[str, list[int]] = {}
        for at, element in enumerate(found):
            if len(getattr(element, part) or "") == 1:
                places.setdefault(element.role, []).append(at)
        for row in places.values():
            signs = [getattr(found[at], part) for at in row]
            for at, sign, shown in zip(row, signs, redactor.signs(signs), strict=True):
                if shown != sign:
                    masked: dict[str, Any] = {part: shown}
                    found[at] = replace(found[at], **masked)
    return tuple(found)
