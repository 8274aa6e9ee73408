"""The pieces of a record that may be values, each with what the page calls it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from browser.model.page_tree import Node
from browser.values.dates import find_relative, read_date
from engines.extraction.page.labels import (
    WIDGET_ROLES,
    Label,
    after_labels,
    before_labels,
    label_text,
    look_labels,
    own_labels,
)
from engines.extraction.page.words import UNITS, telling_words, word_set

_FLOWING_TAGS = word_set("b i em strong mark code u sub sup small br wbr abbr s q cite kbd var span font")

_LONGEST_PIECE = 4000
_SEPARATORS = re.compile(
    r"\s*[|·•]\s*|\n|\s{3,}|;\s|(?<!\d),\s|(?<=[\w)%])"
    r"(?<!\b[A-Z])(?<!\b[DMS]r)(?<!\b[MS]s)(?<!\bSt)(?<!\bNo)(?<!\bNr)(?<!\bProf)(?<!\bMrs)\.\s+(?=[A-ZÀ-Þ])"
)
_PAIR = re.compile(r"^\s*([^\W\d][^:：]{0,40}?)\s*(?:(?<!\d)[:：]|[:：](?=\s))\s*(\S.*)$", re.DOTALL)
_COUNTED = re.compile(r"(?P<number>\d+(?:[.,]\d+)*\s?[kKmM]?)\+?\s+(?P<noun>[^\W\d_]{2,}(?:\s[^\W\d_]{3,})?)")
_BY = re.compile(r"(?:^|\s)by:?\s+(?P<who>[^\W\d_](?:[\w'’.-]*\w)?(?:\s+[A-ZÀ-Þ](?:[\w'’.-]*\w)?){0,3})")
_WHOLE_BY = re.compile(r"^by:?\s+[^\W\d_]", re.IGNORECASE)
_SPLITS = re.compile(r"[|·•\n]|\b(?:on|in|and)\b|.\bby\b")
_OPINIONS = re.compile(
    r"(?P<number>\d[\d.,]*\s?[kKmM]?)\+?\s+(?:(?:user|customer|guest|verified)\s)?(?:ratings|reviews|votes)\b",
    re.I,
)
_RATED = re.compile(r"(?<![\d.,])(?P<rating>\d[.,]\d)(?:\s?★)?\s*\((?P<number>\d[\d.,]*\s?[kKmM]?)[^)\d]*\)")
_TALLY = re.compile(r"^(?P<noun>[^\W\d_]{3,}(?: [^\W\d_]{3,})?)\s*\(?(?P<number>\d[\d.,]*\s?[kKmM]?)\)?$")
_DATED = re.compile(
    r"(?P<head>[^\s(\[][^()\[\]]{0,60}?)\s*(?:[(\[]|\s[–—-]\s)\s*(?P<when>[^()\[\]]{6,30}?)\s*[)\]]?"
)
"""A heading that ends in its date: `4.2.0 (14 October 2026)`."""
_DONE_ON = re.compile(
    r"\b(?P<verb>[^\W\d_]{2,}ed|born|built|written|made)(?: on)? "
    r"(?P<when>\d{4}-\d\d-\d\d|\d{1,2}\.? [^\W\d_]{3,9}\.? \d{4}|[^\W\d_]{3,9}\.? \d{1,2}, \d{4})"
    r"(?!\s*(?:at |T)?\d)",
    re.IGNORECASE,
)
"""What happened on a day: `released 14 October 2026`."""
_UNTIL = re.compile(r"\s+(?:[-–—]|to|until|bis)\s+|(?<=\d)[–—](?=\d)")
_OF_ALL = re.compile(
    r"(?:(?P<before>[^\W\d_]{4,})\s+)?\d[\d.,]*\s*(?:[-–]|to)\s*\d[\d.,]*\s+(?:of|von|sur|de)\s+(?:about\s)?(?P<number>\d[\d.,]*)"
    r"(?:\s+(?P<after>[^\W\d_]{4,}))?"
)
_BYLINE = re.compile(r"^\W*(?:\w+ )?by\b|\d.*\bby\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:(?P<noun>[^\W\d_]{2,})\s*)?(?:#|\b(?:[Nn]o\.|[Nn]r\.|[Nn]umber|№))\s?(?P<id>\w*\d[\w-]*)"
)
_RANK = re.compile(r"^#?(\d{1,4})[.)]?$")


@dataclass(eq=False, frozen=True, slots=True)
class Cell:
    """A piece of one record."""

    key: str
    """The same for the corresponding pieces of all records of a group."""
    node: Node
    text: str
    labels: tuple[Label, ...]
    href: str = ""
    src: str = ""
    fragment: bool = False
    """Whether it is only a part of the node's text."""
    whole: bool = True
    """False where it is put together from several parts that are cells of their own."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What all records of a group share when their cells are named."""

    headers: Mapping[str, tuple[str, ...]]
    """Ref of a table cell -> words of its column's header."""
    stable: frozenset[str] | None = None
    """Classes that occur in several records and so tell corresponding pieces; None: all do."""
    columns: Mapping[str, int] = field(default_factory=dict)
    """Ref of a table cell -> its column, where cells that span rows make places differ."""
    reaching: Mapping[str, Sequence[Node]] = field(default_factory=dict)
    """Ref of a row -> cells of rows above that hold for it too."""
    skipped: frozenset[str] = frozenset()
    """Refs of nodes to leave out, with all in them."""
    unique: bool = False
    """Whether every node is a piece of its own, as where there is one record only."""


