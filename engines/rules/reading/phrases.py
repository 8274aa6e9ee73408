"""What a noun phrase describes: `the 2nd radio button`, `a small red circle`, `the link "More"`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from browser.values.words import count, ordinal
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import MARK, NotRead, name_in, unquoted

KINDS: dict[str, tuple[str, ...]] = {
    "button": ("button", "buttons"),
    "link": ("link", "links", "hyperlink"),
    "tab": ("tab", "tabs"),
    "textarea": ("textarea", "text area", "text areas", "textareas", "multiline field"),
    "field": (
        "text fields", "text field", "textboxes", "textbox", "text boxes", "text box", "input textbox",
        "input field",
        "input box", "text input", "input", "inputs", "field", "fields", "entry box",
    ),
    "checkbox": ("checkboxes", "checkbox", "check boxes", "check box", "tick box"),
    "radio": ("radio buttons", "radio button", "radio", "radios"),
    "dropdown": (
        "dropdown menu", "dropdown list", "drop-down list", "dropdown", "drop-down", "drop down",
        "select box",
        "combobox", "combo box",
    ),
    "list": ("scroll list", "list", "listbox", "list box", "selection"),
    "slider": ("sliders", "slider", "range"),
    "spinner": ("spinner", "spin box", "stepper"),
    "picker": ("color picker", "colour picker", "color wheel", "colorwheel"),
    "calendar": ("calendar", "date picker", "datepicker"),
    "icon": ("icon", "icons", "symbol"),
    "image": ("image", "picture", "photo", "logo"),
    "menu": ("menu",),
    "menuitem": ("menu item", "menu entry"),
    "section": ("sections", "section", "panel", "accordion"),
    "dialog": ("dialog box", "dialog window", "dialog", "popup", "pop-up", "modal", "window"),
    "row": ("row", "rows"),
    "column": ("column",),
    "cell": ("cell",),
    "paragraph": ("paragraph",),
    "heading": ("heading", "headline", "title"),
    "result": ("search results", "search result", "results", "result"),
    "post": ("posts", "post", "tweets", "tweet", "comment", "comments", "article", "entry"),
    "card": ("cards", "card"),
    "tree": ("file tree", "tree"),
    "file": ("folder or file", "file or folder", "folder", "file", "directory"),
    "option": ("option", "options", "choice"),
    "box": ("box", "boxes", "square area", "area", "tile"),
    "item": (
        "items", "item", "element", "elements", "one", "ones", "thing", "things", "widget", "object",
        "objects",
    ),
}  # fmt: skip
"""Kind -> the words for it."""

SHAPES: dict[str, tuple[str, ...]] = {
    "circle": ("circles", "circle", "disc", "dot"),
    "rectangle": ("rectangles", "rectangle", "square", "squares"),
    "triangle": ("triangles", "triangle"),
    "digit": ("digits", "digit", "numbers", "number", "numeral"),
    "letter": ("letters", "letter"),
    "shape": ("shapes", "shape", "figure"),
}
_SIZES = {
    "small": "small", "smaller": "small", "smallest": "small", "tiny": "small", "little": "small",
    "large": "large", "larger": "large", "largest": "large", "big": "large", "bigger": "large",
    "biggest": "large",
}  # fmt: skip
_NAMED = re.compile(
    r"(?<!\S)(?:labell?ed|named|called|titled|entitled|that (?:says|reads)|saying|reading|"
    r"with (?:the )?(?:text|label|name|title|caption))\s+(?:as\s+)?",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\s+(?:in|inside|within|on|for|by|from|of|next to|beside|under|below|near)\s+"
    r"(?P<what>(?:(?:the|all|every|each|any)\s+|\d+\s+|user\s+).+|@\S+.*|‹\d+›.*)$",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\s+(?:on|of) (?:the|this) (?:web ?)?page$", re.IGNORECASE)
_DETERMINER = frozenset({"the", "a", "an", "any", "this", "that", "these", "those", "your", "my"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is known of an element from the words for it. Empty fields say nothing."""

    text: str = ""
    """The phrase as the user wrote it."""
    name: str = ""
    """What stands on it or beside it: a quoted string, or the words left when all else is taken out."""
    exact: bool = False
    """Whether the name was quoted, or written in capitals: then it is meant to the letter."""
    kind: str = ""
    shape: str = ""
    colour: str = ""
    size: str = ""
    ordinal: int | None = None
    """1 for the first, -1 for the last."""
    every: bool = False
    any: bool = False
    """Written with "a": whichever of several fits will do."""
    count: int | None = None
    within: Description | None = None
    """What it is in, on or beside."""

    @property
    def empty(self) -> bool:
        """Whether it says nothing by which an element could be found."""
        return not (self.name or self.kind or self.shape or self.colour or self.size or self.ordinal)


