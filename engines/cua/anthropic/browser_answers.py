"""What answers the browser toolset's questions about the page: its elements, its text, its tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rapidfuzz import fuzz

from browser.model.observation import Element, Observation
from browser.model.text import cut
from engines.cua.anthropic.browser_calls import TABS
from engines.cua.anthropic.calls import Call
from engines.prompts.page import elements_text, page_text
from engines.prompts.templates import fenced

PAGE_TOKENS = 6000
"""Of the page's elements, as many as are looked at; the toolset's own limit is 50,000 characters."""
_MOST_CHARACTERS = 50_000
_MOST_FOUND = 20
_USUAL_DEPTH = 15
_ALIKE = 60
"""How alike, of 100, a description and an element have to be."""


def page_answer(call: Call, page: Observation, nonce: str) -> list[dict[str, Any]]:
    """The blocks that answer a call; none where it asks for nothing."""
    if call.member in TABS:
        return [tabs_block(page)]
    match call.member:
        case "read_page":
            said = page_text(_part(page, call), PAGE_TOKENS).text
        case "get_page_text":
            said = cut(page.text, _MOST_CHARACTERS, "")
        case "find":
            query = str(call.arguments.get("query"))
            scored = [(fuzz.token_set_ratio(query.lower(), _described(each)), each) for each in page.elements]
            near = sorted((pair for pair in scored if pair[0] >= _ALIKE), key=lambda pair: -pair[0])
            found = [element for _, element in near[:_MOST_FOUND]]
            said = (
                elements_text(found, page.url, PAGE_TOKENS).text
                if found
                else "(nothing like it is on the page)"
            )
        case _:
            return []
    return [{"type": "text", "text": fenced(said, nonce)}]


def tabs_block(page: Observation) -> dict[str, Any]:
    """All tabs, of which one is in front."""
    tabs = [{"tab_id": tab.id, "title": tab.title, "url": tab.url, "active": tab.active} for tab in page.tabs]
    return {"type": "browser_state", "tabs": tabs}


def _part(page: Observation, call: Call) -> Observation:
    """The page as far as the call asks for it."""
    inside = _inside(page.elements, str(call.arguments.get("ref") or ""))
    least = min((element.depth for element in inside), default=0)
    depth = call.arguments.get("depth")
    deepest = least + (depth if isinstance(depth, int) and depth > 0 else _USUAL_DEPTH)
    usable = call.arguments.get("filter") == "interactive"
    kept = [each for each in inside if each.depth <= deepest and (each.interactive or not usable)]
    return replace(page, elements=tuple(kept))


def _inside(elements: Sequence[Element], ref: str) -> list[Element]:
    """The element of this ref and all that it holds; everything without a ref."""
    if not ref:
        return list(elements)
    kept: list[Element] = []
    refs: set[str] = set()
    for element in elements:
        if element.ref == ref or element.parent in refs:
            kept.append(element)
            refs.add(element.ref)
    return kept


def _described(element: Element) -> str:
    parts = (
        element.role,
        element.name,
        element.label,
        element.placeholder,
        element.description,
        *element.hints,
    )
    return " ".join(filter(None, parts)).lower()
