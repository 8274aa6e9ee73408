"""How a value that stands on no page follows from what does: a count, a sum, words put together, a choice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, combinations
from math import fsum, isclose

from browser.model.observation import Element, Observation
from browser.values.dates import relative_days
from browser.values.numbers import possible_numbers
from browser.values.standing import Scalar, beside_elements, texts_of
from engines.output_spec import JSON, Schema, leaves, parts_at

_WORD = re.compile(r"[^\W_]+")
_PART_OF_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*)?")
_ANSWERS = frozenset(("yes", "no", "true", "false"))
_COUNTED = re.compile(r"\b(?:how many|number of|count(?: of)?)(?: all| the)*((?: \w+){0,4})", re.IGNORECASE)
_COUNTS = re.compile(r"^(?:count|num|how many|number of)\b|\bcounts?$")
_SUMS = re.compile(
    r"\b(?:sums?|totals?|add(?:ed)? up|average|mean|differences?|altogether|together|overall|combined)\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset(("answer", "result", "value", "output", "number", "total", "amount", "count"))
"""Words of names of properties that say nothing of what is meant."""
_PROSE_WORDS, _SENTENCE_WORDS = 8, 4
"""A text of so many words is put into words by the engine: a summary, an answer."""
_PROSE_SHARE = 0.5
_LONGEST_JOINT = 3
"""Letters of words such as "and" and "of", which join others to a text."""
_LONGEST_NUMBER = 40
"""Characters of a text that is a number and its unit."""
_CENT = 0.006


class Derivation:
    """What was asked for, what was answered, and what was seen."""

    def __init__(
        self,
        output: JSON,
        schema: Schema,
        wish: str,
        pages: Sequence[Observation],
        rows: Sequence[int],
        nowhere: Collection[str],
    ) -> None:
        """Prepare to say how values follow.

        Args:
            wish: The task in the user's words.
            pages: All that was seen.
            rows: How many rows each long list had that was read.
            nowhere: JSON pointers of values that stand on no page; nothing follows from them.
        """
        self._output, self._schema, self._wish, self._pages, self._rows = output, schema, wish, pages, rows
        self._words = _words(chain.from_iterable(map(_texts, pages))) | _words([wish])
        self._numbers = {
            at: float(value)
            for at, value in leaves(output)
            if isinstance(value, int | float) and not isinstance(value, bool) and at not in nowhere
        }

    def of(self, at: str, value: Scalar) -> str:
        """How the value at this JSON pointer follows from what stands there; "" where it does not."""
        parts = parts_at(self._schema, at)
        if any(
            value in part.get("enum", ()) or ("const" in part and part["const"] == value) for part in parts
        ):
            return "one of the choices that the schema lists"
        told = " ".join(
            str(part.get(key, "")) for part in parts for key in ("title", "description", "pattern")
        )
        if isinstance(value, str):
            return self._of_text(value, told)
        if value in possible_numbers(self._wish):
            return "said by the task"
        words = [*map(str.lower, _PART_OF_NAME.findall(_name(at)))]
        if self._is_count(words, told) and (how := self._counted(value)):
            return how
        if any(_SUMS.search(text) for text in (" ".join(words), told, self._wish)):
            return next(filter(None, (_result(value, numbers) for numbers in self._addends(at))), "")
        return ""

    def _of_text(self, value: str, told: str) -> str:
        folded = value.casefold()
        if folded in self._wish.casefold():
            return "said by the task"
        if folded in _ANSWERS:
            return "an answer of the engine"
        if folded.isalpha() and folded in _WORD.findall(told.casefold()):
            return "one of the words that the schema names"
        own = _WORD.findall(value)
        telling = [word for word in own if len(word) > _LONGEST_JOINT or not word.isalpha()]
        if telling and self._words.issuperset(map(_plain, telling)):
            return "put together from words on the pages"
        known = sum(1 for word in own if _plain(word) in self._words)
        names = [] if len(own) >= _PROSE_WORDS else [word for word in own[1:] if not word.islower()]
        if (
            len(own) >= _SENTENCE_WORDS
            and known >= _PROSE_SHARE * len(own)
            and self._words.issuperset(map(_plain, names))
        ):
            return "put into words by the engine"
        day = _ISO_DAY.fullmatch(value)
        if day and any(earliest <= day[1] <= latest for earliest, latest in self._spans):
            return "counted from a day that the page names as past or to come"
        return ""

    @cached_property
    def _spans(self) -> frozenset[tuple[str, str]]:
        """The first and the last day, in ISO 8601, of each part of the pages that counts from now."""
        lines = chain.from_iterable((*page.text.splitlines(), *_names(page)) for page in self._pages)
        spans = chain.from_iterable(relative_days(line, date.today()) for line in dict.fromkeys(lines))
        return frozenset((earliest.isoformat(), latest.isoformat()) for earliest, latest in spans)

    @cached_property
    def _most_alike(self) -> int:
        """How many things alike stand side by side at most."""
        alike = chain.from_iterable(_alike(page).values() for page in self._pages)
        return max((*self._rows, *alike), default=0)

    @cached_property
    def _together(self) -> list[list[float]]:
        """Numbers of the pages that may be meant together: columns, and what the task picks of them."""
        asked, limits = _words([self._wish]), possible_numbers(self._wish)
        sets: list[list[float]] = []
        for column in chain.from_iterable(map(_columns, self._pages)):
            numbers = [number for number, _ in column]
            common = frozenset.intersection(*(words for _, words in column))
            sets += [numbers, [one for one, words in column if not (words - common).isdisjoint(asked)]]
            for limit in limits:
                sets += [[one for one in numbers if one <= limit], [one for one in numbers if one >= limit]]
                sets += [numbers[: int(limit)]] if 0 < limit < len(numbers) else []
        return sets

    def _is_count(self, words: Sequence[str], told: str) -> bool:
        """Whether a property is asked for as the number of something."""
        if _COUNTS.search(" ".join(words)) or _COUNTED.search(told):
            return True
        counted = [_plain(word) for match in _COUNTED.findall(self._wish) for word in match.split()]
        return bool(counted) and (
            _SAYS_NOTHING.issuperset(words) or not {*map(_plain, words)}.isdisjoint(counted)
        )

    def _counted(self, value: float) -> str:
        if value in [len(one) for one in _lists(self._output)]:
            return f"the number of entries of a list in the output, {int(value)}"
        if float(value).is_integer() and 0 <= value <= self._most_alike:
            return f"a count among {self._most_alike} things alike on the page"
        return ""

    def _addends(self, at: str) -> Iterator[list[float]]:
        """Numbers that may be meant together: of the same object, of each list, of the pages."""
        holder = at.rpartition("/")[0]
        beside = [one for other, one in self._numbers.items() if other.rpartition("/")[0] == holder]
        yield beside
        yield from map(list, combinations(beside, 2))
        lists: dict[str, list[float]] = defaultdict(list)
        for other, one in self._numbers.items():
            lists[re.sub(r"/\d+(?=/|$)", "/*", other)].append(one)
        yield from (numbers for name, numbers in lists.items() if "*" in name)
        yield from self._together


def _name(at: str) -> str:
    """The last name in a JSON pointer."""
    return next((part for part in reversed(at.split("/")) if part and not part.isdigit()), "")


def _plain(word: str) -> str:
    """A word in lower case, without the s of a plural."""
    folded = word.casefold()
    return folded[:-1] if len(folded) > _LONGEST_JOINT and folded.endswith("s") else folded


def _words(texts: Iterator[str] | Sequence[str]) -> frozenset[str]:
    return frozenset(_plain(word) for text in texts for word in _WORD.findall(text))


def _names(page: Observation) -> Iterator[str]:
    return (element.name or element.text for element in page.elements)


def _texts(page: Observation) -> Iterator[str]:
    yield from beside_elements(page)
    for element in page.elements:
        yield from (*texts_of(element), *element.states)


def _lists(output: JSON) -> Iterator[list[JSON]]:
    if isinstance(output, list):
        yield output
    for inner in output.values() if isinstance(output, dict) else output if isinstance(output, list) else ():
        yield from _lists(inner)


def _alike(page: Observation) -> Counter[tuple[str, str, str]]:
    """How many things of one kind stand side by side, by what holds them."""
    return Counter(
        (element.parent, element.role, element.tag) for element in page.elements if element.role != "text"
    )


def _columns(page: Observation) -> Iterator[list[tuple[float, frozenset[str]]]]:
    """Numbers that stand in like places below one another, each with the words of the record it is in."""
    by_ref = {element.ref: element for element in page.elements}
    places: dict[tuple[str, str, int, int], list[tuple[float, frozenset[str]]]] = defaultdict(list)
    for element in page.elements:
        if element.box is None or len(element.text) > _LONGEST_NUMBER:
            continue
        numbers = possible_numbers(element.name or element.text)
        if len(numbers) == 1:
            key = (element.role, element.tag, element.depth, round(element.box.x))
            places[key].append((numbers.pop(), _record(element, by_ref)))
    yield from (column for column in places.values() if len(column) >= 2)


def _record(element: Element, by_ref: dict[str, Element]) -> frozenset[str]:
    """The words of the nearest thing around a number that says more than the number."""
    around: Element | None = element
    while around is not None and not any(map(str.isalpha, around.text)):
        around = by_ref.get(around.parent)
    return _words([around.text]) if around else frozenset()


def _result(value: float, numbers: Sequence[float]) -> str:
    if len(numbers) < 2:
        return ""
    total = fsum(numbers)
    if isclose(value, total, abs_tol=_CENT):
        return f"the sum of {len(numbers)} numbers that stand there"
    if isclose(value, total / len(numbers), abs_tol=_CENT):
        return f"the mean of {len(numbers)} numbers that stand there"
    if len(numbers) == 2 and isclose(value, abs(numbers[0] - numbers[1]), abs_tol=_CENT):
        return "the difference of two numbers that stand there"
    return ""
