"""The one table from a call to what is done: the name of an action and its arguments -> browser actions.

The front ends (`read` for a chat model's JSON, `Wire` for a provider's own tools) say what a protocol calls
an action and its arguments. What an action needs, and what each argument may be, is said here alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, cast

from browser.model.actions import (
    Action,
    AnswerDialog,
    Back,
    Click,
    CloseTab,
    Collect,
    Drag,
    EnterCode,
    Forward,
    Goto,
    HoldKey,
    Hover,
    MouseDown,
    MouseMove,
    MouseUp,
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
from browser.model.keys import Modifier
from browser.model.observation import LookRequest
from engines.action_codec import arguments as read
from engines.action_codec.arguments import Read, Shown, T
from engines.action_codec.reply_error import ReplyError
from engines.protocol import AskUser, Finish, GiveUp

End = Finish | GiveUp | AskUser
Item = Action | LookRequest | End
"""What a call comes to: something to do or to look at, or an end of the task."""

LONGEST_WAIT_S = 60.0
_USUAL_SCROLL_PX = 600.0
_MOST_ROWS = 10_000
_MOST_PRESSES = 100


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of one call under the names of this table, read one by one; null is as if not given."""

    call: str
    """What the model called, for complaints."""
    arguments: Mapping[str, Any]
    shown: Shown
    names: Mapping[str, str] = field(default_factory=dict)
    """What the model's protocol calls an argument, where that is another name."""

    def __contains__(self, name: str) -> bool:
        return self.arguments.get(name) is not None

    def needed(self, name: str, reader: Read[T]) -> T:
        """An argument that must be there."""
        if name not in self:
            raise ReplyError(f"{self.call} needs {self._called(name)}")
        return reader(self._called(name), self.arguments[name])

    def optional(self, name: str, reader: Read[T], default: T) -> T:
        """An argument, or what is meant where it is not given."""
        return self.needed(name, reader) if name in self else default

    def target_or_none(self, ref: str = "ref", point: str = "point") -> Target | None:
        """The element or the place that is meant; None: neither is named."""
        if ref in self:
            return self.needed(ref, self.element)
        return self.needed(point, self.point) if point in self else None

    def target(self, ref: str = "ref", point: str = "point") -> Target:
        """The element or the place that is meant."""
        found = self.target_or_none(ref, point)
        if found is None:
            raise ReplyError(f"{self.call} needs {self._called(point if point in self.names else ref)}")
        return found

    def point(self, name: str, value: Any) -> Point:
        """Reads a place."""
        return read.point(name, value, self.shown)

    def points(self, name: str, value: Any) -> tuple[Point, ...]:
        """Reads a list of places."""
        if not isinstance(value, list | tuple):
            raise ReplyError(f"{name} must be a list of points, not {read.brief(value)}")
        return tuple(self.point(name, each) for each in value)

    def held(self) -> tuple[Modifier, ...]:
        """The modifier keys that are held meanwhile."""
        return self.optional("modifiers", read.modifiers, ())

    def seen(self, reader: Callable[[str, Any, Shown], T]) -> Read[T]:
        """A reader that looks things up in what was shown."""
        return lambda name, value: reader(name, value, self.shown)

    def address(self, name: str, value: Any) -> str:
        """Reads an address, a relative one from the page's."""
        return read.address(name, value, self.shown.url)

    def element(self, name: str, value: Any) -> str:
        """Reads an element that can be acted on."""
        found = read.ref(name, value, self.shown)
        if found.endswith(read.NOTE):
            raise ReplyError(f"{found} is a note of what is not listed; look at it first")
        return found

    def _called(self, name: str) -> str:
        return f'"{self.names.get(name, name)}"'


def items(action: str, given: Given) -> tuple[Item, ...]:
    """What a call of an action of the table comes to; several things where one call says so.

    Raises:
        ReplyError: An argument is missing or makes no sense.
    """
    made = ACTIONS[action](given)
    return made if isinstance(made, tuple) else (made,)


