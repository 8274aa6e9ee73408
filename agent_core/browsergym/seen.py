"""An observation of BrowserGym as one of ours: its accessibility tree, boxes, tabs and picture."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from browser.model.observation import Box, Element, Observation, Screenshot, State, Tab
from browser.model.text import cut, squeeze

Node = Mapping[str, Any]

_PASSED_OVER = frozenset({"RootWebArea", "InlineTextBox", "MenuListPopup", "LineBreak", "none"})
"""Roles of nodes that say nothing themselves; what is in them is seen."""
_FIELDS = frozenset({"textbox", "searchbox", "combobox", "spinbutton", "slider"})
_INTERACTIVE = _FIELDS | {
    "button", "checkbox", "link", "listbox", "menuitem", "menuitemcheckbox", "menuitemradio", "option",
    "radio", "switch", "tab", "treeitem",
}  # fmt: skip
_CHECKED = frozenset({"checkbox", "menuitemcheckbox", "menuitemradio", "radio", "switch"})
_STATES: Mapping[tuple[str, str], State] = {
    ("selected", "true"): "selected",
    ("expanded", "true"): "expanded",
    ("expanded", "false"): "collapsed",
    ("pressed", "true"): "pressed",
    ("disabled", "true"): "disabled",
    ("readonly", "true"): "readonly",
    ("required", "true"): "required",
    ("invalid", "true"): "invalid",
    ("focused", "true"): "focused",
    ("multiline", "true"): "multiline",
    ("multiselectable", "true"): "multiselectable",
    ("modal", "true"): "modal",
    ("busy", "true"): "busy",
}
_MOST_OPTIONS = 200
_LONGEST_TEXT = 500


class Refs:
    """Which of our refs stands for which of BrowserGym's ids, over a whole episode."""

    def __init__(self) -> None:
        self._ref_of: dict[str, str] = {}
        self._bid_of: dict[str, str] = {}

    def ref_of(self, bid: str) -> str:
        """Our ref for one of their ids; the same for the same id."""
        if bid not in self._ref_of:
            ref = f"f0e{len(self._ref_of) + 1}"
            self._ref_of[bid], self._bid_of[ref] = ref, bid
        return self._ref_of[bid]

    def bid_of(self, ref: str) -> str | None:
        """Their id for one of our refs; None: the element has none, such as a run of text."""
        return self._bid_of.get(ref)


@dataclass(frozen=True, slots=True)
class _InTree:
    """Where in the tree of elements a node stands."""

    parent: str = ""
    parent_name: str = ""
    depth: int = 0


def observation_of(obs: Mapping[str, Any], refs: Refs, *, picture: bool) -> Observation:
    """The page that BrowserGym has seen.

    Args:
        picture: Whether the engine wants one.
    """
    shot = obs.get("screenshot")
    width, height = (int(shot.shape[1]), int(shot.shape[0])) if shot is not None else (1280, 720)
    tree = _Tree(obs, refs)
    elements = tuple(tree.elements())
    urls, titles = list(obs.get("open_pages_urls") or ()), list(obs.get("open_pages_titles") or ())
    active = _index(obs.get("active_page_index"))
    tabs = tuple(
        Tab(id=f"t{at + 1}", url=url, title=titles[at] if at < len(titles) else "", active=at == active)
        for at, url in enumerate(urls)
    )
    focused = str(obs.get("focused_element_bid") or "")
    return Observation(
        url=str(obs.get("url") or ""),
        title=titles[active] if active < len(titles) else "",
        elements=elements,
        text="\n".join(tree.texts),
        screenshots=(_screenshot(shot),) if picture and shot is not None else (),
        tabs=tabs,
        viewport=(width, height),
        page_size=(float(width), float(height)),
        focused=refs.ref_of(focused) if focused else "",
    )


