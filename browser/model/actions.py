"""The closed set of things that can be done to a page; what comes of one is in `browser.model.results`.

An action names its target by an element's ref (engines that read the page) or by a point of the
viewport (engines that look at pixels). Every place that handles actions is a `match` that ends in
`assert_never`, so that mypy finds the one that was forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from browser.model.keys import Modifier
from browser.model.text import plain_number, quoted

Button = Literal["left", "middle", "right", "back", "forward"]


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the viewport, CSS pixels from its top left."""

    x: float
    y: float


Target = str | Point
"""A ref of the last observation, or a point."""


def _at(target: Target | None) -> str:
    if target is None:
        return "the focused element"
    return f"({target.x:g}, {target.y:g})" if isinstance(target, Point) else target


@dataclass(frozen=True, slots=True)
class Click:
    """Press and release a mouse button on the visible part of the target."""

    target: Target
    button: Button = "left"
    count: int = 1
    """2 for a double click, 3 for a triple click (which selects a paragraph)."""
    modifiers: tuple[Modifier, ...] = ()

    def __str__(self) -> str:
        which = "" if self.button == "left" else f"{self.button} "
        times = f" x{self.count}" if self.count > 1 else ""
        return f"{which}click {_at(self.target)}{times}"


@dataclass(frozen=True, slots=True)
class TypeText:
    """Put text into a field, by real key events.

    For a date, time, colour, range or spin field the text is the value wanted, in any usual form.
    """

    text: str
    target: Target | None = None
    """None: where the keyboard focus is."""
    clear: bool = True
    """Replace what is there; False: type at its end."""
    submit: bool = False
    """Press Enter afterwards."""

    def __str__(self) -> str:
        return f"type {quoted(self.text, 60)} into {_at(self.target)}"


@dataclass(frozen=True, slots=True)
class Select:
    """Choose options, by the text they show (or their value), in any kind of list of choices."""

    target: Target
    options: tuple[str, ...]
    """One option, or several for a multiple choice; they replace the present choice."""

    def __str__(self) -> str:
        options = ", ".join(quoted(option, 40) for option in self.options)
        return f"select {options} in {_at(self.target)}"


@dataclass(frozen=True, slots=True)
class SetChecked:
    """Bring a checkbox, radio button or switch into this state; nothing happens if it is in it."""

    target: Target
    checked: bool = True

    def __str__(self) -> str:
        return f"{'check' if self.checked else 'uncheck'} {_at(self.target)}"


@dataclass(frozen=True, slots=True)
class Hover:
    """Move the pointer over the target and leave it there."""

    target: Target

    def __str__(self) -> str:
        return f"hover {_at(self.target)}"


@dataclass(frozen=True, slots=True)
class Press:
    """Press a key or chord, e.g. `Enter`, `Control+A`, `Shift+ArrowDown`."""

    keys: str
    """Key names as in https://www.w3.org/TR/uievents-key/, joined by `+`."""
    target: Target | None = None
    """Focused first; None: where the keyboard focus is."""
    repeat: int = 1

    def __str__(self) -> str:
        return f"press {self.keys}{f' on {_at(self.target)}' if self.target is not None else ''}"


@dataclass(frozen=True, slots=True)
class Scroll:
    """Scroll the page or, with a target, the container that holds it."""

    dx: float = 0.0
    """CSS pixels to the right."""
    dy: float = 0.0
    """CSS pixels down."""
    target: Target | None = None
    to: Literal["", "top", "bottom", "target"] = ""
    """Instead of a distance: to an end, or until the target is in view."""
    modifiers: tuple[Modifier, ...] = ()
    """Held meanwhile; with a point as target only, where a real wheel turns."""

    def __str__(self) -> str:
        inside = f" in {_at(self.target)}" if self.target is not None else ""
        by = f"by {plain_number(self.dx)}, {plain_number(self.dy)}"
        return f"scroll {f'to {self.to}' if self.to else by}{inside}"


@dataclass(frozen=True, slots=True)
class Drag:
    """Press at the start, move along, release at the end (pointer events and HTML5 drag and drop)."""

    start: Target
    end: Target
    path: tuple[Point, ...] = ()
    """Points to pass in between."""
    modifiers: tuple[Modifier, ...] = ()

    def __str__(self) -> str:
        return f"drag {_at(self.start)} to {_at(self.end)}"


