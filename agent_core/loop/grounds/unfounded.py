"""Which values of an output stand on the pages that were seen, follow from what does, or were made up."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent_core.loop.grounds.derived import Derivation
from agent_core.loop.grounds.provenance import sources_of
from agent_core.task.run import ValueSource
from browser.model.observation import Observation
from browser.model.results import Collected
from browser.model.text import cut
from browser.values.standing import Scalar, pages_of
from engines.output_spec import JSON, OutputSpec, leaves

MOST_NAMED = 10
"""How many made-up values are told by name."""
LONGEST_NAMED = 80
"""Characters that are told of one of them."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the values of an output are grounded on."""

    sources: Mapping[str, ValueSource | None] = field(default_factory=dict)
    """JSON pointer -> where the value stands, or how it follows from what stands there; None: neither."""
    made_up: Mapping[str, Scalar] = field(default_factory=dict)
    """JSON pointer -> the value, of those that follow from nothing although a page could say them."""

    def read_from(self, url: str, how: str) -> Grounds:
        """The same, with a source for what was called made up."""
        source = ValueSource(url=url, text=how, derived=True)
        return Grounds({**self.sources, **dict.fromkeys(self.made_up, source)})

    def told(self) -> str:
        """The values that were made up, by name; "" where there are none."""
        named = [
            f"{pointer or 'the output'} ({cut(repr(value), LONGEST_NAMED)})"
            for pointer, value in [*self.made_up.items()][:MOST_NAMED]
        ]
        more = len(self.made_up) - len(named)
        return ", ".join(named) + (f" and {more} more" if more else "")


def grounds_of(
    output: JSON,
    spec: OutputSpec,
    wish: str,
    seen: Sequence[Observation],
    named: Mapping[str, str],
    collected: Sequence[Collected] = (),
    heard: Sequence[Observation] = (),
) -> Grounds:
    """Where the values of an output come from.

    Nothing is called made up without a schema, or where all pages were seen as pictures alone.

    Args:
        spec: What output was asked for.
        wish: The task in the user's words.
        seen: The pages, oldest first.
        named: `Finish.sources`.
        collected: The long lists that were read.
        heard: What else was shown or said.
    """
    sources = sources_of(output, [*heard, *seen], named, collected)
    nowhere = {at for at, source in sources.items() if source is None}
    if not nowhere or spec.schema is None or not any(page.text or page.elements for page in seen):
        return Grounds(sources)
    pages = [*heard, *seen, *(page for one in collected for page in pages_of(one))]
    derivation = Derivation(
        output, spec.schema, wish, pages, [len(one.rows) for one in collected], nowhere, named
    )
    made_up: dict[str, Scalar] = {}
    for at, value in leaves(output):
        if at not in nowhere or value is None:
            continue
        if how := derivation.of(at, value):
            sources[at] = ValueSource(url=seen[-1].url, text=how, derived=True)
        else:
            made_up[at] = value
    return Grounds(sources, made_up)


def without(output: JSON, pointers: Collection[str], spec: OutputSpec) -> tuple[JSON, Mapping[str, str]]:
    """The output with null for these values, or without them where the schema does not allow null.

    Returns:
        The output, and for each pointer where its value was, as the output is now; of an item that has gone
        from a list that is the list.
    """
    if "" in pointers:
        return None, dict.fromkeys(pointers, "")
    kept = copy.deepcopy(output)
    for at in pointers:
        holder, key = _place(kept, at)
        holder[key] = None
    refused = {problem.pointer for problem in spec.validate(kept)}
    gone = sorted(refused.intersection(pointers), key=_in_order, reverse=True)
    items = {at for at in gone if isinstance(_place(kept, at)[0], list)}
    for at in gone:  # later items of a list first, so that the places of the others stay
        holder, key = _place(kept, at)
        del holder[key]
    return kept, {at: _moved(at, items) for at in pointers}


def _place(output: JSON, at: str) -> tuple[Any, Any]:
    """What holds a value, and its key or index there."""
    holder: Any = None
    key: Any = None
    for part in at.split("/")[1:]:
        holder = output if holder is None else holder[key]
        key = int(part) if isinstance(holder, list) else part.replace("~1", "/").replace("~0", "~")
    return holder, key


def _in_order(pointer: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in pointer.split("/")]


def _moved(at: str, gone: Collection[str]) -> str:
    """The pointer once these items of lists have gone."""
    parts: list[str] = []
    above = ""
    for part in at.split("/")[1:]:
        if f"{above}/{part}" in gone:
            break
        before = sum(
            1
            for one in gone
            if one.rpartition("/")[0] == above and int(one.rpartition("/")[2]) < _index(part)
        )
        parts.append(str(int(part) - before) if before else part)
        above += f"/{part}"
    return "".join(f"/{part}" for part in parts)


def _index(part: str) -> int:
    return int(part) if part.isdecimal() else -1