class _Tree:
    """The accessibility tree of one observation, read from its root on."""

    def __init__(self, obs: Mapping[str, Any], refs: Refs) -> None:
        nodes = (obs.get("axtree_object") or {}).get("nodes") or ()
        self._nodes: dict[str, Node] = {str(node["nodeId"]): node for node in nodes}
        self._extra: Mapping[str, Any] = obs.get("extra_element_properties") or {}
        self._refs = refs
        self.texts: list[str] = []
        """What the page says, a run of text each, as far as it was read."""

    def elements(self) -> Iterator[Element]:
        """All that a person would tell apart, in the order in which it stands."""
        inner = {str(child) for node in self._nodes.values() for child in node.get("childIds") or ()}
        for node_id, node in self._nodes.items():
            if node_id not in inner:
                yield from self._below(node, _InTree())

    def _below(self, node: Node, at: _InTree) -> Iterator[Element]:
        role, name = _text(node, "role"), squeeze(_text(node, "name"))
        if role == "StaticText" and name:
            self.texts.append(name)
            # What only repeats the name of a button or a link is not listed once more.
            if name != at.parent_name:
                yield self._made(node, "text", name, at)
            return
        inside = at
        if self._is_seen(node, role, name):
            element = self._made(node, "generic" if role == "LabelText" else role, name, at)
            yield element
            inside = _InTree(element.ref, name, at.depth + 1)
            if role == "combobox" and element.options:
                return
        for child in node.get("childIds") or ():
            if str(child) in self._nodes:
                yield from self._below(self._nodes[str(child)], inside)

    def _is_seen(self, node: Node, role: str, name: str) -> bool:
        if node.get("ignored") or role in _PASSED_OVER:
            return False
        clickable = self._extra.get(str(node.get("browsergym_id")), {}).get("clickable", False)
        return bool(node.get("browsergym_id")) and (
            role not in ("generic", "LabelText") or bool(name or clickable)
        )

    def _made(self, node: Node, role: str, name: str, at: _InTree) -> Element:
        bid = node.get("browsergym_id")
        extra = self._extra.get(str(bid), {}) if bid is not None else {}
        properties = {
            each["name"]: each.get("value", {}).get("value") for each in node.get("properties") or ()
        }
        box = Box(*map(float, extra["bbox"])) if extra.get("bbox") else None
        states = set(_states(role, properties))
        if box is not None and not extra.get("visibility", 1.0):
            states.add("offscreen")
        level = properties.get("level")
        return Element(
            ref=self._refs.ref_of(str(bid) if bid is not None else f"text {node['nodeId']}"),
            role=role,
            name=name,
            text=cut(name, _LONGEST_TEXT),
            value=_text(node, "value") if role in _FIELDS else None,
            description=_text(node, "description"),
            href=str(properties.get("url") or "") if role == "link" else "",
            options=tuple(self._options(node)) if role in ("combobox", "listbox") else (),
            level=int(level) if level is not None else None,
            states=frozenset(states),
            interactive=role in _INTERACTIVE or bool(extra.get("clickable")),
            box=box,
            parent=at.parent,
            depth=at.depth,
        )

    def _options(self, node: Node) -> list[str]:
        found: list[str] = []
        waiting = list(node.get("childIds") or ())
        while waiting and len(found) < _MOST_OPTIONS:
            child = self._nodes.get(str(waiting.pop(0)))
            if child is None:
                continue
            if _text(child, "role") == "option":
                found.append(squeeze(_text(child, "name")))
            else:
                waiting = [*(child.get("childIds") or ()), *waiting]
        return found


def _states(role: str, properties: Mapping[str, Any]) -> Iterator[State]:
    for name, value in properties.items():
        word = str(value).lower()
        if name == "checked" and role in _CHECKED:
            yield "checked" if word == "true" else "mixed" if word == "mixed" else "unchecked"
        elif (name, word) in _STATES:
            yield _STATES[name, word]


def _text(node: Node, key: str) -> str:
    value = (node.get(key) or {}).get("value")
    return "" if value is None else str(value)


def _index(value: Any) -> int:
    """A number that may stand in an array of one."""
    return int(value[0]) if hasattr(value, "__len__") else int(value or 0)


def _screenshot(array: Any) -> Screenshot:
    data = io.BytesIO()
    Image.fromarray(array).convert("RGB").save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=int(array.shape[1]), height_px=int(array.shape[0]))
