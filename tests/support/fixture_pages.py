"""Opening the pages of testbed/pages/fixtures and asking Chromium itself what is on them."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page, Route

from browser.cdp.isolated_world import IsolatedWorld, WorldRegistry
from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import send
from browser.lifecycle.launch import Browser
from browser.model.observation import Element
from browser.options import SessionOptions
from browser.snapshot.capture import Captured, capture

FIXTURES = Path(__file__).parents[2] / "testbed" / "pages" / "fixtures"
NAMES = tuple(sorted(path.name for path in FIXTURES.glob("*.html")))
ADDRESS = "http://fixtures.test/"


@dataclass(frozen=True)
class Opened:
    """One page as we captured it, with what is needed to ask Chromium about it."""

    name: str
    page: Page
    worlds: tuple[IsolatedWorld, ...]
    captured: Captured


@dataclass
class Score:
    """How often two sides agreed, and where they did not."""

    agreed: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, same: bool, difference: str) -> None:
        """Count one comparison."""
        if same:
            self.agreed += 1
        else:
            self.differences.append(difference)

    @property
    def total(self) -> int:
        """How many comparisons there were."""
        return self.agreed + len(self.differences)

    @property
    def share(self) -> float:
        """The part that agreed, 0 to 1."""
        return self.agreed / self.total

    def tell(self, what: str) -> None:
        """Have it written where figures are asked for: `pytest -rP --log-level=info tests/browser/test_agree_*`."""
        logging.getLogger("agreement").info(
            "%s: %d of %d, %.2f %%", what, self.agreed, self.total, 100 * self.share
        )

    def __str__(self) -> str:
        lines = "".join(f"\n  {difference}" for difference in self.differences)
        return f"{self.agreed} of {self.total} ({self.share:.2%}){lines}"


async def _serve(route: Route) -> None:
    path = FIXTURES / urlsplit(route.request.url).path.lstrip("/")
    if path.is_file():
        await route.fulfill(path=path)
    else:
        await route.fulfill(status=404)


@asynccontextmanager
async def tab(browser: Browser) -> AsyncIterator[Page]:
    """A tab that finds the fixture pages at ADDRESS, in the size that sessions have."""
    session = await browser.open_session(SessionOptions())
    context: BrowserContext = session._context
    await context.route(f"{ADDRESS}**", _serve)
    try:
        yield context.pages[0]
    finally:
        await session.close()


async def opened(page: Page) -> AsyncIterator[Opened]:
    """All fixture pages, one after the other in the same tab."""
    registry = WorldRegistry()
    worlds = IsolatedWorlds(page, registry)
    for name in NAMES:
        await page.goto(ADDRESS + name)
        captured = await capture(worlds)
        yield Opened(name, page, await worlds.all(), captured)


NODES = """(() => {
  const found = [];
  const walk = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE) found.push([agentCore.numberOf(node), node.localName]);
    if (node.shadowRoot) walk(node.shadowRoot);
    for (const child of node.childNodes) walk(child);
  };
  walk(document);
  return found;
})()"""


async def backend_ids(opened: Opened) -> dict[str, int]:
    """Ref -> Chromium's own number, for every element of every frame."""
    found: dict[str, int] = {}
    root = (await send(opened.worlds[0].session, "DOM.getDocument", {"depth": -1, "pierce": True}))["root"]
    documents = {document["frameId"]: document for document in _documents(root)}
    documents[opened.worlds[0].frame_id] = root
    for world in opened.worlds:
        theirs = list(_elements(documents[world.frame_id]))
        ours = await world.evaluate(NODES)
        assert [tag for _, tag in ours] == [node["localName"] for node in theirs], opened.name
        for (number, _), node in zip(ours, theirs, strict=True):
            found[f"f{world.number}e{number}"] = node["backendNodeId"]
    return found


