"""Cents that their look alone parts from what stands before them: a raised or a small `99` behind `$229`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from browser.model.observation import Element, Observation
from browser.values.numbers import is_money

_CENTS = re.compile(r"\d\d")
_WHOLE = re.compile(r"(?<![.,\d])\d{1,3}(?:[.,'’ \u00a0]?\d{3})*$")
"""A number that goes on to the end of a text, without decimals."""
_DEEP = 4
"""So many elements around the cents hold the price at most."""
_SMALL = 0.8
"""The size of cents that are set smaller than what stands before them, as a share of its size."""
_APART = 1.0
"""CSS pixels by which cents of the same size are raised, or stand away."""


def whole_before_cents(whole: Element, cents: Element) -> str:
    """The number at the end of one text whose cents another may show, of two digits; "": it has none."""
    found = _WHOLE.search(whole.name) if _CENTS.fullmatch(cents.name) else None
    return found[0] if found else ""


def are_set_apart(whole: Element, cents: Element, around: Iterable[Element]) -> bool:
    """Whether the cents of a price are smaller, raised, or away from what stands before them.

    They count as such where their look was not observed. Digits of one size on one line are one number:
    `<b>1</b><b>50</b>` shows 150.

    Args:
        whole: The text before, e.g. `$229`.
        cents: The text behind, e.g. `99`.
        around: The elements that hold the cents, from the inside to the outside.
    """
    look, small = whole.appearance, cents.appearance
    if look is None or small is None or not look.font_px or whole.box is None or cents.box is None:
        return True
    raised = any(above.tag == "sup" for above in islice(around, 2))
    away = cents.box.x - (whole.box.x + whole.box.width) > _APART or abs(cents.box.y - whole.box.y) > _APART
    return small.font_px <= _SMALL * look.font_px or raised or away


def prices_with_cents(page: Observation) -> Iterator[tuple[str, str]]:
    """The prices of a page whose cents only their look sets apart, with a point, and the ref of each.

    The text of the page has `$22999` for `$229` and a raised `99`; here it is `$229.99`.
    """
    by_ref = {element.ref: element for element in page.elements}
    before: Element | None = None
    for element in page.elements:
        if element.role != "text":
            continue
        if before is not None and whole_before_cents(before, element):
            around = _around(element, by_ref)
            joined, apart = (f"{before.name}{mark}{element.name}" for mark in ("", "."))
            if are_set_apart(before, element, around):
                for above in around:
                    if joined in above.text and is_money(above.text):
                        yield above.text.replace(joined, apart, 1), above.ref
        before = element


def _around(element: Element, by_ref: dict[str, Element]) -> list[Element]:
    found: list[Element] = []
    above = by_ref.get(element.parent)
    while above is not None and len(found) < _DEEP:
        found.append(above)
        above = by_ref.get(above.parent)
    return found
