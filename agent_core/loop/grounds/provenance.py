"""Where the values of an output stand on the pages that were seen.

A value that stands nowhere was made up, or put together (a sum, a count, a summary): either way the
caller should know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent_core.loop.acts.places import rectangle_of
from agent_core.loop.verify import digest
from agent_core.task.run import ValueSource
from browser.model.observation import Element, Observation
from browser.model.results import Collected
from browser.model.text import squeeze
from browser.values.places import excerpt, places_of
from browser.values.standing import Scalar, pages_of, text_saying
from engines.output_spec import JSON, leaves

LONGEST_TEXT = 200


class Looks:
    """What pages look like (`digest`), worked out once for each."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, page: Observation) -> str:
        """The digest of a page, which has to live as long as this does."""
        if id(page) not in self._known:
            self._known[id(page)] = digest(page)
        return self._known[id(page)]


def sources_of(
    output: JSON,
    seen: Sequence[Observation],
    named: Mapping[str, str],
    collected: Sequence[Collected] = (),
) -> dict[str, ValueSource | None]:
    """Where each value was read, by its JSON pointer; None: nowhere on the pages seen.

    Null, empty text, true and false are no values that stand on a page. `named` is what the engine
    itself says: pointer -> ref. It is believed only where that element is there and says the value.
    Rows of long lists that were `collected` count as seen on the pages they stood on.
    """
    values = {
        pointer: value
        for pointer, value in leaves(output)
        if value is not None and not isinstance(value, bool) and value != ""
    }
    pages = [*seen, *(page for one in collected for page in pages_of(one))]
    sources = _as_named(values, named, pages)
    missing = {pointer: value for pointer, value in values.items() if sources[pointer] is None}
    looks = Looks()
    for pointer, place in places_of(missing, pages).items():
        page, text = place.page, _cut(place.text, values[pointer])
        box, look = rectangle_of(page.element(place.ref)), looks.of(page)
        sources[pointer] = ValueSource(url=page.url, text=text, ref=place.ref, box=box, digest=look)
    return sources


def _as_named(
    values: Mapping[str, Scalar], named: Mapping[str, str], pages: Sequence[Observation]
) -> dict[str, ValueSource | None]:
    """The sources that the engine names, on the newest page where that element says the value."""
    wanted = {named[pointer] for pointer in values if named.get(pointer)}
    held: dict[str, list[tuple[Observation, Element]]] = {}
    for page in reversed(pages) if wanted else ():
        for element in page.elements:
            if element.ref in wanted:
                held.setdefault(element.ref, []).append((page, element))
    looks = Looks()
    sources: dict[str, ValueSource | None] = dict.fromkeys(values)
    for pointer, value in values.items():
        for page, element in held.get(named.get(pointer, ""), ()):
            text = text_saying(element, value)
            if text is not None:
                box, look = rectangle_of(element), looks.of(page)
                text = _cut(text, value)
                sources[pointer] = ValueSource(url=page.url, text=text, ref=element.ref, box=box, digest=look)
                break
    return sources


def _cut(text: str, value: Scalar) -> str:
    """The text around the value, at most `LONGEST_TEXT` characters."""
    return excerpt(squeeze(text), str(value), LONGEST_TEXT)
