"""What a person does in a page by hand, as JSON says it: checked, and in the words of the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agent_core.errors import BadRequest
from browser.model import by_hand
from browser.model.by_hand import HandInput, KeyInput, MouseButton, MouseInput, TextInput
from browser.model.keys import Modifier, UnknownKey, chord, key
from browser.model.text import without_lone_surrogates

MOST_INPUTS = 500
"""In one call."""
LONGEST_TEXT = 20_000
"""Characters of one text."""
DRAG_STEPS = 8
"""Moves between the ends of a drag, as a hand makes them."""

TYPES = (
    *("move", "down", "up", "click", "drag", "wheel"),
    *("key_down", "key_up", "press", "text", "dialog", "tab", "close_tab", "back", "forward", "reload"),
)

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Pixels = Annotated[float, Field(ge=-20_000, le=20_000, allow_inf_nan=False)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _WithKeysHeld(_Given):
    modifiers: tuple[Modifier, ...] = ()


class _AtAPlace(_WithKeysHeld):
    x: Share
    y: Share


class MouseGiven(_AtAPlace):
    """The mouse goes to a place, and a button goes down or up there."""

    type: Literal["move", "down", "up"]
    button: MouseButton = "left"
    clicks: int = Field(default=1, ge=1, le=3)


class ClickGiven(_AtAPlace):
    """A press and a release, `clicks` times in a row."""

    type: Literal["click"]
    button: MouseButton = "left"
    clicks: int = Field(default=1, ge=1, le=3)


class DragGiven(_AtAPlace):
    """From one place to another, with the left button down."""

    type: Literal["drag"]
    to_x: Share
    to_y: Share


class WheelGiven(_AtAPlace):
    """The wheel turns."""

    type: Literal["wheel"]
    right: Pixels = 0.0
    down: Pixels = 0.0


class KeyGiven(_WithKeysHeld):
    """One key."""

    type: Literal["key_down", "key_up"]
    key: str = Field(min_length=1, max_length=40)


class KeysGiven(_Given):
    """A key or a chord, pressed and released."""

    type: Literal["press"]
    keys: str = Field(min_length=1, max_length=100)


class TextGiven(_Given):
    """A text, where the keyboard is."""

    type: Literal["text"]
    text: str = Field(max_length=LONGEST_TEXT)


class DialogGiven(_Given):
    """An answer to the dialog that is open."""

    type: Literal["dialog"]
    accept: bool
    text: str = Field(default="", max_length=LONGEST_TEXT)


class TabGiven(_Given):
    """Another tab, or the end of one."""

    type: Literal["tab", "close_tab"]
    tab: str = Field(max_length=20)


class HistoryGiven(_Given):
    """Where the tab was, or its page anew."""

    type: Literal["back", "forward", "reload"]


_Any = Annotated[
    MouseGiven
    | ClickGiven
    | DragGiven
    | WheelGiven
    | KeyGiven
    | KeysGiven
    | TextGiven
    | DialogGiven
    | TabGiven
    | HistoryGiven,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[list[_Any]] = TypeAdapter(Annotated[list[_Any], Field(max_length=MOST_INPUTS)])


def read_inputs(given: Sequence[Mapping[str, Any]]) -> tuple[HandInput, ...]:
    """The inputs in the browser's words, a click as the press and the release that it is.

    Raises:
        BadRequest: One of them makes no sense. What it holds is not repeated: it may be a password.
    """
    try:
        read = _ADAPTER.validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadRequest(f"inputs.{place}" if place else "inputs", _sentence(first)) from None
    return tuple(one for each in read for one in _meant(each))


def _sentence(problem: Any) -> str:
    if problem["type"].startswith("union_tag"):
        return f"its type must be one of {', '.join(TYPES)}"
    return str(problem["msg"])


def _meant(given: _Any) -> Iterator[HandInput]:
    match given:
        case ClickGiven():
            yield MouseInput(do="move", x=given.x, y=given.y, modifiers=given.modifiers)
            for number in range(1, given.clicks + 1):
                yield _button("down", given, number)
                yield _button("up", given, number)
        case MouseGiven():
            yield _button(given.type, given, given.clicks)
        case DragGiven():
            yield from _dragged(given)
        case WheelGiven():
            yield by_hand.WheelInput(
                x=given.x, y=given.y, right=given.right, down=given.down, modifiers=given.modifiers
            )
        case KeyGiven():
            yield from _key(given)
        case KeysGiven(keys=keys):
            yield from _pressed(keys)
        case TextGiven(text=text):
            yield TextInput(text=without_lone_surrogates(text))
        case DialogGiven(accept=accept, text=text):
            yield by_hand.DialogInput(accept=accept, text=without_lone_surrogates(text))
        case TabGiven(tab=tab, type=kind):
            yield by_hand.TabInput(tab=tab, close=kind == "close_tab")
        case HistoryGiven(type=do):
            yield by_hand.HistoryInput(do=do)
        case never:
            assert_never(never)


def _button(do: Literal["move", "down", "up"], given: MouseGiven | ClickGiven, clicks: int) -> MouseInput:
    return MouseInput(
        do=do, x=given.x, y=given.y, button=given.button, clicks=clicks, modifiers=given.modifiers
    )


def _dragged(given: DragGiven) -> Iterator[HandInput]:
    yield MouseInput(do="move", x=given.x, y=given.y, modifiers=given.modifiers)
    yield MouseInput(do="down", x=given.x, y=given.y, modifiers=given.modifiers)
    for number in range(1, DRAG_STEPS + 1):
        part = number / DRAG_STEPS
        x, y = given.x + (given.to_x - given.x) * part, given.y + (given.to_y - given.y) * part
        yield MouseInput(do="move", x=x, y=y, modifiers=given.modifiers)
    yield MouseInput(do="up", x=given.to_x, y=given.to_y, modifiers=given.modifiers)


def _key(given: KeyGiven) -> Iterator[HandInput]:
    """A key of the keyboard; another character comes in as a text, and a key that is none is left out."""
    down = given.type == "key_down"
    try:
        yield KeyInput(do="down" if down else "up", key=key(given.key), modifiers=given.modifiers)
    except UnknownKey:
        if len(given.key) == 1 and down:
            yield TextInput(text=without_lone_surrogates(given.key))


def _pressed(keys: str) -> Iterator[HandInput]:
    try:
        *held, last = chord(keys)
    except UnknownKey as error:
        raise BadRequest("inputs.press.keys", str(error)) from None
    modifiers = tuple(held)
    yield KeyInput(do="down", key=last, modifiers=modifiers)  # type: ignore[arg-type]
    yield KeyInput(do="up", key=last)
