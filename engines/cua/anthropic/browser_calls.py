"""Calls of the browser toolset, turned into actions: elements by their ref, or places of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from browser.model.actions import Action
from browser.model.observation import Observation
from engines.action_codec.actions import Wire, acts
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.arguments.values import brief, filled
from engines.action_codec.reply_error import ReplyError
from engines.cua.anthropic.calls import CLICK_OF_WHEEL_PX, Reader, keyboard, wheel_clicks, zoomed

READS = frozenset({"read_page", "get_page_text", "find", "list_tabs", "screenshot", "zoom"})
"""Members that are answered without touching the page."""
TABS = frozenset({"list_tabs", "new_tab", "switch_tab", "close_tab"})
"""Members that are answered with all tabs there are."""
_LISTS = frozenset({"combobox", "listbox", "menu", "radiogroup"})


@dataclass(slots=True)
class BrowserReader(Reader):
    """Reads the calls of one answer against the page that was seen."""

    page: Observation = Observation(url="")  # noqa: RUF009  frozen
    refs: frozenset[str] = frozenset()
    """Those that the model has been told since it came to this address."""

    @property
    def shown(self) -> Shown:
        """What the model was shown."""
        tabs = frozenset(tab.id for tab in self.page.tabs) or None
        # Of the class itself: `slots` makes a new one, which a bare super() does not know.
        return replace(super(BrowserReader, self).shown, refs=self.refs, tabs=tabs, url=self.page.url)

    def _computer(self, member: str, given: Mapping[str, Any]) -> tuple[Action, ...]:
        self._stay(member, given)
        if member == "zoom":
            zoomed(self.sight, given.get("region"))  # raises where there is no such part
        if member == "find":
            filled('"query"', given.get("query") or "")
        if member == "read_page" and given.get("ref"):
            self.ref(given["ref"])
        if member in READS:
            return ()
        typed = keyboard(member, given, self.shown)
        if typed:
            return typed
        if member == "form_input":
            return self._form_input(given)
        history = str(given.get("url")).strip().lower()
        if member == "navigate" and history in _HISTORY:
            return acts(Wire(history).read(member, {}, self.shown))
        wire = WIRES.get(member)
        if wire is None:
            raise ReplyError(f"there is no action {brief(member)}")
        written = dict(given)
        if "ref" in wire.names and self._names_element(given.get("target")):
            written["ref"], written["target"] = self.ref(given["target"].get("ref")), None
        if member == "scroll":
            written["scroll_amount"] = min(10.0, max(1.0, wheel_clicks(given, 3))) * CLICK_OF_WHEEL_PX
        return self.moved(acts(wire.read(member, written, self.shown)))

    def _stay(self, member: str, given: Mapping[str, Any]) -> None:
        """Nothing is done to a tab that is not in front: it has not been seen."""
        tab = given.get("tab_id")
        front = next((each.id for each in self.page.tabs if each.active), "")
        if tab and member not in TABS and front and tab != front:
            raise ReplyError(f"tab {brief(tab)} is not in front: call switch_tab first, and look at it")

    def ref(self, given: Any) -> str:
        """An element that was shown."""
        if not isinstance(given, str) or given not in self.refs:
            raise ReplyError(
                f"there is no element {brief(given)} on the page any more: call read_page or find again"
            )
        return given

    @staticmethod
    def _names_element(target: Any) -> bool:
        return isinstance(target, Mapping) and target.get("type") == "ref"

    def _form_input(self, given: Mapping[str, Any]) -> tuple[Action, ...]:
        target, value = given.get("target"), given.get("value")
        ref = self.ref(target.get("ref") if isinstance(target, Mapping) else target)
        if isinstance(value, bool):
            wire = Wire("check", {"ref": "target", "checked": "value"})
        elif (field := self.page.element(ref)) is not None and (
            field.options or (field.role in _LISTS and field.tag != "input")
        ):
            wire = Wire("select", {"ref": "target", "options": "value"})
        else:
            wire = Wire("type", {"ref": "target", "text": "value"})
        return acts(wire.read("form_input", {"target": ref, "value": value}, self.shown))


_HISTORY = ("back", "forward", "reload")
_ON = {"ref": "ref", "point": "target"}
_CLICKED = {**_ON, "modifiers": "modifiers"}
_AT = {"point": "target"}
WIRES: Mapping[str, Wire] = {
    "navigate": Wire("goto", {"url": "url"}),
    "new_tab": Wire("open_tab"),
    "switch_tab": Wire("switch_tab", {"tab": "tab_id"}),
    "close_tab": Wire("close_tab", {"tab": "tab_id"}, needs=("tab",)),
    "scroll_to": Wire("scroll", _ON, {"to": "target"}),
    "left_click": Wire("click", _CLICKED),
    "right_click": Wire("click", _CLICKED, {"button": "right"}),
    "middle_click": Wire("click", _CLICKED, {"button": "middle"}),
    "double_click": Wire("click", _CLICKED, {"count": 2}),
    "triple_click": Wire("click", _CLICKED, {"count": 3}),
    "hover": Wire("hover", _ON),
    "mouse_move": Wire("mouse_move", _AT),
    "left_mouse_down": Wire("mouse_down", _AT, needs=("point",)),
    "left_mouse_up": Wire("mouse_up", _AT, needs=("point",)),
    "left_click_drag": Wire("drag", {"point": "from", "to_point": "target"}),
    "scroll": Wire(
        "scroll",
        {**_AT, "direction": "scroll_direction", "amount": "scroll_amount"},
        needs=("point", "direction"),
    ),
}
