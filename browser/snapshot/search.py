"""What on a page fits some words best: found by all that is said of it, shown with what it belongs to.

A word of the query is matched with the words of each element (its name, label, value, role), and a part
of the page (a row, a card, a sentence) counts with all the words in it. `last link` and `row 2417` are
understood as places. The best parts come first; ties stand in reading order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise
from math import log

from browser.model.element_match import words_of
from browser.model.observation import Element
from browser.model.page_tree import PageTree
from browser.model.roles import CELL_ROLES, RECORD_ROLES, words_for
from browser.snapshot.distill.container_rules import CONTAINERS
from browser.snapshot.distill.distill import flattened, tidied
from browser.snapshot.distill.notes import join_notes
from browser.snapshot.distill.token_budget import tokens_of
from browser.snapshot.distill.tree import rejoin
from browser.values.sections import Context
from browser.values.words import ORDINAL, ordinal

PASSAGE = 300
MOST_PASSAGES = 3
MOST_OPTIONS = 25
SMALL = 8
"""A container of so few elements is shown whole around what was looked for in it."""
BESIDE = 6
"""So many pieces of a long sentence are shown on each side of the one that was looked for."""
SMALL_ITEM = 40
ENOUGH = 0.5
"""Of what the query says, by weight: less than that is no match; nor is half of what the best one has."""
ALIKE = 0.82
"""How alike, 0 to 1, a misspelt word and a word of the page are."""
PLACED = 0.8
"""What a place ("last link") counts, where words that stand on the page can count up to 1.5."""

CODE = re.compile(r"(?:[^\W\d_]+\d|\d+[^\W\d_])[^\W_]*")
"""A word of letters and digits; one that has only a part of it is another."""
STOP_WORDS = frozenset(
    ("the", "a", "an", "of", "in", "on", "for", "to", "with", "and", "at", "by", "from", "is", "this", "that")
)


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the page that is worth showing: its elements from `start` to before `end`."""

    start: int
    end: int
    score: float = 0.0


def matching(elements: Sequence[Element], query: str, budget_tokens: int = 2500) -> tuple[Element, ...]:
    """The parts of the page whose words fit best, the best first; ties in reading order.

    What stands under one heading comes together and under it; a row comes with the headers of its table.

    A word that few elements have says more than one that many have; a word that none has is taken for the
    one most like it, numbers excepted.
    """
    page = tidied(elements)
    wanted = Wanted.by(query, [_words(_told(element)) | words_for(element.role) for element in page])
    tree = PageTree(page)
    places, context = _places(tree, wanted), Context(tree)
    found: dict[int, list[Element]] = {}
    """Index of a heading -> it, and what was found under it."""
    told: set[int] = set()
    left = budget_tokens
    for number, place in enumerate(places):
        heading, header_row = context.heading(place.start), context.header_row(place.start)
        parts = [_amid(place, tree)] if place.start not in told else []
        if header_row >= 0 and header_row not in {place.start, *told}:
            parts.insert(0, Place(header_row, tree.ends[header_row]))
        if heading >= 0 and heading not in {place.start, *told}:
            parts.insert(0, Place(heading, heading + 1))
        shown = [element for part in parts for element in _shown(page[part.start : part.end], wanted)]
        cost = sum(map(tokens_of, shown))
        if cost > left and found:
            rest = f"{len(places) - number:,} more places fit as well or less; more words tell them apart"
            found[len(page)] = [Element(ref="", role="note", name=rest)]
            break
        told.update(part.start for part in parts)
        found.setdefault(heading, []).extend(shown)
        left -= cost
    return tuple(join_notes([element for under in found.values() for element in under]))


