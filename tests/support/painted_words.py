"""The words that Chromium paints on a page, told by Chromium itself, and the words that a listing says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

STYLES = ("visibility", "opacity", "overflow-x", "overflow-y", "clip", "clip-path", "font-size")
WORD = re.compile(r"[^\W_]+")
UNSEEN = re.compile("[\u00ad\u200b\ufeff]")
UNREAD = frozenset(("OPTION", "SCRIPT", "STYLE", "NOSCRIPT", "TITLE", "CANVAS", "VIDEO", "AUDIO"))
APART = frozenset(("A", "BUTTON", "LABEL", "SUMMARY", "SUP", "SUB", "RT", "text", "tspan"))
"""Tags at whose edges a word ends, though what follows may be painted close to it."""

FIELDS = """() => {
  const found = [];
  const shown = (element) => element.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
    element.getClientRects().length > 0;
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (!element.matches('input, textarea, select, img') || !shown(element)) continue;
      const tag = element.localName;
      if (tag === 'img') { if (!element.naturalWidth) found.push(element.alt); }
      else if (tag === 'select') found.push(...[...element.selectedOptions].map((option) => option.label));
      else if (['checkbox', 'radio', 'range', 'color', 'file', 'password', 'image', 'hidden'].includes(element.type)) continue;
      else if (element.value) found.push(element.value);
      else found.push(element.placeholder);
    }
  };
  walk(document);
  return found.filter(Boolean);
}"""
"""What fields show, which no snapshot has."""


@dataclass(frozen=True, slots=True)
class Painted:
    """A text that is painted in one piece."""

    text: str
    where: str
    """The tags that hold it, innermost first, for a line that a person reads."""


def words(text: str) -> list[str]:
    """The words of a text, without case."""
    return WORD.findall(UNSEEN.sub("", text).casefold())


async def painted(page: Page) -> list[Painted]:
    """All texts that are painted on the page or would be once it is scrolled there, in document order.

    Texts, generated ones, and what fields show; not what a frame of another process shows.
    """
    session = await page.context.new_cdp_session(page)
    taken = await session.send("DOMSnapshot.captureSnapshot", {"computedStyles": list(STYLES)})
    await session.detach()
    found = [
        each
        for document in taken["documents"]
        for each in _joined(list(_Document(document, taken["strings"]).texts()))
    ]
    for frame in page.frames:
        found += [Painted(text, "field") for text in await frame.evaluate(FIELDS)]
    return found


TOLD_OTHERWISE = frozenset(
    ("StaticText", "InlineTextBox", "RootWebArea", "ListMarker", "MenuListOption", "option")
)
"""Chromium's roles of what has no name of its own."""


async def spoken(page: Page) -> list[Painted]:
    """The names in Chromium's accessibility tree of the top document, with their roles."""
    session = await page.context.new_cdp_session(page)
    nodes = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    await session.detach()
    told = [
        Painted(node.get("name", {}).get("value", ""), node["role"]["value"])
        for node in nodes
        if not node["ignored"] and node["role"]["value"] not in TOLD_OTHERWISE
    ]
    return [each for each in told if each.text]


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    apart: int
    """The node of the nearest thing around it at whose edge words end, or -1."""
    where: Sequence[str]
    first: Sequence[float]
    last: Sequence[float]
    size: str


class _Document:
    """One document of a snapshot."""

    def __init__(self, document: dict[str, Any], strings: list[str]) -> None:
        self.nodes, self.layout, self.strings = document["nodes"], document["layout"], strings
        self.boxes: dict[int, list[list[float]]] = {}
        spots = document["textBoxes"]
        for at, bounds in zip(spots["layoutIndex"], spots["bounds"], strict=True):
            self.boxes.setdefault(at, []).append(bounds)
        self.laid_out = {node: at for at, node in reversed(list(enumerate(self.layout["nodeIndex"])))}

    def texts(self) -> Iterator[_Piece]:
        """What is painted, node by node."""
        for at, (node, text) in enumerate(zip(self.layout["nodeIndex"], self.layout["text"], strict=True)):
            boxes = [box for box in self.boxes.get(at, ()) if box[2] > 0 and box[3] > 0]
            if text < 0 or not boxes or not self._is_painted(at, node, boxes):
                continue
            where = [self.strings[self.nodes["nodeName"][each]] for each in self._above(node)]
            if UNREAD.isdisjoint(where) and where[0] != "::marker" and not self._is_folded(node):
                apart = next(
                    (each for each, tag in zip(self._above(node), where, strict=True) if tag in APART), -1
                )
                yield _Piece(
                    self.strings[text], apart, where, boxes[0], boxes[-1], self._style(at, "font-size")
                )

    def _above(self, node: int) -> Iterator[int]:
        while node >= 0:
            yield node
            node = self.nodes["parentIndex"][node]

    def _is_folded(self, node: int) -> bool:
        """Whether it lies in the closed part of a `<details>`."""
        above = [self.strings[self.nodes["nodeName"][each]] for each in self._above(node)]
        for at, each in enumerate(self._above(node)):
            attributes = [self.strings[name] for name in self.nodes["attributes"][each][::2]]
            if (
                above[at] == "DETAILS"
                and "open" not in attributes
                and (at == 0 or above[at - 1] != "SUMMARY")
            ):
                return True
        return False

    def _style(self, at: int, name: str) -> str:
        styles = self.layout["styles"][at]
        return self.strings[styles[STYLES.index(name)]] if styles else ""

    def _is_painted(self, at: int, node: int, boxes: Sequence[Sequence[float]]) -> bool:
        if self._style(at, "visibility") != "visible":
            return False
        for above in self._above(node):
            place = self.laid_out.get(above)
            if place is None:
                continue
            if float(self._style(place, "opacity") or 1) == 0:
                return False
            if above == node:
                continue
            bounds = self.layout["bounds"][place]
            cuts = "hidden" in (self._style(place, "overflow-x"), self._style(place, "overflow-y"))
            clipped = self._style(place, "clip") not in ("", "auto") or self._style(
                place, "clip-path"
            ) not in ("", "none")
            if clipped and bounds[2] * bounds[3] <= 4:
                return False
            if cuts and not any(_meet(box, bounds) for box in boxes):
                return False
        return True


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return wide > 1 and high > 1


def _joined(pieces: Sequence[_Piece]) -> Iterator[Painted]:
    """The pieces, with those that are painted as one word joined."""
    text, last = "", None
    for piece in pieces:
        if last and _goes_on(last, piece):
            text += piece.text
        else:
            if last:
                yield Painted(text, " < ".join(last.where[:6]))
            text = piece.text
        last = piece
    if last:
        yield Painted(text, " < ".join(last.where[:6]))


def _goes_on(one: _Piece, other: _Piece) -> bool:
    """Whether a word that begins in one text goes on in the other."""
    if not (one.text[-1:].isalnum() and other.text[:1].isalnum()) or one.apart != other.apart:
        return False
    x, y, width, height = one.last
    begins_big = (
        len(one.text.strip()) == 1 and y < other.first[1] + other.first[3] and other.first[1] < y + height
    )
    same_line = one.size == other.size and abs(y - other.first[1]) < 0.5
    return abs(x + width - other.first[0]) < 0.5 and (same_line or begins_big)