def cells_of(record: Sequence[Node], naming: Naming) -> list[Cell]:
    """All pieces of a record, in reading order, containers before their parts."""
    cells: list[Cell] = []
    for place, node in enumerate(record):
        key = f"{place}" if len(record) > 1 else ""
        _collect(node, key + _step(node, naming) if len(record) > 1 else "", (), naming, cells, top=True)
    return cells


def _step(node: Node, naming: Naming) -> str:
    hints = [hint for hint in node.element.hints if not any(map(str.isdigit, hint))]
    if naming.stable is not None:
        hints = [hint for hint in hints if hint in naming.stable]
    return "/" + ".".join([node.tag, *sorted(set(hints))])


def _collect(
    node: Node, key: str, inherited: tuple[Label, ...], naming: Naming, cells: list[Cell], top: bool
) -> None:
    labels = _labels(node, inherited, naming, top)
    text = node.content
    if (text or node.element.href or node.element.states & {"checked", "unchecked"}) and len(
        text
    ) <= _LONGEST_PIECE:
        cells.append(_cell(node, key, text, labels))
        if node.is_text or not node.children:
            cells.extend(fragments(node, key, text))
    said = [label for label in labels if label.weight >= 0.4 and label.kind != "look"]
    weaker, same = (
        tuple(Label(label.words, label.weight * factor, label.kind) for label in said)
        for factor in (0.82, 0.97)
    )
    passed = weaker, same
    main = _main_part(node)
    seen: dict[str, int] = {}
    for child in node.children:
        if child.ref in naming.skipped:
            continue
        step = f"#{child.ref}" if naming.unique else _step(child, naming)
        seen[step] = seen.get(step, 0) + 1
        number = naming.columns.get(child.ref, seen[step] - 1) + 1
        _collect(child, f"{key}{step}~{number}", passed[child is main], naming, cells, top=False)
    for cell in naming.reaching.get(node.ref, ()) if top else ():
        number = naming.columns[cell.ref] + 1
        _collect(cell, f"{key}{_step(cell, naming)}~{number}", (), naming, cells, top=False)


def _cell(node: Node, key: str, text: str, labels: Sequence[Label]) -> Cell:
    href, src = _addresses(node)
    every = [*labels, *look_labels(text)]
    if _WHOLE_BY.match(text) and len(text) <= 80 and not find_relative(text) and not _SPLITS.search(text):
        every.append(Label(("author",), 0.9))
    if (counted := _COUNTED.fullmatch(text)) and (words := _counted_noun(counted["noun"])):
        every.append(Label(words, 0.85))
    if len(text) <= 40 and (opinions := _OPINIONS.search(text)):
        every.append(Label(("review",), 0.85 if opinions.end() - opinions.start() == len(text) else 0.7))
    rank = _RANK.match(text)
    if rank and not any(label.weight >= 0.95 for label in labels):
        every.append(Label(("rank",), 0.8, "look"))
    return Cell(key, node, text, tuple(every), href, src, whole=_flows(node))


def _addresses(node: Node) -> tuple[str, str]:
    """Where the piece leads: its own address or that of the only link or image inside or around it."""
    element = node.element
    picture = element.role in ("img", "image") or node.tag == "img"
    href = "" if picture else element.href
    src = element.href if picture else ""
    inner = [one for one in node.walk() if one is not node and one.element.href]
    links = {one.element.href for one in inner if one.tag != "img"}
    images = {one.element.href for one in inner if one.tag == "img"}
    if not href and len(links) == 1:
        href = links.pop()
    if not src and len(images) == 1:
        src = images.pop()
    if not href and node.parent is not None:
        around = next((one for one in node.ancestors() if one.tag == "a" and one.element.href), None)
        href = around.element.href if around else ""
    return href, src


