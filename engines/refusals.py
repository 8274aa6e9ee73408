"""What keeps a form from being sent: fields that the page calls invalid, and what it says of them."""

from __future__ import annotations

import re

from browser.model.actions import Action, Click, Press, TypeText
from browser.model.observation import Element, Observation
from browser.model.page_tree import PageTree
from browser.model.results import ActionResult

_LONGEST_WORDS = 200
"""Characters of what a page says of one field."""
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»|`[^`\n]*`|(?<!\w)['‘][^'’\n]*['’](?!\w)")
_ABOUT_ERRORS = re.compile(
    r"\b(?:errors?|warnings?|invalid|validation|complaints?|complains?|messages? (?:that )?appears?)\b",
    re.IGNORECASE,
)


def asks_about_errors(prompt: str) -> bool:
    """Whether a task is about what a page says is wrong, so that it is met where the page says so.

    What is to be typed (`Enter 'Error 7' as the title`) says nothing of that.
    """
    return _ABOUT_ERRORS.search(_QUOTED.sub("", prompt)) is not None


def sends(action: Action) -> bool:
    """Whether an action may send a form: a click, a key, or Enter after typing."""
    return isinstance(action, Click | Press) or (isinstance(action, TypeText) and action.submit)


def refused_fields(before: Observation, after: Observation, results: tuple[ActionResult, ...]) -> str:
    """Which fields kept a form from being sent, and why, as a sentence; "" where none did.

    A field counts that is called invalid now and was not before, or that is in the form of what was
    pressed; on another page, one that has the name of a field that was there before. So does a required
    field that is empty and was given the keyboard by the press: browsers show the first field that they
    refuse in this way.

    Args:
        before: The page before the last actions.
        after: The page now.
        results: What came of the last actions.
    """
    pressed = [result.action for result in results if not result.problem and sends(result.action)]
    if not pressed:
        return ""
    stayed = _place(before) == _place(after)
    known = {element.ref: element for element in before.elements}
    named = {_name(element) for element in before.elements if element.value is not None}
    form = _form_of(pressed[-1], after)
    used = {getattr(result.action, "target", None) for result in results}
    told = []
    for element in after.elements:
        was = known.get(element.ref)
        if element.box is None or not element.enabled:
            continue
        if "invalid" in element.states:
            newly = was is None or "invalid" not in was.states or element.ref in form
            if newly if stayed else _name(element) in named:
                told.append(_told(element))
        elif stayed and element.ref not in used and _was_shown_empty(element, was, after):
            told.append(_told(element))
    return f"the form was not sent: {'; '.join(dict.fromkeys(told))}" if told else ""


def _place(page: Observation) -> str:
    return page.url.partition("#")[0]


def _form_of(action: Action, page: Observation) -> frozenset[str]:
    """Refs of all that is in the form of the element that was pressed."""
    target = getattr(action, "target", None)
    tree = PageTree(page.elements)
    element = tree.get(target) if isinstance(target, str) else None
    if element is None:
        return frozenset()
    form = next(
        (above for above in tree.ancestors(element) if above.tag == "form" or above.role == "form"), None
    )
    return frozenset(inner.ref for inner in tree.inside(form)) if form else frozenset()


def _was_shown_empty(element: Element, was: Element | None, page: Observation) -> bool:
    """Whether the keyboard went to this required field, which is empty."""
    has_keyboard = "focused" in element.states or page.focused == element.ref
    empty = element.value == "" or "unchecked" in element.states
    return has_keyboard and empty and "required" in element.states and not (was and "focused" in was.states)


def _name(field: Element) -> str:
    return field.label or field.name or field.placeholder or " ".join(field.hints)


def _told(field: Element) -> str:
    """A field by its name, and what the page says of it."""
    words = "; ".join(part for part in field.description.split("; ") if part not in ("", field.placeholder))
    otherwise = "it is invalid" if field.value else "it is required"
    return f"field {_name(field)!r}: {words[:_LONGEST_WORDS] or otherwise}"
