"""How a value that stands on no page follows from what does: a count, a sum, words put together, a choice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations
from math import fsum, isclose

from agent_core.loop.grounds.days import ISO_DAY, DerivedDays
from browser.model.observation import Element, Observation
from browser.values.numbers import find_numbers, possible_numbers
from browser.values.standing import WORD, Scalar, Texts, beside_elements, texts_of
from engines.output_spec import JSON, Schema, leaves, parts_at

_PART_OF_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_EXAMPLE = re.compile(r"\be\.? ?g\b|\bfor (?:example|instance)\b|\bsuch as\b")
"""What follows in a description is no list of choices."""
_ANSWERS = frozenset(("yes", "no", "true", "false"))
_COUNTED = re.compile(r"\b(?:how many|number of|count(?: of)?)(?: all| the)*((?: \w+){0,4})", re.IGNORECASE)
_COUNTS = re.compile(r"^(?:count|num|how many|number of)\b|\bcounts?$")
_SUMS = re.compile(
    r"\b(?:sums?|totals?|add(?:ed)? up|average|mean|differences?|altogether|together|overall|combined)\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset((
    "answer", "result", "value", "output", "text", "data", "number", "num", "total", "amount",
    "quantity", "size",
    "count", "how", "many",
))  # fmt: skip
"""Words of names of properties that say nothing of what is meant."""
_PROSE_WORDS, _SENTENCE_WORDS = 8, 4
"""A text of so many words is put into words by the engine: a summary, an answer."""
_PROSE_SHARE = 0.5
_LONGEST_JOINT = 3
"""Letters of words such as "and" and "of", which join others to a text."""
_LONGEST_NUMBER = 40
"""Characters of a text that is a number and its unit."""
_FEW = 12
_AMOUNT = re.compile(r"\d[\d,.'’ ]*[.,]\d\d(?!\d)")
_HOLDERS = 3
"""So many elements around one may hold the rest of an amount."""
_CENT = 0.006
_LARGEST = 1e15
"""Nothing is worked out of larger numbers, nor are they; a float may not even hold them."""


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
        named: Mapping[str, str],
    ) -> None:
        """Prepare to say how values follow.

        Args:
            wish: The task in the user's words.
            pages: All that was seen.
            rows: How many rows each long list had that was read.
            nowhere: JSON pointers of values that stand on no page; nothing follows from them.
            named: JSON pointer -> ref of the element that the engine names as the value's source.
        """
        self._output, self._schema, self._wish, self._pages, self._rows = output, schema, wish, pages, rows
        self._named, self._task = named, Texts([(wish, "")])
        self._of_days = DerivedDays(output, pages, lambda: self._said)
        self._words = _words(chain.from_iterable(map(_texts, pages))) | _words([wish])
        self._numbers = {
            at: float(value)
            for at, value in leaves(output)
            if isinstance(value, int | float) and not isinstance(value, bool) and at not in nowhere
            if abs(value) <= _LARGEST
        }

    def of(self, at: str, value: Scalar) -> str:
        """How the value at this JSON pointer follows from what stands there; "" where it does not."""
        parts = parts_at(self._schema, at)
        if any(
            value in part.get("enum", ()) or ("const" in part and part["const"] == value) for part in parts
        ):
            return "one of the choices that the schema lists"
        if self._task.find(value):
            return "said by the task"
        if not isinstance(value, str) and abs(value) > _LARGEST:
            return ""
        if self._is_set_apart(value, self._named.get(at, "")):
            return "an amount whose cents the element that the engine names sets apart"
        told = " ".join(
            str(part.get(key, "")) for part in parts for key in ("title", "description", "pattern")
        )
        if isinstance(value, str):
            return self._of_text(at, value, told)
        if value in self._held_by(self._named.get(at, "")):
            return "the number of things alike in the element that the engine names"
        words = [*map(str.lower, _PART_OF_NAME.findall(_name(at)))]
        if self._is_count(words, told) and (how := self._counted(value)):
            return how
        if any(_SUMS.search(text) for text in (" ".join(words), told, self._wish)):
            results = chain(self._results_at(at), self._results)
            return next((how for one, how in results if isclose(value, one, abs_tol=_CENT)), "")
        return ""

    def _of_text(self, at: str, value: str, told: str) -> str:
        folded = value.casefold()
        if folded in _ANSWERS:
            return "an answer of the engine"
        if folded.isalpha() and folded in WORD.findall(_EXAMPLE.split(told.casefold())[0]):
            return "one of the words that the schema names"
        if day := ISO_DAY.fullmatch(value):
            return self._of_days.of(at, day[1], day[2] or "00:00")
        if how := self._of_days.part(at, value):
            return how
        found, rest = find_numbers(value), value
        for one in reversed(found):
            rest = f"{rest[: one.start]} {rest[one.end :]}"
        words = WORD.findall(rest)
        unsaid = {one.value for one in found} - self._said
        telling = [word for word in words if len(word) > _LONGEST_JOINT or not word.isalpha()]
        if (telling or found) and not unsaid and self._words.issuperset(map(_plain, telling)):
            return "put together from what stands on the pages"
        size = len(words) + len(found)
        names = [] if size >= _PROSE_WORDS else [word for word in words[1:] if not word.islower()]
        if (
            size >= _SENTENCE_WORDS
            and all(number.is_integer() and 0 <= number <= self._most_alike for number in unsaid)
            and sum(_plain(word) in self._words for word in words) >= _PROSE_SHARE * len(words)
            and self._words.issuperset(map(_plain, names))
        ):
            return "put into words by the engine"
        return ""

    @cached_property
    def _said(self) -> frozenset[float]:
        """The numbers that the pages and the task say."""
        texts = dict.fromkeys(chain([self._wish], *map(_texts, self._pages)))
        return frozenset(chain.from_iterable(map(possible_numbers, texts)))

    @cached_property
    def _alike(self) -> list[Counter[tuple[str, str, str]]]:
        """How many things of one kind stand side by side on each page, by what holds them."""
        return [
            Counter((one.parent, one.role, one.tag) for one in page.elements if one.role != "text")
            for page in self._pages
        ]

    @cached_property
    def _most_alike(self) -> int:
        """How many things alike stand side by side at most."""
        return max((*self._rows, *chain.from_iterable(alike.values() for alike in self._alike)), default=0)

    @cached_property
    def _results(self) -> list[tuple[float, str]]:
        """What comes of numbers that may be meant together: of each list of the output, of the pages."""
        lists: dict[str, list[float]] = defaultdict(list)
        for at, one in self._numbers.items():
            lists[re.sub(r"/\d+(?=/|$)", "/*", at)].append(one)
        sets = [numbers for name, numbers in lists.items() if "*" in name]
        asked, limits = _words([self._wish]), possible_numbers(self._wish)
        for column in chain.from_iterable(map(_columns, self._pages)):
            numbers = [number for number, _ in column]
            common = frozenset.intersection(*(words for _, words in column))
            sets += [numbers, [one for one, words in column if not (words - common).isdisjoint(asked)]]
            for limit in limits:
                sets += [[one for one in numbers if one <= limit], [one for one in numbers if one >= limit]]
                sets += [numbers[: int(limit)]] if 0 < limit < len(numbers) else []
        return [*chain.from_iterable(map(_results_of, sets))]

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

    def _held_by(self, ref: str) -> set[int]:
        """How many things of each kind an element holds."""
        held = chain.from_iterable(alike.items() for alike in self._alike if ref)
        return {count for (parent, _, _), count in held if parent == ref}

    def _is_set_apart(self, value: Scalar, ref: str) -> bool:
        """Whether what holds an element writes just this amount without a mark before its two last digits."""
        amount = _AMOUNT.search(value if isinstance(value, str) else f"{value:.2f}")
        if amount is None or not ref:
            return False
        for page in self._pages:
            element, tries = page.element(ref), 0
            while element is not None and tries <= _HOLDERS:
                text = element.text or element.name
                if re.sub(r"\D", "", text) == re.sub(r"\D", "", amount[0]) and not _AMOUNT.search(text):
                    return True
                element, tries = page.element(element.parent or ""), tries + 1
        return False

    def _results_at(self, at: str) -> Iterator[tuple[float, str]]:
        """What comes of the numbers of the same object: all, or two of a few."""
        holder = at.rpartition("/")[0]
        beside = [one for other, one in self._numbers.items() if other.rpartition("/")[0] == holder]
        pairs = combinations(beside, 2) if len(beside) <= _FEW else ()
        return chain.from_iterable(map(_results_of, (beside, *pairs)))


def _name(at: str) -> str:
    """The last name in a JSON pointer."""
    return next((part for part in reversed(at.split("/")) if part and not part.isdigit()), "")


def _plain(word: str) -> str:
    """A word in lower case, without the s of a plural."""
    folded = word.casefold()
    return folded[:-1] if len(folded) > _LONGEST_JOINT and folded.endswith("s") else folded


def _words(texts: Iterator[str] | Sequence[str]) -> frozenset[str]:
    return frozenset(_plain(word) for text in texts for word in WORD.findall(text))


def _texts(page: Observation) -> Iterator[str]:
    yield from beside_elements(page)
    for element in page.elements:
        yield from (*texts_of(element), *element.states)


def _lists(output: JSON) -> Iterator[list[JSON]]:
    if isinstance(output, list):
        yield output
    for inner in output.values() if isinstance(output, dict) else output if isinstance(output, list) else ():
        yield from _lists(inner)


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


def _results_of(numbers: Sequence[float]) -> Iterator[tuple[float, str]]:
    if len(numbers) >= 2:
        yield fsum(numbers), f"the sum of {len(numbers)} numbers that stand there"
        yield fsum(numbers) / len(numbers), f"the mean of {len(numbers)} numbers that stand there"
    if len(numbers) == 2:
        yield abs(numbers[0] - numbers[1]), "the difference of two numbers that stand there"
