"""Whether the pages themselves show that a task which only reads is met, so that nobody has to be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from browser.model.actions import MOVES
from browser.model.observation import Element, Observation
from browser.model.results import ActionResult
from browser.model.roles import RECORD_ROLES
from engines.output_spec import JSON, leaves
from engines.protocol import ValueRead

if TYPE_CHECKING:
    from agent_core.task.run import ValueSource

_SHORT_NUMBER = 1000
"""A smaller number may stand on a page by chance."""
_SENTENCE = 12
"""So many words are a sentence: that a value stands in one does not say that it is what was asked for."""


def is_settled(
    output: JSON,
    readings: Sequence[ValueRead],
    sources: Mapping[str, ValueSource | None],
    seen: Sequence[Observation],
    history: Iterable[Sequence[ActionResult]],
) -> bool:
    """Whether nothing was done but reading, and what was read stands where nothing else could be meant.

    So it is where every value stands word for word in an element of a page, in no longer sentence, short
    numbers beside another value, and where none was chosen out of records of which others were left: the
    choice may be wrong. A list of anything but records may lack some.

    Args:
        readings: Where the values of the output were read.
        sources: The same, by JSON pointer.
    """
    if not all(isinstance(result.action, MOVES) for step in history for result in step):
        return False
    if not _says_all(output) or len(readings) < len([*leaves(output)]):
        return False
    if any(_may_be_chance(one, readings) for one in readings):
        return False
    found = {at: (one.url, one.ref) if one and not one.derived else ("", "") for at, one in sources.items()}
    listed = {(page.url, element.ref): page for page in seen for element in page.elements}
    if not listed.keys() >= set(found.values()) or not _have_records_of_their_own(found, listed):
        return False
    return not any(_chosen(page, {ref for url, ref in found.values() if url == page.url}) for page in seen)


def _says_all(output: JSON) -> bool:
    """Whether an output has a value everywhere: that one is missing, or true or false, is an opinion."""
    match output:
        case dict():
            return bool(output) and all(map(_says_all, output.values()))
        case list():
            return bool(output) and all(map(_says_all, output))
        case _:
            return output is not None and output != "" and not isinstance(output, bool)


def _have_records_of_their_own(
    found: Mapping[str, tuple[str, str]], listed: Mapping[tuple[str, str], Observation]
) -> bool:
    """Whether each item of a list stands in a record that holds no other: an article may hold them all."""
    held: dict[tuple[str, str], set[str]] = {}
    around = {
        at: [(url, record.ref) for record in _records_around(listed[url, ref], ref)]
        for at, (url, ref) in found.items()
        if _item(at)
    }
    for at, records in around.items():
        for record in records:
            held.setdefault(record, set()).add(_item(at))
    return all(any(len(held[record]) == 1 for record in records) for records in around.values())


def _item(at: str) -> str:
    """The pointer to the item of a list that a JSON pointer leads into; "" where it leads into none."""
    parts = at.split("/")
    number = next((place for place, part in enumerate(parts) if part.isdecimal()), None)
    return "" if number is None else "/".join(parts[: number + 1])


def _may_be_chance(one: ValueRead, readings: Sequence[ValueRead]) -> bool:
    """Whether it is picked out of a sentence, or a short number that stands beside no other value."""
    if len(one.line.split()) >= _SENTENCE and len(str(one.value).split()) * 2 < len(one.line.split()):
        return True
    try:
        short = abs(float(one.value)) < _SHORT_NUMBER
    except (ValueError, OverflowError):  # no number, or one of hundreds of digits
        return False
    return short and not any(
        each.value != one.value and (each.url, each.line) == (one.url, one.line) for each in readings
    )


def _chosen(page: Observation, refs: Collection[str]) -> bool:
    """Whether these elements stand in records of the page, beside others in which none of them stands.

    What is not listed may be such another record. A list's first row may be its head.
    """
    inside: dict[str, set[str]] = {}
    for ref in refs:
        for record in _records_around(page, ref):
            inside.setdefault(record.parent, set()).add(record.ref)
    for parent, used in inside.items():
        within = [each for each in page.elements if each.parent == parent]
        like = [each.ref for each in within if each.role in RECORD_ROLES]
        if not used.issuperset(like[1:]) or any(each.is_note for each in within):
            return True
    return False


def _records_around(page: Observation, ref: str) -> Iterator[Element]:
    element = page.element(ref)
    while element is not None:
        if element.role in RECORD_ROLES:
            yield element
        element = page.element(element.parent) if element.parent else None