def acts(found: tuple[Item, ...]) -> tuple[Action, ...]:
    """What is done, of items that are neither a look nor an end."""
    return tuple(item for item in found if not isinstance(item, LookRequest | Finish | GiveUp | AskUser))


@dataclass(frozen=True, slots=True)
class Wire:
    """How a provider's protocol calls an action of the table."""

    action: str
    names: Mapping[str, str] = field(default_factory=dict)
    """For each argument of the table that it has, what the protocol calls it."""
    implied: Mapping[str, Any] = field(default_factory=dict)
    """Arguments that it means without saying them."""
    needs: tuple[str, ...] = ()
    """Arguments that must be there, though the table could do without."""

    def read(self, call: str, written: Mapping[str, Any], shown: Shown) -> tuple[Item, ...]:
        """What a call comes to.

        Raises:
            ReplyError: An argument is missing or makes no sense.
        """
        named = {ours: written.get(theirs) for ours, theirs in self.names.items()}
        said = {name: value for name, value in named.items() if value is not None}
        given = Given(call, {**self.implied, **said}, shown, self.names)
        for name in self.needs:
            given.needed(name, lambda name, value: value)
        return items(self.action, given)


def _click(given: Given) -> Item:
    count = given.optional("count", read.whole(1, 3), 1)
    return Click(given.target(), given.optional("button", read.button, "left"), count, given.held())


def _type(given: Given) -> Item:
    return TypeText(
        text=given.needed("text", read.text),
        target=given.target_or_none(),
        clear=given.optional("clear", read.flag, True),
        submit=given.optional("submit", read.flag, False),
    )


def _keyboard(given: Given) -> tuple[Item, ...]:
    """Text typed where the keyboard is, or where is clicked first; a new line at its end is the Enter key."""
    text = given.needed("text", read.text)
    if not text:
        raise ReplyError(f'{given.call} needs a "{given.names.get("text", "text")}" that is not empty')
    place = given.target_or_none()
    clicked = (Click(place),) if place is not None else ()
    body = text.removesuffix("\n")
    if not body:
        return (*clicked, Press("Enter"))
    return (*clicked, TypeText(body, clear=False, submit=body != text))


def _press(given: Given) -> tuple[Item, ...]:
    chords = given.needed("keys", read.chords)
    repeat = given.optional("repeat", read.whole(1, _MOST_PRESSES), 1)
    target = given.target_or_none()
    if len(chords) == 1:
        return (Press(chords[0], target, repeat),)
    first, *more = chords * repeat
    return (Press(first, target), *map(Press, more))


def _scroll(given: Given) -> Item:
    target, held = given.target_or_none(), given.held()
    direction = given.optional("direction", read.one_of([*read.DIRECTIONS, "top", "bottom"]), "")
    to = given.optional("to", read.one_of(["top", "bottom", "target"]), "")
    if direction in ("top", "bottom"):
        direction, to = "", direction
    if not (to or direction or {"amount", "dx", "dy"} & given.arguments.keys()):
        if target is None:
            raise ReplyError(f'{given.call} needs "direction", "to" or "ref"')
        to = "target"
    if to == "target" and target is None:
        raise ReplyError(f'{given.call} to "target" needs "ref"')
    if to:
        return Scroll(target=target, to=cast(Literal["top", "bottom", "target"], to), modifiers=held)
    if "dx" in given or "dy" in given:
        scale = given.shown.picture.scale if given.shown.picture else 1.0
        across, down = (given.optional(name, read.number, 0.0) / scale for name in ("dx", "dy"))
    else:
        amount = given.optional("amount", read.number, _USUAL_SCROLL_PX)
        across, down = (sign * amount for sign in read.DIRECTIONS[direction or "down"])
    # `-0.0` would be another action to the eyes of the loop.
    return Scroll(across + 0.0, down + 0.0, target=target, modifiers=held)


def _drag(given: Given) -> Item:
    start, end = given.target(), given.target("to_ref", "to_point")
    return Drag(start, end, given.optional("path", given.points, ()), given.held())


def _hover(given: Given) -> Item:
    target = given.target()
    return MouseMove(target) if isinstance(target, Point) else Hover(target)


