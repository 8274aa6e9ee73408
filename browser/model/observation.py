"""What is seen of a page: plain frozen data, units stated, no live browser behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from browser.model.text import plain_number

State = Literal[
    "checked",
    "mixed",
    "unchecked",
    "selected",
    "pressed",
    "expanded",
    "collapsed",
    "disabled",
    "readonly",
    "required",
    "invalid",
    "focused",
    "multiline",
    "multiselectable",
    "editable",
    "modal",
    "busy",
    "covered",
    "offscreen",
    "clipped",
    "inert",
    "scrollable",
    "draggable",
    "unreadable",
    "sorted-ascending",
    "sorted-descending",
]
"""ARIA states and properties by their W3C names, then what geometry says.

`covered`: another element lies over it (see `Element.covered_by`). `offscreen`: outside the
viewport, reachable by scrolling. `clipped`: inside a scroll container, scrolled out of sight.
`unreadable`: a region such as canvas, video or a frame that refused, that can only be pointed at.
"""
SILENT_STATES: frozenset[State] = frozenset({"focused", "multiline", "editable", "clipped", "offscreen"})
"""States that say nothing to a model that the line of the element does not say already. What is off screen is
scrolled to by whatever is done to it, and said on every second line it would hide what matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What an engine asks to see on its next turn."""

    elements: bool = True
    """False for engines that work on pixels alone; the page's text is then not read either."""
    screenshots: Literal["none", "viewport", "scrolled"] = "none"
    max_scrolls: int = 0
    """With `scrolled`: at most so many further viewport-high pictures below the first one."""
    budget_tokens: int | None = 6000
    """Distill the elements to about this many tokens of text; None: everything that was captured."""
    appearance: bool = False
    """Whether elements carry colours and font sizes; for engines that have no eyes."""
    structured: bool = False
    """Whether the page's structured data is read: JSON-LD, microdata, meta elements."""
    image_scale: float = 1.0
    """Downscaling of screenshots before they are handed over, in (0, 1]."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in CSS pixels, relative to the top left of the tab's viewport."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> tuple[float, float]:
        """The middle, in CSS pixels of the viewport."""
        return (self.x + self.width / 2, self.y + self.height / 2)

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the bottom edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """How an element looks, for engines that see no pixels. Colours are `#rrggbb`, or "" for none."""

    color: str = ""
    """Text colour; of an SVG shape its stroke."""
    background: str = ""
    """The element's own background; of an SVG shape its fill. "" where it is transparent."""
    font_px: float = 0.0
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    """Underlined by the element that directly holds the text."""
    cursor: str = ""
    """The CSS cursor, e.g. `pointer`, `move`, `text`."""
    struck: bool = False
    """Struck through by the element that directly holds the text."""