def _labels(node: Node, inherited: tuple[Label, ...], naming: Naming, top: bool) -> list[Label]:
    labels = own_labels(node) if not top else [one for one in own_labels(node) if one.kind != "hint"]
    if node.ref in naming.headers:
        labels.append(Label(naming.headers[node.ref], 1.0, "column"))
    elif not top and node.element.role not in WIDGET_ROLES:
        labels.extend(before_labels(node))
        labels.extend(after_labels(node))
    labels.extend(inherited)
    return labels


def _main_part(node: Node) -> Node | None:
    """The only part with text, or the first where it is more than half of the text."""
    meaty = [child for child in node.children if child.content]
    if len(meaty) == 1:
        return meaty[0]
    if meaty and not meaty[0].is_text and len(meaty[0].content) * 2 > len(node.content):
        return meaty[0]
    return None


def fragments(node: Node, key: str, text: str) -> list[Cell]:
    """Parts of a run of text that name themselves: `53 comments`, `by bob`, `Price: 5`, `3 hours ago`."""
    if len(text) > 400:
        return []
    found: dict[str, Cell] = {}

    def add(words: tuple[str, ...], part: str, weight: float = 1.0) -> None:
        name = f"{key}={' '.join(words)}"
        if words and part.strip() and name not in found:
            labels = (Label(words, weight), *look_labels(part))
            found[name] = Cell(name, node, part.strip(), labels, fragment=True)

    days = [day.strip() for day in _UNTIL.split(text)] if len(text) <= 80 else []
    if len(days) == 2 and all(map(read_date, days)):
        add(("start", "date"), days[0], 0.9)
        add(("end", "date"), days[1], 0.9)
    if (dated := _DATED.fullmatch(text)) and read_date(dated["when"]):
        add(("date",), dated["when"])
        add(("title",), dated["head"], 0.86)
    for piece in _SEPARATORS.split(text):
        if not piece:
            continue
        if (done := _DONE_ON.search(piece)) and read_date(done["when"]):
            add((done["verb"].lower(), "date"), done["when"], 0.95)
        if pair := _PAIR.match(piece):
            add(label_text(pair[1]), pair[2])
        if tally := _TALLY.match(piece):
            add(telling_words(tally["noun"]), tally["number"], 0.85)
        for rated in _RATED.finditer(piece):
            add(("rating",), rated["rating"], 0.9)
            add(("review",), rated["number"], 0.85)
        for opinions in _OPINIONS.finditer(piece):
            add(("review",), opinions["number"], 0.9)
        if of_all := _OF_ALL.search(piece):
            add(("total", *telling_words(of_all["before"] or of_all["after"] or "")), of_all["number"], 0.95)
        for counted in _COUNTED.finditer(piece):
            words = _counted_noun(counted["noun"])
            if words != ("rating",) or not _OPINIONS.search(piece):
                add(words, counted["number"], 0.97)
        for numbered in _NUMBERED.finditer(piece):
            add(("number",), numbered["id"], 0.9)
            add(telling_words(numbered["noun"] or ""), numbered["id"], 0.95)
        if (by := _BY.search(piece)) and (by["who"][0].isupper() or _BYLINE.search(piece)):
            add(("author",), by["who"], 0.88)
        if ago := find_relative(piece):
            add(("date",), ago, 0.85)
    return list(found.values())


def _counted_noun(noun: str) -> tuple[str, ...]:
    """What is counted: `GB storage` is storage, `users online` are users."""
    words = noun.split()
    return telling_words(words[-1] if words[0].lower() in UNITS else words[0])


def stable_hints(records: Sequence[Sequence[Node]]) -> frozenset[str]:
    """The classes that at least a third of the records (and two of them) share."""
    counts: dict[str, int] = {}
    for record in records:
        for hint in {hint for node in record for one in node.walk() for hint in one.element.hints}:
            counts[hint] = counts.get(hint, 0) + 1
    needed = max(2, len(records) / 3)
    return frozenset(hint for hint, count in counts.items() if count >= needed)


def _flows(node: Node) -> bool:
    """Whether the node is one text with at most marked-up words and links in it, not several parts."""
    return all(
        child.is_text
        or (child.tag in _FLOWING_TAGS and not child.element.hints and _flows(child))
        or (child.tag == "a" and not child.element.hints and all(inner.is_text for inner in child.children))
        for child in node.children
    )
