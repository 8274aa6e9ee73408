"""Calls of the browser toolset, turned into actions: elements by their ref, or places of the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from browser.model.actions import (
    Action,
    Back,
    Button,
    Click,
    CloseTab,
    Drag,
    Forward,
    Goto,
    Hover,
    MouseDown,
    MouseMove,
    MouseUp,
    OpenTab,
    Point,
    Reload,
    Scroll,
    Select,
    SetChecked,
    SwitchTab,
    Target,
    TypeText,
)
from browser.model.observation import Observation
from engines.action_codec.reply_error import ReplyError
from engines.cua.anthropic.calls import CLICK_OF_WHEEL_PX, KEYBOARD, WAYS, Reader, held, number, zoomed

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

    def _computer(self, member: str, given: Mapping[str, Any]) -> tuple[Action, ...]:
        self._stay(member, given)
        if member == "zoom":
            zoomed(self.sight, given.get("region"))  # raises where there is no such part
        if member == "find" and not str(given.get("query") or "").strip():
            raise ReplyError("find needs a query")
        if member == "read_page" and given.get("ref"):
            self.ref(given["ref"])
        if member in READS:
            return ()
        reader = _READERS.get(member)
        if reader is not None:
            return reader(self, given)
        if member in KEYBOARD:
            return KEYBOARD[member](self, given)
        raise ReplyError(f"there is no action {member!r}")

    def _stay(self, member: str, given: Mapping[str, Any]) -> None:
        """Nothing is done to a tab that is not in front: it has not been seen."""
        tab = given.get("tab_id")
        front = next((each.id for each in self.page.tabs if each.active), "")
        if tab and member not in TABS and front and tab != front:
            raise ReplyError(f"tab {tab!r} is not in front: call switch_tab first, and look at it")

    def ref(self, given: Any) -> str:
        """An element that was shown."""
        if not isinstance(given, str) or given not in self.refs:
            raise ReplyError(
                f"there is no element {given!r} on the page any more: call read_page or find again"
            )
        return given

    def target(self, given: Any) -> Target:
        """An element by its ref, or a place of the picture."""
        if not isinstance(given, Mapping):
            raise ReplyError(
                'a target is {"type": "ref", "ref": ...} or {"type": "coordinate", "x": ..., "y": ...}'
            )
        if given.get("type") == "ref":
            return self.ref(given.get("ref"))
        return self.place_of(given)

    def place_of(self, given: Any) -> Point:
        """A place of the picture."""
        if not isinstance(given, Mapping) or given.get("type", "coordinate") != "coordinate":
            raise ReplyError('this needs a place: {"type": "coordinate", "x": ..., "y": ...}')
        return self.point([given.get("x"), given.get("y")])


_Read = Callable[[BrowserReader, Mapping[str, Any]], tuple[Action, ...]]


def _navigate(reader: BrowserReader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    url = str(given.get("url") or "").strip()
    if not url:
        raise ReplyError("navigate needs a url, or back, forward or reload")
    ways: dict[str, Action] = {"back": Back(), "forward": Forward(), "reload": Reload()}
    history = ways.get(url.lower())
    return (history or Goto(url if "://" in url or url.startswith("about:") else f"https://{url}"),)


def _tab(given: Mapping[str, Any]) -> str:
    tab = given.get("tab_id")
    if not isinstance(tab, str) or not tab:
        raise ReplyError("a tab is named by its tab_id; list_tabs tells them")
    return tab


def _form_input(reader: BrowserReader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    target = given.get("target")
    ref = reader.ref(target.get("ref") if isinstance(target, Mapping) else target)
    value = given.get("value")
    if isinstance(value, bool):
        return (SetChecked(ref, value),)
    if not isinstance(value, str | int | float):
        raise ReplyError("form_input needs a value: a text, a number, or true or false")
    field = reader.page.element(ref)
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if field is not None and (field.options or (field.role in _LISTS and field.tag != "input")):
        return (Select(ref, (text,)),)
    return (TypeText(text, ref),)


def _clicks(button: Button, count: int = 1) -> _Read:
    def read(reader: BrowserReader, given: Mapping[str, Any]) -> tuple[Action, ...]:
        return (Click(reader.target(given.get("target")), button, count, held(given.get("modifiers"))),)

    return read


def _hover(reader: BrowserReader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    target = reader.target(given.get("target"))
    return (MouseMove(target),) if isinstance(target, Point) else (Hover(target),)


def _scroll(reader: BrowserReader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    way = WAYS.get(str(given.get("scroll_direction")))
    if way is None:
        raise ReplyError("scroll_direction is up, down, left or right")
    amount = given.get("scroll_amount")
    far = min(10.0, max(1.0, number(3 if amount is None else amount))) * CLICK_OF_WHEEL_PX
    return (Scroll(way[0] * far, way[1] * far, target=reader.place_of(given.get("target"))),)


_READERS: dict[str, _Read] = {
    "navigate": _navigate,
    "new_tab": lambda reader, given: (OpenTab(),),
    "switch_tab": lambda reader, given: (SwitchTab(_tab(given)),),
    "close_tab": lambda reader, given: (CloseTab(_tab(given)),),
    "form_input": _form_input,
    "scroll_to": lambda reader, given: (Scroll(target=reader.target(given.get("target")), to="target"),),
    "left_click": _clicks("left"),
    "right_click": _clicks("right"),
    "middle_click": _clicks("middle"),
    "double_click": _clicks("left", 2),
    "triple_click": _clicks("left", 3),
    "hover": _hover,
    "mouse_move": lambda reader, given: (MouseMove(reader.place_of(given.get("target"))),),
    "left_mouse_down": lambda reader, given: (MouseMove(reader.place_of(given.get("target"))), MouseDown()),
    "left_mouse_up": lambda reader, given: (MouseMove(reader.place_of(given.get("target"))), MouseUp()),
    "left_click_drag": lambda reader, given: (
        Drag(reader.place_of(given.get("from")), reader.place_of(given.get("target"))),
    ),
    "scroll": _scroll,
}