def _documents(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "contentDocument" in node:
        yield {**node["contentDocument"], "frameId": node["frameId"]}
    for child in _inside(node):
        yield from _documents(child)
    if "contentDocument" in node:
        yield from _documents(node["contentDocument"])


def _elements(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if node["nodeType"] == 1:
        yield node
    for child in _inside(node):
        yield from _elements(child)


def _inside(node: dict[str, Any]) -> list[dict[str, Any]]:
    roots = [root for root in node.get("shadowRoots", ()) if root["shadowRootType"] == "open"]
    return [*roots, *node.get("children", ())]


LIST = """(() => {
  const list = JSON.parse(document.getElementById('usable').textContent);
  const all = (selector) => selector.split(' >>> ').reduce(
    (roots, part) => roots.flatMap((root) => [...(root.shadowRoot || root).querySelectorAll(part)]), [document]);
  const described = (element, selector) => [agentCore.numberOf(element), selector];
  const found = {missing: []};
  for (const part of ['usable', 'also', 'decoys']) {
    found[part] = [];
    for (const selector of list[part] || []) {
      const elements = all(selector);
      if (!elements.length) found.missing.push(selector);
      found[part].push(...elements.map((element) => described(element, selector)));
    }
  }
  return found;
})()"""


@dataclass(frozen=True)
class Usable:
    """What the pages themselves say that a person can use: ref -> selector."""

    usable: dict[str, str]
    """What a person can use in the viewport as it is."""
    also: dict[str, str]
    """What does the same as something usable, or only scrolls: neither asked for nor held against us."""
    decoys: dict[str, str]
    """What looks or is written as if it could be used and cannot."""


async def lists(opened: Opened) -> Usable:
    """The lists of all frames of a page, merged."""
    merged: dict[str, dict[str, str]] = {"usable": {}, "also": {}, "decoys": {}}
    for world in opened.worlds:
        if not await world.evaluate("Boolean(document.getElementById('usable'))"):
            continue
        said = await world.evaluate(LIST)
        assert not said["missing"], f"{opened.name}: its list names what is not there: {said['missing']}"
        for part, found in said.items():
            if part in merged:
                merged[part] |= {f"f{world.number}e{number}": selector for number, selector in found}
    return Usable(**merged)


async def accessibility(opened: Opened) -> dict[int, dict[str, Any]]:
    """Chromium's accessibility nodes of all frames, by the number of the DOM node."""
    found: dict[int, dict[str, Any]] = {}
    for world in opened.worlds:
        answer = await send(world.session, "Accessibility.getFullAXTree", {"frameId": world.frame_id})
        found |= {node["backendDOMNodeId"]: node for node in answer["nodes"] if "backendDOMNodeId" in node}
    return found


async def listeners(opened: Opened, types: frozenset[str]) -> set[int]:
    """DOM nodes that listen for one of these events, as `getEventListeners` of Chromium's debugger says."""
    found: set[int] = set()
    for world in opened.worlds:
        params = {"expression": "document", "contextId": world.target.context(world.frame_id)}
        document = (await send(world.session, "Runtime.evaluate", params))["result"]
        params = {"objectId": document["objectId"], "depth": -1, "pierce": True}
        answer = await send(world.session, "DOMDebugger.getEventListeners", params)
        found |= {each["backendNodeId"] for each in answer["listeners"] if each["type"] in types}
    return found


def told(opened: Opened, element: Element) -> str:
    """Where an element is and what it is, for a line that a person reads."""
    words = json.dumps(element.name[:40] or element.text[:40], ensure_ascii=False)
    return f"{opened.name} <{element.tag}> {element.role} {words} {'.'.join(element.hints[:3])}"


SEEN_OR_SPOKEN_ONLY = """(() => {
  const modal = document.querySelector('dialog:modal');
  const found = [];
  const walk = (node, silent) => {
    if (node.nodeType === Node.ELEMENT_NODE) {
      const {opacity, visibility, display} = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      silent = silent || node.inert || node.getAttribute('aria-hidden') === 'true' || (opacity === '0' && node.localName !== 'input' && node.localName !== 'select');
      const unseen = visibility !== 'visible' || (display !== 'contents' && !node.firstElementChild && !(box.width && box.height) && !node.textContent.trim() && node.localName !== 'input');
      if (silent || unseen || (modal && !modal.contains(node)) || node.closest('canvas > *')) found.push(agentCore.numberOf(node));
    }
    if (node.shadowRoot) walk(node.shadowRoot, silent);
    for (const child of node.childNodes) walk(child, silent);
  };
  walk(document, false);
  return found;
})()"""


async def seen_or_spoken_only(opened: Opened) -> frozenset[str]:
    """Refs of what a person sees and screen readers are not told of, or the other way round: we go by what is seen."""
    return await _refs(opened, SEEN_OR_SPOKEN_ONLY)


REASONED = """(() => {
  const controls = 'a[href], area[href], button, input, select, textarea, summary, canvas, label, audio[controls], video[controls], ' +
    '[tabindex], [contenteditable], [draggable=true], ' +
    ['button', 'checkbox', 'combobox', 'gridcell', 'link', 'listbox', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'option',
     'radio', 'scrollbar', 'searchbox', 'slider', 'spinbutton', 'switch', 'tab', 'textbox', 'treeitem'].map((role) => `[role=${role}]`);
  const found = [];
  const walk = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE && (node.matches(controls) || getComputedStyle(node).cursor === 'pointer')) found.push(agentCore.numberOf(node));
    if (node.shadowRoot) walk(node.shadowRoot);
    for (const child of node.childNodes) walk(child);
  };
  walk(document);
  return found;
})()"""


async def reasoned(opened: Opened) -> frozenset[str]:
    """Refs of what may be usable without a listener: controls, tab stops, what is typed into or dragged, a pointer."""
    return await _refs(opened, REASONED)


async def _refs(opened: Opened, expression: str) -> frozenset[str]:
    found = set()
    for world in opened.worlds:
        found |= {f"f{world.number}e{number}" for number in await world.evaluate(expression)}
    return frozenset(found)
