"""What a person does in a page by hand, and what they are told of it beside the picture.

Places are shares of the picture: 0 is its left or upper edge, 1 its right or lower one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from browser.model.keys import Modifier
from browser.model.observation import Dialog, Tab

MouseButton = Literal["left", "middle", "right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MouseInput:
    """The mouse goes to a place, and a button goes down or up there."""

    do: Literal["move", "down", "up"]
    x: float
    y: float
    button: MouseButton = "left"
    clicks: int = 1
    """Which press in a row it is: 2 makes a double click."""
    modifiers: tuple[Modifier, ...] = ()
    """Keys that are held meanwhile; those that are not named are released."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelInput:
    """The wheel turns at a place."""

    x: float
    y: float
    right: float = 0.0
    """CSS pixels; negative: to the left."""
    down: float = 0.0
    """CSS pixels; negative: up."""
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInput:
    """A key goes down or up."""

    do: Literal["down", "up"]
    key: str = field(repr=False)
    """As Playwright names it, or one character. It is not shown anywhere: it may belong to a password."""
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInput:
    """A text comes in where the keyboard is, as if it was pasted."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogInput:
    """The dialog that is open is answered; nothing happens where none is."""

    accept: bool
    text: str = field(default="", repr=False)
    """For a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TabInput:
    """A tab comes to the front, or is closed; the last one stays open."""

    tab: str
    close: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryInput:
    """The current tab goes to where it was, or loads its page again."""

    do: Literal["back", "forward", "reload"]


HandInput = MouseInput | WheelInput | KeyInput | TextInput | DialogInput | TabInput | HistoryInput


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage:
    """What there is to see beside the picture."""

    tabs: tuple[Tab, ...]
    dialog: Dialog | None
    """The dialog behind which the current tab stands still; None: there is none."""