@dataclass(frozen=True, slots=True)
class Upload:
    """Hand files to a file input, a button that opens a file chooser, or a drop zone."""

    target: Target
    files: tuple[str, ...]
    """Paths, or names of files given with the task."""

    def __str__(self) -> str:
        return f"upload {', '.join(self.files)} to {_at(self.target)}"


@dataclass(frozen=True, slots=True)
class Goto:
    """Open an address in the active tab."""

    url: str

    def __str__(self) -> str:
        return f"goto {self.url}"


@dataclass(frozen=True, slots=True)
class Back:
    """One back in the tab's history."""

    def __str__(self) -> str:
        return "back"


@dataclass(frozen=True, slots=True)
class Forward:
    """One forward in the tab's history."""

    def __str__(self) -> str:
        return "forward"


@dataclass(frozen=True, slots=True)
class Reload:
    """Load the tab's page again."""

    def __str__(self) -> str:
        return "reload"


@dataclass(frozen=True, slots=True)
class Wait:
    """Let the page go on by itself."""

    seconds: float = 1.0
    """0 to 60."""

    def __str__(self) -> str:
        return f"wait {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class OpenTab:
    """Open a new tab and make it the active one."""

    url: str = ""

    def __str__(self) -> str:
        return f"open tab {self.url}".rstrip()


@dataclass(frozen=True, slots=True)
class SwitchTab:
    """Make another tab of ours the active one."""

    tab: str
    """`Tab.id`."""

    def __str__(self) -> str:
        return f"switch to tab {self.tab}"


@dataclass(frozen=True, slots=True)
class CloseTab:
    """Close a tab of ours; the last one cannot be closed."""

    tab: str = ""
    """`Tab.id`; "": the active one."""

    def __str__(self) -> str:
        return f"close tab {self.tab}".rstrip()


@dataclass(frozen=True, slots=True)
class AnswerDialog:
    """Answer the JavaScript dialog that is open."""

    accept: bool
    text: str = ""
    """For a prompt."""

    def __str__(self) -> str:
        return f"{'accept' if self.accept else 'dismiss'} the dialog"


@dataclass(frozen=True, slots=True)
class EnterCode:
    """Type the current one-time code, which the engine never sees."""

    target: Target

    def __str__(self) -> str:
        return f"enter the code into {_at(self.target)}"


@dataclass(frozen=True, slots=True)
class MouseMove:
    """Move the pointer to a point."""

    point: Point
    modifiers: tuple[Modifier, ...] = ()

    def __str__(self) -> str:
        return f"move the pointer to {_at(self.point)}"


@dataclass(frozen=True, slots=True)
class MouseDown:
    """Press a mouse button where the pointer is and keep it pressed."""

    button: Button = "left"

    def __str__(self) -> str:
        return f"hold the {self.button} button"


@dataclass(frozen=True, slots=True)
class MouseUp:
    """Release a mouse button where the pointer is."""

    button: Button = "left"

    def __str__(self) -> str:
        return f"release the {self.button} button"


@dataclass(frozen=True, slots=True)
class HoldKey:
    """Hold a key or chord for a time."""

    keys: str
    seconds: float = 1.0
    """0 to 60."""

    def __str__(self) -> str:
        return f"hold {self.keys} for {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class Collect:
    """Read a long list to its end: scroll it, press its "load more", turn its pages.

    One of the bounds stops it where the list never ends; the result says so.
    """

    target: str | None = None
    """Ref of the list, or of anything in it; None: the page's main list."""
    max_rows: int = 1000
    max_pages: int = 50
    """How often at most it presses something to go on; scrolling is not counted."""
    max_seconds: float = 120.0
    """No new turn is begun after that."""

    def __str__(self) -> str:
        return f"collect the rows of {self.target or 'the main list'}"


Action = (
    Click
    | TypeText
    | Select
    | SetChecked
    | Hover
    | Press
    | Scroll
    | Drag
    | Upload
    | Goto
    | Back
    | Forward
    | Reload
    | Wait
    | OpenTab
    | SwitchTab
    | CloseTab
    | AnswerDialog
    | EnterCode
    | MouseMove
    | MouseDown
    | MouseUp
    | HoldKey
    | Collect
)

MOVES = (Back, Forward, Goto, OpenTab, Reload, Scroll, SwitchTab, Wait)
"""Actions that only get one somewhere, and change nothing there."""
