"""More of one part of a page: what is inside an element, the section under a heading, what follows a note,
or what fits some words best.

Every answer keeps to a budget and ends in a note where there is more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from browser.model.observation import ONWARD, Element, LookAnswer, LookRequest
from browser.model.page_tree import PageTree
from browser.model.roles import RECORD_ROLES
from browser.model.text import cut
from browser.redaction.redactor import Redactor
from browser.snapshot.capture import Captured
from browser.snapshot.distill.distill import flattened, tidied
from browser.snapshot.distill.notes import LIKE_THESE, SCATTERED, note_of
from browser.snapshot.distill.token_budget import CAPTURED_TEXT, MAX_TEXT, tokens_of
from browser.snapshot.distill.tree import rejoin
from browser.snapshot.search import matching
from browser.snapshot.spread_values import without_whole_values
from browser.values.sections import end_of_section, is_heading

ANSWER_TOKENS = 2500
"""What all answers to one look may cost together."""
LEAST_TOKENS = 500
_WHOLE = RECORD_ROLES | {"paragraph"}
WHOLE_TEXT = 20_000
"""Characters of a text that a look reads; the budget decides how many of them it gives."""


def answer(
    captured: Captured,
    request: LookRequest,
    budget_tokens: int = ANSWER_TOKENS,
    redactor: Redactor | None = None,
    listed: Sequence[Element] = (),
) -> LookAnswer:
    """What a page has for a request by ref or by words.

    Args:
        captured: The whole page.
        request: What is wanted.
        budget_tokens: What the answer may cost.
        redactor: Hides values in texts that are cut.
        listed: What the page was last seen to have, with notes of what was left out.
    """
    ref = request.ref.removesuffix(ONWARD)
    known = {element.ref for element in captured.elements}
    is_listed_note = any(element.ref == request.ref and element.is_note for element in listed)
    if request.ref and ref not in known and not is_listed_note:
        gone = f"element {ref!r} is not on the page any more; look for its words instead"
        return LookAnswer(request=request, problem=gone)
    elements = without_whole_values(with_whole_texts(captured), redactor or Redactor())
    if request.ref == ref and ref:
        found = _beginning(inside(elements, ref), budget_tokens)
    elif ref:
        found = _beginning(left_out(elements, ref, listed), budget_tokens)
    else:
        found = matching(elements, request.query, budget_tokens)
    problem = "" if found else _nothing(request)
    return LookAnswer(request=request, elements=found, problem=problem)


def _nothing(request: LookRequest) -> str:
    if request.ref:
        return f"there is nothing more to read at {request.ref!r}"
    return f"nothing on the page fits {request.query!r}"


def inside(elements: Sequence[Element], ref: str) -> list[Element]:
    """An element and everything in it, in reading order.

    Of a heading it is all that stands under it, of a text the whole sentence that the list says as this text.
    """
    named = next((element for element in elements if element.ref == ref), None)
    headings = {element.ref for element in elements if element.role == "heading"}
    if named and {ref, named.parent} & headings and (under := section(_said(elements), ref)):
        return under
    if named and named.role == "text":
        return [element for element in _said(elements) if element.ref == ref] or [named]
    kept: set[str] = set()
    found = []
    for element in elements:
        if element.ref == ref or element.parent in kept:
            kept.add(element.ref)
            found.append(element)
    return _said(found)


def section(said: Sequence[Element], ref: str) -> list[Element]:
    """A heading and what stands under it; of what is only a part of a heading, that part."""
    at = next((at for at, element in enumerate(said) if element.ref == ref), -1)
    if at < 0:
        return []
    tree = PageTree(said)
    end = end_of_section(tree, at) if is_heading(said[at]) else tree.ends[at]
    return list(said[at:end])


def left_out(elements: Sequence[Element], ref: str, listed: Sequence[Element]) -> list[Element]:
    """What a note stands for: all from an element on, up to the next one that is listed.

    A note of what is missing here and there stands for all gaps that have no note of their own; each is given
    behind what is listed before it. Where there is no such note, the last note before a gap stands for it.
    """
    said = _said(elements)
    order = {element.ref: at for at, element in enumerate(elements)}
    shown = {element.ref for element in listed if not element.is_note}
    noted = {element.ref.removesuffix(ONWARD): element.name for element in listed if element.is_note}
    first = _place(ref, order, listed)
    others = [_place(one, order, listed) for one in noted if one != ref]
    if noted.get(ref, "").endswith(SCATTERED):
        return rejoin(_in_other_gaps(said, first, order, shown, others), said)
    onward = [element for element in said if order[element.ref] >= first]
    if noted.get(ref, "").endswith(LIKE_THESE):
        onward = _of_one_list(onward)
    ends = (at for at, element in enumerate(onward) if element.ref in shown and element.ref != ref)
    end = next(ends, len(onward))
    missing = onward[:end]
    if not any(name.endswith((SCATTERED, LIKE_THESE)) for name in noted.values()):
        next_note = min((place for place in others if place > first), default=len(order))
        later = [element for element in onward[end:] if order[element.ref] < next_note]
        missing += _in_other_gaps(later, first, order, shown, others)
    return rejoin(missing, said)


def _place(ref: str, order: Mapping[str, int], listed: Sequence[Element]) -> int:
    """Where in reading order what a note stands for begins.

    Its first thing may have turned out to say nothing; then it begins behind what is listed before the note.
    """
    if ref in order:
        return order[ref]
    last = 0
    for element in listed:
        if element.ref == ref + ONWARD:
            break
        last = order.get(element.ref, last - 1) + 1
    return last


def _of_one_list(onward: list[Element]) -> list[Element]:
    """The first of some elements, its siblings behind it, and what is in them."""
    lists = {onward[0].parent} if onward else set[str]()
    inside: set[str] = set()
    for at, element in enumerate(onward):
        if element.parent not in lists | inside:
            return onward[:at]
        inside.add(element.ref)
    return onward


def _in_other_gaps(
    said: Sequence[Element], first: int, order: Mapping[str, int], shown: Set[str], noted: Sequence[int]
) -> list[Element]:
    """What is not listed from a place on, and the listed element before each gap; noted gaps aside."""
    found: list[Element] = []
    before: Element | None = None
    last = -1
    for element in said:
        at = order[element.ref]
        if element.ref in shown:
            before, last = element, at
        elif at >= first and not any(last < one <= at for one in noted):
            found += [before] if before else []
            found.append(element)
            before = None
    return found


def _said(elements: Sequence[Element]) -> list[Element]:
    return flattened(tidied(elements))


def _beginning(elements: Sequence[Element], budget_tokens: int) -> tuple[Element, ...]:
    """Keep what fits the budget in reading order, whole rows only, with a note of what was left out.

    Only a text that nothing stands before is cut: any other one is left to the answer that reads on.
    """
    found: list[Element] = []
    left = budget_tokens - 30
    for at, element in enumerate(elements):
        said = element if found else _cut(element, max(MAX_TEXT, 3 * left - 100))
        left -= tokens_of(replace(said, name="")) + len(said.name.encode()) // 3
        if left < 0 and found:
            end = _whole_items(elements, at)
            return tuple(rejoin([*found[:end], note_of(elements[end:])], elements))
        found.append(said)
    return tuple(found)


def _whole_items(elements: Sequence[Element], end: int) -> int:
    """Where the row, item or sentence begins that an end would cut through; the end where nothing is left."""
    parents = {element.ref: at for at, element in enumerate(elements)}
    at = end
    while elements[at].role not in _WHOLE and elements[at].parent in parents:
        at = parents[elements[at].parent]
    return at if elements[at].role in _WHOLE and at > 0 else end


def _cut(element: Element, most_bytes: int) -> Element:
    """The element with its name cut to so many bytes: letters that are not Latin have two or three."""
    longest = min(WHOLE_TEXT, len(element.name.encode()[:most_bytes].decode(errors="ignore")))
    if len(element.name) <= longest:
        return element
    shown, rest = cut(element.name, longest, ""), len(element.name) - longest
    said = f"{shown}\u2026 ({rest:,} more characters; look by words)"
    return replace(element, name=said)


def with_whole_texts(captured: Captured) -> list[Element]:
    """The elements, with texts that were too long to be captured whole read from the page's text."""
    return [
        replace(element, name=_whole(element.name, captured.text))
        if element.role == "text" and len(element.name) >= CAPTURED_TEXT
        else element
        for element in captured.elements
    ]


def _whole(beginning: str, text: str) -> str:
    start = text.find(beginning)
    if start < 0:
        return beginning
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]