def _shown(part: Sequence[Element], wanted: Wanted) -> list[Element]:
    around = [_around(element, wanted) for element in part]
    return rejoin(flattened(around), around)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query, word by word, against the words of each element."""

    query: str
    phrase: str
    """Its words in a row."""
    words: Sequence[frozenset[str]]
    """For each word of the query those of the page that are taken for it."""
    weights: Sequence[float]
    told: Sequence[set[str]]
    """The words of each element."""

    @classmethod
    def by(cls, query: str, told: Sequence[set[str]]) -> Wanted:
        """Read a query."""
        spoken = words_of(query)
        whole = CODE.findall(query.lower())
        parts = {part for code in whole for part in words_of(code)}
        asked = [*whole, *(word for word in spoken if word not in STOP_WORDS | parts)] or spoken
        frequency = Counter(word for words in told for word in words)
        meant = [_meant(word, frequency) for word in dict.fromkeys(asked)]
        counts = [sum(frequency[word] for word in words) for words in meant]
        weights = [log(1 + len(told) / max(1, count)) for count in counts]
        return cls(query, " ".join(spoken), meant, weights, told)

    def share(self, words: set[str]) -> float:
        """How much of the query some words have, 0 to 1."""
        total = sum(self.weights)
        had = sum(weight for meant, weight in zip(self.words, self.weights, strict=True) if meant & words)
        return had / total if total else 0.0

    def passages(self, text: str) -> str:
        """The places of a long text that have most of the words, in reading order."""
        low = text.lower()
        words = {word for meant in self.words for word in meant}
        spots = {
            max(0, hit.start() - PASSAGE // 2) // PASSAGE
            for word in words
            for hit in re.finditer(rf"\b{re.escape(word)}\b", low)
        }
        scored = [
            (-self.share(set(words_of(low[spot * PASSAGE : (spot + 2) * PASSAGE]))), spot) for spot in spots
        ]
        best = sorted(spot for _, spot in sorted(scored)[:MOST_PASSAGES])
        said = [text[spot * PASSAGE : (spot + 2) * PASSAGE].strip() for spot in best]
        return "\u2026 " + " \u2026 ".join(said) + " \u2026" if said else text[:PASSAGE]


def _words(text: str) -> set[str]:
    """The words of a text; what has letters and digits is one word too, also as `H.264`."""
    words = words_of(text)
    joined = (one + other for one, other in pairwise(words) if one.isdigit() != other.isdigit())
    return {*words, *joined, *CODE.findall(text.lower())}


def _told(element: Element) -> str:
    """Everything by which somebody might look for an element."""
    own = (element.name, element.label, element.placeholder, element.value or "", element.description)
    hints = "" if element.name else " ".join(element.hints)
    return " ".join((*own, *element.options, hints))


def _meant(word: str, frequency: Mapping[str, int]) -> frozenset[str]:
    """The words of the page that a word of the query is taken for."""
    alone = word.removesuffix("s")
    exact = frozenset(each for each in (word, alone, f"{word}s") if each in frequency)
    if exact or any(map(str.isdigit, word)):
        return exact
    longer = frozenset(each for each in frequency if len(word) > 2 and word in each)
    if longer or len(word) < 4:
        return longer
    return frozenset(get_close_matches(word, frequency, cutoff=ALIKE))


def _places(tree: PageTree, wanted: Wanted) -> list[Place]:
    """The parts that fit, best first."""
    page, ends = tree.elements, tree.ends
    any_of = frozenset[str]().union(*wanted.words)
    best: dict[int, float] = {}
    for at, words in enumerate(wanted.told):
        if words & any_of:
            start = _top(at, tree)
            best[start] = max(best.get(start, 0.0), _bonus(page[at], words, wanted))
    tops = [_top(at, tree) for at in _by_position(page, wanted.query)]
    # A whole list or frame is no place to show: it stands for itself alone.
    ends = [end if end - at <= SMALL_ITEM else at + 1 for at, end in enumerate(ends)]
    scores = {
        start: wanted.share(set[str]().union(*wanted.told[start : ends[start]])) + best[start]
        for start in best
    }
    for start in tops:
        scores[start] = max(scores.get(start, 0.0), PLACED)
    least = max(ENOUGH, max(scores.values(), default=0.0) / 2)
    fit = [Place(start, ends[start], score) for start, score in scores.items() if score >= least]
    fit.sort(key=lambda place: (-round(place.score, 3), place.start))
    return list(_apart(fit))


def _amid(place: Place, tree: PageTree) -> Place:
    """A piece of a sentence that is too long to show, with the pieces beside it."""
    holder = tree.parents[place.start]
    if holder < 0 or tree.elements[holder].role != "paragraph" or place.end > place.start + SMALL:
        return place
    start = max(holder + 1, place.start - BESIDE)
    return Place(start, min(tree.ends[holder], place.end + BESIDE), place.score)


def _apart(places: Iterable[Place]) -> Iterator[Place]:
    """Leave out places that lie inside an earlier one."""
    taken: set[int] = set()
    for place in places:
        if place.start not in taken:
            taken.update(range(place.start, place.end))
            yield place


def _bonus(element: Element, words: set[str], wanted: Wanted) -> float:
    """What speaks for an element beyond that some of its words fit."""
    share = wanted.share(words)
    said = " ".join(words_of(_told(element)))
    phrase = wanted.phrase in said
    return (
        0.1 * share
        + 0.25 * phrase
        + 0.1 * (said == wanted.phrase)
        + 0.05 * (element.interactive and share > 0)
    )


def _top(at: int, tree: PageTree) -> int:
    """The index at which the smallest part begins that holds an element: its row, its card, its sentence."""
    page, top = tree.elements, at
    while page[top].role not in RECORD_ROLES and (up := tree.parents[top]) >= 0:
        small = SMALL_ITEM if page[up].role in RECORD_ROLES | CELL_ROLES else SMALL
        if page[up].role not in RECORD_ROLES | CONTAINERS | CELL_ROLES or tree.ends[up] - up > small:
            break
        top = up
    return top


def _by_position(page: Sequence[Element], query: str) -> Iterator[int]:
    """What is meant by `last link`, `3rd button`, `row 2417`."""
    said = re.sub(r"(?<=\d),(?=\d{3})", "", query.lower())
    for order, kind in re.findall(rf"\b({ORDINAL}) (\w+)", said):
        place = ordinal(order) or 0
        yield from _nth(_of_kind(page, kind), place - (place > 0))
    for kind, number in re.findall(r"\b([a-z]+) (?:number |no\.? |#)?(\d+)\b", said):
        yield from _nth(_of_kind(page, kind), int(number) - 1)


def _of_kind(page: Sequence[Element], kind: str) -> list[int]:
    """Places of all elements of a kind; of rows and items, those of the longest list."""
    kinds = {kind, kind.removesuffix("s")}
    at_of = [at for at, element in enumerate(page) if kinds & words_for(element.role)]
    if not at_of or page[at_of[0]].role not in RECORD_ROLES:
        return at_of
    headers = {element.parent for element in page if element.role == "columnheader"}
    rows = [at for at in at_of if page[at].ref not in headers]
    longest = Counter(page[at].parent for at in rows).most_common(1)
    return [at for at in rows if page[at].parent == longest[0][0]] if longest else []


def _nth(places: Sequence[int], number: int) -> Sequence[int]:
    return [places[number]] if places and -1 <= number < len(places) else []


def _around(element: Element, wanted: Wanted) -> Element:
    """The element with a long text cut to the passages that match, and options to those that match."""
    if len(element.name) > 2 * PASSAGE:
        return replace(element, name=wanted.passages(element.name))
    fit = [
        option for option in element.options if any(words & set(words_of(option)) for words in wanted.words)
    ]
    if not fit or len(element.options) <= MOST_OPTIONS:
        return element
    best = sorted(fit, key=lambda option: -wanted.share(set(words_of(option))))[:MOST_OPTIONS]
    said = f"{len(fit):,} of its options fit"
    return replace(
        element, options=tuple(best), description="; ".join(filter(None, (element.description, said)))
    )