def _mouse(button: type[MouseDown] | type[MouseUp], given: Given) -> tuple[Item, ...]:
    action = button(given.optional("button", read.button, "left"))
    return (MouseMove(given.needed("point", given.point)), action) if "point" in given else (action,)


def _look(given: Given) -> Item:
    # A model that gives several of them means the narrowest.
    if "region" in given:
        return LookRequest(region=given.needed("region", given.seen(read.region)))
    if "ref" in given:
        return LookRequest(ref=given.needed("ref", given.seen(read.ref)))
    if query := given.optional("query", read.text, ""):
        return LookRequest(query=query)
    raise ReplyError(f'{given.call} needs "query", "ref" or "region"')


def _ask_user(given: Given) -> Item:
    kind = given.optional("kind", read.one_of(["captcha", "login", "confirm", "question"]), "question")
    return AskUser(
        kind=cast(Literal["captcha", "login", "confirm", "question"], kind),
        text=given.needed("text", read.filled),
    )


def _give_up(given: Given) -> Item:
    codes: tuple[str, ...] = given.optional("error_codes", read.texts, ())
    return GiveUp(
        reason=given.needed("reason", read.filled),
        impossible=given.optional("impossible", read.flag, False),
        error_codes=tuple(code for code in codes if code in given.shown.error_codes),
        output=given.optional("output", given.seen(read.output), None),
    )


def _finish(given: Given) -> Item:
    said = given.optional("text", read.text, "")
    output = given.optional("output", given.seen(read.output), None)
    if not given.optional("success", read.flag, True):
        # Some models report their failure under the name of success.
        return GiveUp(reason=said or "the model said that it did not succeed", output=output)
    if "output" not in given.arguments and said:
        output = read.output("text", said, given.shown)
    return Finish(
        output=output,
        evidence=given.optional("evidence", read.texts, ()),
        sources=given.optional("sources", given.seen(read.sources), {}),
    )


ACTIONS: Mapping[str, Callable[[Given], Item | tuple[Item, ...]]] = {
    "click": _click,
    "type": _type,
    "keyboard": _keyboard,
    "select": lambda given: Select(given.target(), given.needed("options", read.some)),
    "check": lambda given: SetChecked(given.target(), given.optional("checked", read.flag, True)),
    "hover": _hover,
    "press": _press,
    "hold_key": lambda given: HoldKey(
        given.needed("keys", read.chord), given.optional("seconds", read.between(0, LONGEST_WAIT_S), 1.0)
    ),
    "scroll": _scroll,
    "drag": _drag,
    "mouse_move": lambda given: MouseMove(given.needed("point", given.point), given.held()),
    "mouse_down": partial(_mouse, MouseDown),
    "mouse_up": partial(_mouse, MouseUp),
    "upload": lambda given: Upload(given.target(), given.needed("files", given.seen(read.files))),
    "enter_code": lambda given: EnterCode(given.target()),
    "goto": lambda given: Goto(given.needed("url", given.address)),
    "back": lambda given: Back(),
    "forward": lambda given: Forward(),
    "reload": lambda given: Reload(),
    "wait": lambda given: Wait(given.optional("seconds", read.between(0, LONGEST_WAIT_S), 1.0)),
    "open_tab": lambda given: OpenTab(given.optional("url", given.address, "")),
    "switch_tab": lambda given: SwitchTab(given.needed("tab", given.seen(read.tab))),
    "close_tab": lambda given: CloseTab(given.optional("tab", given.seen(read.tab), "")),
    "dialog": lambda given: AnswerDialog(
        given.needed("accept", read.flag), given.optional("text", read.text, "")
    ),
    "collect": lambda given: Collect(
        given.needed("ref", given.element) if "ref" in given else None,
        given.optional("max_rows", read.whole(1, _MOST_ROWS), Collect().max_rows),
    ),
    "look": _look,
    "ask_user": _ask_user,
    "give_up": _give_up,
    "finish": _finish,
}
"""Every action that a model can ask for, by the name that the chat's prompt gives it."""