def _alternatives(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    pairs = [(form, kind) for kind, forms in table.items() for form in forms]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


_KIND_FORMS = _alternatives(KINDS)
_SHAPE_FORMS = _alternatives(SHAPES)


def describe(words: str, clause: Clause) -> Description:
    """Read a noun phrase of a clause, quoted strings still as marks.

    Raises:
        NotRead: A word of it was not understood.
    """
    words = re.sub(
        r"^(?:on|at|into|in|to|upon|over)\s+", "", _PAGE.sub("", words.strip(" ,.:;")), flags=re.IGNORECASE
    )
    text = clause.spoken(words).strip()
    words, within = _split_within(words, clause)
    named = _NAMED.search(words)
    name = name_in(words[named.end() :], clause) if named else ""
    phrase = _Phrase(words[: named.start()] if named else words, clause)
    if name and phrase.name:
        raise NotRead(words, clause)
    return Description(
        text=text,
        name=name or phrase.name,
        exact=bool(name) or phrase.exact,
        kind=phrase.kind,
        shape=phrase.shape,
        colour=phrase.colour,
        size=phrase.size,
        ordinal=phrase.ordinal,
        every=phrase.every,
        any=bool(re.match(r"(?:a|an|any|one)\s", words.strip(), re.IGNORECASE)),
        count=phrase.count,
        within=within,
    )


def _split_within(words: str, clause: Clause) -> tuple[str, Description | None]:
    match = _WITHIN.search(words)
    if match is None or not words[: match.start()].strip():
        return words, None
    what = match["what"]
    named = _NAMED.search(what)
    keep = ""
    if named:  # "the button in the dialog box labeled X": the label is the button's
        keep = " " + what[named.start() :]
        what = what[: named.start()]
    inner = describe(what, clause)
    if not (inner.kind or inner.exact or inner.shape or inner.within or inner.name[:1] in ("@", "#")):
        raise NotRead(words[match.start() :], clause)
    return words[: match.start()] + keep, inner


class _Phrase:
    """Reads a phrase from its left to its right: article, quantity, look, then a name and a kind.

    Every word is taken by one of these, or `NotRead` is raised with what is left over.
    """

    def __init__(self, words: str, clause: Clause) -> None:
        self.kind = self.shape = self.colour = self.size = self.name = ""
        self.ordinal: int | None = None
        self.count: int | None = None
        self.every = self.exact = False
        self._clause = clause
        self._left = [word for word in re.split(r"[\s,]+", words) if word]
        self._take_quantity()
        self._take_looks()
        self._take_name_and_kind()

    def _take_quantity(self) -> None:
        left = self._left
        if left and left[0].lower() in ("all", "every", "each", "both"):
            self.every = True
            left.pop(0)
            if left and left[0].lower() == "of":
                left.pop(0)
        if left and left[0].lower() in _DETERMINER:
            left.pop(0)
        if left and (nth := ordinal(left[0])) is not None:
            self.ordinal = nth
            left.pop(0)
        elif len(left) > 1 and not self.every and (number := count(left[0])) is not None:
            self.count = number
            left.pop(0)

    def _take_looks(self) -> None:
        from engines.rules.grounding.looks import COLOURS  # the table is long; words come from it

        left = self._left
        while len(left) > 1:
            word = left[0].lower()
            if word in COLOURS and not self.colour:
                self.colour = word
            elif word in _SIZES and not self.size:
                self.size = _SIZES[word]
            else:
                return
            left.pop(0)

    def _take_name_and_kind(self) -> None:
        marks = [at for at, word in enumerate(self._left) if MARK.fullmatch(word)]
        if len(marks) > 1:
            raise NotRead(" ".join(self._left), self._clause)
        if marks:
            self._take_quoted(marks[0])
            return
        before, after = self._take_kind(self._left)
        if before and after:
            raise NotRead(" ".join(after), self._clause)
        if after:
            if len(after) > 1 or not re.match(r"[A-Z@#\d]", after[0]):
                raise NotRead(" ".join(after), self._clause)
            self.name = unquoted(after, self._clause)
        elif before:
            self.name = unquoted(before, self._clause, before_kind=bool(self.kind or self.shape))
        self.exact = len(self.name) > 1 and self.name.isupper()

    def _take_quoted(self, at: int) -> None:
        self.name, self.exact = self._clause.spoken(self._left[at]), True
        others = self._left[:at] + self._left[at + 1 :]
        before, after = self._take_kind(others) if others else ([], [])
        if before or after:
            raise NotRead(" ".join(before + after), self._clause)

    def _take_kind(self, words: list[str]) -> tuple[list[str], list[str]]:
        """Set the kind or the shape that the words hold; the words before and after it."""
        lowered = [word.lower() for word in words]
        for table, is_shape in ((_KIND_FORMS, False), (_SHAPE_FORMS, True)):
            for form, value in table:
                parts = form.split(" ")
                for at in (len(words) - len(parts), 0):
                    if at < 0 or lowered[at : at + len(parts)] != parts:
                        continue
                    before, after = words[:at], words[at + len(parts) :]
                    if form in ("one", "title") and not (self.colour or self.ordinal):
                        continue
                    if is_shape:
                        if before or after:  # "phone number" names no digit
                            continue
                        self.shape = value
                    else:
                        self.kind = value
                    return before, after
        return words, []
