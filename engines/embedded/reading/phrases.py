"""What a noun phrase describes: `the 2nd radio button`, `a small red circle`, `the link "More"`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from browser.values.words import ORDINAL, count, ordinal
from engines.embedded.reading.clauses import Clause

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
_NOT_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "on",
        "in",
        "into",
        "to",
        "at",
        "of",
        "your",
        "this",
        "that",
        "these",
        "those",
        "its",
        "their",
        "his",
        "her",
        "it",
        "there",
        "here",
        "below",
        "above",
        "following",
        "page",
        "given",
        "correct",
        "right-hand",
        "is",
        "are",
        "colored",
        "coloured",
        "color",
    ]
)
_NAMED = re.compile(
    r"\b(?:labell?ed|named|called|titled|entitled|that (?:says|reads)|saying|reading|"
    r"with (?:the )?(?:text|label|name|title|caption))\s+(?:as\s+)?",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\s+(?P<how>in|inside|within|on|for|by|from|of|next to|beside|under|below|near)\s+"
    r"(?P<what>(?:(?:the|all|every|each|any)\s+|\d+\s+|user\s+).+|@\S+.*|‹\d+›.*)$",
    re.IGNORECASE,
)


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
    """Read a noun phrase of a clause, quoted strings still as marks."""
    words = re.sub(r"^(?:on|at|into|in|to|upon|over)\s+", "", words.strip(" ,.:;"), flags=re.IGNORECASE)
    words, within = _split_within(words, clause)
    named = _NAMED.search(words)
    tail = ""
    if named:
        tail = words[named.end() :].strip()
        words = words[: named.start()]
    found = _Found(words, clause)
    name, exact = found.name, found.exact
    if tail:
        name, exact = clause.spoken(tail).strip(), True
    text = clause.spoken(words).strip()
    return Description(
        text=text if not tail else f"{text} {name}".strip(),
        name=name,
        exact=exact,
        kind=found.kind,
        shape=found.shape,
        colour=found.colour,
        size=found.size,
        ordinal=found.ordinal,
        every=found.every,
        any=bool(re.match(r"(?:a|an|any|one)\s", words.strip(), re.IGNORECASE)),
        count=found.count,
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
    if inner.empty and not inner.every and inner.count is None:
        return words, None
    return words[: match.start()] + keep, inner


class _Found:
    """Takes what it knows out of a phrase, piece by piece; what is left is the name."""

    def __init__(self, words: str, clause: Clause) -> None:
        self.kind = self.shape = self.colour = self.size = ""
        self.ordinal: int | None = None
        self.count: int | None = None
        self.every = False
        self.exact = False
        quoted = re.search(r"‹\d+›", words)
        rest = words
        if quoted:
            rest = words[: quoted.start()] + " " + words[quoted.end() :]
        rest = self._take_quantity(rest)
        rest = self._take_looks(rest)
        rest = self._take_kind(rest)
        left = [word for word in re.split(r"[\s,]+", rest) if word and word.lower() not in _NOT_WORDS]
        if quoted:
            self.name, self.exact = clause.spoken(quoted[0]), True
        else:
            self.name = " ".join(left).strip(" .:;")
            self.exact = bool(self.name) and self.name.isupper() and len(self.name) > 1

    def _take_quantity(self, rest: str) -> str:
        match = re.search(rf"\b{ORDINAL}\b", rest, re.IGNORECASE)
        if match:
            self.ordinal = ordinal(match[0])
            rest = rest[: match.start()] + rest[match.end() :]
        match = re.match(r"\s*(?:all(?: of)?|every|each|both|any and all)\b(?: the)?", rest, re.IGNORECASE)
        if match:
            self.every = True
            rest = rest[match.end() :]
        match = re.match(
            r"\s*(\d+|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?=[a-z])", rest, re.IGNORECASE
        )
        if match and not self.every:
            self.count = count(match[1])
            rest = rest[match.end() :]
        return rest

    def _take_looks(self, rest: str) -> str:
        from engines.embedded.grounding.looks import COLOURS  # the table is long; words come from it

        kept: list[str] = []
        words = rest.split(" ")
        for at, word in enumerate(words):
            bare = word.lower().strip(",.")
            follows = at + 1 < len(words) or not kept
            if bare in COLOURS and not self.colour and follows:
                self.colour = bare
            elif bare in _SIZES and not self.size:
                self.size = _SIZES[bare]
            else:
                kept.append(word)
        return " ".join(kept)

    def _take_kind(self, rest: str) -> str:
        for form, kind in _KIND_FORMS:
            match = re.search(rf"(?<![\w#-]){re.escape(form)}(?![\w-])", rest, re.IGNORECASE)
            if match and not (form in ("one", "title") and not self.colour and not self.ordinal):
                self.kind = kind
                return rest[: match.start()] + rest[match.end() :]
        for form, shape in _SHAPE_FORMS:
            match = re.search(rf"(?<![\w#-]){re.escape(form)}(?![\w-])", rest, re.IGNORECASE)
            if match:
                beside = rest[: match.start()] + rest[match.end() :]
                words = [word for word in re.findall(r"[\w-]+", beside) if word.lower() not in _NOT_WORDS]
                if words and not (self.colour or self.size):  # "phone number" names no digit
                    return rest
                self.shape = shape
                return rest[: match.start()] + rest[match.end() :]
        return rest
