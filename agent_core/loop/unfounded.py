"""Values of an output that stand on no page that was seen: worked out from others that do, or made up."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import fsum, isclose
from typing import Any

from agent_core.loop.provenance import sources_of
from browser.model.actions import Collected
from browser.model.observation import Observation
from browser.values.dates import find_relative
from browser.values.numbers import possible_numbers
from browser.values.standing import Scalar
from engines.output_spec import JSON, OutputSpec, Schema, leaves

_WORD = re.compile(r"[^\W_]+")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:T.*)?")
_COUNTS = re.compile(
    r"count|number|how[ _]?many|amount|quantity|total|\bnum|\bno\b|rank|position|index", re.IGNORECASE
)
_SUMS = re.compile(
    r"sum|total|average|mean|median|difference|altogether|overall|combined|percent|share|ratio", re.IGNORECASE
)
_PROSE_WORDS = 8
"""A text of so many words is put into words by the engine: a summary, an answer."""
_PROSE_SHARE = 0.5
_LONGEST_JOINT = 3
"""Letters of words such as "and" and "of", which join others to a text."""
_MOST_ADDENDS = 12
"""Of so few numbers any may be the ones that were added up; of more only all of them."""


@dataclass(frozen=True, slots=True)
class Unfounded:
    """What does not stand on the pages as it is."""

    derived: Mapping[str, str] = field(default_factory=dict)
    """JSON pointer -> how the value follows from what stands there."""
    made_up: Mapping[str, Scalar] = field(default_factory=dict)
    """JSON pointer -> the value, which follows from nothing."""

    def told(self) -> str:
        """The values that were made up, by name; "" where there are none."""
        return ", ".join(f"{pointer or 'the output'} ({value!r})" for pointer, value in self.made_up.items())


def unfounded(
    output: JSON,
    spec: OutputSpec,
    wish: str,
    seen: Sequence[Observation],
    named: Mapping[str, str],
    collected: Sequence[Collected] = (),
) -> Unfounded:
    """Which values of an output stand nowhere on the pages seen.

    Nothing is said of choices that the schema itself lists, of what the task says, and of pages that were
    seen as pictures alone.

    Args:
        spec: What output was asked for; only one with a schema is looked into.
        wish: The task in the user's words.
        named: `Finish.sources`.
    """
    if spec.schema is None or not any(page.text or page.elements for page in seen):
        return Unfounded()
    nowhere = [at for at, source in sources_of(output, seen, named, collected).items() if source is None]
    values = dict(leaves(output))
    words = frozenset(_WORD.findall(" ".join(_texts(seen, collected)).casefold())) if nowhere else frozenset()
    derived: dict[str, str] = {}
    made_up: dict[str, Scalar] = {}
    for at in nowhere:
        value = values[at]
        if value is None or _is_listed(value, spec.schema) or _says(wish, value):
            continue
        how = (
            _put_together(value, words, seen)
            if isinstance(value, str)
            else _worked_out(at, value, output, wish, seen)
        )
        if how:
            derived[at] = how
        else:
            made_up[at] = value
    return Unfounded(derived, made_up)


def without(output: JSON, pointers: Sequence[str], spec: OutputSpec) -> JSON:
    """The output with null for these values, or without them where the schema does not allow null."""
    kept = copy.deepcopy(output)
    for at in sorted(pointers, key=_backwards):
        *above, last = [part.replace("~1", "/").replace("~0", "~") for part in at.split("/")[1:]] or [""]
        if not at:
            return None
        holder: Any = kept
        for part in above:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        key: Any = int(last) if isinstance(holder, list) else last
        holder[key] = None
        if any(problem.pointer == at for problem in spec.validate(kept)):
            del holder[key]
    return kept


def _backwards(pointer: str) -> list[tuple[int, str]]:
    """Later items of a list first, so that the places of the others stay."""
    return [(-int(part), "") if part.isdigit() else (0, part) for part in pointer.split("/")]


def _texts(seen: Sequence[Observation], collected: Sequence[Collected]) -> Iterator[str]:
    for page in seen:
        yield from (page.text, page.title, page.url)
        for element in page.elements:
            yield from (
                element.name,
                element.text,
                element.value or "",
                element.description,
                *element.options,
            )
    yield from (row.text for one in collected for row in one.rows)


def _is_listed(value: Scalar | bool, part: Schema) -> bool:
    """Whether an enumeration of the schema has the value."""
    if value in part.get("enum", ()) or ("const" in part and part["const"] == value):
        return True
    inner = [*part.values(), *(one for each in part.values() if isinstance(each, list) for one in each)]
    return any(_is_listed(value, one) for one in inner if isinstance(one, Mapping))


def _says(wish: str, value: Scalar) -> bool:
    if isinstance(value, str):
        return value.casefold() in wish.casefold()
    return value in possible_numbers(wish)


def _put_together(value: str, words: frozenset[str], seen: Sequence[Observation]) -> str:
    """How a text follows from the words on the pages; "" where it does not."""
    own = _WORD.findall(value.casefold())
    there = sum(1 for word in own if word in words)
    telling = [word for word in own if len(word) > _LONGEST_JOINT or not word.isalpha()]
    if telling and words.issuperset(telling):
        return "put together from words on the pages"
    if len(own) >= _PROSE_WORDS and there >= _PROSE_SHARE * len(own):
        return "put into words by the engine"
    if _ISO_DAY.fullmatch(value) and any(find_relative(page.text) for page in seen):
        return "counted from a day that the page names as past or to come"
    return ""


def _worked_out(at: str, value: float, output: JSON, wish: str, seen: Sequence[Observation]) -> str:
    """How a number follows from what stands on the pages; "" where it does not, or is not called a result."""
    name = " ".join(part for part in at.split("/") if not part.isdigit())
    if _COUNTS.search(name) or _COUNTS.search(wish):
        lists = [len(one) for one in _lists(output)]
        if value in lists:
            return f"the number of entries of a list in the output, {int(value)}"
        most = max((count for page in seen for count in _alike(page).values()), default=0)
        if float(value).is_integer() and 0 <= value <= most:
            return f"a count among {most} things alike on the page"
    if _SUMS.search(name) or _SUMS.search(wish) or _COUNTS.search(name):
        for numbers in (*_columns_of(output), *(column for page in seen for column in _columns(page))):
            if how := _result_of(value, numbers):
                return how
    return ""


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


def _columns_of(output: JSON) -> Iterator[list[float]]:
    """The numbers of one name over the entries of each list in the output."""
    for entries in _lists(output):
        yield _numbers(entries)
        names = dict.fromkeys(name for one in entries if isinstance(one, dict) for name in one)
        for name in names:
            yield _numbers([one.get(name) for one in entries if isinstance(one, dict)])


def _numbers(values: Sequence[JSON]) -> list[float]:
    return [float(one) for one in values if isinstance(one, int | float) and not isinstance(one, bool)]


def _columns(page: Observation) -> Iterator[list[float]]:
    """The numbers that stand in like places: in cells of one width and place, or below one another."""
    places: dict[tuple[str, str, int, int], list[float]] = {}
    for element in page.elements:
        numbers = (
            possible_numbers(element.name or element.text) if element.box and len(element.text) <= 40 else ()
        )
        if element.box and len(set(numbers)) == 1:
            key = (element.role, element.tag, element.depth, round(element.box.x))
            places.setdefault(key, []).append(next(iter(numbers)))
    yield from (numbers for numbers in places.values() if len(numbers) >= 2)


def _result_of(value: float, numbers: Sequence[float]) -> str:
    if len(numbers) < 2:
        return ""
    total = fsum(numbers)
    if isclose(value, total, abs_tol=0.006):
        return f"the sum of {len(numbers)} numbers on the page"
    if isclose(value, total / len(numbers), abs_tol=0.006):
        return f"the mean of {len(numbers)} numbers on the page"
    for one, other in combinations(numbers[:_MOST_ADDENDS], 2):
        if isclose(value, abs(one - other), abs_tol=0.006):
            return "the difference of two numbers on the page"
    if len(numbers) <= _MOST_ADDENDS:
        for size in range(2, len(numbers)):
            if any(isclose(value, fsum(some), abs_tol=0.006) for some in combinations(numbers, size)):
                return f"the sum of {size} numbers on the page"
    return ""
