"""Our actions as calls of BrowserGym's high-level action set, one line a call."""

from __future__ import annotations

from collections.abc import Sequence

from agent_core.browsergym.seen import Refs
from browser.model.actions import (
    Action,
    Back,
    Click,
    CloseTab,
    Drag,
    Forward,
    Goto,
    HoldKey,
    Hover,
    MouseMove,
    OpenTab,
    Point,
    Press,
    Reload,
    Scroll,
    Select,
    SetChecked,
    SwitchTab,
    Target,
    TypeText,
    Upload,
    Wait,
)
from browser.model.errors import ActionFailed
from browser.model.observation import Observation

SUBSETS = ("chat", "infeas", "bid", "coord", "nav", "tab")
"""Of BrowserGym's action set, what the calls are made of."""
_FAR = 100_000
"""Pixels that lead to an end of every page."""


class ActionCalls:
    """Writes actions on one page as calls."""

    def __init__(self, refs: Refs, page: Observation) -> None:
        self._refs, self._page = refs, page

    def of(self, action: Action) -> list[str]:
        """The calls that do it.

        Raises:
            ActionFailed: BrowserGym has no such action, or the element has no id there.
        """
        match action:
            case Click():
                return self._click(action)
            case TypeText():
                return self._type(action)
            case Select(target=target, options=options):
                return [_call("select_option", self._bid(target), list(options))]
            case SetChecked(target=target, checked=checked):
                return [_call("check" if checked else "uncheck", self._bid(target))]
            case Hover(target=Point() as at) | MouseMove(point=at):
                return [_call("mouse_move", at.x, at.y)]
            case Hover(target=target):
                return [_call("hover", self._bid(target))]
            case Press(keys=keys, target=target, repeat=repeat):
                pressed = _call("keyboard_press", keys) if target is None else self._press(target, keys)
                return [pressed] * repeat
            case Scroll():
                return self._scroll(action)
            case Drag(start=Point() as start, end=Point() as end):
                return [_call("mouse_drag_and_drop", start.x, start.y, end.x, end.y)]
            case Drag(start=start, end=end):
                return [_call("drag_and_drop", self._bid(start), self._bid(end))]
            case Upload(target=target, files=files):
                return [_call("upload_file", self._bid(target), list(files))]
            case Goto(url=url):
                return [_call("goto", url)]
            case Reload():
                return [_call("goto", self._page.url)]
            case Back():
                return [_call("go_back")]
            case Forward():
                return [_call("go_forward")]
            case Wait(seconds=seconds):
                return [_call("noop", seconds * 1000)]
            case OpenTab(url=url):
                return [_call("new_tab"), *([_call("goto", url)] if url else [])]
            case SwitchTab(tab=tab):
                return [_call("tab_focus", self._tab(tab))]
            case CloseTab(tab=tab):
                return [*([_call("tab_focus", self._tab(tab))] if tab else []), _call("tab_close")]
            case HoldKey(keys=keys, seconds=seconds):
                return [
                    _call("keyboard_down", keys),
                    _call("noop", seconds * 1000),
                    _call("keyboard_up", keys),
                ]
            case _:  # a dialog, a code, a mouse button alone, a list to its end
                raise ActionFailed(f"{action}: this cannot be done in BrowserGym; try another way")

    def _click(self, click: Click) -> list[str]:
        if click.button not in ("left", "middle", "right"):
            raise ActionFailed(f"BrowserGym has no {click.button} button; use back or forward")
        twice = click.count == 2
        times = 1 if twice else click.count
        if isinstance(click.target, Point):
            at = click.target
            name = "mouse_dblclick" if twice else "mouse_click"
            return [_call(name, at.x, at.y, click.button)] * times
        bid, modifiers = self._bid(click.target), [str(each) for each in click.modifiers]
        return [_call("dblclick" if twice else "click", bid, click.button, modifiers)] * times

    def _type(self, typing: TypeText) -> list[str]:
        target = typing.target
        if target is not None and not isinstance(target, Point) and typing.clear:
            calls = [_call("fill", self._bid(target), typing.text)]
        else:
            calls = [] if target is None else self._click(Click(target))
            whole = _call("keyboard_press", "ControlOrMeta+a")
            calls += [whole] if typing.clear else [_call("keyboard_press", "End")]
            calls.append(_call("keyboard_type", typing.text))
        if not typing.submit:
            return calls
        plain = target is None or isinstance(target, Point)
        return [*calls, _call("keyboard_press", "Enter") if plain else self._press(target, "Enter")]

    def _press(self, target: Target | None, keys: str) -> str:
        if isinstance(target, Point):
            raise ActionFailed("a key is pressed on an element, not at a point; click there first")
        return _call("press", self._bid(target), keys)

    def _scroll(self, scroll: Scroll) -> list[str]:
        if scroll.to == "target":
            return [_call("hover", self._bid(scroll.target))]
        dx, dy = {"top": (0.0, -_FAR), "bottom": (0.0, _FAR)}.get(scroll.to, (scroll.dx, scroll.dy))
        at = self._middle_of(scroll.target)
        return [_call("scroll", dx, dy)] if at is None else [_call("scroll_at", at.x, at.y, dx, dy)]

    def _middle_of(self, target: Target | None) -> Point | None:
        if target is None or isinstance(target, Point):
            return target
        element = self._page.element(target)
        return None if element is None or element.box is None else Point(*element.box.center)

    def _bid(self, target: Target | None) -> str:
        """The id of an element, or of the nearest around it that has one."""
        if target is None or isinstance(target, Point):
            raise ActionFailed("this needs an element, not a point")
        ref = target
        while ref:
            bid = self._refs.bid_of(ref)
            if bid is not None and not bid.startswith("text "):
                return bid
            element = self._page.element(ref)
            ref = element.parent if element is not None else ""
        raise ActionFailed(f"element {target!r} cannot be used in BrowserGym; use one near to it")

    def _tab(self, tab: str) -> int:
        for at, known in enumerate(self._page.tabs):
            if known.id == tab:
                return at
        raise ActionFailed(f"there is no tab {tab!r}")


def said_to_user(text: str) -> str:
    """The call that says something to the user, and so ends most tasks."""
    return _call("send_msg_to_user", text)


def said_infeasible(reason: str) -> str:
    """The call that says that the task cannot be done."""
    return _call("report_infeasible", reason)


def _call(name: str, *arguments: str | float | Sequence[str]) -> str:
    """A call, its arguments written as Python writes them."""
    while arguments and arguments[-1] == []:
        arguments = arguments[:-1]
    return f"{name}({', '.join(repr(each) for each in arguments)})"