STILL_LOADING = "the page is still loading: more of it may come; wait before you take it for whole"
"""One of `Observation.notes`."""
ONWARD = "+"
"""Ends the ref of what stands for elements that are left out: look from there on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Something on the page that a person would tell apart: a control, a text, a group.

    Elements come in reading order (document order, frames in place); `parent` and `depth` give
    the tree. A ref names the same element for as long as that element lives, over any number of
    observations, and then what the page puts in its place, where nothing else could be meant.
    """

    ref: str
    """`f0e12`: frame 0, element 12. Opaque to engines."""
    role: str
    """ARIA role as in https://www.w3.org/TR/html-aria/; `text` for a run of static text,
    `generic` for an unnamed container or for something clickable that has no better role,
    `note` with a ref that ends in `+` for what a budget left out there, to be looked at only."""
    tag: str = ""
    name: str = ""
    """Accessible name, https://www.w3.org/TR/accname-1.2/; for `text`, the text itself."""
    text: str = ""
    """Visible text of the element and all inside it, white space folded, cut after 500 characters."""
    value: str | None = None
    """What a field holds or shows now; None where the element is not a field."""
    description: str = ""
    """Placeholder, title, aria-description or validation message, as far as not in the name."""
    placeholder: str = ""
    label: str = ""
    """Text of the `<label>` or aria-labelledby of a field, where there is one."""
    href: str = ""
    """Absolute address of a link; the source of an image."""
    input_type: str = ""
    """The `type` of an `<input>`, e.g. `date`, `range`, `password`; "" for everything else."""
    options: tuple[str, ...] = ()
    """Labels of a native select's or open listbox's options, at most 200."""
    level: int | None = None
    """Heading level, tree depth level."""
    states: frozenset[State] = frozenset()
    interactive: bool = False
    """Whether a person could do something with it: a control, a listener, tabindex, contenteditable."""
    box: Box | None = None
    """Where it is now; None where it takes no space. Elements below the fold have a box too."""
    parent: str = ""
    """Ref of the nearest enclosing element in the observation; "" at the top."""
    depth: int = 0
    covered_by: str = ""
    """A short description of what lies over it, where `covered` is among the states."""
    hints: tuple[str, ...] = ()
    """Lower-case words of its id, class, name, test id, icon names: what the page's author calls it."""
    limits: Mapping[str, str] = field(default_factory=dict)
    """min, max, step, maxlength, pattern and the like, as written; aria-valuemin/max too."""
    joined: bool = False
    """Of a text: whether a word that the text before it begins goes on in it, without a blank."""
    appearance: Appearance | None = None
    """Only where `View.appearance` asked for it."""

    @property
    def visible(self) -> bool:
        """Whether some of it can be seen now, without scrolling or removing anything."""
        return self.box is not None and not self.states & {"covered", "offscreen", "clipped"}

    @property
    def is_note(self) -> bool:
        """Whether it stands for what is left out; a page may have notes of its own."""
        return self.role == "note" and (self.ref.endswith(ONWARD) or not self.ref)

    @property
    def enabled(self) -> bool:
        """Whether the page lets a person use it."""
        return not self.states & {"disabled", "inert"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """One viewport-high picture of the page, taken at one scroll position."""

    data: bytes
    media_type: Literal["image/png", "image/jpeg"] = "image/png"
    width_px: int
    height_px: int
    scale: float = 1.0
    """Image pixels per CSS pixel: device pixel ratio times any downscaling for the model."""
    scroll_y: float = 0.0
    """How far the page was scrolled when it was taken, CSS pixels."""

    def to_css(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Map a point of this image to CSS pixels of the viewport it shows.

        Models answer in pixels of the picture they were sent; the mouse works in CSS pixels.

        Raises:
            ValueError: The point lies outside the image. Models do that; the engine should
                ask again rather than click somewhere at the edge.
        """
        if not (0 <= x_px <= self.width_px and 0 <= y_px <= self.height_px):
            raise ValueError(
                f"point ({plain_number(x_px)}, {plain_number(y_px)}) lies outside the "
                f"{self.width_px}x{self.height_px} image"
            )
        return (x_px / self.scale, y_px / self.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab of ours."""

    id: str
    """`t1`, `t2`, ...; stays the same while the tab lives."""
    url: str
    title: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """A JavaScript dialog that waits for an answer; the page stands still meanwhile."""

    kind: Literal["alert", "confirm", "prompt", "beforeunload"]
    message: str
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedValue:
    """A value that a page states in its structured data, which may show nowhere on it."""

    syntax: Literal["json-ld", "microdata", "meta"]
    thing: int = 0
    """Values of one number belong to one thing; 0: the page itself, or what belongs to nothing."""
    kind: str = ""
    """What the thing is, in lower case: `product`, `newsarticle`; several with blanks between; "": unsaid."""
    name: str = ""
    """The property; of what is inside the thing with the way to it: `offers/price`, `offers/1/price`."""
    value: str = ""
    """As it is written, white space folded; at most 30,000 characters."""
    ref: str = ""
    """Of the element that carries it, in microdata; it may be none that was observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A page as it was at one moment."""

    url: str
    title: str = ""
    elements: tuple[Element, ...] = ()
    text: str = ""
    """All visible text of all frames in reading order, one block a line, at most 1,000,000
    characters, whatever the budget of `elements` was."""
    screenshots: tuple[Screenshot, ...] = ()
    tabs: tuple[Tab, ...] = ()
    viewport: tuple[int, int] = (1280, 720)
    """Width and height in CSS pixels."""
    scroll: tuple[float, float] = (0.0, 0.0)
    page_size: tuple[float, float] = (0.0, 0.0)
    """Width and height of the whole document, CSS pixels."""
    ground: str = ""
    """The colours (`#rrggbb`) behind all elements, from the back, with blanks between; "": none."""
    dialog: Dialog | None = None
    focused: str = ""
    """Ref of the element that has the keyboard; "" where none has."""
    omitted: int = 0
    """How many captured elements the budget left out."""
    structured: tuple[StatedValue, ...] = ()
    """What the top document says of itself for machines, at most 3,000 values; only where
    `View.structured` asked for it."""
    notes: tuple[str, ...] = ()
    """Sentences about what could not be seen ("a frame from example.org did not answer")."""

    def element(self, ref: str) -> Element | None:
        """The element with this ref, or None."""
        return next((element for element in self.elements if element.ref == ref), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRequest:
    """A wish for more of one part of the page. Exactly one of the three is set."""

    ref: str = ""
    """Everything inside this element; of a note (`f0e12+`), what it stands for."""
    region: Box | None = None
    """A picture of this part of the viewport at full resolution."""
    query: str = ""
    """The parts of the whole page whose words fit these best; `last link`, `row 2417` work too."""
    budget_tokens: int | None = None
    """About how many tokens the answer may have; None: its part of 2,500 that all answers share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAnswer:
    """What a `LookRequest` found; no page was changed for it."""

    request: LookRequest
    elements: tuple[Element, ...] = ()
    """In reading order; for a query part by part, the best first. A note at the end: there is more."""
    screenshot: Screenshot | None = None
    problem: str = ""
    """Why there is nothing, where there is nothing."""
