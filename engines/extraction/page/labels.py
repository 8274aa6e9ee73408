"""What the page calls a piece of itself: header cells, `Label:` texts, classes, tags, neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from browser.model.addresses.origins import parse
from browser.model.page_tree import Node
from browser.values.dates import is_relative, looks_like_date
from browser.values.numbers import find_numbers, is_money, is_money_span
from engines.extraction.page.words import affinity, split_words, telling_words, word_match, word_set

Kind = Literal["text", "hint", "look", "column"]

_LAYOUT_WORDS = word_set(
    "col row container wrapper wrap inner outer box block flex grid item entry list card cell media "
    "sm md lg xl xs mt mb ml mr mx my pt pb pl pr px py btn button left right top bottom center "
    "clearfix small large big odd even active hover primary secondary muted main header "
    "footer js is has ng v data css module component section div span p li ul td tr th no in on "
    "the a"
)
_STRUCK_HINTS = word_set("old was strike strikethrough struck through rrp msrp original")
_LONGEST_LABEL = 48
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
MERE_NUMBERS = re.compile(r"^[\W\d_]*$|^.$")
PHONE = re.compile(r"(?<![\w/.-])(?:\+|00)?\(?\d[\d\s().\-/]{5,17}\d(?![\w/])(?:\s?(?:x|ext\.?)\s?\d+)?")
_RATING = re.compile(
    r"\b\d(?:[.,]\d)?\s?(?:/|out of|of)\s?(?:5|10)\b(?!\d)|^[★☆]+$|\bstars?\b", re.IGNORECASE
)
_CLOCK = re.compile(
    r"^\d{1,2}[:.h]\d{2}(?:\s?[ap]\.?m\.?)?(?:\s?[–-]\s?\d{1,2}[:.h]\d{2}.*)?$", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?\.?$", re.IGNORECASE
)
_HOURS = re.compile(
    r"^\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]m)?\s?[–-]"
    r"\s?\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]m|h)?$",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"^(?:\d+\s?(?:hours?|hrs?|h)\s?)?"
    r"(?:\d+\s?(?:minutes?|mins?|m|seconds?|secs?))?$",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"^\(?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\)?$")
_NUMBERED = re.compile(r"^#\d+$")
_VERSION = re.compile(r"^v?\d{1,4}\.\d+\.\d+(?:[.-][\w.]+)?$")
_CONTACTS = (("mailto:", ("email",)), ("tel:", ("phone",)))
_STARS = re.compile(r"^[★☆⭐✩✭\s]+$")
_BRACKETED = re.compile(r"^\((\d[\d.,]*\s?[kK]?)\)$")
_PER_UNIT = re.compile(
    r"(?:/|\bper\b|\ba\b)\s*(night|month|week|day|year|hour|person|adult|unit|piece|kg|km|litre|user|seat|head)s?\b",
    re.IGNORECASE,
)
_RATED = re.compile(r"[★☆⭐]|(?<![\d.,])\d[.,]\d$")
_AVAILABILITY = re.compile(
    r"^(?:in stock|out of stock|sold out|back in stock|available\b|unavailable|not available|"
    r"checked out|on loan|only \d+ left|\d+ left|on backorder|pre-?order)",
    re.IGNORECASE,
)
_AREA = re.compile(r"^[\d.,]+\s?(?:m²|m2|sqm|sq\.?\s?m|sq\.?\s?ft|ft²|ha|acres?)\.?$", re.IGNORECASE)
_PERSON_PATH = re.compile(r"^/(?:(?:u|users?|members?|profiles?|people|authors?)/|@)[^/]+/?$")
_DECIMAL = re.compile(r"^\d{1,2}(?:[.,]\d{1,2})?$")
_OPINIONS = re.compile(r"^(?:out of \d|/\s?\d+|\(?\d[\d.,]*\s?[kK]?\+?\s(?:\w+\s)?(?:ratings|reviews)\)?$)")
_READING = re.compile(r"^\d+\s?min(?:ute)?s?\.? read$", re.IGNORECASE)
_VERB_BY = re.compile(r"\b([a-z]{3,}ed)\s+by\s*:?\s*$", re.IGNORECASE)
_SAYS_BY = re.compile(r"^\W*by\s+\w", re.IGNORECASE)
WIDGET_ROLES = word_set(
    "button checkbox radio switch menuitem menuitemcheckbox menuitemradio tab option slider spinbutton"
)
"""Roles of what is pressed rather than read."""
_HOLDERS = word_set("table grid treegrid list listbox form tablist menu")
"""Roles of what holds values of its own, and so names none that follow."""
_LEAD_INS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\b(?:by|von|par|por)\s*:?\s*$", re.IGNORECASE), ("author",)),
    (re.compile(r"\b(?:in|under|filed under)\s*:?\s*$", re.IGNORECASE), ("category",)),
    (re.compile(r"\b(?:on|posted|published|updated)\s*:?\s*$", re.IGNORECASE), ("date",)),
    (re.compile(r"\b(?:at)\s*:?\s*$", re.IGNORECASE), ("company",)),
)


@dataclass(frozen=True, slots=True)
class Label:
    """A name for a piece of the page and how far it can be relied on."""

    words: tuple[str, ...]
    weight: float
    kind: Kind = "text"
    """Words beside it; classes, which mix names with styling; what the form of a value tells; or
    the header of its column."""

    @lru_cache(maxsize=50_000)  # noqa: B019  # labels are few and small; the pieces that they name are many
    def fits(self, wanted: tuple[str, ...]) -> float:
        """How well this names what is wanted, 0 to 1."""
        if self.kind != "hint":
            return self.weight * affinity(wanted, self.words)
        if not wanted or not self.words:
            return 0.0
        found = sum(max(word_match(word, other) for other in self.words) for word in wanted)
        return self.weight * found / len(wanted) * (1.0 if len(self.words) <= 2 else 0.97)


def hint_words(node: Node) -> tuple[str, ...]:
    """The words of id and class that may name what the element holds."""
    words = (word for hint in node.element.hints for word in split_words(hint))
    return tuple(
        dict.fromkeys(word for word in words if word not in _LAYOUT_WORDS and not any(map(str.isdigit, word)))
    )


def label_text(text: str) -> tuple[str, ...]:
    """The words of a text that could be a label; none where it is too long or a number."""
    text = text.strip(" ,;.•·|-–—()")
    if not text or len(text) > _LONGEST_LABEL or (text[0].isdigit() and not text.endswith(":")):
        return ()
    return telling_words(text)


def own_labels(node: Node) -> list[Label]:
    """Names given by the element itself: its classes, field label, tag, and the look of its text."""
    element = node.element
    labels = []
    if hints := hint_words(node):
        labels.append(Label(hints, 0.95, "hint"))
    for text, weight in ((element.label, 1.0), (element.placeholder, 0.7), (element.description, 0.6)):
        if words := label_text(text):
            labels.append(Label(words, weight))
    if element.value is not None and (words := label_text(element.name)):
        labels.append(Label(words, 1.0))
    if element.role == "heading":
        labels.append(Label(("title",), 0.85, "look"))
    elif ":" in element.name and not node.is_text and element.role in ("generic", "img", "image"):
        labels.append(Label(label_text(element.name.partition(":")[0]), 0.9))
    if element.role in ("checkbox", "radio", "switch"):
        labels.append(Label(("done",), 0.75, "look"))
    for scheme, words in _CONTACTS:
        if element.href.lower().startswith(scheme):
            labels.append(Label(words, 0.85, "look"))
    if words := _path_words(element.href):
        labels.append(Label(words, 0.65, "look"))
    if _PERSON_PATH.search(_path(element.href)):
        labels.append(Label(("author",), 0.65, "look"))
    if is_struck(node):
        labels.append(Label(("original", "price"), 0.9, "look"))
    if node.tag == "time":
        labels.append(Label(("date",), 0.9, "look"))
    if node.tag == "address":
        labels.append(Label(("address",), 0.9, "look"))
    if element.role in ("img", "image"):
        labels.append(Label(("image",), 0.85, "look"))
    return labels


@lru_cache(maxsize=20_000)
def _path_words(href: str) -> tuple[str, ...]:
    """What the address of a link calls its kind: `/author/ann` an author."""
    steps = [step for step in _path(href).split("/") if step]
    return hint_like(steps[-2]) if len(steps) >= 2 else ()


def _path(href: str) -> str:
    parsed = parse(href)
    return parsed.path if parsed else ""


def hint_like(text: str) -> tuple[str, ...]:
    """The telling words of a short name; none where it holds digits."""
    return telling_words(text) if len(text) <= 20 and not any(map(str.isdigit, text)) else ()


def is_struck(node: Node) -> bool:
    """Whether the element is struck through or in what is, as a price that no longer holds is."""
    return _strikes(node) or (
        node.parent is not None and len(node.parent.children) == 1 and _strikes(node.parent)
    )


def _strikes(node: Node) -> bool:
    struck = node.element.role == "deletion" or node.tag in ("s", "del", "strike")
    return struck or not _STRUCK_HINTS.isdisjoint(node.element.hints)


@lru_cache(maxsize=20_000)
def look_labels(text: str) -> tuple[Label, ...]:
    """Names that the form of a text gives it: an amount of money, a date, an address."""
    labels = []
    if is_money(text):
        pure = len(text) - len(find_numbers(text)[0].digits) <= 4
        labels += [Label(("price",), 0.75 if pure else 0.7, "look"), Label(("currency",), 0.8, "look")]
        if unit := _PER_UNIT.search(text):
            labels.append(Label(("price", unit[1].lower()), 0.9, "look"))
    elif is_money_span(text):
        labels += [Label(("price",), 0.65, "look"), Label(("salary",), 0.65, "look")]
    elif looks_like_date(text):
        labels.append(Label(("date",), 0.75, "look"))
        if is_relative(text):
            labels.append(Label(("age",), 0.75, "look"))
    if _CLOCK.match(text):
        labels.append(Label(("time",), 0.8, "look"))
    if len(text) <= 60 and _AVAILABILITY.match(text):
        labels.append(Label(("availability",), 0.75, "look"))
        labels.append(Label(("stock",), 0.75, "look"))
    if _AREA.match(text):
        labels.append(Label(("area",), 0.85, "look"))
    if _WEEKDAY.match(text):
        labels.append(Label(("day",), 0.8, "look"))
    if _HOURS.match(text):
        labels.append(Label(("hour",), 0.75, "look"))
    if _VERSION.match(text):
        labels.append(Label(("version",), 0.8, "look"))
    if text and _SPAN.match(text):
        labels.append(Label(("duration",), 0.8, "look"))
    if _READING.match(text):
        labels += [Label(("reading", "time"), 0.9, "look"), Label(("duration",), 0.7, "look")]
    if _DOMAIN.match(text):
        labels.append(Label(("domain",), 0.8, "look"))
    if _NUMBERED.match(text):
        labels += [Label(("number",), 0.85, "look"), Label(("id",), 0.85, "look")]
    if len(text) <= 80 and EMAIL.search(text):
        labels.append(Label(("email",), 0.9, "look"))
    elif len(text) <= 30 and PHONE.search(text) and not looks_like_date(text):
        labels.append(Label(("phone",), 0.8, "look"))
    if len(text) <= 30 and _RATING.search(text):
        labels.append(Label(("rating",), 0.8, "look"))
    return tuple(labels)


def after_labels(node: Node) -> list[Label]:
    """Names given by what stands right after the element: stars and reviews, `per night`."""
    parent = node.parent
    if parent is None or node.place + 1 >= len(parent.children):
        return []
    after = parent.children[node.place + 1].text.strip()
    if _DECIMAL.match(node.text) and len(after) <= 40 and (_STARS.match(after) or _OPINIONS.match(after)):
        return [Label(("rating",), 0.9)]
    if (unit := _PER_UNIT.match(after)) and len(after) <= 20 and is_money(node.text):
        return [Label(("price", unit[1].lower()), 0.9)]
    return []


def before_labels(node: Node) -> list[Label]:
    """Names given by what stands right before the element: `Price:`, a `dt`, `by`."""
    climbed = 0
    while node.parent is not None:
        siblings = node.parent.children
        place = node.place
        if place:
            return _from_sibling(node, siblings[place - 1], 0.1 * climbed)
        if climbed == 2 or len(node.text) + 3 < len(node.parent.text):
            break
        node, climbed = node.parent, climbed + 1
    return []


def _is_all_link(node: Node) -> bool:
    """Whether all that it says is one link; of a row of links none names the next."""
    said = node.text
    return any(one.element.href and one.text == said for one in node.walk())


def _from_sibling(node: Node, before: Node, decay: float) -> list[Label]:
    text = before.text.strip()
    if (
        not text
        or before.boilerplate != node.boilerplate
        or (_is_all_link(before) and _is_all_link(node))
        or (before.element.interactive and before.element.href)
        or before.element.role in WIDGET_ROLES
        or before.element.role in _HOLDERS
    ):
        return []
    if bracketed := _BRACKETED.match(node.text):
        return [Label(("review",), 0.85)] if bracketed and _RATED.search(text) else []
    if _STARS.match(text):
        return [Label(("rating",), 0.85 - decay)]
    tail = re.split(r"[|·•–—\n]", text)[-1].strip()
    if verb := _VERB_BY.search(tail):
        return [Label(("author",), 0.9 - decay), Label((verb[1].lower(),), 0.95 - decay)]
    if _SAYS_BY.match(text):
        return []
    for lead_in, words in _LEAD_INS:
        if lead_in.search(tail):
            return [Label(words, 0.9 - decay)]
    if tail.endswith((":", "：")) and (words := label_text(tail.rstrip(": "))):
        return [Label(words, 1.0 - decay)]
    if before.is_text and not node.is_text and tail != text:
        return []
    names = label_text(text)
    if not names or before.element.level == 1 or (before.element.role == "heading" and len(node.text) > 120):
        return []
    if before.tag in ("dt", "th", "label") or before.element.role in ("term", "rowheader", "columnheader"):
        return [Label(names, 1.0 - decay)]
    return [Label(names, 0.85 - decay)]
